"""The deck's copy of the document, kept the same: edits are told as the stretch that changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from gui.live.deckworker import DeckWorker
from gui.live.orders import change_order, piece_order, voices_order

if TYPE_CHECKING:
    from gui.state.document import Document
    from model.roll import Roll

Say = Callable[[dict[str, object]], None]

_COALESCE_MS = 25


class Feed(QObject):
    """Tells a deck's process of a document.

    Args:
        document: Whose edits are told.
        deck: Who is told, while it runs.
        parent: Qt's.
        say_now: Tells the deck an order that older positions know nothing of.

    Attributes:
        cued: Another version that waits for its beat or bar.
        paused: Something else is being played: edits are told when the document is back.
    """

    def __init__(
        self,
        document: Document,
        deck: DeckWorker,
        parent: QObject | None = None,
        *,
        say_now: Say | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._deck = document, deck
        self._say_now = say_now or deck.say
        self.cued: Roll | None = None
        self.paused = False
        self._sent: tuple[object, ...] = ()
        self._range: tuple[int, int] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_COALESCE_MS)
        self._timer.timeout.connect(self._tell_changes)
        document.changed.connect(self._document_changed)
        document.voices_changed.connect(self._voices_changed)
        document.loop_changed.connect(self.tell_loop)

    @property
    def steps(self) -> int:
        """How long the piece is."""
        return self._document.piece.roll.steps

    def tell_piece(self) -> None:
        """Everything, as it is now."""
        piece = self._document.piece
        self._range = None
        self._sent = _frame(piece.roll)
        notes = self._document.notes()
        self._deck.say(piece_order(piece.roll, notes, piece.voices, piece.audible()))
        if self.cued is not None:
            self._tell_cued(self.cued)

    def cue(self, roll: Roll | None) -> None:
        """Let another version of the piece wait for its beat or bar; None: nothing waits."""
        before, self.cued = self.cued, roll
        self.flush()
        if roll is not None:
            self._tell_cued(roll)
        elif before is not None:
            self.tell_piece()

    def tell_loop(self) -> None:
        """What is repeated."""
        if self._is_heard():
            loop = self._document.piece.loop
            self._deck.say({"loop": None if loop is None else list(loop)})

    def flush(self) -> None:
        """Tell now what waits to be told."""
        if self._timer.isActive():
            self._timer.stop()
            self._tell_changes()

    def drop(self) -> None:
        """Forget what waits to be told."""
        self._timer.stop()

    def forget(self) -> None:
        """The deck has ended, and knows nothing any more."""
        self._sent = ()

    def _tell_cued(self, roll: Roll) -> None:
        """In the instruments of the piece, as far as its parts are the same."""
        piece = self._document.piece
        same = len(roll.parts) == len(piece.roll.parts)
        voices = piece.voices if same else ()
        heard = piece.audible() if same else [True] * len(roll.parts)
        order = piece_order(roll, roll.note_array(), voices, heard)
        self._say_now({**order, "start": True})

    def _is_heard(self) -> bool:
        return self._deck.is_running and not self.paused

    def _document_changed(self, first: int, last: int) -> None:
        if self._range is None:
            self._range = (first, last)
        else:
            self._range = (min(first, self._range[0]), max(last, self._range[1]))
        if self._deck.is_running and not self._timer.isActive():
            self._timer.start()

    def _tell_changes(self) -> None:
        if self._range is None or not self._is_heard():
            return
        (first, last), self._range = self._range, None
        roll = self._document.piece.roll
        whole = first <= 0 and last >= roll.steps
        if whole or self.cued is not None or _frame(roll) != self._sent:
            self.tell_piece()
        else:
            notes = self._document.notes()
            self._deck.say(change_order(notes, first, last, roll.steps))

    def _voices_changed(self) -> None:
        if not self._is_heard():
            return
        self.flush()
        piece = self._document.piece
        if _frame(piece.roll) == self._sent:
            self._deck.say(voices_order(piece.roll, piece.voices, piece.audible()))
        else:
            self.tell_piece()


def _frame(roll: Roll) -> tuple[object, ...]:
    """What must be the same for a change of notes to be told alone."""
    return (roll.grid, roll.tempos, tuple(part.is_drum for part in roll.parts))
