"""What programs on the test's display share: telling lines, telling places, ending with stdin."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, QPoint, QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from gui.shell.theme import DARK, theme


def tell(**words: object) -> None:
    """Say one line."""
    print(json.dumps(words), flush=True)


def places(widgets: Mapping[str, QWidget]) -> dict[str, tuple[int, int]]:
    """The middle of each widget, on the screen."""
    middles = {}
    for name, widget in widgets.items():
        middle = widget.mapToGlobal(QPoint(widget.width() // 2, widget.height() // 2))
        middles[name] = (middle.x(), middle.y())
    return middles


def run(
    application: QApplication,
    window: QWidget,
    widgets: Mapping[str, QWidget],
    ready: Callable[[], None] = lambda: None,
) -> int:
    """Show a window, say where its widgets are once it has the keyboard, run until stdin ends.

    `ready` is called then, to say more.
    """
    theme().use(DARK)
    notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, application)
    notifier.activated.connect(lambda: application.quit())
    watch = _Activation(window, widgets, ready)
    window.installEventFilter(watch)
    window.show()
    window.raise_()
    window.activateWindow()  # there is no window manager that would
    code = application.exec()
    watch.deleteLater()
    return code


class _Activation(QObject):
    """Says `ready` once, when the window is on the screen and has the keyboard."""

    def __init__(
        self, window: QWidget, widgets: Mapping[str, QWidget], ready: Callable[[], None]
    ) -> None:
        super().__init__(window)
        self._widgets, self._ready, self._told = widgets, ready, False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.WindowActivate and not self._told:
            self._told = True
            QTimer.singleShot(0, self._tell)
        return False

    def _tell(self) -> None:
        self._ready()
        tell(ready=places(self._widgets))
