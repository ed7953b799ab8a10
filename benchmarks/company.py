"""Whether it is good company: what it plays beside real music, held against that music.

    python benchmarks/company.py MUSIC [MUSIC ...] [--pieces 16] [--bars 20] [--first-part]
                                 [--top-p 0.98] [--guidance 1] [--seeds 1] [--json] [--bundle NAME]

MUSIC are MIDI files or folders of them; pieces in 4/4 are taken in the order of their names. Each
is played to a duet by a musician who is some milliseconds off, on a clock turned by hand, in all
three ways: throughout to `accompany`, four bars of eight to the others. Beside them `musician` is
the music itself, and `alone` the model without anybody.

`in_key`: share of onsets in the scale of the piece's key. `clashes`: share of our onsets that are a
semitone, or that and octaves, away from another tone of the musician's that sounds then.
`onsets_per_beat`, `voices` (tones that sound at an onset), `register` (semitones from our median
pitch to the musician's), `repeated` (onsets of the pitch that was struck last, the top voice
only), `restruck` (onsets of a pitch that was struck within the beat before), `gap_beats` (the
longest silence within a turn), `on_line` (first bars of a turn that have a note on the line),
`silent` (bars without a note), `on_beat` (onsets on a beat).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from bridge.choices import MODES, Mode
from bridge.duet.duet import Duet
from bridge.duet.duetsettings import DuetSettings
from bridge.duet.wish import hand_over
from bridge.messages import TimedMessage, note_off, note_on
from export.choosing import open_engine
from model.conditions import KEYS, Conditions
from model.engine import Engine
from model.errors import ModelError
from model.keys import estimate_key
from model.listening import MAJOR, MINOR
from model.livesource import LiveSource
from model.midifile import read_midi
from model.roll import FIRST_ONSET, SILENT, Note, Roll
from model.settings import SamplingSettings

BPM = 110.0
_TICK_BEATS = 0.05
_OFF_BEATS = 0.02
_BAR = 16
_SHARP = (1, 11)
"""Distances in semitones that clash."""

Cells = NDArray[np.uint8]


@dataclass
class Turns:
    """What was played by one of the two in a piece.

    Attributes:
        cells: Of all bars, uint8 [128, steps].
        bars: Those in which it was this one's turn.
        firsts: Those of them with which a turn began.
        key: Of the piece.
        beside: What the other one played, of the same length.
    """

    cells: Cells
    bars: list[int]
    firsts: list[int]
    key: int
    beside: Cells


def main() -> int:
    """Play to all pieces in all ways and print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("music", nargs="+", type=Path, help="MIDI files, or folders of them")
    parser.add_argument("--pieces", type=int, default=16, help="so many of each MUSIC at most")
    parser.add_argument("--bars", type=int, default=20, help="of each piece")
    parser.add_argument("--first-part", action="store_true", help="the musician plays one part")
    parser.add_argument("--top-p", type=float, default=0.98)
    parser.add_argument("--guidance", type=float, default=1.0)
    parser.add_argument("--seeds", type=int, default=1, help="so often each")
    parser.add_argument("--bundle", default="default", help="the model (default: the bundled one)")
    parser.add_argument("--json", action="store_true", help="print one JSON object as last line")
    asked = parser.parse_args()
    engine = open_engine(asked.bundle)
    pieces = [piece for music in asked.music for piece in _pieces(music, asked)]
    if not pieces:
        raise SystemExit("tried to find pieces in 4/4 and found none; name other files")
    rows: dict[str, list[Turns]] = {"musician": [], "alone": [], **{mode: [] for mode in MODES}}
    for seed, piece in enumerate(tqdm(pieces * asked.seeds, unit="piece", file=sys.stderr)):
        settings = SamplingSettings(seed=seed, top_p=asked.top_p, guidance=asked.guidance)
        key = _key(piece)
        all_bars = list(range(len(piece[0]) // _BAR))
        rows["musician"].append(Turns(piece, all_bars, [0], key, piece))
        rows["alone"].append(_alone(engine, settings, len(all_bars)))
        for mode in MODES:
            rows[mode].append(_together(engine, settings, mode, piece, key))
    found = {name: _figures(turns) for name, turns in rows.items()}
    for name, figures in found.items():
        print(name, *(f"{key} {value}" for key, value in figures.items()), sep="  ")
    if asked.json:
        print(json.dumps({"pieces": len(pieces), "ways": found, "engine": engine.name}))
    return 0


# --- The music -----------------------------------------------------------------------------------


def _pieces(music: Path, asked: argparse.Namespace) -> Iterator[Cells]:
    """Cells [128, steps] of the first pieces that can be played to it."""
    files = sorted(music.rglob("*.mid")) if music.is_dir() else [music]
    left = asked.pieces
    for path in files:
        roll = None
        with contextlib.suppress(ModelError):
            roll = read_midi(path)
        if roll is None or not left:
            continue
        if all((metre.numerator, metre.denominator) == (4, 4) for metre in roll.metres):
            cells = _heard(roll, asked)
            if cells is not None:
                left -= 1
                yield cells


def _heard(roll: Roll, asked: argparse.Namespace) -> Cells | None:
    """What the musician plays of it, from the first bar with a note; None if that is too short."""
    parts = [part for part, own in enumerate(roll.parts) if not own.is_drum]
    parts = parts[:1] if asked.first_part else parts
    if not parts:
        return None
    cells = roll.cells[parts].max(0)
    struck = np.flatnonzero((cells >= FIRST_ONSET).any(0))
    if not len(struck):
        return None
    first = int(struck[0]) // _BAR * _BAR
    own = cells[:, first : first + asked.bars * _BAR]
    bars = (own >= FIRST_ONSET).any(0)[: own.shape[1] // _BAR * _BAR].reshape(-1, _BAR).any(1)
    return own if len(bars) == asked.bars and bars.mean() > 0.8 else None


def _key(cells: Cells) -> int:
    return estimate_key(cells.T, 4)


# --- Playing -------------------------------------------------------------------------------------


def _alone(engine: Engine, settings: SamplingSettings, bars: int) -> Turns:
    source = LiveSource(engine, Conditions(), settings, BPM)
    made = [source.next_bar() for _ in range(bars)]
    cells = np.concatenate([bar.roll.cells.max(0) for bar in made if bar is not None], axis=1)
    return Turns(cells, list(range(bars)), [0], _key(cells), cells)


def _together(
    engine: Engine, settings: SamplingSettings, mode: Mode, piece: Cells, key: int
) -> Turns:
    """One piece, played to a duet."""
    bars = piece.shape[1] // _BAR
    theirs = piece.copy()
    if mode != "accompany":  # it answers, or goes on alone
        for bar in range(bars):
            if bar % 8 >= 4:
                theirs[:, bar * _BAR : (bar + 1) * _BAR] = SILENT
    source = LiveSource(engine, Conditions(), settings, BPM)
    duet = Duet(DuetSettings(mode=mode), grid=source.grid, parts=source.parts)
    waiting = _messages(theirs, random.Random(settings.seed))
    ours = np.zeros_like(piece)
    turn, firsts, done, beat = [], [], -1, 0.0
    while beat < bars * 4:
        while waiting and waiting[0].at <= beat:
            duet.hear(*waiting.pop(0))
        wish = duet.turn(beat, BPM)
        if wish is not None and not wish.rests:
            hand_over(wish, source)
        bar = int(beat // 4) + 1
        due = beat >= 4 * bar - duet.lead_s * BPM / 60.0
        if due and done < bar < bars and duet.plays(bar):
            made = source.next_bar()
            if made is not None:
                duet.commit(bar, made)
                ours[:, bar * _BAR : (bar + 1) * _BAR] = made.roll.cells.max(0)
                firsts += [] if bar - 1 in turn else [bar]
                turn.append(bar)
            done = bar
        beat += _TICK_BEATS
    return Turns(ours, turn, firsts, key, theirs)


def _messages(cells: Cells, rng: random.Random) -> list[TimedMessage]:
    """Notes as a person plays them."""
    events = []
    for note in _notes(cells):
        on = note.onset_steps / 4 + rng.gauss(0.0, _OFF_BEATS)
        off = max((note.onset_steps + note.duration_steps) / 4 - 0.06, on + 0.05)
        events.append(TimedMessage(max(on, 0.0), note_on(0, note.pitch, note.velocity)))
        events.append(TimedMessage(off, note_off(0, note.pitch)))
    return sorted(events)


def _notes(cells: Cells) -> list[Note]:
    """Notes of a part, held cells without an onset left out."""
    clean = cells.copy()
    sounding = np.zeros(len(cells), bool)
    for step in range(cells.shape[1]):
        sounding = (clean[:, step] >= FIRST_ONSET) | (sounding & (clean[:, step] != SILENT))
        clean[~sounding, step] = SILENT
    return list(Roll(clean[None]).notes())


# --- Judging -------------------------------------------------------------------------------------


def _figures(turns: list[Turns]) -> dict[str, float]:
    """Means over all onsets, or bars, or turns of all pieces."""
    found: dict[str, list[float]] = {}

    def note(name: str, values: Any) -> None:
        found.setdefault(name, []).extend(np.asarray(values, float).reshape(-1).tolist())

    for own in turns:
        if not own.bars:
            continue
        steps = (np.array(own.bars)[:, None] * _BAR + np.arange(_BAR)).reshape(-1)
        onsets = own.cells >= FIRST_ONSET
        pitches, at = np.nonzero(onsets[:, steps])
        when = steps[at]
        if own.key < KEYS:
            scale = {(own.key + degree) % 12 for degree in (MINOR if own.key >= 12 else MAJOR)}
            note("in_key", [pitch % 12 in scale for pitch in pitches.tolist()])
        there = own.beside != SILENT
        for pitch, step in zip(pitches.tolist(), when.tolist(), strict=True):
            others = [one for one in np.flatnonzero(there[:, step]).tolist() if one != pitch]
            if others:
                note("clashes", any(abs(pitch - one) % 12 in _SHARP for one in others))
        note("onsets_per_beat", len(pitches) * 4 / len(steps))
        note("voices", (own.cells != SILENT)[:, when].sum(0))
        if own.beside.any() and len(pitches):
            theirs = np.nonzero(own.beside >= FIRST_ONSET)[0]
            note("register", np.median(pitches) - np.median(theirs))
        top = [int(np.flatnonzero(onsets[:, step])[-1]) for step in np.unique(when).tolist()]
        note("repeated", np.diff(top) == 0)
        lately = [
            onsets[pitch, max(step - 4, 0) : step].any()
            for pitch, step in zip(pitches, when, strict=True)
        ]
        note("restruck", lately)
        note("on_beat", when % 4 == 0)
        bars = onsets[:, steps].any(0).reshape(-1, _BAR)
        note("silent", ~bars.any(1))
        note("on_line", [(own.cells[:, bar * _BAR] != SILENT).any() for bar in own.firsts])
        note("gap_beats", [_gap(own.cells[:, steps]) / 4])
    return {name: round(float(np.mean(values)), 3) for name, values in found.items()} | {
        "bars": sum(len(own.bars) for own in turns)
    }


def _gap(cells: Cells) -> int:
    """Steps of the longest silence."""
    longest = run = 0
    for silent in ~(cells != SILENT).any(0):
        run = run + 1 if silent else 0
        longest = max(longest, run)
    return longest


if __name__ == "__main__":
    sys.exit(main())
