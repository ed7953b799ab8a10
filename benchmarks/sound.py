"""What the sound without a DAW costs, and how exactly it sounds.

    python benchmarks/sound.py [--quick] [--json] [--font FONT.sf2]

First each kind of sound, the built-in voice and, where there is one, a SoundFont, renders held
notes in blocks of 256 frames: processor time beside the time of the music, and the slowest blocks
beside the 5.33 ms that a block lasts. Then the real process plays through PortAudio on a JACK dummy
server, and one more client hears the audio: where its notes begin, and how many blocks were late.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bridge.deck.openers import open_sound
from bridge.messages import TimedMessage, note_off, note_on
from bridge.ports.dummyjack import DummyJack
from bridge.ports.jackapi import open_client
from bridge.sound.soundfont import FONT_VARIABLE, NO_FONT, Bank, FontBank, usual_fonts
from bridge.sound.voice import VoiceBank

RATE, BLOCK = 48_000, 256
NOTES = (8, 32)
_SECONDS, _QUICK_SECONDS = 20.0, 4.0
_ONSETS, _QUICK_ONSETS = 50, 10
_APART_S, _LENGTH_S = 0.6, 0.1
_PITCH, _LOUD = 96, 127
_HEARD, _QUIET_S = 0.01, 0.05
_FALL_SILENT_S = 0.8


@dataclass(frozen=True)
class Cost:
    """One kind of sound with so many held notes.

    Attributes:
        share: Processor time beside the time of the music.
        median_ms, p99_ms, max_ms: Of the clock, for a block.
    """

    share: float
    median_ms: float
    p99_ms: float
    max_ms: float


@dataclass(frozen=True)
class Heard:
    """One kind of sound through PortAudio.

    Attributes:
        notes: How many were played.
        heard: How many were heard.
        p99_samples, max_samples: How far from their place they began, apart from the constant way.
        underflows: Blocks that came too late.
        share: Processor time of the sound's process beside the time of the music.
    """

    notes: int
    heard: int
    p99_samples: int
    max_samples: int
    underflows: int
    share: float


def main() -> int:
    """Measure and print the tables; 1 if a note was not heard."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="under a minute")
    parser.add_argument("--json", action="store_true", help="print one JSON object as last line")
    parser.add_argument("--font", type=Path, help="SoundFont (default: this system's)")
    asked = parser.parse_args()
    kinds = sounds(asked.font)
    seconds = _QUICK_SECONDS if asked.quick else _SECONDS
    costs = {
        f"{name}, {notes} notes": cost(make(RATE), notes, seconds)
        for name, (make, _) in kinds.items()
        for notes in NOTES
    }
    onsets = _QUICK_ONSETS if asked.quick else _ONSETS
    played = {name: heard(font, onsets) for name, (_, font) in kinds.items()}
    print(tables(costs, played))
    if asked.json:
        result = {"cost": {key: asdict(one) for key, one in costs.items()}}
        result |= {"portaudio": {key: asdict(one) for key, one in played.items()}}
        print(json.dumps(result))
    return 0 if all(one.heard == one.notes for one in played.values()) else 1


def sounds(font: Path | None) -> dict[str, tuple[Callable[[int], Bank], str]]:
    """By name: what makes the sound, and what to set for the process to use it."""
    kinds: dict[str, tuple[Callable[[int], Bank], str]] = {"built-in": (VoiceBank, NO_FONT)}
    path = font or next(usual_fonts(), None)
    if path is not None:
        kinds[path.stem] = (lambda rate: FontBank(rate, path), str(path))
    return kinds


def cost(bank: Bank, notes: int, seconds: float) -> Cost:
    """Render held notes, struck again every second so that they go on sounding."""
    blocks = []
    cpu = time.process_time()
    for block in range(round(seconds * RATE / BLOCK)):
        if block % round(RATE / BLOCK) == 0:
            for index in range(notes):
                bank.feed(note_on(index % 8, 40 + index, 90))
        begun = time.perf_counter()
        bank.render(BLOCK)
        blocks.append(1000 * (time.perf_counter() - begun))
    share = (time.process_time() - cpu) / seconds
    median, p99 = np.percentile(blocks, [50, 99])
    return Cost(round(share, 4), round(median, 3), round(p99, 3), round(max(blocks), 3))


def heard(font: str, onsets: int) -> Heard:
    """Play short notes through PortAudio and find them in what a JACK client hears."""
    os.environ[FONT_VARIABLE] = font
    with DummyJack() as server:
        os.environ.update(server.environment)
        with open_sound() as port, Ear() as ear:
            begun = cpu_seconds(port.pid)
            start = port.now() + 0.5
            times = [start + _APART_S * k for k in range(onsets)]
            port.send_many(
                event
                for at in times
                for event in (
                    TimedMessage(at, note_on(0, _PITCH, _LOUD)),
                    TimedMessage(at + _LENGTH_S, note_off(0, _PITCH)),
                )
            )
            while port.now() < times[-1] + _FALL_SILENT_S:
                time.sleep(0.05)
            lasted = port.now() - start + 0.5
            share = (cpu_seconds(port.pid) - begun) / lasted
            underflows = port.stats().xruns
            found = ear.onsets()
    first = np.array(times[: len(found)]) * RATE
    off = np.array(found[:onsets]) - first[: len(found)]
    errors = np.sort(np.abs(np.rint(off - np.median(off)).astype(int))) if len(off) else np.zeros(1)
    p99 = errors[max(0, -(-len(errors) * 99 // 100) - 1)]
    return Heard(onsets, len(found), int(p99), int(errors[-1]), underflows, round(share, 4))


class Ear:
    """A JACK client that keeps what the sound device plays."""

    def __init__(self) -> None:
        self._blocks: list[npt.NDArray[np.float32]] = []
        self._client = open_client("Ear")
        self._port = self._client.inports.register("in")
        self._client.set_process_callback(self._keep)
        self._client.activate()
        for source in self._client.get_ports(is_audio=True, is_output=True):
            if not source.name.startswith("system:"):
                self._client.connect(source, self._port)

    def __enter__(self) -> Ear:
        return self

    def __exit__(self, *error: object) -> None:
        with contextlib.suppress(Exception):  # the server may have gone first
            self._client.deactivate()
            self._client.close()

    def onsets(self) -> list[int]:
        """Frames at which something begins to be heard after silence."""
        loud = np.flatnonzero(np.abs(np.concatenate(self._blocks)) > _HEARD)
        return list(starts(loud, round(_QUIET_S * RATE)))

    def _keep(self, frames: int) -> None:
        self._blocks.append(self._port.get_array().copy())


def starts(loud: npt.NDArray[np.int64], apart: int) -> Iterator[int]:
    """Of rising frames those that come after a gap."""
    last = -apart
    for frame in loud.tolist():
        if frame - last >= apart:
            yield frame
        last = frame


def cpu_seconds(pid: int) -> float:
    """Processor time of a process; Linux."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def tables(costs: dict[str, Cost], played: dict[str, Heard]) -> str:
    """Both as Markdown."""
    lines = ["| sound | of a core | a block: median / p99 / max, ms |", "|---|---|---|"]
    for name, one in costs.items():
        times = f"{one.median_ms:.2f} / {one.p99_ms:.2f} / {one.max_ms:.2f}"
        lines.append(f"| {name} | {100 * one.share:.1f} % | {times} |")
    lines += [
        "",
        "| through PortAudio | notes | heard | off, p99 / max, samples | underflows | of a core |",
        "|---|---|---|---|---|---|",
    ]
    for name, two in played.items():
        lines.append(
            f"| {name} | {two.notes} | {two.heard} | {two.p99_samples} / {two.max_samples} | "
            f"{two.underflows} | {100 * two.share:.1f} % |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
