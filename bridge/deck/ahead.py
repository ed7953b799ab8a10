"""Which steps sound in the next moments, across the seams of a host's loop."""

from dataclasses import dataclass

from bridge.deck.piece import DeckPiece
from bridge.deck.plan import Line, Pace, Plan
from bridge.deck.seam import Loop, seam_after


@dataclass(frozen=True)
class Span:
    """Steps that sound one after the other.

    Attributes:
        start: The first.
        stop: Where it ends.
        line: When they sound.
    """

    start: float
    stop: float
    line: Line


def spans(
    plan: Plan, pace: Pace, piece: DeckPiece, loop: Loop | None, begin: float, end: float
) -> list[Span]:
    """What sounds from second `begin` to `end`, planned already or not; not empty.

    Args:
        plan: As far as music was handed over.
        pace: Who sets the speed.
        piece: What plays.
        loop: The steps that we repeat ourselves; where they were not handed over they don't count.
        begin: On the port's clock.
        end: Later than that.
    """
    planned = [plan.in_force(begin), *plan.between(begin, end)]
    begun = [stretch for k, stretch in enumerate(planned) if k == 0 or stretch is not planned[0]]
    ends = [stretch.at for stretch in begun[1:]] + [end]
    found = [
        Span(stretch.step_at(begin), stretch.step_at(stop), stretch.line)
        for stretch, stop in zip(begun, ends, strict=True)
    ]
    while (seam := seam_after(found[-1].line, pace, piece, loop)) and seam.step < found[-1].stop:
        last = found.pop()
        after = Span(seam.to, max(seam.to, seam.line.step_at(end)), seam.line)
        found += [Span(last.start, max(last.start, seam.step), last.line), after]
    return found
