"""Real music for people who own no MIDI files: Bach's chorales, out of the package music21.

music21 is an optional extra. Its scores are written as MIDI files into a folder, from where they
go the way of any other music (`model.cache.build_cache`).
"""

import importlib
import os
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

from tqdm import tqdm

from model.conversion import worker_pool
from model.errors import ModelError
from model.midifile import write_midi
from model.roll import Grid, MetreChange, Note, Part, Roll, TempoChange

CHORALE_BPM = 90.0  # the scores name no tempo, and no loudness either
CHORALE_VELOCITY = 80
CHOIR_PROGRAM = 52  # General MIDI "Choir Aahs", counted from 0
CHORALES_WORTH_A_POOL = 12
FINE_GRID = Grid(steps_per_beat=24)


class CorpusError(ModelError):
    """A corpus can't be had."""


def chorales(
    folder: str | Path,
    *,
    limit: int | None = None,
    workers: int | None = None,
    progress: bool = True,
    told: Callable[[int, int], object] | None = None,
) -> list[Path]:
    """Write the chorales that music21 carries as MIDI files, each whole or not at all.

    Files that are already there are kept, so that a broken-off call goes on where it stopped.
    Repeats are written once, upbeats stand at the end of a bar of silence, ties are joined.

    Args:
        folder: Where to write; made if need be.
        limit: Only the first so many chorales; None takes all (about 350).
        workers: Processes besides this one; 0 works here; None takes one for each processor.
        progress: Whether to show a progress bar on stderr.
        told: Hears how many of those that were missing are written, and how many they are.

    Returns:
        Paths of the files in the order of Riemenschneider's collection.

    Raises:
        CorpusError: If music21 isn't installed or has no chorales, or the folder can't be made.
        MidiFileError: If the disk refuses a file.
    """
    corpus = _music21("corpus")
    names = list(dict.fromkeys(corpus.chorales.Iterator(returnType="filename")))[:limit]
    if not names:
        raise CorpusError(
            "music21 is installed, but its corpus has no chorales: install the whole package "
            'anew (pip install --force-reinstall "fractalroll[chorales]").'
        )
    place = _made(folder)
    paths = [place / f"{Path(name).name}.mid" for name in names]
    missing = [(name, path) for name, path in zip(names, paths, strict=True) if not path.exists()]
    written = _written(missing, (os.cpu_count() or 1) if workers is None else workers)
    bar = tqdm(written, "Writing chorales", len(missing), unit="file", disable=not progress)
    for number, _ in enumerate(bar, 1):  # each turn writes a file
        if told is not None:
            told(number, len(missing))
    return paths


def _written(missing: list[tuple[str, Path]], workers: int) -> Iterator[Path]:
    """Write chorales one after the other or, where there are many, in several processes."""
    if workers < 1 or len(missing) < CHORALES_WORTH_A_POOL:
        yield from (write_chorale(*one) for one in missing)
        return
    pool = worker_pool(workers)
    try:
        yield from pool.map(write_chorale, *zip(*missing, strict=True))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def write_chorale(name: str, path: Path) -> Path:
    """Write the chorale that music21 knows by `name` as a MIDI file; runs in worker processes.

    Returns:
        The path given.

    Raises:
        CorpusError: If music21 isn't installed.
        MidiFileError: If the disk refuses.
    """
    source = _source(_music21("corpus"), name)
    # From the score itself: music21 would keep and load pickles, which can run code.
    score = _music21("converter").parseFile(source, forceSource=True, storePickle=False)
    write_midi(roll_of_score(score), path)
    return path


def _music21(module: str) -> ModuleType:
    try:
        return importlib.import_module(f"music21.{module}")
    except ImportError as err:
        raise CorpusError(
            "The chorales come with the package music21, which isn't installed: "
            'pip install "fractalroll[chorales]".'
        ) from err


def _source(corpus: ModuleType, name: str) -> Path:
    """File of a chorale; MusicXML where music21 has it in several formats."""
    found = corpus.getWork(name)
    paths = [Path(path) for path in (found if isinstance(found, list) else [found])]
    return min(paths, key=lambda path: (path.suffix != ".mxl", path.name))


def _made(folder: str | Path) -> Path:
    place = Path(folder)
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise CorpusError(
            f"Can't make the folder {folder} for the chorales ({err.strerror or err}): name one "
            "that can be written to."
        ) from err
    return place


def roll_of_score(score: Any) -> Roll:
    """A music21 score as a roll on the finest grid, one part for each of its parts.

    Times become steps by the rule of the floor: nearest step, ties to the later.
    """
    score = score.toSoundingPitch()
    upbeat = _missing_beats(score)
    parts, notes = [], []
    for index, part in enumerate(score.stripTies().parts):
        parts.append(Part(part.partName or f"Voice {index + 1}", CHOIR_PROGRAM))
        notes += [
            note for element in part.flatten().notes for note in _notes(element, index, upbeat)
        ]
    steps = max((note.onset_steps + note.duration_steps for note in notes), default=0)
    tempos = (TempoChange(0, CHORALE_BPM),)
    return Roll.from_notes(notes, steps, FINE_GRID, parts, _metres(score, upbeat), tempos)


def _missing_beats(score: Any) -> Fraction:
    """Beats by which the first bar is shorter than its metre."""
    measures = score.parts[0].getElementsByClass("Measure")
    return Fraction(measures[0].paddingLeft) if len(measures) else Fraction(0)


def _notes(element: Any, part: int, upbeat: Fraction) -> Iterable[Note]:
    """Notes of a music21 note or chord; grace notes, which last no time, are left out."""
    if element.duration.isGrace:
        return
    begin = Fraction(element.offset) + upbeat
    onset, stop = _step(begin), _step(begin + Fraction(element.duration.quarterLength))
    for pitch in element.pitches:
        yield Note(onset, part, int(pitch.midi), max(stop - onset, 1), CHORALE_VELOCITY)


def _step(beats: Fraction) -> int:
    return int(beats * FINE_GRID.steps_per_beat + Fraction(1, 2))


def _metres(score: Any, upbeat: Fraction) -> tuple[MetreChange, ...]:
    """Metre changes of the first part; what lies before the first is common time."""
    found = {0: MetreChange(0, 4, 4)}
    for event in score.parts[0].flatten().getElementsByClass("TimeSignature"):
        step = 0 if event.offset == 0 else _step(Fraction(event.offset) + upbeat)
        found[step] = MetreChange(step, int(event.numerator), int(event.denominator))
    return tuple(found[step] for step in sorted(found))
