"""The whole window as the front door opens it, telling what happens in it."""

from __future__ import annotations

import sys

from PySide6.QtCore import QSocketNotifier, QTimer

from gui.app import open_window, start_qt, stay
from gui.shell.window import MainWindow
from gui.state.settings import SettingsState
from tests.gui.xvfb.stage import places, tell


def is_anything_selected(window: MainWindow) -> bool:
    """Whether there is a region or a chosen note."""
    selection = window.state.selection
    return selection.region is not None or bool(selection.notes)


def free_place(window: MainWindow) -> tuple[int, int]:
    """Where nothing sounds, near the middle of the roll, on the screen."""
    canvas = window.roll.canvas
    middle = canvas.places().pitch_at(canvas.height() / 2)
    used = set(window.state.document.notes().pitch.tolist())
    free = min(set(range(128)) - used, key=lambda pitch: abs(pitch - middle))
    x = canvas.width() / 2
    spot = canvas.spot(canvas.places().step_at(x), free).toPoint()
    place = canvas.mapToGlobal(spot)
    return place.x(), place.y()


def tell_of(window: MainWindow) -> None:
    """Say what changes."""
    state = window.state
    state.document.changed.connect(lambda *_: tell(notes=len(state.document.notes())))
    state.making.loaded.connect(lambda source: tell(loaded=source))
    state.making.made.connect(
        lambda result: tell(made=result.stop - result.start, free=free_place(window))
    )
    state.making.failed.connect(lambda sentence, *rest: tell(failed=sentence))
    state.playhead.playing_changed.connect(lambda playing: tell(playing=playing))
    state.selection.changed.connect(lambda: tell(selected=is_anything_selected(window)))
    window.panels.pages.shown.connect(lambda name: tell(page=name))
    window.activateWindow()  # there is no window manager that would
    widgets = {"roll": window.roll.canvas, "handle": window.panels.handle}
    QTimer.singleShot(0, window, lambda: tell(ready=places(widgets)))


if __name__ == "__main__":
    application = start_qt()
    settings = SettingsState()
    settings.set("tour_seen", True)
    settings.close()
    window = open_window(application)
    notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, application)
    notifier.activated.connect(lambda: application.quit())
    tell_of(window)
    code = stay(application, window)
    tell(left=code)
    sys.exit(code)
