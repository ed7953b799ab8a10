"""The bar at the top: transport, the four pages, undo and redo, and what is dragged out."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QToolButton, QWidget

from gui.shell.actions import Actions, keys_of
from gui.shell.icons import icon
from gui.shell.oneofmany import tick

PAGES = ("make", "train", "models", "live")
"""Every page by name, in order."""


class TopBar(QFrame):
    """Seen on every page.

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
        row.setSpacing(6)
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
        self.show_page(PAGES[0])

    def show_page(self, name: str) -> None:
        """Mark the page that is shown."""
        tick(self._buttons[name], self._buttons.values())

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
