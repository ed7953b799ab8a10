"""Opening and closing the window as a program: its refusals, its signals, its children."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gui import app
from gui.shell.states import autosave_folder
from gui.state.projects import recover
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60.0

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has X displays")


@pytest.fixture
def x_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session that says that it has a display where nobody listens."""
    for name in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":4711")


@linux_only
@pytest.mark.usefixtures("x_session")
def test_a_display_where_nobody_answers_is_a_sentence_and_no_crash(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert app.run(argparse.Namespace()) == 1
    said = capsys.readouterr().err
    assert "nobody answers at the display :4711" in said
    assert "`fractalroll play`" in said


@linux_only
@pytest.mark.usefixtures("x_session")
def test_a_missing_library_comes_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr("ctypes.CDLL", missing)
    assert "libxcb-cursor0" in app.reason_against()


def children_of(pid: int) -> list[int]:
    """Child processes of a process, without theirs."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(one) for task in tasks for one in (task / "children").read_text().split()]
    except OSError:
        return []


@linux_only
@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_front_door_opens_it_and_a_signal_closes_it_with_all_its_children(
    number: signal.Signals, tmp_path: Path
) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    environment |= {f"XDG_{name}_HOME": str(tmp_path / name) for name in ("CONFIG", "STATE")}
    command = [sys.executable, str(ROOT / "fractalroll.py")]
    window = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        until(lambda: bool(children_of(window.pid)))
        children = children_of(window.pid)
        window.send_signal(number)
        _, said = window.communicate(timeout=PATIENCE_S)
    finally:
        window.kill()
        window.wait()
    assert window.returncode == 0, said
    assert "Traceback" not in said
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children))


DIRTY = """
import sys
from gui.app import open_window, start_qt, stay
from model.roll import Note, Roll

application = start_qt()
window = open_window(application)
window.state.document.edit("Draw", Roll.from_notes([Note(0, 0, 60, 4, 90)], steps=128))
print("ready", flush=True)
sys.exit(stay(application, window))
"""


RESTART = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from gui.app import open_window, start_qt, stay
from gui.shell.window import MainWindow
from gui.state.projects import recover
from tests.waiting import until
from gui.shell.states import autosave_folder
from model.roll import Note, Roll

application = start_qt()
first = open_window(application)
first.state.document.edit("Draw", Roll.from_notes([Note(0, 0, 60, 4, 90)], steps=128))
first.state.making.set(seed=4711)
first.state.settings.set("language", "zh_TW")

def look():
    window = next((w for w in QApplication.topLevelWidgets()
                   if isinstance(w, MainWindow) and w is not first and w.isVisible()), None)
    if window is None:
        return
    clock.stop()
    state = window.state
    print([int(pitch) for pitch in state.document.notes().pitch], state.document.dirty)
    print(state.making.settings.seed, window.actions_["undo"].text(), window.notices.sentence)
    state.autosave.close()
    print(len(recover(autosave_folder())))
    state.document.saved(autosave_folder() / "x")
    window.close()

clock = QTimer()
clock.timeout.connect(look)
clock.start(20)
QTimer.singleShot(0, first.restart)
sys.exit(stay(application, first))
"""


@linux_only
@pytest.mark.slow
def test_a_restart_keeps_the_piece_and_speaks_the_other_language(tmp_path: Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    environment |= {
        f"XDG_{name}_HOME": str(tmp_path / name) for name in ("CONFIG", "STATE", "DATA", "CACHE")
    }
    ended = subprocess.run(
        [sys.executable, "-c", RESTART],
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert "Traceback" not in ended.stderr
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines() == ["[60] True", "4711 復原 ", "0"]


BROKEN = """
import sys
from PySide6.QtCore import QTimer
from gui.app import open_window, start_qt, stay

application = start_qt()
window = open_window(application)

def broken(*_, **__):
    raise RuntimeError("the disk is on fire")

for part in (window.state.live, window.state.autosave, window.state.settings):
    setattr(part, "close", broken)
window._starting.end = broken
QTimer.singleShot(400, window.close)
sys.exit(stay(application, window))
"""


@linux_only
@pytest.mark.slow
def test_what_breaks_at_the_end_leaves_neither_window_nor_children(tmp_path: Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    environment |= {f"XDG_{name}_HOME": str(tmp_path / name) for name in ("CONFIG", "STATE")}
    command = [sys.executable, "-c", BROKEN]
    window = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        until(lambda: bool(children_of(window.pid)))
        children = children_of(window.pid)
        _, said = window.communicate(timeout=PATIENCE_S)
    finally:
        window.kill()
        window.wait()
    assert "the disk is on fire" in said
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children))


@linux_only
@pytest.mark.slow
def test_a_signal_asks_nothing_and_keeps_what_is_not_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", DIRTY]
    window = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert window.stdout is not None
        assert window.stdout.readline() == "ready\n"
        until(lambda: bool(children_of(window.pid)))
        window.send_signal(signal.SIGTERM)
        window.communicate(timeout=PATIENCE_S)
    finally:
        window.kill()
        window.wait()
    assert window.returncode == 0
    (left,) = recover(autosave_folder())
    assert left.piece is not None
    assert [note.pitch for note in left.piece.roll.notes()] == [60]
