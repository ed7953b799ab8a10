"""MIDI files into songs of a cache, in this process or in several.

Contents are handed to worker processes a few at a time and come back in the order in which they
were given, so that memory holds a bounded number of songs however large the folder is. Workers
are spawned on every platform and ignore Ctrl-C, which belongs to the process that started them.
"""

import hashlib
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np

from model.cachestore import SongRecord
from model.errors import MidiFileError
from model.grid import Grid
from model.keys import estimate_key
from model.midiparse import parse_midi
from model.notes import FIRST_ONSET, Cells

FILES_PER_TASK = 16  # keeps what a task costs to hand over small beside the work in it
TASKS_AHEAD_PER_WORKER = 3
FILES_WORTH_A_POOL = 300  # starting workers takes about as long as converting this many


@dataclass(frozen=True)
class ConversionSettings:
    """What decides the cells that a file becomes.

    Attributes:
        grid: The grid that songs are put on.
        pedal: Whether the sustain pedal lengthens notes.
        drums: Whether drum parts are merged in.
    """

    grid: Grid = Grid()  # noqa: RUF009 - frozen
    pedal: bool = True
    drums: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Converted:
    """A record for the store and its cells uint8[steps, 128], or None where it was refused."""

    record: SongRecord
    cells: Cells | None


def content_hash(data: bytes) -> str:
    """Hash that names a file's content, 32 hexadecimal digits."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def convert(data: bytes, settings: ConversionSettings) -> Converted:
    """One file's bytes as a song of the cache, or as a refusal that says why."""
    content = content_hash(data)
    try:
        parsed = parse_midi(data, settings.grid, pedal=settings.pedal)
        cells = parsed.merged_cells(drums=settings.drums)
    except MidiFileError as err:
        return Converted(SongRecord(content, refused=str(err)), None)
    onsets = cells >= FIRST_ONSET
    if not onsets.any():
        return Converted(SongRecord(content, refused="It has no notes besides drums."), None)
    record = SongRecord(
        content,
        steps=len(cells),
        onsets=int(np.count_nonzero(onsets)),
        first_onset=int(np.argmax(onsets.any(axis=1))),
        key=estimate_key(cells, settings.grid.steps_per_beat),
        metres=tuple((m.step, m.numerator, m.denominator) for m in parsed.metres),
        tempos=tuple((t.step, t.bpm) for t in parsed.tempos),
    )
    return Converted(record, cells)


def convert_all(
    contents: Iterable[bytes], settings: ConversionSettings, workers: int | None
) -> Generator[Converted, None, None]:
    """Convert contents in order.

    Args:
        contents: Bytes of files; read as they are needed.
        settings: How to convert.
        workers: Processes besides this one; 0 converts here; None takes one for each processor,
            or none where there are too few files to be worth it.
    """
    contents = iter(contents)
    if workers is None:
        first = list(islice(contents, FILES_WORTH_A_POOL))
        workers = (os.cpu_count() or 1) if len(first) == FILES_WORTH_A_POOL else 0
        contents = chain(first, contents)
    if workers < 1:
        yield from (convert(data, settings) for data in contents)
    else:
        tasks = iter(lambda: tuple(islice(contents, FILES_PER_TASK)), ())
        yield from _in_processes(tasks, settings, workers)


def _in_processes(
    tasks: Iterator[tuple[bytes, ...]], settings: ConversionSettings, workers: int
) -> Iterator[Converted]:
    """Convert tasks in `workers` processes with a bounded number of them on the way."""
    waiting: deque[tuple[tuple[bytes, ...], Future[list[Converted]]]] = deque()
    pool = worker_pool(workers)
    try:
        while True:
            for task in islice(tasks, workers * TASKS_AHEAD_PER_WORKER - len(waiting)):
                waiting.append((task, pool.submit(_convert_task, task, settings)))
            if not waiting:
                return
            task, future = waiting.popleft()
            try:
                done = future.result()
            except BrokenProcessPool:
                pool.shutdown(wait=False)
                done = list(_one_by_one(task, settings))
                pool = worker_pool(workers)
                again = [later for later, _ in waiting]
                waiting = deque((t, pool.submit(_convert_task, t, settings)) for t in again)
            yield from done
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _one_by_one(task: tuple[bytes, ...], settings: ConversionSettings) -> Iterator[Converted]:
    """Convert files that killed a worker, each in a process of its own, to find the guilty one."""
    for data in task:
        with worker_pool(1) as pool:
            try:
                yield pool.submit(convert, data, settings).result()
            except BrokenProcessPool:
                reason = "Reading it crashed the MIDI reader; the file is damaged or hostile."
                yield Converted(SongRecord(content_hash(data), refused=reason), None)


def _convert_task(task: tuple[bytes, ...], settings: ConversionSettings) -> list[Converted]:
    return [convert(data, settings) for data in task]


def worker_pool(workers: int) -> ProcessPoolExecutor:
    """Processes that leave Ctrl-C to the one that started them; the same on every platform."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_ignore_interrupts)


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
