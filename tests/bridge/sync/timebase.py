"""A process that is JACK's timebase master and moves the transport as it is told on stdin.

Orders, one a line: `start`, `stop`, `locate FRAME`, `bpm TEMPO` (from the present frame on),
`loop FRAME` (back to frame 0 after that frame; 0 for no more).
"""

import sys
from typing import Any

import jack

PER_BEAT = 1920


class Master:
    """Beats at a tempo that changes at frames; tells them in ticks, rounded down."""

    def __init__(self) -> None:
        self.client = jack.Client("timebase", no_start_server=True)
        self.rate = float(self.client.samplerate)
        self.since = (0, 0.0, 120.0)
        """(frame, beat, tempo) of the latest change; one value: another thread reads it."""
        self.loop = 0
        self.client.set_timebase_callback(self.tell)
        self.client.set_process_callback(self.pass_seam)
        self.client.activate()

    def tell(self, state: int, frames: int, position: Any, new: bool) -> None:
        frame, beat, bpm = self.since
        beat += (position.frame - frame) / self.rate * bpm / 60
        whole = int(beat)
        position.valid = 0x10
        position.beats_per_bar, position.beat_type, position.ticks_per_beat = 4.0, 4.0, PER_BEAT
        position.beats_per_minute = bpm
        position.bar, position.beat = whole // 4 + 1, whole % 4 + 1
        position.tick = int((beat - whole) * PER_BEAT)
        position.bar_start_tick = whole // 4 * 4 * PER_BEAT

    def pass_seam(self, frames: int) -> None:
        state, position = self.client.transport_query_struct()
        if self.loop and int(state) == 1 and position.frame + frames >= self.loop:
            self.client.transport_locate(0)

    def obey(self, words: list[str]) -> None:
        if words[0] == "start":
            self.client.transport_start()
        elif words[0] == "stop":
            self.client.transport_stop()
        elif words[0] == "locate":
            self.client.transport_locate(int(words[1]))
        elif words[0] == "loop":
            self.loop = int(words[1])
        elif words[0] == "bpm":
            now = int(self.client.transport_frame)
            frame, beat, bpm = self.since
            self.since = (now, beat + (now - frame) / self.rate * bpm / 60, float(words[1]))


def main() -> None:
    master = Master()
    print("ready", flush=True)
    for line in sys.stdin:
        master.obey(line.split())
        frame, beat, bpm = master.since
        print("done", frame, repr(beat), bpm, flush=True)
    master.client.deactivate()
    master.client.close()


if __name__ == "__main__":
    main()
