"""The four pages under the top bar; all but the first are built when they are first looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

Build = Callable[[], QWidget]


class Pages(QStackedWidget):
    """Shows one page.

    Args:
        builders: Page's name -> what builds it, in order; the first is built at once.

    Attributes:
        shown: This page is seen from now on.
        built: This page is there for the first time.
    """

    shown = Signal(str)
    built = Signal(str)

    def __init__(self, builders: Mapping[str, Build]) -> None:
        super().__init__()
        self._builders = dict(builders)
        self._pages: dict[str, QWidget] = {}
        self._name = next(iter(self._builders))
        self.setCurrentWidget(self.page(self._name))

    @property
    def name(self) -> str:
        """The page that is seen."""
        return self._name

    def page(self, name: str) -> QWidget:
        """A page, built now if nobody has looked at it yet."""
        if name not in self._pages:
            page = self._builders[name]()
            self._pages[name] = page
            self.addWidget(page)
            self.built.emit(name)
        return self._pages[name]

    def page_if_built(self, name: str) -> QWidget | None:
        """A page, or None where nobody has looked at it yet."""
        return self._pages.get(name)

    def show_page(self, name: str) -> None:
        """Look at a page."""
        self.setCurrentWidget(self.page(name))
        if name != self._name:
            self._name = name
            self.shown.emit(name)

    def focus_page(self) -> None:
        """Let the keys go to the page that is seen: where they were on it, else to its first."""
        page = self.page(self._name)
        now = QApplication.focusWidget()
        if now is not None and page.isAncestorOf(now):
            return
        last = page.focusWidget()
        wanted = last if last is not None and _takes_keys(last) else _first(page)
        if wanted is not None:
            wanted.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _first(page: QWidget) -> QWidget | None:
    """The first within `page` that `Tab` leads to."""
    widget = page.nextInFocusChain()
    while widget is not None and widget is not page:
        if page.isAncestorOf(widget) and _takes_keys(widget):
            return widget
        widget = widget.nextInFocusChain()
    return None


def _takes_keys(widget: QWidget) -> bool:
    tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return tab and widget.isVisible() and widget.isEnabled()
