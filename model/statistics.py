"""What rolls sound like in numbers, so that generated music can be laid beside real music.

Each figure is taken of every roll by itself (all parts merged, drums left out) and then told as
mean and standard deviation over the rolls: pieces in different keys must not be mixed before
their pitch classes are counted. Compare rolls of about the same length; `pieces` cuts a long one.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from model.errors import RollError
from model.keys import PITCH_CLASSES, pitch_class_weights
from model.notes import SILENT, NoteArray
from model.roll import Roll
from model.timeline import places_in_bar

MAJOR_SCALE = (0, 2, 4, 5, 7, 9, 11)
LENGTH_EDGES_BEATS = (0.25, 0.5, 1.0, 2.0, 4.0)
LENGTH_LABELS = ("≤1/4", "≤1/2", "≤1", "≤2", "≤4", ">4")

# 24 diatonic scales: a natural minor has the tones of its relative major, so 12 rows cover them.
_SCALES = np.zeros((PITCH_CLASSES, PITCH_CLASSES))
for _tonic in range(PITCH_CLASSES):
    _SCALES[_tonic, [(_tonic + tone) % PITCH_CLASSES for tone in MAJOR_SCALE]] = 1.0


@dataclass(frozen=True)
class Figure:
    """A number over several rolls.

    Attributes:
        mean: Mean over the rolls that have the number; 0 if none has.
        deviation: Standard deviation over them (of the population).
    """

    mean: float
    deviation: float


@dataclass(frozen=True)
class RollStatistics:
    """Figures of a set of rolls.

    Attributes:
        rolls: Number of rolls.
        beats: Their length together, in beats.
        notes: Number of notes together.
        note_density: Onsets a beat.
        pitch_class_entropy: Bits, 0 (one pitch class) to 3.585 (all twelve alike), by onsets.
        scale_consistency: Share of onsets in the best of the 24 diatonic scales, 0..1.
        polyphony: Pitches that sound at a time, mean over the steps in which any does.
        silence: Share of steps in which nothing sounds, 0..1.
        note_beats: Mean length of a note in beats.
        note_lengths: Share of notes by length (see `LENGTH_LABELS`), over all rolls together.
    """

    rolls: int
    beats: float
    notes: int
    note_density: Figure
    pitch_class_entropy: Figure
    scale_consistency: Figure
    polyphony: Figure
    silence: Figure
    note_beats: Figure
    note_lengths: tuple[float, ...]

    def to_json(self) -> dict[str, object]:
        """The same as plain values for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class _OneRoll:
    """Figures of one roll, NaN where it has none; lengths as counts."""

    beats: float
    notes: int
    note_density: float
    pitch_class_entropy: float
    scale_consistency: float
    polyphony: float
    silence: float
    note_beats: float
    lengths: npt.NDArray[np.int64]


def describe(rolls: Iterable[Roll]) -> RollStatistics:
    """Figures of a set of rolls, read one at a time."""
    found = [_describe_one(roll) for roll in rolls]
    lengths = np.sum([one.lengths for one in found], axis=0) if found else np.zeros(1)
    shares = lengths / max(lengths.sum(), 1)
    return RollStatistics(
        rolls=len(found),
        beats=float(sum(one.beats for one in found)),
        notes=sum(one.notes for one in found),
        note_density=_figure([one.note_density for one in found]),
        pitch_class_entropy=_figure([one.pitch_class_entropy for one in found]),
        scale_consistency=_figure([one.scale_consistency for one in found]),
        polyphony=_figure([one.polyphony for one in found]),
        silence=_figure([one.silence for one in found]),
        note_beats=_figure([one.note_beats for one in found]),
        note_lengths=tuple(shares.tolist()) if found else (0.0,) * len(LENGTH_LABELS),
    )


def pieces(roll: Roll, bars: int) -> list[Roll]:
    """A roll cut at bar lines into rolls of `bars` bars; a shorter rest is left out.

    Raises:
        RollError: If bars is less than 1.
    """
    if bars < 1:
        raise RollError(f"Can't cut a roll into pieces of {bars} bars: give 1 or more.")
    lines = roll.bar_starts().tolist()
    if places_in_bar(roll.steps, roll.metres, roll.grid.steps_per_beat) == 0:
        lines.append(roll.steps)
    cuts = lines[::bars]
    return [roll.slice_steps(a, b) for a, b in pairwise(cuts)]


def _describe_one(roll: Roll) -> _OneRoll:
    merged = roll.merged()
    notes = merged.note_array()
    per_beat = roll.grid.steps_per_beat
    beats = roll.steps / per_beat
    sounding = np.count_nonzero(merged.cells[0] != SILENT, axis=0)  # [S]
    busy = sounding[sounding > 0]
    lengths = notes.duration_steps / per_beat
    classes = _class_counts(notes)
    return _OneRoll(
        beats=beats,
        notes=len(notes),
        note_density=len(notes) / beats if beats else math.nan,
        pitch_class_entropy=_entropy_bits(classes),
        scale_consistency=_scale_consistency(classes),
        polyphony=float(busy.mean()) if len(busy) else math.nan,
        silence=1.0 - len(busy) / roll.steps if roll.steps else math.nan,
        note_beats=float(lengths.mean()) if len(notes) else math.nan,
        lengths=np.bincount(
            np.searchsorted(LENGTH_EDGES_BEATS, lengths), minlength=len(LENGTH_LABELS)
        ),
    )


def _class_counts(notes: NoteArray) -> npt.NDArray[np.float64]:
    """Onsets of each pitch class, float64[12]."""
    return pitch_class_weights(np.bincount(notes.pitch, minlength=128))


def _entropy_bits(counts: npt.NDArray[np.float64]) -> float:
    if counts.sum() == 0:
        return math.nan
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log2(shares)).sum()) + 0.0  # + 0.0: not -0.0


def _scale_consistency(counts: npt.NDArray[np.float64]) -> float:
    if counts.sum() == 0:
        return math.nan
    return float((_SCALES @ counts).max() / counts.sum())


def _figure(values: Sequence[float]) -> Figure:
    known = np.array([value for value in values if not math.isnan(value)])
    if len(known) == 0:
        return Figure(0.0, 0.0)
    return Figure(float(known.mean()), float(known.std()))


def compare(named: Mapping[str, RollStatistics]) -> str:
    """A Markdown table with a column for each name and a row for each figure."""
    columns = list(named.values())
    rows = [
        ["", *named],
        ["rolls", *(f"{s.rolls}" for s in columns)],
        ["beats", *(f"{s.beats:.0f}" for s in columns)],
        ["notes", *(f"{s.notes}" for s in columns)],
        ["notes a beat", *(_told(s.note_density) for s in columns)],
        ["pitch-class entropy, bits", *(_told(s.pitch_class_entropy) for s in columns)],
        ["scale consistency", *(_told(s.scale_consistency) for s in columns)],
        ["polyphony", *(_told(s.polyphony) for s in columns)],
        ["share of silent steps", *(_told(s.silence) for s in columns)],
        ["note length, beats", *(_told(s.note_beats) for s in columns)],
    ]
    for k, label in enumerate(LENGTH_LABELS):
        rows.append(
            [f"share of notes {label} beats", *(f"{s.note_lengths[k]:.3f}" for s in columns)]
        )
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    lines = [_line(row, widths) for row in rows]
    rule = [f"{'-' * width}{'' if k == 0 else ':'}" for k, width in enumerate(widths)]
    lines.insert(
        1, "|" + "|".join(f"-{r}-" if k == 0 else f"-{r}" for k, r in enumerate(rule)) + "|"
    )
    return "\n".join(lines)


def _told(figure: Figure) -> str:
    return f"{figure.mean:.3f} ± {figure.deviation:.3f}"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first = row[0].ljust(widths[0])
    others = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
    return "| " + " | ".join([first, *others]) + " |"
