import base64
import json
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gui.state.errors import ProjectError
from gui.state.piece import Piece, Voice
from gui.state.projects import load_project, save_project
from model.roll import MetreChange, TempoChange
from tests.gui.state.pieces import small_piece


@pytest.fixture
def rich_piece() -> Piece:
    """A piece that uses everything that a piece can have."""
    piece = small_piece()
    roll = replace(
        piece.roll,
        metres=(MetreChange(-4, 3, 4), MetreChange(20, 6, 8)),
        tempos=(TempoChange(0, 97.5), TempoChange(32, 140.0)),
    )
    voices = (Voice("旋律", 3, muted=True), Voice("Bass", 5, solo=True, locked=True, program=32))
    named = (replace(roll.parts[0], name="旋律"), replace(roll.parts[1], is_drum=True))
    return Piece(replace(roll, parts=named), voices, (16, 48))


def test_a_project_comes_back_as_it_was_saved(rich_piece: Piece, tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "song.fractalroll"
    extra = {"view": {"first_step": 3.5}, "wishes": ["Busy", None, True]}
    save_project(path, rich_piece, extra)
    found = load_project(path)
    piece = found.piece
    assert piece.roll.same_as(rich_piece.roll)
    assert (piece.voices, piece.loop, found.extra) == (rich_piece.voices, rich_piece.loop, extra)


def test_an_empty_piece_comes_back_empty(tmp_path: Path) -> None:
    save_project(tmp_path / "a", Piece.empty())
    found = load_project(tmp_path / "a")
    assert found.piece.roll.same_as(Piece.empty().roll)
    assert found.piece.loop is None
    assert (found.extra, found.takes, found.problem) == ({}, None, "")


def test_a_project_is_small_and_can_be_read_by_people(rich_piece: Piece, tmp_path: Path) -> None:
    save_project(tmp_path / "a", rich_piece)
    text = (tmp_path / "a").read_text(encoding="utf-8")
    assert "旋律" in text
    assert len(text) < 3000


def test_a_refused_save_says_why_and_leaves_what_was_there(
    rich_piece: Piece, tmp_path: Path
) -> None:
    path = tmp_path / "a"
    save_project(path, Piece.empty())
    blocked = path / "inside a file"
    with pytest.raises(ProjectError, match="Can't save"):
        save_project(blocked, rich_piece)
    assert load_project(path).piece.roll.same_as(Piece.empty().roll)
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_project_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="No such file") as caught:
        load_project(tmp_path / "gone")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["", "{", '{"format": "fractalroll project"', "[" * 100_000, "\x00\xff", "MThd"]
)
def test_what_is_no_json_is_called_damaged(text: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(text.encode("latin-1"))
    with pytest.raises(ProjectError, match=r"a: it is damaged \(it is no JSON\)"):
        load_project(tmp_path / "a")


@pytest.mark.parametrize("told", [[], {}, {"format": "other"}, 3, None])
def test_another_json_is_no_project(told: object, tmp_path: Path) -> None:
    (tmp_path / "a").write_text(json.dumps(told))
    with pytest.raises(ProjectError, match="no Fractalroll project"):
        load_project(tmp_path / "a")


def test_a_later_version_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").write_text('{"format": "fractalroll project", "version": 9}')
    with pytest.raises(ProjectError, match=r"version 9 .* reads 2"):
        load_project(tmp_path / "a")


Damage = Callable[[dict[str, Any]], object]


def _cells(piece: dict[str, Any], data: bytes) -> None:
    piece["cells"] = base64.b64encode(data).decode()


DAMAGES: dict[str, tuple[Damage, str]] = {
    "cells cut": (lambda p: p.update(cells=p["cells"][:40]), "."),
    "cells no base64": (lambda p: p.update(cells="é" + p["cells"]), "."),
    "cells no text": (lambda p: p.update(cells=7), "."),
    "cells no zlib": (lambda p: _cells(p, b"cells"), "."),
    "cells too many": (lambda p: _cells(p, zlib.compress(bytes(1 << 20))), "other cells"),
    "cells too few": (lambda p: _cells(p, zlib.compress(bytes(9))), "other cells"),
    "cells of codes there are not": (
        lambda p: _cells(p, zlib.compress(b"\xff" * (2 * 128 * 64))),
        "code 255",
    ),
    "cells held from the start": (
        lambda p: _cells(p, zlib.compress(b"\x01" * (2 * 128 * 64))),
        "held cell",
    ),
    "steps beyond reason": (lambda p: p.update(steps=1 << 60), "are no piece"),
    "steps below zero": (lambda p: p.update(steps=-4), "are no piece"),
    "steps no number": (lambda p: p.update(steps="64"), "whole numbers"),
    "a part too few": (lambda p: p["parts"].pop(), "other cells"),
    "a part of other fields": (lambda p: p["parts"][0].update(colour=1), "colour"),
    "no grid": (lambda p: p.pop("grid"), "grid is missing"),
    "a grid that is none": (lambda p: p["grid"].update(steps_per_beat=5), "steps a beat"),
    "no tempo": (lambda p: p.update(tempos=[]), "tempo"),
    "a tempo that is none": (lambda p: p.update(tempos=[[0, -3]]), "-3"),
    "a metre that is none": (lambda p: p.update(metres=[[0, 4, 5]]), "4/5"),
    "a metre cut": (lambda p: p.update(metres=[[0, 4]]), "."),
    "voices gone": (lambda p: p.update(voices=[]), "0 voice"),
    "a voice's lock no switch": (lambda p: p["voices"][0].update(locked="yes"), "locked"),
    "a loop without length": (lambda p: p.update(loop=[8, 8]), "loop"),
    "a loop of three": (lambda p: p.update(loop=[1, 2, 3]), "."),
    "a loop that is none": (lambda p: p.update(loop=5), "."),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_piece_is_one_clear_error(name: str, rich_piece: Piece, tmp_path: Path) -> None:
    damage, reason = DAMAGES[name]
    path = tmp_path / "song.fractalroll"
    save_project(path, rich_piece)
    told = json.loads(path.read_text(encoding="utf-8"))
    damage(told["piece"])
    path.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(ProjectError) as caught:
        load_project(path)
    message = str(caught.value)
    assert message.startswith(f"Can't open {path}: it is damaged (")
    assert message.endswith("Open a copy of it, or an earlier version.")
    assert re.search(reason, message)
    assert "\n" not in message


def test_no_cut_of_a_project_is_taken_for_a_whole_one(rich_piece: Piece, tmp_path: Path) -> None:
    path = tmp_path / "a"
    save_project(path, rich_piece)
    whole = path.read_bytes().rstrip()
    for length in range(0, len(whole), 37):
        path.write_bytes(whole[:length])
        with pytest.raises(ProjectError):
            load_project(path)
