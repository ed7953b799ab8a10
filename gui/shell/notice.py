"""The bar that tells what happened: one sentence, what to do about it, and details on request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.shell.icons import icon
from gui.shell.theme import colours

INFORMED_MS = 8000
"""A notice that asks for nothing goes by itself after this long."""

Choice = tuple[str, Callable[[], None]]
"""A button's text, and what it does; any choice closes the notice."""


MARGIN = 8
"""Pixels left and right of it."""


@dataclass(frozen=True)
class _Notice:
    """What is to be said.

    Attributes:
        sentence: What was attempted, what was got, what to do.
        details: Shown on request only.
        choices: Buttons beside it.
        error: Whether something failed.
        name: What it can be withdrawn by.
    """

    sentence: str
    details: str = ""
    choices: tuple[Choice, ...] = ()
    error: bool = False
    name: str = ""


class NoticeBar(QFrame):
    """One notice at a time, over the window's status bar; hidden while there is none.

    It lies there so that nothing moves when it comes or goes: a click hits what it was meant for.
    One that asks something comes back when a later one, which has pushed it out, is closed, and so
    does an error that what went well has pushed out.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAccessibleName(self.tr("Notice"))
        self.is_error = False
        self._shown: _Notice | None = None
        self._aside: list[_Notice] = []
        self._choices: list[QPushButton] = []
        self._stripe = _Stripe(self)
        self._sentence = QLabel(self)
        self._sentence.setWordWrap(True)
        self._sentence.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._details = QPlainTextEdit(self)
        self._details.setReadOnly(True)
        self._details.setMaximumHeight(140)
        self._details.setAccessibleName(self.tr("Details"))
        self._more = QPushButton(self.tr("Details"), self)
        self._more.setCheckable(True)
        self._more.toggled.connect(self._show_details)
        self._copy = QPushButton(self.tr("Copy"), self)
        self._copy.clicked.connect(self._copy_details)
        self._close = _close_button(self)
        self._close.clicked.connect(self.dismiss)
        self._row = QHBoxLayout()
        self._arrange()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        self.hide()

    def _arrange(self) -> None:
        self._row.setSpacing(8)
        self._row.addWidget(self._stripe)
        self._row.addWidget(self._sentence, 1)
        for widget in (self._more, self._copy, self._close):
            self._row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 1, 4, 1)
        column.addLayout(self._row)
        column.addWidget(self._details)

    @property
    def sentence(self) -> str:
        """What it says now; empty where nothing is shown."""
        return "" if self.isHidden() else self._sentence.text()

    @property
    def details(self) -> str:
        """What it would say on request."""
        return self._details.toPlainText()

    def show_error(
        self, sentence: str, details: str = "", choices: tuple[Choice, ...] = ()
    ) -> None:
        """Say that something failed; stays until it is closed.

        Args:
            sentence: What was attempted, what was got, what to do.
            details: Shown on request only: a child's last words, a traceback.
            choices: Buttons beside it.
        """
        self._push(_Notice(sentence, details, choices, error=True))

    def show_info(self, sentence: str, choices: tuple[Choice, ...] = (), name: str = "") -> None:
        """Say that something is done; goes by itself unless it asks something.

        Args:
            sentence: What is done.
            choices: Buttons beside it.
            name: What `withdraw` knows it by.
        """
        self._push(_Notice(sentence, "", choices, name=name))

    def withdraw(self, name: str) -> None:
        """What the notices of this name ask for is done: they go, wherever they are."""
        self._aside = [one for one in self._aside if one.name != name]
        if self._shown is not None and self._shown.name == name:
            self.dismiss()

    def dismiss(self) -> None:
        """Take the notice away; one that was pushed out and still matters comes back."""
        self._timer.stop()
        self._more.setChecked(False)
        self._shown = None
        if self._aside:
            self._present(self._aside.pop())
        elif not self.isHidden():
            self.hide()
            self.closed.emit()

    @property
    def has_focus(self) -> bool:
        """Whether keys go to one of its buttons."""
        focus = QApplication.focusWidget()
        return focus is not None and self.isAncestorOf(focus)

    def place(self) -> None:
        """Lie along the lower edge of the window, as high as the text needs."""
        around, layout = self.parentWidget(), self.layout()
        if around is None or layout is None:
            return
        width = around.width() - 2 * MARGIN
        height = max(layout.totalHeightForWidth(width), layout.totalMinimumSize().height())
        self.setGeometry(MARGIN, around.height() - height, width, height)
        self.raise_()

    def event(self, event: QEvent) -> bool:
        """Take the room that other contents need."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.place()
        return super().event(event)

    def _push(self, notice: _Notice) -> None:
        shown = self._shown
        if shown is not None and shown.sentence != notice.sentence:
            waits = shown.choices or (shown.error and not notice.error)
            self._aside += [shown] if waits else []
        self._present(notice)

    def _present(self, notice: _Notice) -> None:
        self._timer.stop()
        self._shown = notice
        self.is_error = self._stripe.error = notice.error
        self._sentence.setText(notice.sentence)
        self._sentence.setAccessibleName(notice.sentence)
        self._details.setPlainText(notice.details)
        self._more.setVisible(bool(notice.details))
        self._more.setChecked(False)
        self._show_details(False)
        self._offer(notice.choices)
        self._stripe.update()
        self.place()
        self.show()
        if not (notice.error or notice.choices):
            self._timer.start(INFORMED_MS)

    def _offer(self, choices: tuple[Choice, ...]) -> None:
        for old in self._choices:
            old.deleteLater()
        self._choices = []
        for text, act in choices:
            button = QPushButton(text, self)
            button.clicked.connect(self.dismiss)
            button.clicked.connect(act)
            self._row.insertWidget(self._row.indexOf(self._more), button)
            self._choices.append(button)

    def _show_details(self, shown: bool) -> None:
        self._details.setVisible(shown)
        self._copy.setVisible(shown)

    def _copy_details(self) -> None:
        QGuiApplication.clipboard().setText(f"{self._sentence.text()}\n\n{self.details}")


class _Stripe(QWidget):
    """A narrow stripe in the colour of good or bad news."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.error = False
        self.setFixedWidth(4)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours().bad if self.error else colours().accent)
        painter.drawRoundedRect(self.rect(), 2, 2)


def _close_button(parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setProperty("role", "quiet")
    button.setIcon(icon("close", "dim"))
    button.setIconSize(QSize(14, 14))
    words = QCoreApplication.translate("NoticeBar", "Close this notice")
    button.setAccessibleName(words)
    button.setToolTip(words)
    return button
