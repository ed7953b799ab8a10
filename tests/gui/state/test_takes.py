"""Variations in project files: they come back as they were, and damage costs no piece."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from gui.state import takesjson
from gui.state.document import Document
from gui.state.made import Made
from gui.state.piece import Piece
from gui.state.projects import Autosave, load_project, recover, save_project
from gui.state.region import Region
from gui.state.variation import ORIGINAL, Takes, Variation
from model.roll import Note, Roll

STEPS = 64
MADE = Made("standard", "abc", 4711, 0.9, 1.5, Region(0, 16, 40, 80, frozenset({0})), 1, "waltz")


def roll_of(pitch: int) -> Roll:
    return Roll.from_notes([Note(0, 0, pitch, 4, 90)], STEPS)


def some_takes(current: int | None = 1, count: int = 3) -> Takes:
    made = (
        Variation(1, roll_of(61), 0, STEPS, MADE),
        Variation(2, roll_of(62), 16, 32, None, starred=True),
        Variation(3, roll_of(63), 0, STEPS, Made("x", "", 1, 1.0, 1.0, None, None)),
    )
    return Takes(Variation(0, roll_of(60), 0, STEPS), made[:count], current, 7)


def saved(path: Path, takes: Takes | None) -> Path:
    save_project(path, Piece.of_roll(roll_of(62)), {"seed": 5}, takes)
    return path


def test_variations_come_back_with_stars_and_where_they_come_from(tmp_path: Path) -> None:
    given = some_takes()
    found = load_project(saved(tmp_path / "a", given)).takes
    assert found is not None
    assert (found.current, found.count) == (1, 7)
    for one, other in zip(
        (found.original, *found.variations), (given.original, *given.variations), strict=True
    ):
        assert one.roll.same_as(other.roll)
        assert (one.number, one.start, one.stop) == (other.number, other.start, other.stop)
        assert (one.made, one.starred) == (other.made, other.starred)


@pytest.mark.parametrize("current", [None, ORIGINAL, 0, 2])
def test_which_one_is_current_comes_back(tmp_path: Path, current: int | None) -> None:
    found = load_project(saved(tmp_path / "a", some_takes(current))).takes
    assert found is not None
    assert found.current == current


def test_a_file_of_the_first_version_still_opens(tmp_path: Path) -> None:
    path = saved(tmp_path / "a", None)
    told = json.loads(path.read_text())
    told["version"] = 1
    del told["variations"]
    path.write_text(json.dumps(told))
    found = load_project(path)
    assert found.piece.roll.same_as(roll_of(62))
    assert (found.extra, found.takes, found.problem) == ({"seed": 5}, None, "")


Damage = Callable[[dict[str, Any]], object]
DAMAGES: dict[str, Damage] = {
    "no list": lambda v: v.update(list=3),
    "the original is gone": lambda v: v.pop("original"),
    "an original of nothing": lambda v: v.update(original=None),
    "another current": lambda v: v.update(current=3),
    "a current that is no number": lambda v: v.update(current="1"),
    "a star of another kind": lambda v: v["list"][0].update(starred=1),
    "a number of another kind": lambda v: v["list"][0].update(number=1.5),
    "cells cut": lambda v: v["list"][1]["roll"].update(cells="eJ"),
    "too many steps": lambda v: v["list"][1]["roll"].update(steps=1 << 50),
    "made of nothing": lambda v: v["list"][0].update(made=[]),
    "a region that is none": lambda v: v["list"][0]["made"]["region"].update(stop_step=0),
    "parts of another kind": lambda v: v["list"][0]["made"]["region"].update(parts=["a"]),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damaged_variations_are_one_sentence_and_the_piece_is_there(
    tmp_path: Path, name: str
) -> None:
    path = saved(tmp_path / "a", some_takes())
    told = json.loads(path.read_text())
    DAMAGES[name](told["variations"])
    path.write_text(json.dumps(told))
    found = load_project(path)
    assert found.takes is None
    assert found.piece.roll.same_as(roll_of(62))
    assert "are damaged" in found.problem
    assert "\n" not in found.problem


def test_of_too_much_the_oldest_without_a_star_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(takesjson, "MOST_CELLS", 3 * 128 * STEPS)
    found = load_project(saved(tmp_path / "a", some_takes(current=0))).takes
    assert found is not None
    assert [one.number for one in found.variations] == [1, 2]
    assert found.current == 0
    found = load_project(saved(tmp_path / "b", some_takes(current=2))).takes
    assert found is not None
    assert [one.number for one in found.variations] == [2, 3]
    assert found.current == 1


def test_forty_variations_take_little_room(tmp_path: Path) -> None:
    made = tuple(Variation(k, roll_of(40 + k), 0, STEPS, MADE) for k in range(1, 41))
    takes = Takes(Variation(0, roll_of(60), 0, STEPS), made, 39, 40)
    assert saved(tmp_path / "a", takes).stat().st_size < 60_000


def test_a_crash_leaves_the_variations_too(qapp: QApplication, tmp_path: Path) -> None:
    document, given = Document(), some_takes()
    autosave = Autosave(document, tmp_path, lambda: {"seed": 9}, takes=lambda: given)
    document.edit("Draw", roll_of(62))
    autosave.close(keep=True)
    (left,) = recover(tmp_path)
    assert left.takes is not None
    assert [one.number for one in left.takes.variations] == [1, 2, 3]
    assert left.extra == {"seed": 9}

    heir = Document()
    keeper = Autosave(heir, tmp_path)
    keeper.adopt(left)
    kept = load_project(keeper.file)
    assert kept.takes is not None
    assert np.array_equal(kept.takes.variations[2].roll.cells, roll_of(63).cells)
    assert kept.extra["extra"] == {"seed": 9}
    keeper.close()
