"""In time with whom: what was chosen, how well it is followed, and what the deck is told of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gui.live.deckworker import known
from gui.live.kept import Kept

if TYPE_CHECKING:
    from gui.state.document import Document

Say = Callable[[dict[str, object]], None]

MOST_NUDGE_MS = 100.0
MOST_PHASES = 60
"""So many readings are kept: fifteen seconds of them."""


@dataclass(frozen=True)
class SyncStatus:
    """How well a host is followed, as the deck tells it.

    Attributes:
        source: Whom the deck follows; `internal` is itself.
        lock: `none`, `locking` or `locked`.
        bpm: The host's tempo.
        beat: Where it is, in quarter notes from its song's start.
        bars: Of a host that tells its bars: the beat on which bar 1 began or would have begun, and
            the quarter notes in a bar.
        rolling: Whether it plays.
        phase_ms: How much later than the host we were at most since the line before, less than 0
            where earlier; None where nothing was compared.
        detail: A code for what else a person should know; see `bridge.deck.talk`.
        sending: Whether our own clock goes out.
    """

    source: str = "internal"
    lock: str = "none"
    bpm: float = 120.0
    beat: float = 0.0
    bars: Sequence[float] | None = None
    rolling: bool = False
    phase_ms: float | None = None
    detail: str = ""
    sending: bool = False


class SyncState(QObject):
    """Whom playing follows, and whom it leads.

    Args:
        document: Its first metre says how long a bar is.
        say: Hands an order to the deck, if it runs.
        kept: Where choices are kept.
        parent: Qt's.
    """

    changed = Signal()
    """Another choice, or the host is elsewhere."""

    def __init__(self, document: Document, say: Say, kept: Kept, parent: QObject | None) -> None:
        super().__init__(parent)
        self._document, self._say, self._kept = document, say, kept
        self._bar_beats = self.bar_beats
        self._suspended = False
        self.status = SyncStatus()
        self._phases: deque[float] = deque(maxlen=MOST_PHASES)
        for piece_changed in (document.changed, document.replaced):
            piece_changed.connect(self._metre_may_differ)

    # --- What was chosen -------------------------------------------------------------------------

    @property
    def source(self) -> str:
        """One of `bridge.choices.SYNC_SOURCES`."""
        return str(self._kept.get("sync_source"))

    @property
    def port(self) -> str:
        """The port that sends MIDI clock; empty for our own input, which the host connects to."""
        return str(self._kept.get("sync_port"))

    @property
    def nudge_ms(self) -> float:
        """How much later than the host everything sounds."""
        return float(self._kept.get("nudge_ms"))

    @property
    def start_on(self) -> str:
        """Where what is started begins, one of `bridge.choices.START_ON`."""
        return str(self._kept.get("start_on"))

    @property
    def send_clock(self) -> bool:
        """Whether MIDI clock is sent."""
        return bool(self._kept.get("send_clock"))

    def choose(self, **choices: object) -> None:
        """Choose otherwise: `sync_source`, `sync_port`, `nudge_ms`, `start_on`, `send_clock`."""
        other = {key for key, value in choices.items() if self._kept.set(key, value)}
        if other - {"start_on"}:
            self._say(self._sync_order())
        if "start_on" in other:
            self._say(self._start_order())
        if other:
            if "sync_source" in other:
                self._know_nothing()
            self.changed.emit()

    # --- What is -----------------------------------------------------------------------------

    @property
    def follows(self) -> bool:
        """Whether a host is to set the time."""
        return self.source != "internal"

    @property
    def waits(self) -> bool:
        """Whether the music waits for the host to start."""
        return self.follows and not self.status.rolling

    @property
    def phases(self) -> tuple[float, ...]:
        """How much later than the host we were lately, in milliseconds, the oldest first."""
        return tuple(self._phases)

    @property
    def sets_tempo(self) -> bool:
        """Whether the tempo is the host's alone.

        A Link session can be asked for another; JACK's transport may have none.
        """
        return self.source == "midi-clock" or (self.source == "jack" and not self.has_no_tempo)

    @property
    def has_no_tempo(self) -> bool:
        """Whether the host tells no tempo, so that ours counts."""
        return self.status.detail == "own_tempo"

    @property
    def bar_beats(self) -> float:
        """Quarter notes in a bar of the piece's first metre."""
        metre = self._document.piece.roll.metres[0]
        return 4.0 * metre.numerator / metre.denominator

    @property
    def place(self) -> tuple[int, int]:
        """The host's bar and beat, each counted from 1; in its own metre or the piece's first."""
        if self.status.bars is not None:
            first, length = self.status.bars
            bar, beat = divmod(self.status.beat - first + 1e-6, length)
            return int(bar) + 1, int(beat) + 1
        metre = self._document.piece.roll.metres[0]
        beats = int(max(self.status.beat, 0.0) * metre.denominator / 4 + 1e-6)
        return beats // metre.numerator + 1, beats % metre.numerator + 1

    # --- The deck --------------------------------------------------------------------------------

    def orders(self) -> list[dict[str, object]]:
        """What a deck that has just been started has to know."""
        found: list[dict[str, object]] = []
        if self.start_on != "now":
            found.append(self._start_order())
        if self.follows or self.send_clock or self.nudge_ms:
            found.append(self._sync_order())
        return found

    def take(self, told: dict[str, Any]) -> None:
        """A `sync` line of the deck."""
        status = SyncStatus(**known(SyncStatus, told))
        if status != self.status and status.source == self.source:
            self.status = status
            if status.phase_ms is not None and self.follows:
                self._phases.append(status.phase_ms)
            self.changed.emit()

    def suspend(self) -> None:
        """Let our own clock hold while other music is played, if the host stands still."""
        if self.waits and not self._suspended:
            self._suspended = True
            self._say({"sync": {"source": "internal", "send_clock": self.send_clock}})

    def resume(self) -> None:
        """Follow the host again."""
        if self._suspended:
            self._suspended = False
            self._say(self._sync_order())

    def forget(self) -> None:
        """The deck has ended: nothing is known of a host."""
        self._suspended = False
        self._know_nothing()
        self.changed.emit()

    def _know_nothing(self) -> None:
        self.status = SyncStatus(self.source)
        self._phases.clear()

    def _sync_order(self) -> dict[str, object]:
        order = {
            "source": self.source,
            "port": self.port,
            "nudge_ms": self.nudge_ms,
            "send_clock": self.send_clock,
        }
        return {"sync": order}

    def _start_order(self) -> dict[str, object]:
        return {"start_on": self.start_on, "bar_beats": self.bar_beats}

    def _metre_may_differ(self) -> None:
        if self.bar_beats != self._bar_beats:
            self._bar_beats = self.bar_beats
            if self.start_on != "now":
                self._say(self._start_order())
