"""Windows of a cache: the pieces of songs that a model is trained and measured on.

Shapes: `P` = 128 pitches, `S` steps of a window.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from model.cacheindex import Song
from model.errors import CacheError, RollError
from model.keys import transposed_key
from model.notes import FIRST_ONSET, PITCHES, SILENT, Cells
from model.timeline import metre_ids, places_in_bar

if TYPE_CHECKING:
    from model.cache import Cache

Alignment = Literal["bar", "none"]


@dataclass(frozen=True, eq=False)
class Window:
    """A stretch of one song, merged into one part.

    Attributes:
        codes: uint8[P, S] cells; silent behind the song's end. The first column may hold notes
            that `carry` brings in.
        carry: bool[P], pitches that sound in the step before the window.
        valid_steps: Steps that belong to the song, 1..S.
        place: int16[S], steps since the last bar line; counts on behind the song's end.
        metre: int16[S], metre ids of `model.conditions`.
        key: Key of the whole song, 0..23, 24 unknown (see `model.keys`).
        style: Index into the cache's styles.
        density: Onsets a step over the valid steps.
    """

    codes: Cells
    carry: npt.NDArray[np.bool_]
    valid_steps: int
    place: npt.NDArray[np.int16]
    metre: npt.NDArray[np.int16]
    key: int
    style: int
    density: float


def shift_range(window: Window) -> tuple[int, int]:
    """Lowest and highest transposition that keeps all that sounds on pitches 0..127."""
    sounding = np.flatnonzero((window.codes != SILENT).any(axis=1) | window.carry)
    if len(sounding) == 0:
        return 1 - PITCHES, PITCHES - 1
    return -int(sounding[0]), PITCHES - 1 - int(sounding[-1])


def transpose(window: Window, shift: int) -> Window:
    """The window moved up by `shift` semitones (down where negative), with its key.

    Raises:
        RollError: If something that sounds would leave the pitches 0..127; ask `shift_range`.
    """
    low, high = shift_range(window)
    if not low <= shift <= high:
        raise RollError(
            f"Can't transpose a window by {shift} semitones: its notes allow {low} to {high}. "
            "Draw another shift."
        )
    codes, carry = np.roll(window.codes, shift, axis=0), np.roll(window.carry, shift)
    return replace(window, codes=codes, carry=carry, key=transposed_key(window.key, shift))


def window_starts(song: Song, steps_per_beat: int, steps: int, hop: int, align: str) -> list[int]:
    """First steps of a song's windows, rising; the last window is the first to reach the end.

    Aligned to bars, the first window begins with the bar of the first onset, and each further
    one at the last bar line that is at most `hop` steps on (or the next one, where bars are
    longer than that). So windows leave nothing out as long as hop <= steps.
    """
    if align == "none":
        reach = max(song.steps - steps, 0)
        return list(range(0, min(reach + hop, song.steps), hop))
    places = places_in_bar(np.arange(song.steps), song.metres, steps_per_beat)
    lines = np.flatnonzero(places == 0).tolist()
    which = bisect_right(lines, song.first_onset) - 1
    starts = [lines[which]]
    while starts[-1] + steps < song.steps:
        which = max(bisect_right(lines, starts[-1] + hop) - 1, which + 1)
        if which == len(lines):
            break
        starts.append(lines[which])
    return starts


class WindowSet:
    """Windows of some songs of a cache; each is read from disk when it is asked for."""

    def __init__(
        self, cache: "Cache", songs: Sequence[Song], steps: int, hop: int, align: Alignment
    ) -> None:
        """Plan windows of `steps` steps for these songs.

        Raises:
            CacheError: If steps or hop isn't 1 or more, or the alignment is unknown.
        """
        if steps < 1 or hop < 1 or align not in ("bar", "none"):
            raise CacheError(
                f"Can't cut windows of {steps} steps every {hop} steps aligned to {align!r}: "
                "steps and hop are 1 or more, align is 'bar' or 'none'."
            )
        self.cache = cache
        self.songs = tuple(songs)
        self.window_steps = steps
        per_beat = cache.grid.steps_per_beat
        starts = [window_starts(song, per_beat, steps, hop, align) for song in self.songs]
        self._song = np.repeat(np.arange(len(starts)), [len(s) for s in starts])
        self._start = np.array([start for s in starts for start in s], dtype=np.int64)

    def __len__(self) -> int:
        """Number of windows."""
        return len(self._start)

    def __getitem__(self, index: int) -> Window:
        """Window `index`, 0 .. len - 1; an IndexError beyond."""
        song, start = self.place(index)
        return cut_window(self.cache, song, start, self.window_steps)

    def __iter__(self) -> Iterator[Window]:
        """All windows in order, read one at a time."""
        return (self[index] for index in range(len(self)))

    def place(self, index: int) -> tuple[Song, int]:
        """Song and first step of window `index`.

        Raises:
            IndexError: If there is no such window.
        """
        if not 0 <= index < len(self):
            raise IndexError(f"There are windows 0 to {len(self) - 1}, not {index}.")
        return self.songs[self._song[index]], int(self._start[index])


def cut_window(cache: "Cache", song: Song, start: int, steps: int) -> Window:
    """The window of a song that begins at `start` (0 .. song.steps - 1)."""
    valid = min(steps, song.steps - start)
    first = song.offset + start
    codes = np.zeros((PITCHES, steps), dtype=np.uint8)
    codes[:, :valid] = cache.cells[first : first + valid].T
    carry = cache.cells[first - 1] != SILENT if start else np.zeros(PITCHES, dtype=bool)
    asked = np.arange(start, start + steps)
    place = places_in_bar(asked, song.metres, cache.grid.steps_per_beat)
    return Window(
        codes=codes,
        carry=np.asarray(carry, dtype=bool),
        valid_steps=valid,
        place=place.astype(np.int16),
        metre=metre_ids(asked, song.metres).astype(np.int16),
        key=song.key,
        style=song.style,
        density=float(np.count_nonzero(codes >= FIRST_ONSET)) / valid,
    )
