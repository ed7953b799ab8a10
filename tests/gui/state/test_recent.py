from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.state.recent import MOST, RecentFiles


@pytest.fixture
def recent(tmp_path: Path, qtbot: QtBot) -> RecentFiles:
    return RecentFiles(tmp_path / "recent.json")


def test_the_newest_is_first_and_none_is_twice(recent: RecentFiles, tmp_path: Path) -> None:
    a, b = tmp_path / "a", tmp_path / "b"
    for path in (a, b, a):
        recent.add(path)
    assert recent.files == (a, b)


def test_the_list_is_kept_and_no_longer_than_it_should_be(tmp_path: Path, qtbot: QtBot) -> None:
    recent = RecentFiles(tmp_path / "recent.json")
    for k in range(MOST + 5):
        recent.add(tmp_path / str(k))
    again = RecentFiles(tmp_path / "recent.json")
    assert again.files == recent.files
    assert [path.name for path in again.files] == [str(MOST + 4 - k) for k in range(MOST)]


def test_files_that_are_gone_can_be_told_and_forgotten(recent: RecentFiles, tmp_path: Path) -> None:
    there, gone = tmp_path / "there", tmp_path / "gone"
    there.write_text("")
    recent.add(there)
    recent.add(gone)
    assert recent.existing() == (there,)
    recent.forget(gone)
    assert list(recent.files) == [there]
    recent.clear()
    assert list(recent.files) == []


def test_a_change_is_told_and_no_change_is_not(
    recent: RecentFiles, tmp_path: Path, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(recent.changed):
        recent.add(tmp_path / "a")
    with qtbot.assertNotEmitted(recent.changed):
        recent.add(tmp_path / "a")
        recent.forget(tmp_path / "b")


@pytest.mark.parametrize("text", ['{"files": 3}', '{"files": [1, null]}', "{", "[]"])
def test_a_list_that_makes_no_sense_is_an_empty_one(
    text: str, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "recent.json").write_text(text)
    assert RecentFiles(tmp_path / "recent.json").files == ()
