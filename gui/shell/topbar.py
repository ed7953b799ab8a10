"""The bar at the top: transport, the four pages, undo and redo, and what is dragged out."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QToolButton, QWidget

from gui.out.dragging import DragHandle
from gui.shell.actions import Actions, keys_of
from gui.shell.icons import icon
from gui.shell.oneofmany import tick

PAGES = ("make", "train", "models", "live")
"""Every page by name, in order."""

_SPACING = 6


class TopBar(QFrame):
    """Seen on every page. Where it is narrow, some words go, and never a control.

    Args:
        transport: To start, play, stop, loop, position, tempo.
        handle: What is dragged into a DAW.
        actions: The window's actions.
    """

    page_chosen = Signal(str)

    def __init__(self, transport: QWidget, handle: QWidget, actions: Actions) -> None:
        super().__init__()
        self.setObjectName("topBar")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(_SPACING)
        row.addWidget(transport)
        row.addStretch(1)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        titles = (self.tr("Make"), self.tr("Train"), self.tr("Models"), self.tr("Live"))
        self._buttons = {
            name: self._page_button(name, title) for name, title in zip(PAGES, titles, strict=True)
        }
        for button in self._buttons.values():
            row.addWidget(button)
        row.addStretch(1)
        for name in ("undo", "redo"):
            row.addWidget(tool_of(actions[name], keys_of(name)))
        row.addWidget(handle)
        self._row, self._handle = row, handle
        self.show_page(PAGES[0])

    def show_page(self, name: str) -> None:
        """Mark the page that is shown."""
        tick(self._buttons[name], self._buttons.values())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """First the handle's words get fewer, then the pages are icons with tooltips."""
        super().resizeEvent(event)
        for short, icons in ((False, False), (True, False), (True, True)):
            self._shorten(short, icons)
            if self._needed() <= self.width():
                return

    def _shorten(self, short: bool, icons: bool) -> None:
        self._row.setSpacing(_SPACING - 3 if short else _SPACING)
        if isinstance(self._handle, DragHandle):
            self._handle.set_short(short)
        style = Qt.ToolButtonStyle
        for button in self._buttons.values():
            button.setToolButtonStyle(
                style.ToolButtonIconOnly if icons else style.ToolButtonTextBesideIcon
            )

    def _needed(self) -> int:
        """The width at which nothing is cut off."""
        margins = self._row.contentsMargins()
        items = (self._row.itemAt(k) for k in range(self._row.count()))
        widgets = (None if one is None else one.widget() for one in items)
        widths = (max(one.sizeHint().width(), one.minimumWidth()) for one in widgets if one)
        gaps = self._row.spacing() * (self._row.count() - 1)
        return margins.left() + margins.right() + sum(widths) + gaps

    def page_button(self, name: str) -> QToolButton:
        """The button of a page."""
        return self._buttons[name]

    def _page_button(self, name: str, title: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"page_{name}")
        button.setProperty("role", "quiet")
        button.setCheckable(True)
        button.setText(title)
        button.setIcon(icon(name))
        button.setIconSize(QSize(18, 18))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setAccessibleName(title)
        button.setToolTip(f"{title} ({keys_of(f'page_{name}')})")
        button.clicked.connect(lambda: self.page_chosen.emit(name))
        self._group.addButton(button)
        return button


def tool_of(action: QAction, keys: str) -> QToolButton:
    """A quiet button with the icon of an action that has one."""
    button = QToolButton()
    button.setProperty("role", "quiet")
    button.setDefaultAction(action)
    button.setIconSize(QSize(18, 18))
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setAccessibleName(action.text().replace("&", ""))
    button.setToolTip(f"{action.text()} ({keys})" if keys else action.text())
    return button
