"""Building caches: what is converted, what is passed over, and going on after a break."""

import multiprocessing
import pickle
import shutil
import threading
import tracemalloc
from collections.abc import Iterator
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from model import cachebuild
from model.cache import Cache, build_cache
from model.conversion import ConversionSettings, Converted, convert_all
from model.errors import CacheError
from model.roll import STANDARD_GRID, Grid
from model.songfiles import Source, SplitRule
from tests.model.rolls import simple_song


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """Six songs in two styles."""
    for k in range(6):
        path = tmp_path / "music" / ("folk" if k < 2 else "jazz") / f"{k}.mid"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(simple_song(pitch=40 + k, notes=8 + k))
    return tmp_path / "music"


@pytest.fixture
def converted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Contents that are converted from here on, in order."""
    seen: list[str] = []

    def watched(
        contents: Iterator[bytes], settings: ConversionSettings, workers: int | None
    ) -> Iterator[Converted]:
        for one in convert_all(contents, settings, workers):
            seen.append(one.record.content)
            yield one

    monkeypatch.setattr(cachebuild, "convert_all", watched)
    return seen


def build(
    source: Source, folder: Path, grid: Grid = STANDARD_GRID, split: SplitRule = "hash"
) -> Cache:
    return build_cache(source, folder, grid, split=split, workers=0, progress=False)


def test_every_song_is_there_with_its_style_and_cells(music: Path, tmp_path: Path) -> None:
    cache = build(music, tmp_path / "cache")
    assert cache.styles == ("folk", "jazz")
    assert [Path(song.path).name for song in cache.songs] == [f"{k}.mid" for k in range(6)]
    assert [cache.styles[song.style] for song in cache.songs] == ["folk"] * 2 + ["jazz"] * 4
    for k, song in enumerate(cache.songs):
        notes = cache.roll(song).notes()
        assert len(notes) == song.onsets == 8 + k
        assert notes[0].pitch == 40 + k


def test_opening_again_finds_the_same(music: Path, tmp_path: Path) -> None:
    built = build(music, tmp_path / "cache")
    for folder in (built.folder, tmp_path / "cache"):
        opened = Cache.open(folder)
        assert opened.songs == built.songs
        assert (opened.cells == built.cells).all()
        assert opened.settings == built.settings


def test_building_again_converts_nothing(music: Path, tmp_path: Path, converted: list[str]) -> None:
    first = build(music, tmp_path / "cache")
    assert len(converted) == 6
    assert build(music, tmp_path / "cache").songs == first.songs
    assert len(converted) == 6


def test_only_new_content_is_converted_after_changes(
    music: Path, tmp_path: Path, converted: list[str]
) -> None:
    build(music, tmp_path / "cache")
    converted.clear()
    (music / "folk" / "0.mid").unlink()
    (music / "jazz" / "2.mid").rename(music / "folk" / "moved.mid")
    (music / "jazz" / "new.mid").write_bytes(simple_song(pitch=90))
    cache = build(music, tmp_path / "cache")
    assert len(converted) == 1
    names = {Path(song.path).name: cache.styles[song.style] for song in cache.songs}
    assert names == {
        "1.mid": "folk", "moved.mid": "folk", "3.mid": "jazz",
        "4.mid": "jazz", "5.mid": "jazz", "new.mid": "jazz",
    }  # fmt: skip


def test_a_building_that_was_broken_off_goes_on_where_it_stopped(
    music: Path, tmp_path: Path, converted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = build(music, tmp_path / "whole")
    converted.clear()
    read = cachebuild._read
    with monkeypatch.context() as patch:

        def interrupted(path: Path) -> tuple[bytes, str]:
            if path.name == "4.mid":
                raise KeyboardInterrupt
            return read(path)

        patch.setattr(cachebuild, "_read", interrupted)
        with pytest.raises(KeyboardInterrupt):
            build(music, tmp_path / "cache")
    assert len(converted) == 4
    cache = build(music, tmp_path / "cache")
    assert len(converted) == 6
    assert cache.songs == whole.songs
    assert (cache.cells == whole.cells).all()


def build_until_killed(music: str, folder: str, stuck: Event) -> None:
    """Build in a process of its own that hangs before the fifth song."""
    read = cachebuild._read

    def hanging(path: Path) -> tuple[bytes, str]:
        if path.name == "4.mid":
            stuck.set()
            threading.Event().wait()
        return read(path)

    cachebuild._read = hanging
    build(music, Path(folder))


def test_a_building_that_was_killed_goes_on_where_it_stopped(
    music: Path, tmp_path: Path, converted: list[str]
) -> None:
    context = multiprocessing.get_context("spawn")
    stuck = context.Event()
    arguments = (str(music), str(tmp_path / "cache"), stuck)
    builder = context.Process(target=build_until_killed, args=arguments, daemon=True)
    builder.start()
    try:
        assert stuck.wait(60)
    finally:
        builder.kill()
        builder.join()
    cache = build(music, tmp_path / "cache")
    assert len(converted) == 2
    assert [cache.roll(song).notes()[0].pitch for song in cache.songs] == list(range(40, 46))


def test_two_builders_at_once_end_with_the_same_cache(music: Path, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    other = context.Process(target=build, args=(str(music), tmp_path / "cache"), daemon=True)
    other.start()
    own = build(music, tmp_path / "cache")
    other.join(60)
    assert other.exitcode == 0
    assert Cache.open(tmp_path / "cache").songs == own.songs
    assert own.cells.shape[0] == sum(song.steps for song in own.songs)


def test_memory_holds_one_song_at_a_time(tmp_path: Path) -> None:
    (tmp_path / "music").mkdir()
    for k in range(40):
        song = simple_song(pitch=30 + k, notes=2048)  # a megabyte of cells
        (tmp_path / "music" / f"{k}.mid").write_bytes(song)
    tracemalloc.start()
    cache = build(tmp_path / "music", tmp_path / "cache")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert cache.cells.nbytes == 40 * 2**20
    assert peak < 12 * 2**20


def test_a_broken_off_building_leaves_no_index_that_could_be_opened(
    music: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(path: Path) -> tuple[bytes, str]:
        raise KeyboardInterrupt

    monkeypatch.setattr(cachebuild, "_read", interrupted)
    with pytest.raises(KeyboardInterrupt):
        build(music, tmp_path / "cache")
    with pytest.raises(CacheError, match="no finished cache"):
        Cache.open(tmp_path / "cache")


def test_unreadable_files_are_counted_named_and_passed_over(
    music: Path, tmp_path: Path, converted: list[str]
) -> None:
    (music / "jazz" / "broken.mid").write_bytes(b"no music")
    cache = build(music, tmp_path / "cache")
    assert len(cache.songs) == 6
    ((path, reason),) = cache.refused
    assert Path(path).name == "broken.mid"
    assert "isn't a MIDI file" in reason
    assert build(music, tmp_path / "cache").refused == cache.refused
    assert len(converted) == 7  # a refusal is remembered too
    assert Cache.open(tmp_path / "cache").refused == cache.refused


def test_a_file_too_large_is_passed_over(
    music: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cachebuild, "MAX_FILE_BYTES", 50)
    cache = build(music, tmp_path / "cache")
    assert len(cache.refused) == 6
    assert "at most 50" in cache.refused[0][1]
    assert cache.cells.shape == (0, 128)


def test_copies_of_a_song_are_kept_once(music: Path, tmp_path: Path) -> None:
    shutil.copy(music / "folk" / "0.mid", music / "jazz" / "copy.mid")
    cache = build(music, tmp_path / "cache")
    assert len(cache.songs) == 6
    assert [tuple(Path(p).name for p in pair) for pair in cache.duplicates] == [
        ("copy.mid", "0.mid")
    ]


def test_a_copy_in_a_held_out_list_takes_the_song_out_of_training(
    music: Path, tmp_path: Path
) -> None:
    shutil.copy(music / "folk" / "0.mid", music / "jazz" / "copy.mid")
    (music / "train.txt").write_text("".join(f"folk/{k}.mid\n" for k in (0, 1)))
    (music / "test.txt").write_text("jazz/copy.mid\n")
    cache = build(music, tmp_path / "cache", split="lists")
    assert {Path(song.path).name: song.split for song in cache.songs} == {
        "0.mid": "test",
        "1.mid": "train",
    }


def test_lists_decide_the_split_and_what_they_do_not_name_stays_out(
    music: Path, tmp_path: Path
) -> None:
    (music / "jazz" / "train.txt").write_text("2.mid\n3.mid\n")
    (music / "jazz" / "valid.txt").write_text("4.mid\n")
    cache = build(music, tmp_path / "cache", split="lists")
    assert [song.split for song in cache.songs] == ["train", "train", "valid"]
    assert {Path(path).name for path, _ in cache.refused} == {"0.mid", "1.mid", "5.mid"}
    assert len(cache.windows("valid")) == 1


def test_splitting_by_lists_without_lists_is_refused(music: Path, tmp_path: Path) -> None:
    with pytest.raises(CacheError, match="put the lists beside"):
        build(music, tmp_path / "cache", split="lists")


def test_the_hash_split_does_not_change_with_names_or_grids(music: Path, tmp_path: Path) -> None:
    splits = [song.split for song in build(music, tmp_path / "cache").songs]
    for path in sorted(music.glob("*/*.mid")):
        path.rename(path.with_name("x" + path.name))
    again = build(music, tmp_path / "cache", Grid(12))
    assert [song.split for song in again.songs] == splits


def test_windows_of_a_split_come_from_its_songs_only(music: Path, tmp_path: Path) -> None:
    (music / "train.txt").write_text("folk/0.mid\nfolk/1.mid\n")
    (music / "test.txt").write_text("jazz/2.mid\n")
    cache = build(music, tmp_path / "cache", split="lists")
    assert {song.path for song in cache.windows("train").songs} == {
        str(music / "folk" / "0.mid"),
        str(music / "folk" / "1.mid"),
    }
    assert len(cache.windows(("train", "test"), 16, 16)) == 2 + 3 + 3
    with pytest.raises(CacheError, match="no split 'dev'"):
        cache.windows("dev")


def test_caches_of_several_grids_share_a_folder(music: Path, tmp_path: Path) -> None:
    coarse, fine = (build(music, tmp_path / "cache", Grid(steps)) for steps in (4, 12))
    assert [song.steps * 3 for song in coarse.songs] == [song.steps for song in fine.songs]
    with pytest.raises(CacheError, match="several caches"):
        Cache.open(tmp_path / "cache")
    assert Cache.open(fine.folder).grid == Grid(12)


def test_a_cache_in_another_process_maps_its_cells_anew(music: Path, tmp_path: Path) -> None:
    windows = build(music, tmp_path / "cache").windows("train", 16, 16)
    assert windows[0].codes.any()  # the cells are mapped by now
    data = pickle.dumps(windows)
    assert len(data) < 10_000
    again = pickle.loads(data)  # noqa: S301 - our own bytes
    assert (again[0].codes == windows[0].codes).all()


def test_a_stretch_of_a_song_is_a_roll_with_its_bar_lines(music: Path, tmp_path: Path) -> None:
    cache = build(music, tmp_path / "cache")
    roll = cache.stretch(cache.songs[0], 8, 24)
    assert roll.same_as(cache.roll(cache.songs[0]).slice_steps(8, 24))
    assert roll.bar_starts().tolist() == [8]


def test_an_index_that_no_builder_writes_is_named(music: Path, tmp_path: Path) -> None:
    cache = build(music, tmp_path / "cache")
    for text in ("", "[]", '{"settings": 3}', "\x00"):
        (cache.folder / "index.json").write_text(text)
        with pytest.raises(CacheError, match=r"index\.json"):
            Cache.open(cache.folder)


def test_an_index_of_songs_that_the_store_lost_is_noticed(music: Path, tmp_path: Path) -> None:
    cache = build(music, tmp_path / "cache")
    (cache.folder / "songs.jsonl").write_text("")
    with pytest.raises(CacheError, match="lost 6"):
        Cache.open(cache.folder)


def test_a_progress_bar_goes_to_stderr_only(
    music: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    build_cache(music, tmp_path / "cache", workers=0, progress=True)
    out, err = capfd.readouterr()
    assert out == ""
    assert "6/6" in err
