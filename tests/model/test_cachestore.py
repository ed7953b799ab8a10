"""The store on disk: what kills leave behind, and that only one process writes."""

import multiprocessing
from pathlib import Path

import numpy as np
import pytest

from model.cachestore import (
    CELLS,
    SONGS,
    SongRecord,
    StoreWriter,
    map_cells,
    read_records,
)
from model.errors import CacheError
from model.notes import Cells


def cells_of(value: int, steps: int = 3) -> Cells:
    return np.full((steps, 128), value, dtype=np.uint8)


def record(name: str, steps: int = 3) -> SongRecord:
    return SongRecord(name, steps=steps, metres=((0, 4, 4),), tempos=((0, 120.0),))


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store of the songs "a" (all cells 1) and "b" (all cells 2)."""
    with StoreWriter(tmp_path) as writer:
        writer.append(record("a"), cells_of(1))
        writer.append(record("b"), cells_of(2))
    return tmp_path


def test_songs_are_read_back_where_they_were_written(store: Path) -> None:
    a, b = read_records(store)
    assert (a.content, a.offset, b.content, b.offset) == ("a", 0, "b", 3)
    assert (b.metres, b.tempos) == (((0, 4, 4),), ((0, 120.0),))
    cells = map_cells(store, 6)
    assert (cells[:3] == 1).all()
    assert (cells[3:] == 2).all()


def test_refusals_are_remembered_without_cells(store: Path) -> None:
    with StoreWriter(store) as writer:
        writer.append(SongRecord("bad", refused="It is no music."), None)
        written = writer.append(record("c"), cells_of(3))
    assert written.offset == 6
    assert [r.refused for r in read_records(store)] == ["", "", "It is no music.", ""]


def test_cells_without_a_line_are_cut_off(store: Path) -> None:
    with (store / CELLS).open("ab") as file:
        file.write(b"\x07" * 200)  # killed between cells and line
    with StoreWriter(store) as writer:
        assert set(writer.reasons) == {"a", "b"}
        assert writer.append(record("c"), cells_of(3)).offset == 6
    assert (map_cells(store, 9)[6:] == 3).all()


def test_half_a_line_is_cut_off(store: Path) -> None:
    with (store / SONGS).open("ab") as file:
        file.write(b'{"content": "c", "ste')
    assert [r.content for r in read_records(store)] == ["a", "b"]
    with StoreWriter(store) as writer:
        writer.append(record("d"), cells_of(4))
    assert [r.content for r in read_records(store)] == ["a", "b", "d"]


def test_a_reader_keeps_its_map_while_songs_are_added(store: Path) -> None:
    before = map_cells(store, 6)
    with StoreWriter(store) as writer:
        writer.append(record("c", 5000), cells_of(3, 5000))
    assert (before[3:] == 2).all()


def test_lost_cells_are_noticed(store: Path) -> None:
    (store / CELLS).write_bytes(b"")
    with pytest.raises(CacheError, match="built anew"):
        StoreWriter(store)
    with pytest.raises(CacheError, match="build it anew"):
        map_cells(store, 6)


@pytest.mark.parametrize("line", [b"no json\n", b"{}\n", b'{"metres": 3}\n', b"[1]\n"])
def test_a_line_that_no_builder_writes_is_named(store: Path, line: bytes) -> None:
    with (store / SONGS).open("ab") as file:
        file.write(line)
    with pytest.raises(CacheError, match="line 3"):
        list(read_records(store))


def test_an_empty_store_maps_to_no_steps(tmp_path: Path) -> None:
    assert map_cells(tmp_path, 0).shape == (0, 128)


def hold_the_lock(folder: str, held: "multiprocessing.synchronize.Event") -> None:
    """Write to a store until killed; runs in a process of its own."""
    with StoreWriter(Path(folder)):
        held.set()
        multiprocessing.Event().wait()


def test_a_second_builder_is_refused_until_the_first_is_gone(store: Path) -> None:
    context = multiprocessing.get_context("spawn")
    held = context.Event()
    other = context.Process(target=hold_the_lock, args=(str(store), held), daemon=True)
    other.start()
    try:
        assert held.wait(60)
        with pytest.raises(CacheError, match="Another process is building"):
            StoreWriter(store)

        def killed_meanwhile() -> bool:
            other.kill()
            other.join()
            return True

        with StoreWriter(store, killed_meanwhile) as writer:  # the lock died with its process
            assert set(writer.reasons) == {"a", "b"}
    finally:
        other.kill()
        other.join()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CacheError, match="can be written to"):
        StoreWriter(tmp_path / "file" / "cache")
