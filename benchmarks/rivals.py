"""The other ways to play in time that benchmarks/timing.py puts beside ours; each in a process.

    python benchmarks/rivals.py WAY ONSETS

A virtual port is opened through RtMidi on JACK, a line says so, and after a line on stdin the
schedule is played. All play the same notes. What a way needs besides is the extra `benchmark`.
"""

from __future__ import annotations

import os
import random
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

PPQ, BPM = 480, 120
TICKS_A_SECOND = PPQ * BPM // 60
CLIENT = "Rival"
NOTE_TICKS = 96
"""How long each note is: 0.1 s."""

_SPIN_S = 0.0015
_START_S = 0.3
_PITCHES = 100
_LOWEST = 10


@dataclass(frozen=True)
class Onset:
    """One note of the schedule, told apart from all others by pitch and velocity.

    Attributes:
        tick: When it begins, 960 a second from the start.
    """

    tick: int
    pitch: int
    velocity: int

    @property
    def at_s(self) -> float:
        """The same in seconds."""
        return self.tick / TICKS_A_SECOND


def schedule(onsets: int) -> list[Onset]:
    """Onsets at random intervals of 5 to 26 ms (mean 15.6), on a grid that every way can play."""
    rng, tick, notes = random.Random(1), 0, []
    for k in range(onsets):
        notes.append(Onset(tick, _LOWEST + k % _PITCHES, 1 + k // _PITCHES % 127))
        tick += rng.randint(5, 25)
    return notes


def timed_messages(onsets: list[Onset]) -> list[tuple[int, bytes]]:
    """(tick, message) of every onset and release, rising."""
    ons = [(one.tick, bytes((0x90, one.pitch, one.velocity))) for one in onsets]
    offs = [(one.tick + NOTE_TICKS, bytes((0x80, one.pitch, 64))) for one in onsets]
    return sorted(ons + offs)


def mido_play(onsets: list[Onset], wait_go: Callable[[], None]) -> None:
    """`mido.MidiFile.play`: one sleep per message, to the start plus its time."""
    import mido

    port = mido.open_output("out", virtual=True, client_name=CLIENT)
    track, last = mido.MidiTrack(), 0
    track.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(BPM)))
    for tick, message in timed_messages(onsets):
        track.append(mido.Message.from_bytes(message, time=tick - last))
        last = tick
    file = mido.MidiFile(ticks_per_beat=PPQ, tracks=[track])
    wait_go()
    time.sleep(_START_S)
    for message in file.play():
        port.send(message)
    _end(port.close)


def isobar_timeline(onsets: list[Onset], wait_go: Callable[[], None]) -> None:
    """The timeline of isobar: a clock thread of 480 ticks a beat."""
    import isobar
    import mido
    from isobar.io.midi.output import MidiOutputDevice

    opened = mido.open_output
    mido.open_output = lambda name=None, **options: opened(name, client_name=CLIENT, **options)
    device = MidiOutputDevice("out", virtual=True)
    mido.open_output = opened
    timeline = isobar.Timeline(BPM, output_device=device)
    timeline.stop_when_done = True
    gaps = [b.tick - a.tick for a, b in pairwise(onsets)] + [NOTE_TICKS]
    wait_go()
    time.sleep(_START_S)
    events = {
        "note": isobar.PSequence([one.pitch for one in onsets], 1),
        "amplitude": isobar.PSequence([one.velocity for one in onsets], 1),
        "duration": isobar.PSequence([gap / PPQ for gap in gaps], 1),
        "gate": 0.5,
    }
    timeline.schedule(events)
    timeline.run()
    _end(device.midi.close)


def deadline_thread(onsets: list[Onset], wait_go: Callable[[], None]) -> None:
    """Absolute deadlines: sleep until 1.5 ms before, then spin, in a thread."""
    import rtmidi

    port = rtmidi.MidiOut(rtapi=rtmidi.API_UNIX_JACK, name=CLIENT)
    port.open_virtual_port("out")
    events = timed_messages(onsets)

    def play() -> None:
        begin = time.perf_counter() + _START_S
        for tick, message in events:
            due = begin + tick / TICKS_A_SECOND
            while (left := due - time.perf_counter() - _SPIN_S) > 0:
                time.sleep(left)
            while time.perf_counter() < due:
                pass
            port.send_message(message)

    wait_go()
    thread = threading.Thread(target=play)
    thread.start()
    thread.join()

    def close() -> None:
        port.close_port()
        port.delete()

    _end(close)


def _end(close: Callable[[], None]) -> None:
    """Say so once the last message is out, and leave the server: one that is killed spoils it."""
    time.sleep(0.4)
    print("played", flush=True)
    sys.stdin.readline()
    close()


WAYS = {"mido": mido_play, "isobar": isobar_timeline, "deadline_thread": deadline_thread}
EXTRA = "benchmark"


def main() -> int:
    """Play as the command line says."""
    os.environ["MIDO_BACKEND"] = "mido.backends.rtmidi/UNIX_JACK"
    way, onsets = sys.argv[1], int(sys.argv[2])

    def wait_go() -> None:
        print("ready", flush=True)
        sys.stdin.readline()

    WAYS[way](schedule(onsets), wait_go)
    return 0


if __name__ == "__main__":
    os._exit(main())  # isobar leaves threads behind that would not end
