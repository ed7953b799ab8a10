"""What the window knows about playing: orders to the deck's process, and what it tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gui.failures import failure_text
from gui.live.cueing import Cueing
from gui.live.deckworker import DeckWorker, LiveStatus, Output
from gui.live.feed import Feed
from gui.live.inputs import InputState
from gui.live.kept import Kept
from gui.live.lending import Lending
from gui.live.orders import Instrument, piece_order
from gui.live.outputs import OutputState
from gui.live.playhead import PlayheadState
from gui.live.sync import SyncState

if TYPE_CHECKING:
    from gui.state.document import Document
    from gui.state.selection import SelectionState
    from gui.state.settings import SettingsState
    from model.roll import Roll

DECK = "bridge.deck.child"


class LiveState(QObject):
    """Plays the document, through a process that is started when it is first needed.

    Args:
        document: What to play; edits are followed while it plays.
        playhead: Moved by the deck; one of its own if none is given.
        worker: Another way to run the deck, for tests.
        parent: Qt's.
        selection: What is selected, for the loop.
        settings: Where choices about ports and hosts are kept; forgotten if none are given.

    Attributes:
        out: Where the music goes.
        sync: In time with whom.
        inputs: What is listened to.
        lending: Who plays instead, on the deck's ports.
        cueing: Another version of the document, which waits for its beat or bar.
    """

    changed = Signal()
    """Outputs, the chosen one, the status or the tempo are other than before."""

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
        settings: SettingsState | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._selection = document, selection
        self.playhead = playhead or PlayheadState(parent=self)
        self._worker = worker or self._new_worker()
        self._worker.received.connect(self._take)
        self._worker.failed.connect(self.failed)
        self._worker.ended.connect(self._ended)
        kept = Kept(settings)
        self.out = OutputState(document, self._say, kept, self)
        self.sync = SyncState(document, self._say, kept, self)
        self.inputs = InputState(self._say, self.start, kept, self)
        self.lending = Lending(self._say, self.start, self)
        self.lending.refused.connect(self.failed)
        self.out.changed.connect(self.changed)
        self.sync.changed.connect(self.changed)
        self._tempo: float | None = None
        self._heard = False  # whether what was last ordered has been playing
        self._run = 0  # counts orders to play and to stop, so that old news is known as such
        self._feed = Feed(document, self._worker, self, say_now=self._say_now)
        self.cueing = Cueing(self._feed, self.sync, self._may_wait, self)
        document.replaced.connect(self._replaced)

    # --- What there is ---------------------------------------------------------------------------

    @property
    def document(self) -> Document:
        """What is played."""
        return self._document

    @property
    def outputs(self) -> tuple[Output, ...]:
        """Every way to be heard, `auto` first."""
        return self.out.entries

    @property
    def status(self) -> LiveStatus:
        """How playing goes."""
        return self.out.status

    @property
    def output(self) -> str:
        """Key of the output that was chosen."""
        return self.out.key

    @property
    def tempo(self) -> float | None:
        """Quarter notes a minute that were asked for, or None for the piece's own."""
        return self._tempo

    @property
    def previewing(self) -> bool:
        """Whether something else than the document is being played."""
        return self._feed.paused

    # --- Orders ----------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the deck's process if it doesn't run, and tell it everything."""
        if self._worker.is_running:
            return
        self._worker.start()
        for order in (*self.lending.orders(), *self.out.orders()):
            self._worker.say(order)
        self._worker.say({"tempo": self._tempo})
        self._feed.tell_piece()
        self._feed.tell_loop()
        for order in (*self.sync.orders(), *self.inputs.orders()):
            self._worker.say(order)
        self._worker.say({"ports": True})

    def play(self, step: float | None = None) -> None:
        """Play the document from `step` or from the playhead; from the start if that is the end."""
        if self.lending.refuses():
            return
        self.start()
        self._leave_preview()
        self._feed.flush()
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
        if self.lending.refuses():
            return
        self.start()
        voices = [] if program is None else [Instrument(program)] * len(roll.parts)
        if not self.previewing:
            self.playhead.rest_at(self.playhead.step)
            self.cueing.hurry()
        self._feed.paused = True
        self._order("stop", True)
        self.sync.suspend()
        self._worker.say({"loop": None})
        self._worker.say(piece_order(roll, roll.note_array(), voices, [True] * len(roll.parts)))
        self._order("play", 0.0)

    def stop(self) -> None:
        """Stop where the playhead is, with nothing sounding."""
        if self.lending.guest is not None:
            self.lending.guest.stop()
            return
        if self._worker.is_running:
            self._order("stop", True)
        self.playhead.rest_at(self.playhead.step)
        self.cueing.hurry()
        self._leave_preview()

    def toggle(self) -> None:
        """Play or stop."""
        if self.playhead.playing or self.lending.guest is not None:
            self.stop()
        else:
            self.play()

    def seek(self, step: float) -> None:
        """Put the playhead on `step`; if it plays, it goes on from there."""
        if self.lending.guest is not None:
            return
        step = max(0.0, step)
        if self.previewing:
            self.stop()
        self._say({"seek": step})
        if not self.playhead.playing:
            self.playhead.rest_at(step)

    def panic(self) -> None:
        """Silence everything, on every channel, whatever is believed to sound."""
        if self.lending.guest is not None:
            self.lending.guest.panic()
            return
        self.start()
        self._order("panic", True)
        self.playhead.rest_at(self.playhead.step)

    def test_note(self) -> None:
        """One short note, to hear whether anything arrives."""
        if self.lending.refuses():
            return
        self.start()
        self._worker.say({"test_note": True})

    def audition(self, part: int, pitch: int, velocity: int, on: bool) -> None:
        """Strike or release a note of a part by hand, such as on the piano keys."""
        if self.lending.guest is not None:
            return
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
            self._say({"tempo": bpm})
            self.changed.emit()

    def set_output(self, key: str) -> None:
        """Choose where the music goes: the key of one of `outputs`."""
        self.out.choose(key)

    def refresh(self) -> None:
        """Look again which outputs and inputs there are; the answer comes as `changed`."""
        self.start()
        self._worker.say({"ports": True})

    def look_again(self) -> None:
        """The same, if nobody tells of ports, the deck runs, and nothing plays."""
        if not (self.playhead.playing or self.out.hears_of_ports):
            self._say({"ports": True})

    def take_from_guest(self, line: dict[str, Any]) -> None:
        """What a guest tells of its port, its input and its host is shown as the deck's own."""
        if "sync" in line:
            self.sync.take(line["sync"])
        elif not self.out.take(line):
            self.inputs.take(line)

    def close(self) -> None:
        """Silence and end the process. May be called again."""
        self._feed.drop()
        self._worker.close()
        self.playhead.rest_at(self.playhead.step)

    def toggle_loop(self) -> None:
        """Repeat what is selected, what was repeated last, or the whole piece; or nothing."""
        region = None if self._selection is None else self._selection.region
        self._document.toggle_loop(region)

    # --- Inside ----------------------------------------------------------------------------------

    def _say(self, order: dict[str, object]) -> None:
        """An order that a deck which doesn't run need not hear."""
        if self._worker.is_running:
            self._worker.say(order)

    def _order(self, verb: str, value: object) -> None:
        """An order that begins or ends playing."""
        self._heard = False
        self._say_now({verb: value})

    def _say_now(self, order: dict[str, object]) -> None:
        """What the deck says from now on is from after this order, or isn't heard."""
        self._run += 1
        self._worker.say({**order, "run": self._run})

    def _may_wait(self) -> bool:
        """Whether another version has to wait for a beat or bar of what plays."""
        alone = self.lending.guest is None and not self.previewing
        return alone and self.playhead.playing and self.playhead.step < self._feed.steps

    def _replaced(self) -> None:
        """Another piece altogether: what played belongs to the old one."""
        self._feed.drop()
        self.cueing.forget()
        self._feed.paused = False
        self.sync.resume()
        self.set_tempo(None)
        if self._worker.is_running:
            self._order("stop", True)
            self._feed.tell_piece()
            self._feed.tell_loop()
            self._worker.say({"seek": 0.0})
        self.playhead.rest_at(0.0)

    def _leave_preview(self) -> None:
        if self.previewing:
            self._feed.paused = False
            self.sync.resume()
            self._feed.tell_piece()
            self._feed.tell_loop()
            self._worker.say({"seek": self.playhead.step})

    # --- The deck's words ------------------------------------------------------------------------

    def _take(self, line: dict[str, Any]) -> None:
        if self.lending.take(line):
            return
        if "position" in line:
            self._take_position(line)
        elif "failed" in line:
            self.failed.emit(failure_text(line))
        elif "sync" in line:
            self.sync.take(line["sync"])
        elif not self.out.take(line):
            self.inputs.take(line)

    def _take_position(self, line: dict[str, Any]) -> None:
        if line.get("run", self._run) != self._run:
            return  # from before the last order
        if not self.previewing:
            self.playhead.take(line)
            self.cueing.take(line)
            return
        rest = {"position": self.playhead.step, "speed": 0.0, "loop": None}
        self.playhead.take({**line, **rest})
        if not line["playing"] and self._heard:
            self._leave_preview()
        self._heard = bool(line["playing"])

    def _ended(self, code: int) -> None:
        self._feed.forget()
        self.playhead.rest_at(self.playhead.step)
        self.cueing.hurry()
        for state in (self.sync, self.inputs, self.out):
            state.forget()

    def _new_worker(self) -> DeckWorker:
        from gui.workers import Worker

        worker: DeckWorker = Worker(DECK, parent=self)
        return worker
