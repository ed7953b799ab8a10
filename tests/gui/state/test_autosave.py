import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.state import editing
from gui.state.document import Document
from gui.state.errors import ProjectError
from gui.state.heldfile import HeldFile
from gui.state.piece import Piece
from gui.state.projects import Autosave, load_project, recover
from tests.gui.state.pieces import small_piece

WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from gui.state import editing
from gui.state.document import Document
from gui.state.projects import Autosave
from tests.gui.state.pieces import small_piece

application = QCoreApplication([])
document = Document(small_piece())
document.replace(small_piece(), Path("song.fractalroll"))
autosave = Autosave(document, Path(sys.argv[1]), lambda: {"first_step": 5})
autosave.kept.connect(lambda: print("kept", flush=True))
for pitch in (70, 71, 72):
    document.edit("Draw", editing.add_note(document.piece.roll, 0, pitch, 40, 4, 100))
application.exec()
"""
"""A window that draws three notes and goes on running."""


def draw(document: Document, pitch: int = 70) -> None:
    document.edit("Draw", editing.add_note(document.piece.roll, 0, pitch, 40, 4, 100))


@pytest.fixture
def document(qtbot: QtBot) -> Document:
    return Document(small_piece())


@pytest.fixture
def autosave(document: Document, tmp_path: Path) -> Iterator[Autosave]:
    one = Autosave(document, tmp_path)
    yield one
    one.close()


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """The folder that a window has left which was killed."""
    window = subprocess.Popen(
        [sys.executable, "-c", WINDOW, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert window.stdout is not None
    try:
        assert window.stdout.readline() == "kept\n"
        assert recover(tmp_path) == [], "it lives"
    finally:
        window.kill()
        window.wait()
        window.stdout.close()
    assert window.returncode == (-signal.SIGKILL if os.name == "posix" else 1)
    return tmp_path


def test_a_killed_window_leaves_everything_that_was_done(killed: Path) -> None:
    (left,) = recover(killed)
    assert left.piece is not None
    drawn = [n.pitch for n in left.piece.roll.notes() if n.onset_steps == 40]
    assert drawn == [70, 71, 72]
    assert left.piece.voices == small_piece().voices
    assert left.path == Path("song.fractalroll")
    assert left.extra == {"first_step": 5}


def test_what_was_left_is_offered_until_it_is_kept_elsewhere(
    killed: Path, document: Document
) -> None:
    (left,) = recover(killed)
    (again,) = recover(killed)
    assert again.file == left.file
    autosave = Autosave(document, killed)
    autosave.adopt(left)
    assert document.dirty
    assert document.path == Path("song.fractalroll")
    assert not left.file.exists()
    assert load_project(autosave.file).piece.roll.same_as(document.piece.roll)
    assert recover(killed) == [], "this window keeps it now"
    autosave.close()
    assert list(killed.iterdir()) == []


def test_what_was_left_can_be_discarded(killed: Path) -> None:
    (left,) = recover(killed)
    left.discard()
    assert list(killed.iterdir()) == []


def test_a_change_is_kept_soon_and_changes_together(
    document: Document, autosave: Autosave, qtbot: QtBot
) -> None:
    kept: list[int] = []
    autosave.kept.connect(lambda: kept.append(document.revision))
    with qtbot.waitSignal(autosave.kept):
        for pitch in range(70, 80):
            draw(document, pitch)
    assert len(kept) == 1
    assert load_project(autosave.file).piece.roll.same_as(document.piece.roll)


def test_what_has_no_changes_is_not_kept(document: Document, autosave: Autosave) -> None:
    autosave.save_now()
    assert not autosave.file.exists()


def test_a_saved_piece_is_kept_no_more(
    document: Document, autosave: Autosave, qtbot: QtBot, tmp_path: Path
) -> None:
    draw(document)
    autosave.save_now()
    assert autosave.file.exists()
    document.saved(tmp_path / "song.fractalroll")
    qtbot.waitUntil(lambda: not autosave.file.exists())
    draw(document, 71)
    autosave.save_now()
    assert load_project(autosave.file).piece.roll.same_as(document.piece.roll)


def test_a_window_that_ends_well_leaves_nothing(document: Document, tmp_path: Path) -> None:
    autosave = Autosave(document, tmp_path)
    draw(document)
    autosave.save_now()
    autosave.close()
    autosave.close()
    assert list(tmp_path.iterdir()) == []


def test_a_window_that_could_not_ask_leaves_its_changes(document: Document, tmp_path: Path) -> None:
    autosave = Autosave(document, tmp_path)
    draw(document)
    autosave.close(keep=True)
    autosave.close()
    document.saved(tmp_path / "song.fractalroll")
    (left,) = recover(tmp_path)
    assert left.piece is not None
    assert left.piece.roll.same_as(document.piece.roll)


def test_switched_off_it_keeps_nothing(
    document: Document, autosave: Autosave, qtbot: QtBot
) -> None:
    draw(document)
    autosave.save_now()
    autosave.set_enabled(False)
    qtbot.waitUntil(lambda: not autosave.file.exists())
    draw(document, 71)
    autosave.save_now()
    assert not autosave.file.exists()
    autosave.set_enabled(True)
    autosave.save_now()
    assert autosave.file.exists()


def test_a_disk_that_refuses_is_told_once(document: Document, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "file").write_text("no folder")
    autosave = Autosave(document, tmp_path / "file")
    told: list[str] = []
    autosave.failed.connect(told.append)
    draw(document)
    with qtbot.waitSignal(autosave.failed):
        autosave.save_now()
    draw(document, 71)
    autosave.save_now()
    autosave.close()
    qtbot.wait(0)
    assert len(told) == 1
    assert told[0].startswith("Can't keep the piece in")


def test_a_damaged_autosave_is_told_of_and_stays(
    document: Document, autosave: Autosave, tmp_path: Path
) -> None:
    (tmp_path / "0.autosave").write_text("{")
    (left,) = recover(tmp_path)
    assert left.piece is None
    assert "damaged" in left.problem
    with pytest.raises(ProjectError, match="damaged"):
        autosave.adopt(left)
    assert left.file.exists()
    assert document.piece.roll.same_as(small_piece().roll)


def test_what_cannot_be_kept_here_is_not_taken_away(
    killed: Path, document: Document, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    (left,) = recover(killed)
    autosave = Autosave(document, tmp_path / "file")
    with pytest.raises(ProjectError, match="Can't keep"):
        autosave.adopt(left)
    assert left.file.exists()
    autosave.close()


def test_two_windows_keep_two_pieces(document: Document, autosave: Autosave) -> None:
    other_document = Document(Piece.empty())
    other = Autosave(other_document, autosave.file.parent)
    draw(document)
    draw(other_document)
    autosave.save_now()
    other.save_now()
    assert autosave.file != other.file
    assert load_project(other.file).piece.roll.same_as(other_document.piece.roll)
    other.close()
    assert autosave.file.exists()


def test_a_held_file_is_held_by_one(tmp_path: Path) -> None:
    first, second = HeldFile(tmp_path / "a"), HeldFile(tmp_path / "a")
    assert first.take()
    assert first.take()
    assert not second.take()
    first.release()
    first.release()
    assert second.take()
    second.release(remove=True)
    assert not (tmp_path / "a").exists()
    assert not HeldFile(tmp_path / "no folder" / "a").take()
