"""What every test of the window gets: Qt without a display in our theme, and a look for leaks.

A test that leaves a thread, an active timer or a child process behind fails and names it.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui.shell.theme import DARK, theme

PATIENCE_S = 10.0
"""How long what ends on its own may take; a machine that is busy is no leak."""


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """The one application, dressed as the window is."""
    theme().use(DARK)
    return qapp


@pytest.fixture(autouse=True)
def nothing_leaks(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves threads, active timers or child processes."""
    threads = set(threading.enumerate())
    children = set(_children())
    timers = {id(timer) for timer in _active_timers()}
    yield
    _settle()
    left = _after_a_while(
        lambda: [
            *(f"thread {one.name}" for one in threading.enumerate() if one not in threads),
            *(f"process {pid}: {_command(pid)}" for pid in _children() if pid not in children),
            *(f"timer of {_owner(one)}" for one in _active_timers() if id(one) not in timers),
        ]
    )
    assert not left, f"{request.node.name} left behind: {', '.join(left)}"


def _after_a_while(find: Callable[[], list[str]]) -> list[str]:
    """What `find` still finds when all that ends by itself has had its time."""
    deadline = time.monotonic() + PATIENCE_S
    left = find()
    while left and time.monotonic() < deadline:
        gc.collect()
        _settle()
        QTest.qWait(20)
        left = find()
    return left


def _settle() -> None:
    """Let Qt delete what was to be deleted later."""
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QCoreApplication.processEvents()


def _active_timers() -> list[QTimer]:
    """Timers that run and that Python knows of; Qt's own inner ones are Qt's business."""
    if QCoreApplication.instance() is None:
        return []
    found = [one for one in gc.get_objects() if type(one) is QTimer]
    return [one for one in found if shiboken6.isValid(one) and one.isActive()]


def _owner(timer: QTimer) -> str:
    parent = timer.parent()
    return type(parent).__name__ if parent is not None else "nobody"


def _children() -> list[int]:
    """Child processes of this one, without Python's own helper for shared memory."""
    if sys.platform != "linux":
        return []
    found: list[int] = []
    for task in Path("/proc/self/task").iterdir():
        try:
            found += [int(pid) for pid in (task / "children").read_text().split()]
        except OSError:  # the thread has just ended
            continue
    return [pid for pid in found if "resource_tracker" not in _command(pid)]


def _command(pid: int) -> str:
    """The command line of a process; empty where it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    except OSError:
        return ""


@pytest.fixture(autouse=True)
def folders_of_this_test(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings, models and pieces that one test keeps are none of another's."""
    home = tmp_path_factory.mktemp("own")
    for name in ("CACHE", "CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
