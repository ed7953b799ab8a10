"""The bar that tells what happened: one sentence, what to do about it, and details on request."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import (
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


class NoticeBar(QFrame):
    """One notice at a time, above the page; hidden while there is none."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAccessibleName(self.tr("Notice"))
        self.is_error = False
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
        column.setContentsMargins(8, 6, 8, 6)
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
        self._present(sentence, details, choices, error=True)

    def show_info(self, sentence: str, choices: tuple[Choice, ...] = ()) -> None:
        """Say that something is done; goes by itself unless it asks something."""
        self._present(sentence, "", choices, error=False)
        if not choices:
            self._timer.start(INFORMED_MS)

    def dismiss(self) -> None:
        """Take the notice away."""
        self._timer.stop()
        self._more.setChecked(False)
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def _present(
        self, sentence: str, details: str, choices: tuple[Choice, ...], *, error: bool
    ) -> None:
        self._timer.stop()
        self.is_error = error
        self._stripe.error = error
        self._sentence.setText(sentence)
        self._sentence.setAccessibleName(sentence)
        self._details.setPlainText(details)
        self._more.setVisible(bool(details))
        self._more.setChecked(False)
        self._show_details(False)
        self._offer(choices)
        self._stripe.update()
        self.show()

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
