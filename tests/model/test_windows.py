"""Windows: that they show the song, all of it, and know where in it they are."""

from itertools import pairwise

import mido
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.cache import Cache, build_cache
from model.cacheindex import Song
from model.conditions import metre_id
from model.errors import CacheError, RollError
from model.keys import UNKNOWN_KEY
from model.notes import HELD
from model.timeline import MetreChange, TempoChange
from model.windows import Alignment, Window, shift_range, transpose, window_starts
from tests.model.rolls import metre_changes, midi_bytes, note_off, note_on

STEP = 120  # ticks at 480 a beat


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Cache:
    """One song of 3/4 and then 4/4: a bar of rest, then a note held over 20 steps, and again."""
    folder = tmp_path_factory.mktemp("music")
    conductor = [
        mido.MetaMessage("time_signature", numerator=3, denominator=4),
        mido.MetaMessage("time_signature", numerator=4, denominator=4, time=36 * STEP),
    ]
    notes = [note_on(60, 12 * STEP), note_off(60, 20 * STEP)]
    for k in range(10):
        notes += [note_on(40 + k, 0), note_off(40 + k, 5 * STEP)]
    (folder / "song.mid").write_bytes(midi_bytes(conductor, notes))
    return build_cache(folder, folder / "cache", workers=0, progress=False)


def song_of(steps: int, first_onset: int, metres: list[MetreChange]) -> Song:
    tempos = (TempoChange(0, 120.0),)
    return Song("x", 0, "train", "0", 0, steps, 1, first_onset, 0, tuple(metres), tempos)


def windows_of(cache: Cache, steps: int, hop: int, align: Alignment = "bar") -> list[Window]:
    return list(cache.windows(cache.songs[0].split, steps, hop, align))


def test_windows_begin_with_the_bar_of_the_first_onset_and_then_at_bar_lines(cache: Cache) -> None:
    found = cache.windows(cache.songs[0].split, 16, 16)
    starts = [found.place(k)[1] for k in range(len(found))]
    assert starts == [12, 24, 36, 52, 68]
    assert [window.place[0] for window in found] == [0] * 5


def test_a_window_shows_the_cells_of_its_stretch(cache: Cache) -> None:
    song = cache.songs[0]
    for k in range(5):
        windows = cache.windows(song.split, 16, 16)
        window, start = windows[k], windows.place(k)[1]
        stop = min(start + 16, song.steps)
        assert (window.codes[:, : stop - start] == cache.roll(song).cells[0, :, start:stop]).all()
        assert window.valid_steps == stop - start


def test_behind_the_end_of_the_song_there_is_silence_but_time_goes_on(cache: Cache) -> None:
    last = windows_of(cache, 16, 16)[-1]
    assert last.valid_steps == 14
    assert not last.codes[:, 14:].any()
    assert last.place.tolist() == list(range(16))


def test_carry_says_what_sounds_into_the_window(cache: Cache) -> None:
    first, second, *_ = windows_of(cache, 16, 16)
    assert not first.carry.any()
    assert np.flatnonzero(second.carry).tolist() == [60]
    assert second.codes[60, 0] == HELD


def test_places_and_metres_follow_the_song(cache: Cache) -> None:
    window = windows_of(cache, 32, 32)[0]
    assert window.place.tolist() == [*range(12), *range(12), *range(8)]
    assert window.metre.tolist() == [metre_id(3, 4)] * 24 + [metre_id(4, 4)] * 8


def test_density_counts_onsets_over_the_steps_of_the_song(cache: Cache) -> None:
    for window in windows_of(cache, 16, 16):
        assert window.density == np.count_nonzero(window.codes >= 2) / window.valid_steps


def test_unaligned_windows_show_every_step_exactly_once(cache: Cache) -> None:
    song = cache.songs[0]
    found = windows_of(cache, 16, 16, align="none")
    shown = np.concatenate([window.codes[:, : window.valid_steps] for window in found], axis=1)
    assert (shown == cache.roll(song).cells[0]).all()


@given(st.integers(1, 300), st.integers(1, 80), st.integers(1, 80), st.data())
def test_windows_leave_nothing_out(steps: int, window: int, hop: int, data: st.DataObject) -> None:
    metres = data.draw(metre_changes(steps, from_zero=True))
    song = song_of(steps, data.draw(st.integers(0, steps - 1)), metres)
    for align in ("none", "bar"):
        starts = window_starts(song, 4, window, hop, align)
        assert starts == sorted(set(starts))
        assert 0 <= starts[0] <= song.first_onset
        assert starts[-1] < steps
        longest_bar = max(16 * m.numerator / m.denominator for m in metres) + 1
        if hop <= window and (align == "none" or longest_bar <= hop):
            assert starts[-1] + window >= steps
            assert all(b - a <= hop for a, b in pairwise(starts))


def test_bars_longer_than_the_hop_give_one_window_each() -> None:
    song = song_of(64, 0, [MetreChange(0, 4, 4)])
    assert window_starts(song, 4, 8, 4, "bar") == [0, 16, 32, 48]


@pytest.mark.parametrize(("steps", "hop", "align"), [(0, 1, "bar"), (1, 0, "bar"), (1, 1, "beat")])
def test_windows_that_make_no_sense_are_refused(
    cache: Cache, steps: int, hop: int, align: str
) -> None:
    with pytest.raises(CacheError, match="Can't cut windows"):
        cache.windows("train", steps, hop, align)  # type: ignore[arg-type]


def test_asking_beyond_the_last_window_is_an_index_error(cache: Cache) -> None:
    windows = cache.windows(cache.songs[0].split, 16, 16)
    with pytest.raises(IndexError):
        windows[len(windows)]
    with pytest.raises(IndexError):
        windows[-1]


def test_transposing_moves_codes_carry_and_key(cache: Cache) -> None:
    window = windows_of(cache, 16, 16)[1]
    up = transpose(window, 3)
    assert (up.codes[3:] == window.codes[:-3]).all()
    assert not up.codes[:3].any()
    assert np.flatnonzero(up.carry).tolist() == [63]
    assert up.key % 12 == (window.key + 3) % 12
    assert up.key // 12 == window.key // 12
    back = transpose(up, -3)
    assert (back.codes == window.codes).all()
    assert back.key == window.key


def test_transposing_off_the_keyboard_is_refused_and_the_range_says_so(cache: Cache) -> None:
    window = windows_of(cache, 16, 16)[1]
    low, high = shift_range(window)
    transpose(window, low)
    transpose(window, high)
    for shift in (low - 1, high + 1):
        with pytest.raises(RollError, match=f"allow {low} to {high}"):
            transpose(window, shift)


def test_a_silent_window_may_go_anywhere() -> None:
    silence = Window(
        codes=np.zeros((128, 4), dtype=np.uint8),
        carry=np.zeros(128, dtype=bool),
        valid_steps=4,
        place=np.zeros(4, dtype=np.int16),
        metre=np.zeros(4, dtype=np.int16),
        key=UNKNOWN_KEY,
        style=0,
        density=0.0,
    )
    assert shift_range(silence) == (-127, 127)
    assert transpose(silence, 127).key == UNKNOWN_KEY
