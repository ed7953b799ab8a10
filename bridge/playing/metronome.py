"""A metronome and its count-in: clicks on the beats of a bar, as notes of the drums' channel.

They are notes of the piece like all others, so they keep its time and end with it; but they are no
part of any bar: nobody hears them as music, and nobody keeps them.

High and low wood block, keys 76 and 77 of the percussion key map of General MIDI System Level 1:
every General MIDI drum kit has them. Metronome click and bell (33, 34) came with Level 2 only.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from bridge.messages import DRUM_CHANNEL
from bridge.source import Bar, CutBar
from model.roll import PITCHES, MetreChange, Roll

HIGH, LOW = 76, 77
CLICK_CHANNEL = DRUM_CHANNEL
_LOUD, _SOFT = 112, 84
_LENGTHS_A_BEAT = 8


@dataclass(frozen=True)
class Click:
    """One click: on which step of the bar, for how many steps, which drum, how loud."""

    step: int
    steps: int
    pitch: int
    velocity: int


def clicks_of(roll: Roll) -> list[Click]:
    """A click on each beat, the high one on bar lines; a beat is what the metre counts (6/8: six).

    Where beats don't fall on steps, the nearest step clicks.
    """
    changes = [metre.step for metre in roll.metres]
    length = max(1, roll.grid.steps_per_beat // _LENGTHS_A_BEAT)
    found = []
    for step, place in enumerate(roll.steps_in_bar().tolist()):
        metre = roll.metres[max(0, bisect_right(changes, step) - 1)]
        if place in _beats(metre, roll.grid.steps_per_beat):
            is_first = place == 0
            high, loud = (HIGH, _LOUD) if is_first else (LOW, _SOFT)
            found.append(Click(step, length, high, loud))
    return found


def count_in(first: Bar, bars: int) -> Iterator[Bar]:
    """So many empty bars in the metre and tempo of the first bar that is played.

    An upbeat takes the place of the end of the last one.
    """
    roll = first.roll
    metre = roll.metres[0]
    whole = metre.numerator * 4 * roll.grid.steps_per_beat // metre.denominator
    upbeat = int(-metre.step) % whole if metre.step < 0 else 0
    for left in reversed(range(bars)):
        steps = upbeat if upbeat and not left else whole
        cells = np.zeros((len(roll.parts), PITCHES, steps), np.uint8)
        metres = (MetreChange(0, metre.numerator, metre.denominator),)
        tempos = (replace(roll.tempos[0], step=0),)
        yield CutBar(replace(roll, cells=cells, metres=metres, tempos=tempos))


def _beats(metre: MetreChange, steps_per_beat: int) -> set[int]:
    beat = 4 * steps_per_beat / metre.denominator
    return {round(k * beat) for k in range(metre.numerator)}
