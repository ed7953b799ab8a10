"""What the window knows about playing: it follows the document and orders the deck's process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from gui.failures import failure_text
from gui.live.deckworker import DeckWorker, LiveStatus, Output, known
from gui.live.orders import Instrument, change_order, piece_order, voices_order
from gui.live.playhead import PlayheadState

if TYPE_CHECKING:
    from gui.state.document import Document
    from gui.state.selection import SelectionState
    from model.roll import Roll

DECK = "bridge.deckchild"
_COALESCE_MS = 25


class LiveState(QObject):
    """Plays the document, through a process that is started when it is first needed.

    Args:
        document: What to play; edits are followed while it plays.
        playhead: Moved by the deck; one of its own if none is given.
        worker: Another way to run the deck, for tests.
        parent: Qt's.
        selection: What is selected, for the loop.
    """

    changed = Signal()
    """Outputs, the chosen one, or the status are other than before."""

    failed = Signal(str)
    """One sentence about what could not be done."""

    def __init__(
        self,
        document: Document,
        playhead: PlayheadState | None = None,
        worker: DeckWorker | None = None,
        parent: QObject | None = None,
        *,
        selection: SelectionState | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._selection = document, selection
        self.playhead = playhead or PlayheadState(parent=self)
        self._worker = worker or self._new_worker()
        self._worker.received.connect(self._take)
        self._worker.failed.connect(self.failed)
        self._worker.ended.connect(self._ended)
        self._outputs: tuple[Output, ...] = (Output("auto", ""), Output("sound", ""))
        self._status = LiveStatus()
        self._wanted = "auto"
        self._tempo: float | None = None
        self._preview = False
        self._heard = False  # whether what was last ordered has been playing
        self._run = 0  # counts orders to play and to stop, so that old news is known as such
        self._sent: tuple[object, ...] = ()
        self._range: tuple[int, int] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_COALESCE_MS)
        self._timer.timeout.connect(self._send_changes)
        document.changed.connect(self._document_changed)
        document.voices_changed.connect(self._voices_changed)
        document.loop_changed.connect(self._loop_changed)
        document.replaced.connect(self._replaced)

    # --- What there is ---------------------------------------------------------------------------

    @property
    def document(self) -> Document:
        """What is played."""
        return self._document

    @property
    def outputs(self) -> tuple[Output, ...]:
        """Every way to be heard, `auto` first."""
        return self._outputs

    @property
    def status(self) -> LiveStatus:
        """How playing goes."""
        return self._status

    @property
    def output(self) -> str:
        """Key of the output that was chosen."""
        return self._wanted

    @property
    def tempo(self) -> float | None:
        """Quarter notes a minute that were asked for, or None for the piece's own."""
        return self._tempo

    @property
    def previewing(self) -> bool:
        """Whether something else than the document is being played."""
        return self._preview

    # --- Orders ----------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the deck's process if it doesn't run, and tell it everything."""
        if self._worker.is_running:
            return
        self._worker.start()
        self._worker.say({"output": self._wanted})
        self._worker.say({"tempo": self._tempo})
        self._send_piece()
        self._loop_changed()
        self._worker.say({"ports": True})

    def play(self, step: float | None = None) -> None:
        """Play the document from `step` or from the playhead; from the start if that is the end."""
        self.start()
        self._leave_preview()
        self._flush()
        begin = self.playhead.step if step is None else step
        if begin >= self._document.piece.roll.steps:
            begin = 0.0
        self._order("play", begin)

    def play_roll(self, roll: Roll, program: int | None = None) -> None:
        """Play other music once, from its start: a sample, a variation.

        The playhead stays where it is in the document meanwhile; it is the document's again when
        the other music has ended, and after `stop`.

        Args:
            roll: What to play.
            program: One General MIDI instrument for all parts instead of their own.
        """
        self.start()
        voices = [] if program is None else [Instrument(program)] * len(roll.parts)
        if not self._preview:
            self.playhead.rest_at(self.playhead.step)
        self._preview = True
        self._order("stop", True)
        self._worker.say({"loop": None})
        self._worker.say(piece_order(roll, roll.note_array(), voices, [True] * len(roll.parts)))
        self._order("play", 0.0)

    def stop(self) -> None:
        """Stop where the playhead is, with nothing sounding."""
        if self._worker.is_running:
            self._order("stop", True)
        self.playhead.rest_at(self.playhead.step)
        self._leave_preview()

    def toggle(self) -> None:
        """Play or stop."""
        if self.playhead.playing:
            self.stop()
        else:
            self.play()

    def seek(self, step: float) -> None:
        """Put the playhead on `step`; if it plays, it goes on from there."""
        step = max(0.0, step)
        if self._preview:
            self.stop()
        if self._worker.is_running:
            self._worker.say({"seek": step})
        if not self.playhead.playing:
            self.playhead.rest_at(step)

    def panic(self) -> None:
        """Silence everything, on every channel, whatever is believed to sound."""
        self.start()
        self._order("panic", True)
        self.playhead.rest_at(self.playhead.step)

    def test_note(self) -> None:
        """One short note, to hear whether anything arrives."""
        self.start()
        self._worker.say({"test_note": True})

    def audition(self, part: int, pitch: int, velocity: int, on: bool) -> None:
        """Strike or release a note of a part by hand, such as on the piano keys."""
        self.start()
        order = {"part": part, "pitch": pitch, "velocity": velocity, "on": on}
        self._worker.say({"audition": order})

    def set_tempo(self, bpm: float | None) -> None:
        """Play at another tempo than the piece's own; its tempo changes keep their ratio.

        Args:
            bpm: Quarter notes a minute at the piece's first step, or None for its own.
        """
        if bpm != self._tempo:
            self._tempo = bpm
            if self._worker.is_running:
                self._worker.say({"tempo": bpm})
            self.changed.emit()

    def set_output(self, key: str) -> None:
        """Choose where the music goes: the key of one of `outputs`."""
        if key == self._wanted:
            return
        self._wanted = key
        if self._worker.is_running:
            self._worker.say({"output": key})
        self.changed.emit()

    def refresh(self) -> None:
        """Look again which outputs there are; the answer comes as `changed`."""
        self.start()
        self._worker.say({"ports": True})

    def close(self) -> None:
        """Silence and end the process. May be called again."""
        self._timer.stop()
        self._worker.close()
        self.playhead.rest_at(self.playhead.step)

    def toggle_loop(self) -> None:
        """Repeat what is selected, what was repeated last, or the whole piece; or nothing."""
        region = None if self._selection is None else self._selection.region
        self._document.toggle_loop(region)

    # --- The document ----------------------------------------------------------------------------

    def _document_changed(self, first: int, last: int) -> None:
        if self._range is None:
            self._range = (first, last)
        else:
            self._range = (min(first, self._range[0]), max(last, self._range[1]))
        if self._worker.is_running and not self._timer.isActive():
            self._timer.start()

    def _flush(self) -> None:
        if self._timer.isActive():
            self._timer.stop()
            self._send_changes()

    def _send_changes(self) -> None:
        if self._range is None or self._preview or not self._worker.is_running:
            return
        (first, last), self._range = self._range, None
        roll = self._document.piece.roll
        whole = first <= 0 and last >= roll.steps
        if whole or _frame(roll) != self._sent:
            self._send_piece()
        else:
            notes = self._document.notes()
            self._worker.say(change_order(notes, first, last, roll.steps))

    def _send_piece(self) -> None:
        piece = self._document.piece
        self._range = None
        self._sent = _frame(piece.roll)
        notes = self._document.notes()
        self._worker.say(piece_order(piece.roll, notes, piece.voices, piece.audible()))

    def _voices_changed(self) -> None:
        piece = self._document.piece
        if not self._worker.is_running or self._preview:
            return
        self._flush()
        if _frame(piece.roll) == self._sent:
            self._worker.say(voices_order(piece.roll, piece.voices, piece.audible()))
        else:
            self._send_piece()

    def _loop_changed(self) -> None:
        if self._worker.is_running and not self._preview:
            loop = self._document.piece.loop
            self._worker.say({"loop": None if loop is None else list(loop)})

    def _replaced(self) -> None:
        """Another piece altogether: what played belongs to the old one."""
        self._timer.stop()
        self._preview = False
        self.set_tempo(None)
        if self._worker.is_running:
            self._order("stop", True)
            self._send_piece()
            self._loop_changed()
            self._worker.say({"seek": 0.0})
        self.playhead.rest_at(0.0)

    def _leave_preview(self) -> None:
        if self._preview:
            self._preview = False
            self._send_piece()
            self._loop_changed()
            self._worker.say({"seek": self.playhead.step})

    # --- The deck's words ------------------------------------------------------------------------

    def _take(self, line: dict[str, Any]) -> None:
        if "position" in line:
            self._take_position(line)
        elif "status" in line:
            self._take_status(line["status"])
        elif "outputs" in line:
            self._outputs = tuple(Output(**known(Output, entry)) for entry in line["outputs"])
            self.changed.emit()
        elif "failed" in line:
            self.failed.emit(failure_text(line))

    def _take_position(self, line: dict[str, Any]) -> None:
        if line.get("run", self._run) != self._run:
            return  # from before the last order
        if not self._preview:
            self.playhead.take(line)
            return
        rest = {"position": self.playhead.step, "speed": 0.0, "loop": None}
        self.playhead.take({**line, **rest})
        if not line["playing"] and self._heard:
            self._leave_preview()
        self._heard = bool(line["playing"])

    def _order(self, verb: str, value: object) -> None:
        """An order that begins or ends playing."""
        self._run += 1
        self._heard = False
        self._worker.say({verb: value, "run": self._run})

    def _take_status(self, told: dict[str, Any]) -> None:
        status = LiveStatus(**known(LiveStatus, told))
        if status != self._status:
            self._status = status
            self.changed.emit()

    def _ended(self, code: int) -> None:
        self._sent = ()
        self._status = LiveStatus(key=self._wanted)
        self.playhead.rest_at(self.playhead.step)
        self.changed.emit()

    def _new_worker(self) -> DeckWorker:
        from gui.workers import Worker

        worker: DeckWorker = Worker(DECK, parent=self)
        return worker


def _frame(roll: Roll) -> tuple[object, ...]:
    """What must be the same for a change of notes to be told alone."""
    return (roll.grid, roll.tempos, tuple(part.is_drum for part in roll.parts))
