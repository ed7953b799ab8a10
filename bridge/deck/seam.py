"""The seam of a host's loop, foreseen: where in a piece it lies, and on which line music goes on.

A host that is going to jump is followed across its jump ahead of time, as a loop of our own is.
"""

from dataclasses import dataclass, replace

from bridge.deck.piece import DeckPiece
from bridge.deck.plan import HostLine, Line, Pace

Loop = tuple[int, int]

_STUMP_S = 0.045
_STUMP_STEPS = 0.5


@dataclass(frozen=True)
class Seam:
    """Where a host jumps.

    Attributes:
        step: The step that would sound then.
        line: What holds after the jump.
        to: The step on which the music goes on.
    """

    step: float
    line: HostLine
    to: float

    def leaves_stump(self, onset: int, lasts_s: float) -> bool:
        """Whether a note would begin just before the jump, because that isn't on a step.

        Args:
            onset: Its step.
            lasts_s: How long it would last up to the jump.
        """
        return self.step - onset < _STUMP_STEPS and lasts_s < _STUMP_S


def seam_after(line: Line, pace: Pace, piece: DeckPiece, loop: Loop | None) -> Seam | None:
    """The seam to which a line comes; None where the host isn't expected to jump.

    Args:
        line: On which the music is until then.
        pace: Who sets the speed.
        piece: What plays.
        loop: The steps that we repeat ourselves.
    """
    host_loop = None if pace.host is None else pace.host.loop
    if host_loop is None or not isinstance(line, HostLine):
        return None
    per = piece.steps_per_beat
    host = replace(line.host, loop=host_loop).later(1)
    origin = origin_at(host_loop.start, pace.origin, per, loop)
    after = pace.on_host(host, origin, piece)
    step = (host_loop.stop - line.origin) * per
    return Seam(step, after, (host_loop.start - origin) * per)


def origin_at(beat: float, origin: float, per: int, loop: Loop | None) -> float:
    """The host's beat on which step 0 lies for a host that jumped to `beat`.

    Before its place the piece is put back to the start of the song; behind the end of a loop of our
    own its passes go on.

    Args:
        beat: Where the host goes on.
        origin: Where step 0 lies, passes not counted.
        per: Steps in a quarter note.
        loop: The steps that we repeat ourselves.
    """
    origin = home_at(beat, origin)
    step = (beat - origin) * per
    if loop is None or step < loop[1]:
        return origin
    passes = (step - loop[0]) // (loop[1] - loop[0])
    return origin + passes * (loop[1] - loop[0]) / per


def home_at(beat: float, origin: float) -> float:
    """As `origin_at`, without loops of our own."""
    return 0.0 if 0.0 <= beat < origin else origin
