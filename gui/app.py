"""Opening the window, in stages, and closing it.

1. Is there a display? If not, that is said, and what plays without one.
2. Qt starts; settings are read; language and colours are put on.
3. The window is built and shown. Nothing heavy has been loaded until here.
4. After the first picture: the model loads and the deck starts, each in a process of its own, and
   what a crash has left is offered.
5. Events, until the window is closed.
6. Every child is told to go, and gone.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from gui.shell.carried import Carried
    from gui.shell.window import MainWindow

NAME = "Fractalroll"

NO_DISPLAY = (
    "can't open the window: this session has no display. Without one, `fractalroll play` plays "
    "to a MIDI port and `fractalroll generate` writes MIDI files"
)


def run(arguments: argparse.Namespace) -> int:
    """Open the window and stay until it is closed.

    Args:
        arguments: The command line; `file` is what to open, if anything.

    Returns:
        0 it was closed, 1 it could not be opened (said on stderr).
    """
    refusal = reason_against()
    if refusal:
        print(f"fractalroll: {refusal}", file=sys.stderr)
        return 1
    application = start_qt()
    window = open_window(application, getattr(arguments, "file", None))
    return stay(application, window)


def reason_against() -> str:
    """Why no window can be opened here, in one sentence with what to do; empty when one can."""
    from gui.doctor import advice_for, display_trouble, has_display

    if not has_display():
        return NO_DISPLAY
    trouble = display_trouble()
    if trouble:
        return f"can't open the window: {trouble}"
    try:
        import PySide6.QtSvg
        import PySide6.QtWidgets  # noqa: F401 - only whether it loads
    except ImportError as err:
        return f"can't open the window: Qt does not load ({err}). {advice_for(str(err))}"
    return ""


def start_qt() -> QApplication:
    """Qt's application object with our name and icon; the one there is, if there is one."""
    from PySide6.QtCore import QCoreApplication
    from PySide6.QtWidgets import QApplication

    there = QApplication.instance()
    QCoreApplication.setApplicationName(NAME)
    QCoreApplication.setOrganizationName(NAME)
    application = there if isinstance(there, QApplication) else QApplication([NAME])
    application.setApplicationDisplayName(NAME)
    application.setDesktopFileName("fractalroll")

    from gui.shell.icons import icon

    application.setWindowIcon(icon("fractalroll"))
    return application


def open_window(
    application: QApplication, file: Path | None = None, carried: Carried | None = None
) -> MainWindow:
    """Build the window out of the user's settings, show it, and begin what takes longer after.

    Args:
        application: Qt's.
        file: A piece or a MIDI file to open; one that can't be opened is told in the window.
        carried: The piece of a window whose place this one takes.
    """
    from PySide6.QtCore import QTimer

    from gui.shell.looks import wear_settings
    from gui.shell.states import WindowState
    from gui.shell.window import MainWindow

    state = WindowState()
    wear_settings(application, state.settings)
    window = MainWindow(state)
    window.show()
    if carried is not None:
        carried.put_into(state)
    QTimer.singleShot(0, window, lambda: window.begin(file))
    return window


def stay(application: QApplication, window: MainWindow) -> int:
    """Run Qt's events until the window is closed for good; Ctrl-C and SIGTERM close it, too."""
    from gui.shell.ending import try_all

    release = _close_on_signals(application)
    try:
        code = application.exec()
        while window.carried is not None:
            left, window = window, open_window(application, carried=window.carried)
            left.deleteLater()
            code = application.exec()
        return code
    finally:
        release()
        # After a signal nobody was asked: what is not saved is offered at the next start.
        try_all(lambda: window.state.autosave.close(keep=True), window.end)


def _close_on_signals(application: QApplication) -> Callable[[], None]:
    """Let SIGINT and SIGTERM leave the event loop at once, without a question.

    Python runs its handlers only between two of its own instructions, and Qt's loop has none while
    nothing happens: a byte on a socket wakes it.

    Returns:
        What puts things back as they were.
    """
    import signal
    import socket

    from PySide6.QtCore import QCoreApplication, QSocketNotifier

    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.setblocking(False)
    before = signal.set_wakeup_fd(theirs.fileno())
    watcher = QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read, application)
    watcher.activated.connect(lambda: ours.recv(64))
    numbers = (signal.SIGINT, signal.SIGTERM)
    handlers = {one: signal.signal(one, lambda *_: QCoreApplication.exit(0)) for one in numbers}

    def release() -> None:
        watcher.setEnabled(False)
        signal.set_wakeup_fd(before)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        ours.close()
        theirs.close()

    return release
