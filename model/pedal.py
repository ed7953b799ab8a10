"""The sustain pedal (controller 64): notes sound on while it is down."""

import numpy as np

from model.grid import IntArray

SUSTAIN_CONTROLLER = 64
PEDAL_DOWN = 64  # a value of at least this is down (MIDI 1.0 detailed specification)


def sustained_ends(end: IntArray, time: IntArray, value: IntArray) -> IntArray:
    """Ends of notes (ticks) after the pedal has had its say.

    A note that is let go while the pedal is down sounds until the pedal is lifted; the pedal
    doesn't catch a note that ends in the very tick in which it goes down. A pedal that never
    rises is lifted with the last note or pedal event, whichever is later. That the next onset of
    the pitch ends a note as well is left to `model.notes.paint`.

    Args:
        end: Ticks at which the notes are let go, int64[N].
        time: Ticks of the pedal's events in rising order, int64[M].
        value: Their values 0..127, int64[M].
    """
    if len(end) == 0 or len(time) == 0:
        return end
    last_tick = max(int(time[-1]), int(end.max()))
    down = value >= PEDAL_DOWN
    changed = down != np.concatenate(([False], down[:-1]))
    time, down = time[changed], down[changed]  # down, up, down, up ...
    lifts = np.append(time[1:], last_tick)
    last = np.searchsorted(time, end, side="left") - 1  # the last event before each end
    caught = np.append(down, False)[last]  # -1, before the first event, finds the False
    return np.where(caught, np.maximum(lifts[last], end), end)
