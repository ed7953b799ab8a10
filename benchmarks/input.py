"""How soon a played note is part of the prompt, and how soon music answers it.

    python benchmarks/input.py [--quick] [--json] [--period 256] [--busy] [--bundle NAME_OR_FOLDER]

First a keyboard, which is another client of a JACK dummy server, plays notes at random moments.
Each is timed from its frame until it is in the cells that the next wish would hold, plus a whole
period: so long a key may have been down before the server notices. Goal: 99 of 100 within 10 ms.

Then the bundled model plays together with made-up tunes, in all three ways, on a clock turned by
hand: how long the bar that a wish asks for takes, from the wish to the whole bar, beside the length
of a bar at 120 and at 180 bpm.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import sys
import threading
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from loads import LOADS
from tqdm import tqdm

from bridge.choices import MODES, Mode
from bridge.duet.duet import Duet
from bridge.duet.duetsettings import DuetSettings
from bridge.duet.ear import Ear
from bridge.duet.wish import hand_over
from bridge.inputs.inputport import InputPort
from bridge.messages import TimedMessage, is_note_on, note_off, note_on
from bridge.ports.dummyjack import DummyJack
from bridge.ports.jackapi import open_client
from bridge.ports.systems import open_output
from bridge.units import unwrap
from export.choosing import open_engine
from model.conditions import Conditions
from model.engine import Engine
from model.livesource import LiveSource
from model.settings import SamplingSettings
from model.tunes import make_tunes

GOAL_P99_MS = 10.0
BPM = 120.0
_NOTES, _QUICK_NOTES = 1000, 100
_TUNES, _QUICK_TUNES = 6, 1
_BARS = 16
_TICK_BEATS = 0.05
_PATIENCE_S = 30.0


def main() -> int:
    """Measure both, print them; 1 if a note takes longer than the goal."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="100 notes and one tune")
    parser.add_argument("--json", action="store_true", help="print one JSON object as last line")
    parser.add_argument("--period", type=int, default=256, help="frames per cycle of the server")
    parser.add_argument("--busy", action="store_true", help="with a computing process on each core")
    parser.add_argument("--bundle", default="default", help="the model (default: the bundled one)")
    asked = parser.parse_args()
    engine = open_engine(asked.bundle)
    with LOADS["busy"]() if asked.busy else contextlib.nullcontext():
        found = way_in(_QUICK_NOTES if asked.quick else _NOTES, asked.period)
        answers = {
            mode: answering(engine, mode, _QUICK_TUNES if asked.quick else _TUNES)
            for mode in tqdm(MODES, unit="way", file=sys.stderr)
        }
    print(
        f"note-on to prompt: median {found['median_ms']} ms, p99 {found['p99_ms']}, "
        f"max {found['max_ms']} ({found['notes']} notes, {found['lost']} lost)"
    )
    for mode, row in answers.items():
        print(
            f"{mode}: {row['bars']} bars, median {row['median_ms']} ms, p95 {row['p95_ms']}, "
            f"max {row['max_ms']}; p95 is {row['p95_share_of_bar_180']:.0%} of a bar at 180 bpm"
        )
    if asked.json:
        print(json.dumps({**found, "modes": answers, "engine": engine.name, "busy": asked.busy}))
    return 1 if found["p99_ms"] > GOAL_P99_MS or found["lost"] else 0


# --- From a key to the prompt --------------------------------------------------------------------


class Prompt:
    """A duet at the end of an input port; notes when each pitch and velocity is in its cells.

    Args:
        clock: A client of the server: its frame counter tells the time.
    """

    def __init__(self, clock: Any) -> None:
        self.frames: list[tuple[int, int]] = []  # (frame of a note-on, frame when it was there)
        self.duet = Duet()
        self.rate = int(clock.samplerate)
        self._clock = clock
        self._ear = Ear(self.duet, None, lambda at: at * BPM / 60.0)
        self.came = threading.Condition()

    def take(self, events: list[tuple[float, bytes]]) -> None:
        """As an input port calls it."""
        for at, message in events:
            self._ear.take([(at, message)])
            if is_note_on(message):
                self._look(at, message[1])
        with self.came:
            self.came.notify_all()

    def _look(self, at: float, pitch: int) -> None:
        heard, beat = self.duet.heard, at * BPM / 60.0
        start = round(beat * heard.grid.steps_per_beat) // 16 * 16
        cells = heard.cells(start, start + 32, beat, metre=(4, 4)).cells
        if cells[0, pitch].any():
            frame = round(at * self.rate)
            self.frames.append((frame, unwrap(int(self._clock.frame_time), frame)))
        heard.forget_before(beat - 8.0)


def way_in(count: int, period: int) -> dict[str, Any]:
    """Notes of a keyboard on a real server, and how long each took until it was in the prompt."""
    rng = random.Random(1)
    with DummyJack(period=period) as server:
        clock = open_client("Fractalroll clock reader", server.name)
        prompt = Prompt(clock)
        system = server.system()
        with (
            open_output(system, "Keyboard") as keys,
            InputPort(system, keys.name, prompt.take),
            contextlib.closing(clock),
        ):
            _play(keys, count, rng)
            end = time.monotonic() + _PATIENCE_S
            with prompt.came:
                while len(prompt.frames) < count - keys.stats().dropped:
                    if not prompt.came.wait(max(0.0, end - time.monotonic())):
                        break
            played = count - keys.stats().dropped
    waits = [1000.0 * (there - at + period) / prompt.rate for at, there in prompt.frames]
    median, p99 = (round(float(np.percentile(waits, share)), 3) for share in (50, 99))
    return {
        "notes": played,
        "lost": played - len(waits),
        "median_ms": median,
        "p99_ms": p99,
        "max_ms": round(max(waits), 3),
        "period_ms": round(1000.0 * period / prompt.rate, 3),
        "load_average": round(os.getloadavg()[0], 1),
    }


def _play(keys: Any, count: int, rng: random.Random) -> None:
    """Keys go down at random moments, 10 to 50 ms apart, each handed over in time."""
    at = keys.now() + 0.5
    for k in range(count):
        at += rng.uniform(0.01, 0.05)
        pitch = 30 + k % 60
        keys.send_many(
            [TimedMessage(at, note_on(0, pitch, 90)), TimedMessage(at + 0.02, note_off(0, pitch))]
        )
        while keys.now() < at - 0.3:
            time.sleep(0.02)


# --- From a wish to the bar ----------------------------------------------------------------------


@dataclass
class Evening:
    """One tune, played to a duet by hand of the clock; `took` are seconds from wish to bar."""

    duet: Duet
    source: LiveSource
    took: list[float]

    def play(self, events: list[TimedMessage]) -> None:
        """The musician's messages at their beats, and the bars that are asked for meanwhile."""
        waiting, beat = sorted(events), 0.0
        first, last = -1, -1.0
        done = -1
        while beat < _BARS * 4:
            while waiting and waiting[0].at <= beat:
                self.duet.hear(*waiting.pop(0))
            begun = time.perf_counter()
            wish = self.duet.turn(beat, BPM)
            bar = int(beat // 4) + 1
            if wish is not None:
                hand_over(wish, self.source)
                first = wish.first_bar
                last = np.inf if wish.bars is None else first + wish.bars
            due = beat >= 4 * bar - self.duet.lead_s * BPM / 60.0
            if due and done < bar and 0 <= first <= bar < last:
                made = self.source.next_bar()
                if made is not None:
                    self.duet.commit(bar, made)
                if wish is not None:
                    self.took.append(time.perf_counter() - begun)
                done = bar
            beat += _TICK_BEATS


def answering(engine: Engine, mode: Mode, tunes: int) -> dict[str, Any]:
    """How long the bars take that one way of playing together asks for."""
    took: list[float] = []
    for seed, tune in enumerate(make_tunes(tunes, _BARS, seed=1)):
        source = LiveSource(engine, Conditions(), SamplingSettings(seed=seed), BPM)
        duet = Duet(DuetSettings(mode=mode), grid=source.grid, parts=source.parts)
        events = []
        for note in tune.notes():
            bar = note.onset_steps // 16
            if mode != "accompany" and bar % 8 >= 4:
                continue  # it answers, or goes on alone
            on, off = note.onset_steps / 4, (note.onset_steps + note.duration_steps) / 4 - 0.05
            events.append(TimedMessage(on, note_on(0, note.pitch, note.velocity)))
            events.append(TimedMessage(off, note_off(0, note.pitch)))
        Evening(duet, source, took).play(events)
    ms = 1000.0 * np.array(took)
    p95 = float(np.percentile(ms, 95))
    return {
        "bars": len(took),
        "median_ms": round(float(np.median(ms)), 1),
        "p95_ms": round(p95, 1),
        "max_ms": round(float(ms.max()), 1),
        "p95_share_of_bar_120": round(p95 / 2000.0, 4),
        "p95_share_of_bar_180": round(p95 * 180.0 / 240_000.0, 4),
    }


if __name__ == "__main__":
    sys.exit(main())
