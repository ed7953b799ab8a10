"""The list of variations: pictures to compare, A/B, stars, and a handle to drag each one out."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.making.controls import button, tool
from gui.making.variations import ORIGINAL, Variation, VariationsState
from gui.models.rollpicture import RollPicture
from gui.out.dragging import far_enough
from gui.shell.icons import icon

KEYS = 9
"""So many variations have a key, Ctrl+1 and so on."""


class VariationsPanel(QWidget):
    """Shows a `VariationsState`, the newest on top, the original last.

    Args:
        variations: the list.
        parent: Qt's owner.
    """

    drag_requested = Signal(int)
    """This variation (`ORIGINAL` for the first piece) is being dragged; said from a mouse move."""

    def __init__(self, variations: VariationsState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._variations = variations
        self.setAccessibleName(self.tr("Variations"))
        title = QLabel(self.tr("Variations"))
        title.setProperty("role", "title")
        self.swap = button(
            self.tr("A / B"),
            self.tr("Back to the one before; while it plays, on the beat or bar of Start (Live)"),
        )
        self.swap.clicked.connect(variations.swap)
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self.swap)
        self._empty = QLabel(self.tr("What you make is kept here, to compare and to go back to."))
        self._empty.setProperty("role", "dim")
        self._empty.setWordWrap(True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(head)
        self._column.addWidget(self._empty)
        self._cards: dict[int, VariationCard] = {}
        variations.changed.connect(self._show)
        self._show()

    def card(self, index: int) -> VariationCard | None:
        """The card of a variation, `ORIGINAL` for the original."""
        found = self._variations.original
        if index != ORIGINAL:
            shown = self._variations.variations
            found = shown[index] if 0 <= index < len(shown) else None
        return None if found is None else self._cards.get(found.number)

    def _show(self) -> None:
        state = self._variations
        shown = list(enumerate(state.variations))[::-1]
        if state.original is not None:
            shown.append((ORIGINAL, state.original))
        numbers = {variation.number for _, variation in shown}
        for number in [number for number in self._cards if number not in numbers]:
            card = self._cards.pop(number)
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        for place, (index, variation) in enumerate(shown, 2):
            card = self._cards.get(variation.number) or self._new_card(variation.number)
            if self._column.indexOf(card) != place:
                self._column.insertWidget(place, card)
            card.show_variation(
                index,
                variation,
                current=state.current == index,
                start_on=state.start_on if state.waiting == index else "",
            )
        self._empty.setVisible(not shown)
        self.swap.setEnabled(len(shown) > 1)

    def _new_card(self, number: int) -> VariationCard:
        card = VariationCard(self._variations, self)
        card.drag_requested.connect(self.drag_requested)
        self._cards[number] = card
        return card


class VariationCard(QFrame):
    """One variation: its name, which chooses it, a star, a handle and its picture."""

    drag_requested = Signal(int)

    def __init__(self, variations: VariationsState, parent: QWidget) -> None:
        super().__init__(parent)
        self._variations, self._index = variations, ORIGINAL
        self.setProperty("role", "card")
        self.name = QPushButton()
        self.name.setProperty("role", "quiet")
        self.name.setCheckable(True)
        self.name.clicked.connect(self._choose)
        self.name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.star = tool("star", self.tr("Keep this one in any case"), checkable=True)
        self.star.clicked.connect(lambda on: variations.star(self._index, on))
        self.grip = DragGrip(self.tr("Drag it into your DAW, as a MIDI file"))
        self.grip.dragged.connect(lambda: self.drag_requested.emit(self._index))
        self.picture = _ClickedPicture(self)
        self.picture.clicked.connect(self._choose)
        self.picture.setFixedHeight(46)
        head = QHBoxLayout()
        head.setSpacing(2)
        head.addWidget(self.name, 1)
        head.addWidget(self.star)
        head.addWidget(self.grip)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 5, 6, 7)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.picture)
        self._shown: Variation | None = None

    def show_variation(
        self, index: int, variation: Variation, *, current: bool, start_on: str
    ) -> None:
        """Show it.

        Args:
            index: in the list.
            variation: what it is.
            current: whether the piece is this one.
            start_on: on what it waits, `VariationsState.start_on`; empty where it doesn't.
        """
        self._index = index
        name = self._named(index, variation)
        waits = {
            "beat": self.tr("{0} · next beat"),
            "bar": self.tr("{0} · next bar"),
            "four bars": self.tr("{0} · next 4 bars"),
        }
        short = self._short(index, variation) if start_on else name
        self.name.setText(waits.get(start_on, "{0}").format(short))
        self.name.setChecked(current or bool(start_on))
        told = self._told(index, variation)
        if start_on:
            told = self.tr("Once more, and it doesn't come") + "\n" + told
        self.name.setToolTip(told)
        self.setAccessibleName(name)
        self.star.setChecked(variation.starred)
        self.star.setVisible(index != ORIGINAL)
        if self._shown is None or self._shown.roll is not variation.roll:
            self.picture.show_roll(variation.roll)
        self._shown = variation

    def _choose(self) -> None:
        self._variations.choose(self._index)
        self.name.setChecked(self._index in (self._variations.current, self._variations.waiting))

    def _short(self, index: int, variation: Variation) -> str:
        """Its name where there is more to say beside it."""
        return self.tr("Original") if index == ORIGINAL else str(variation.number)

    def _named(self, index: int, variation: Variation) -> str:
        if index == ORIGINAL:
            return self.tr("Original")
        if variation.made is None:
            return self.tr("{0}   edited by hand").format(variation.number)
        return self.tr("{0}   seed {1}").format(variation.number, variation.made.seed)

    def _told(self, index: int, variation: Variation) -> str:
        """All that is known of it."""
        key = self.tr("Ctrl+{0}").format(index + 1) if 0 <= index < KEYS else ""
        made = variation.made
        if made is None:
            return key
        told = self.tr("{0}, seed {1}, temperature {2}, guidance {3}")
        values = (made.model, made.seed, f"{made.temperature:g}", f"{made.guidance:g}")
        return "\n".join(line for line in (told.format(*values), key) if line)


class _ClickedPicture(RollPicture):
    """A picture that can be pressed."""

    clicked = Signal()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """It is ours."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Let go over the picture, it was pressed."""
        inside = self.rect().contains(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and inside:
            self.clicked.emit()


class DragGrip(QToolButton):
    """Six dots that are pulled; says so from inside the mouse move, as a drag must begin there."""

    dragged = Signal()

    def __init__(self, meaning: str) -> None:
        super().__init__()
        self.setIcon(icon("drag"))
        self.setProperty("role", "quiet")
        self.setToolTip(meaning)
        self.setAccessibleName(meaning)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self._pressed: QPoint | None = None

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Remember where."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Far enough from there it is a drag."""
        pressed = self._pressed
        if pressed is not None and far_enough(pressed, event.position().toPoint()):
            self._pressed = None
            self.setDown(False)
            self.dragged.emit()
            return
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """It was no drag, or it is over."""
        self._pressed = None
        super().mouseReleaseEvent(event)
        event.accept()
