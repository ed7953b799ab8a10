"""Playing together with a musician: starts and ends the process that does it, and keeps the take.

What both play is in the document as it comes, as one step that can be undone: nothing of it is lost
whatever becomes of the process. The deck lends it the port that the DAW hears.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from gui.failures import failure_text
from gui.live.deckworker import DeckWorker
from gui.live.inputs import OWN
from gui.live.kept import Kept
from gui.live.laying import Laying
from gui.live.playworker import (
    MakeWorker,
    TogetherStatus,
    deck_status,
    fractalroll_worker,
    settings_of,
    system_of,
    words_of,
)
from gui.live.take import Frame, Take, bar_line_before, metre_of
from model.errors import ModelError

if TYPE_CHECKING:
    from gui.live.live import LiveState
    from gui.making.making import MakingState
    from gui.state.settings import SettingsState

State = Literal["idle", "loading", "opening", "playing", "ending"]
_PATIENCE_MS = 6000
"""A process that was stopped and doesn't end is ended by force."""
_SETTLE_MS = 1000
"""After a crash the port's own process takes a moment to silence and leave it."""


class TogetherState(QObject):
    """What the window knows about playing together.

    Args:
        live: Whose ports, input and host are used; it plays nothing meanwhile.
        making: What is asked of the music, and which model makes it.
        settings: Where mode and bars are kept; forgotten if none are given.
        parent: Qt's.
        make_worker: Another way to run the process, for tests.

    Attributes:
        status: How it goes; as it was at the end, afterwards.
        on_sound: Whether the built-in sound plays, since no DAW listens.
    """

    changed = Signal()
    """Another choice, state or status."""

    failed = Signal(str)
    """One sentence about what could not be done."""

    def __init__(
        self,
        live: LiveState,
        making: MakingState,
        settings: SettingsState | None = None,
        parent: QObject | None = None,
        *,
        make_worker: MakeWorker = fractalroll_worker,
    ) -> None:
        super().__init__(parent)
        self._live, self._making, self._document = live, making, live.document
        self._kept, self._make_worker = Kept(settings), make_worker
        self.status = TogetherStatus()
        self.on_sound = False
        self._state: State = "idle"
        self._worker: DeckWorker | None = None
        self._laying = Laying(self._document, self)
        self._laying.failed.connect(self.failed)
        self._told_end = self._is_lent = False
        self._asked = settings_of(making.settings)
        self._tempo = live.tempo
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._end)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._take_back)
        live.lending.lent.connect(self._begin)
        making.changed.connect(self._ask_otherwise)
        live.changed.connect(self._follow_tempo)
        self._document.replaced.connect(self._replaced)

    # --- What there is ---------------------------------------------------------------------------

    @property
    def state(self) -> State:
        """Where it stands."""
        return self._state

    @property
    def is_on(self) -> bool:
        """Whether it plays or is about to."""
        return self._state != "idle"

    @property
    def mode(self) -> str:
        """One of `playworker.MODES`."""
        return str(self._kept.get("together_mode"))

    @property
    def bars(self) -> int:
        """Whose turn lasts how long, or how long we go on alone."""
        return int(self._kept.get("together_bars"))

    @property
    def metronome(self) -> bool:
        """Whether each beat clicks."""
        return bool(self._kept.get("together_metronome"))

    @property
    def count_in(self) -> int:
        """How many bars are counted in; none where a host begins."""
        return 0 if self._live.sync.follows else int(self._kept.get("together_count_in"))

    def choose(self, **choices: object) -> None:
        """Choose otherwise for the next time: settings that begin with `together_`."""
        other = {key for key, value in choices.items() if self._kept.set(key, value)}
        if other:
            self.changed.emit()

    # --- Orders ----------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Start or stop."""
        if self.is_on:
            self.stop()
        else:
            self.start()

    def start(self) -> None:
        """Start the process; it loads the model first, and then takes over the port."""
        if self.is_on:
            return
        self._live.stop()
        if not self._live.inputs.listens:
            self._live.inputs.choose(OWN)
        try:
            words = self._words()
        except ModelError as err:
            self.failed.emit(str(err))
            return
        self.status, self._told_end = TogetherStatus(), False
        self._worker = worker = self._make_worker(words, self)
        worker.received.connect(self._receive)
        worker.failed.connect(self.failed)
        worker.ended.connect(self._ended)
        self._live.lending.guest = self
        self._become("loading")
        worker.start()

    def stop(self) -> None:
        """Stop with nothing sounding; what was played stays."""
        if self._state in ("loading", "opening", "playing"):
            self._say({"stop": True})
            self._become("ending")
            self._patience.start()

    def panic(self) -> None:
        """Silence everything on every channel, and stop."""
        self._say({"panic": True})
        self.stop()

    def close(self) -> None:
        """End the process; for the window's end. May be called again."""
        if self.is_on:
            self._end(settle=False)
        self._settle.stop()

    def _replaced(self) -> None:
        """Another piece: the take was the old one's."""
        self._laying.drop()
        self.stop()

    # --- The process -----------------------------------------------------------------------------

    def _words(self) -> list[str]:
        live, making = self._live, self._making
        roll, wishes = self._document.piece.roll, making.settings
        tempo = live.tempo if live.tempo is not None else roll.tempos[0].bpm
        facts = making.facts
        return words_of(
            model=facts.path if facts is not None else making.engine.source,
            device=making.engine.device,
            mode=self.mode,
            bars=self.bars,
            clicks=(self.metronome, self.count_in),
            metre=metre_of(wishes.metre, roll, self._start_step()),
            bpm=tempo,
            wishes=wishes,
            inputs=live.inputs,
            sync=live.sync,
        )

    def _start_step(self) -> int:
        """Where bar 0 of the song lies: at the playhead, or at the start where a host counts."""
        if self._live.sync.follows:
            return 0
        return bar_line_before(self._document.piece.roll, self._live.playhead.step)

    def _receive(self, line: dict[str, Any]) -> None:
        if "loaded" in line and self._state == "loading":
            self._become("opening")
            self._is_lent = True
            self._live.lending.lend()
        elif "ready" in line:
            self._ready(line["ready"])
        elif "bar" in line:
            self._laying.play(line["bar"])
        elif "heard" in line:
            self._hear(line["heard"])
        elif "position" in line:
            self._show_position(line)
        elif "status" in line:
            self._take_status(line["status"])
        elif "control" in line:
            self._live.take_from_guest(line)
        elif "failed" in line:
            self.failed.emit(failure_text(line))
        elif "ended" in line:
            self._told_end = True
            self._end()

    def _begin(self, lent: dict[str, Any]) -> None:
        """The deck has closed its port."""
        if self._state == "opening":
            self.on_sound = bool(lent.get("sound", False))
            key = lent.get("key") or system_of(self._live.inputs)
            self._say({"begin": {**lent, "key": key}})

    def _ready(self, told: dict[str, Any]) -> None:
        names = (self.tr("You"), "Fractalroll")
        self._laying.begin(Take(Frame.of(told), self._start_step(), names))
        self._live.take_from_guest({"input": {"state": "open", "name": told["input"]}})
        self._asked, self._tempo = settings_of(self._making.settings), self._live.tempo
        if self._state == "opening":
            self._become("playing")

    def _hear(self, told: dict[str, Any]) -> None:
        self._laying.hear(told)
        pitches, velocities = told["notes"][1], told["notes"][4]
        latest = {"notes": len(pitches), "pitch": pitches[-1], "velocity": velocities[-1]}
        self._live.take_from_guest({"heard": latest})

    def _take_status(self, told: dict[str, Any]) -> None:
        self._live.take_from_guest({"status": deck_status(told, self._live.output)})
        self._live.take_from_guest({"sync": told["sync"]})
        take, sync = self._laying.take, told["sync"]
        if take is not None and self._live.sync.follows and sync["lock"] == "locked":
            take.set_tempo(float(sync["bpm"]))
        status = TogetherStatus.of(told)
        shown, self.status = self.status, status
        if status != shown:
            self.changed.emit()

    def _show_position(self, line: dict[str, Any]) -> None:
        take = self._laying.take
        if take is None or self._state != "playing":
            return
        scale = take.scale(self._document.piece)
        step = take.start + float(line["position"]) * scale
        here = {"position": step, "speed": float(line["speed"]) * scale, "loop": None}
        self._live.playhead.take({**line, **here})

    def _say(self, order: dict[str, object]) -> None:
        if self._worker is not None and self._worker.is_running:
            self._worker.say(order)

    def _ask_otherwise(self) -> None:
        """What the making panel asks holds from the next bar on."""
        asked = settings_of(self._making.settings)
        if asked != self._asked and self._state == "playing":
            self._asked = asked
            self._say({"settings": asked})

    def _follow_tempo(self) -> None:
        tempo = self._live.tempo
        if self._state == "playing" and tempo is not None and tempo != self._tempo:
            self._tempo = tempo
            self._say({"tempo": tempo})

    # --- The end ---------------------------------------------------------------------------------

    def _ended(self, code: int) -> None:
        """The process is gone, whether it said so or not."""
        if self.is_on:
            self._end()

    def _end(self, *, settle: bool = True) -> None:
        """Let go of the process, keep the take, take the port back."""
        self._patience.stop()
        self._laying.end()
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.received.disconnect(self._receive)
            worker.failed.disconnect(self.failed)
            worker.ended.disconnect(self._ended)
            _let_go(worker, by_itself=self._told_end and settle)
        self._live.playhead.rest_at(self._live.playhead.step)
        self._become("ending")
        if self._told_end or not (self._is_lent and settle):
            self._take_back()
        else:
            self._settle.start()

    def _take_back(self) -> None:
        """The port is the deck's again."""
        self._live.lending.guest = None
        if self._is_lent:
            self._is_lent = False
            self._live.lending.take_back(self.status.remembered, self.status.inputs)
        self._become("idle")

    def _become(self, state: State) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()


def _let_go(worker: DeckWorker, *, by_itself: bool) -> None:
    """Forget a process; one that has said its last line ends by itself and is not waited for."""
    if not isinstance(worker, QObject):
        worker.close()
    elif by_itself and worker.is_running:
        worker.ended.connect(worker.deleteLater)
    else:
        worker.close()
        worker.deleteLater()
