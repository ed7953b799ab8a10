"""A real DAW, Ardour 7.3: what it records of what we play, and whether we keep its time.

    python benchmarks/daw.py [--quick] [--json] [--runs 5] [--long 2000]

Each run starts a JACK dummy server and Ardour without a window, lets a track record what our port
plays, saves, and reads the take: every note must be there with its pitch, velocity and channel, its
onset within half of Ardour's own tick (1/1920 beat: 6.25 samples at 120 bpm). The runs play random
notes on four channels; the last one plays what the bundled model makes. Ardour's MIDI clock, heard
through a client of its own, says at which frame its timeline began. Then Ardour sets the time
(benchmarks/dawclock.py): at 120 and 137 bpm, through a change of tempo and a jump.

Needs Debian's packages `ardour` and `jackd2`. 12 s a run, 20 s a clock, 3 minutes the long one.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import dawclock
from ardour import CLOCK_PORT, PROGRAM, TICKS_A_BEAT, Ardour, NotConnectedError, TakenNote
from tqdm import tqdm

from bridge.inputs.listener import Listener
from bridge.messages import TimedMessage, note_off, note_on
from bridge.ports.dummyjack import DummyJack
from bridge.ports.port import OutputPort
from bridge.ports.systems import MidiSystem, open_output
from bridge.units import ticks_of
from export.choosing import open_engine
from model.conditions import Conditions
from model.livesource import LiveSource
from model.settings import SamplingSettings

RATE = 48_000
RUNS, NOTES, LONG = 5, 200, 2000
MOST_CLOCK_SAMPLES = 48
"""A millisecond; what JACK's exact stamps let us reach is two samples."""

_STARTS = 12
_LEAD_S, _LOOK_AHEAD_S, _TAIL_S = 0.3, 0.5, 0.5
_START_MESSAGE = b"\xfa"
_GAPS = (0, 0, 1, 37, 480, 2400, 3001, 6000)


@dataclass(frozen=True)
class PlayedNote:
    """A note of a run; frames from its beginning."""

    onset: int
    duration: int
    pitch: int
    velocity: int
    channel: int


@dataclass(frozen=True)
class Verdict:
    """What became of the notes of one run.

    Attributes:
        notes: How many were played.
        missing: Of these, how many are not in the take.
        wrong: How many have another velocity there.
        extra: Notes of the take that nobody played.
        max_onset_samples: The worst onset, in samples.
        max_duration_samples: The worst duration.
        tick_samples: Ardour's own tick.
        starts: How often server and Ardour had to be started.
    """

    notes: int
    missing: int
    wrong: int
    extra: int
    max_onset_samples: float
    max_duration_samples: float
    tick_samples: float
    starts: int = 1

    @property
    def is_good(self) -> bool:
        """Every note there, and as near as Ardour's ticks let it be (and a sample for rounding)."""
        whole = not (self.missing or self.wrong or self.extra)
        near = self.max_onset_samples <= self.tick_samples / 2 + 1
        return whole and near and self.max_duration_samples <= self.tick_samples + 1


def main() -> int:
    """Record every run and print the table; 1 if a note is missing, wrong or too far off."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one run of 200 notes, one clock")
    parser.add_argument("--json", action="store_true", help="print one JSON object as last line")
    parser.add_argument("--runs", type=int, default=RUNS, help="of 200 random notes (default: 5)")
    parser.add_argument("--long", type=int, default=LONG, help="notes of the model (default: 2000)")
    asked = parser.parse_args()
    if shutil.which(PROGRAM) is None:
        parser.error("Ardour 7 is not here; on Debian: sudo apt-get install ardour jackd2")
    runs = {f"random {k}": random_notes(NOTES, k) for k in range(1 if asked.quick else asked.runs)}
    if asked.long and not asked.quick:
        runs["model"] = model_notes(asked.long)
    found = {
        name: record(notes, 137.0 if name == "model" else 120.0)
        for name, notes in tqdm(runs.items(), unit="run", file=sys.stderr)
    }
    names = dawclock.QUICK if asked.quick else tuple(dawclock.COURSES)
    clocks = {
        name: dawclock.follow(dawclock.COURSES[name])
        for name in tqdm(names, unit="clock", file=sys.stderr)
    }
    print(table(found), dawclock.table(clocks), sep="\n\n")
    if asked.json:
        result: dict[str, object] = dict(summed(found.values()))
        result["runs"] = {name: asdict(one) for name, one in found.items()}
        result["clock"] = {name: asdict(one) for name, one in clocks.items()}
        print(json.dumps(result))
    kept = all(one.max_samples <= MOST_CLOCK_SAMPLES and not one.missing for one in clocks.values())
    return 0 if kept and all(verdict.is_good for verdict in found.values()) else 1


def random_notes(count: int, seed: int) -> list[PlayedNote]:
    """Notes on four channels at odd moments; none strikes a key that sounds."""
    rng, now = random.Random(seed), 0
    busy: dict[tuple[int, int], int] = {}
    notes = []
    for _ in range(count):
        now += rng.choice(_GAPS)
        free = [(c, p) for c in range(4) for p in range(36, 96) if busy.get((c, p), -1) < now]
        channel, pitch = rng.choice(free)
        duration = rng.randint(600, 12_000)
        busy[channel, pitch] = now + duration + 48
        notes.append(PlayedNote(now, duration, pitch, rng.randint(1, 127), channel))
    return notes


def model_notes(count: int) -> list[PlayedNote]:
    """The first notes of the bundled model's music for seed 1."""
    source = LiveSource(open_engine(), Conditions(), SamplingSettings(seed=1), bpm=137.0)
    notes: list[PlayedNote] = []
    begin = 0.0
    while len(notes) < count:
        bar = source.next_bar()
        if bar is None:
            break
        edges = bar.roll.step_seconds() + begin
        for note in bar.roll.notes():
            onset = round(float(edges[note.onset_steps]) * RATE)
            end = round(float(edges[note.onset_steps + note.duration_steps]) * RATE) - 48
            notes.append(PlayedNote(onset, end - onset, note.pitch, note.velocity, 0))
        begin = float(edges[-1])
    return sorted(notes, key=lambda note: note.onset)[:count]


def record(notes: list[PlayedNote], bpm: float) -> Verdict:
    """Play notes into Ardour, from a fresh server each time, and compare.

    Raises:
        NotConnectedError: Ardour did not get through its start in twelve tries.
    """
    for start in range(1, _STARTS + 1):
        with tempfile.TemporaryDirectory() as folder, DummyJack() as server:
            try:
                taken, first = take(notes, server.system(), Path(folder), bpm)
            except NotConnectedError:
                continue
            return compared(notes, taken, first, bpm, start)
    raise NotConnectedError(f"tried to start Ardour {_STARTS} times and it lost JACK each time")


def take(
    notes: list[PlayedNote], system: MidiSystem, folder: Path, bpm: float
) -> tuple[list[TakenNote], int]:
    """What Ardour recorded, and the sample of its timeline on which our first frame fell."""
    with (
        open_output(system, "Fractalroll") as port,
        Ardour(folder, "take", system) as daw,
    ):
        daw.arm(port.name, bpm=bpm)
        clock = Listener(
            system, daw.port(CLOCK_PORT), near=ticks_of(port.now(), port.rate), keep=True
        )
        try:
            daw.order("roll")
            daw.wait(lambda status: bool(status["recording"]))
            begin = play(notes, port)
            daw.order("stop")
            daw.wait(lambda status: not status["rolling"])
            time.sleep(_TAIL_S)
            daw.order("save")
            daw.order("close")
        finally:
            clock.close()
        rolled = next(tick for tick, message in clock.heard if message == _START_MESSAGE)
        return daw.take(), begin - rolled


def play(notes: list[PlayedNote], port: OutputPort) -> int:
    """Play notes in time and return when they are out; the frame of the first moment."""
    begin = ticks_of(port.now() + _LEAD_S, RATE)
    events = sorted(
        event
        for note in notes
        for event in (
            (begin + note.onset, 1, note_on(note.channel, note.pitch, note.velocity)),
            (begin + note.onset + note.duration, 0, note_off(note.channel, note.pitch)),
        )
    )
    waiting = [TimedMessage(frame / RATE, message) for frame, _, message in events]
    end = waiting[-1].at + _TAIL_S
    while port.now() < end:
        limit = port.now() + _LOOK_AHEAD_S
        ready = [event for event in waiting if event.at < limit]
        port.send_many(ready)
        waiting = waiting[len(ready) :]
        time.sleep(0.05)
    return begin


def compared(
    notes: list[PlayedNote], taken: list[TakenNote], first: int, bpm: float, starts: int
) -> Verdict:
    """Each note beside the one of its channel and pitch that was recorded in its turn."""
    recorded: dict[tuple[int, int], list[TakenNote]] = defaultdict(list)
    for one in taken:
        recorded[one.channel, one.pitch].append(one)
    missing = wrong = 0
    onset_errors, duration_errors = [0.0], [0.0]
    for note in sorted(notes, key=lambda note: note.onset):
        turn = recorded[note.channel, note.pitch]
        if not turn:
            missing += 1
            continue
        one = turn.pop(0)
        wrong += one.velocity != note.velocity
        onset_errors.append(abs(one.onset - (first + note.onset)))
        duration_errors.append(abs(one.duration - note.duration))
    return Verdict(
        notes=len(notes),
        missing=missing,
        wrong=wrong,
        extra=sum(map(len, recorded.values())),
        max_onset_samples=round(max(onset_errors), 2),
        max_duration_samples=round(max(duration_errors), 2),
        tick_samples=round(RATE * 60 / bpm / TICKS_A_BEAT, 2),
        starts=starts,
    )


def summed(verdicts: Iterable[Verdict]) -> dict[str, float]:
    """All runs as one: counts added, the worst of the rest."""
    every = list(verdicts)
    counts = ("notes", "missing", "wrong", "extra")
    worst = [field.name for field in fields(Verdict) if field.name.startswith("max")]
    return {
        **{name: sum(getattr(one, name) for one in every) for name in counts},
        **{name: max(getattr(one, name) for one in every) for name in worst},
    }


def table(found: dict[str, Verdict]) -> str:
    """The runs as Markdown."""
    lines = [
        "| run | notes | missing | wrong | extra | worst onset, samples | worst duration, samples |"
        " Ardour's tick, samples | starts |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, one in found.items():
        lines.append(
            f"| {name} | {one.notes} | {one.missing} | {one.wrong} | {one.extra} | "
            f"{one.max_onset_samples} | {one.max_duration_samples} | {one.tick_samples} | "
            f"{one.starts} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
