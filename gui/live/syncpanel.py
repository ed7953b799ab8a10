"""In time with whom: the source with its lamp, nudge, where things start, our own clock."""

from __future__ import annotations

from importlib.util import find_spec

from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QHBoxLayout, QLabel, QWidget

from gui.live.controls import TempoBox
from gui.live.lamp import Lamp
from gui.live.live import LiveState
from gui.live.phasemeter import PhaseMeter
from gui.live.sync import MOST_NUDGE_MS, SyncStatus
from gui.making.controls import Card, button, choice, fill, show_choice
from gui.shell.icons import icon


class SyncPanel(Card):
    """Shows and changes whom a `LiveState` follows and leads.

    Args:
        live: What plays.
        parent: Qt's.
    """

    def __init__(self, live: LiveState, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._live, self._sync = live, live.sync
        self.title.setText(self.tr("In time with"))
        self.setAccessibleName(self.title.text())
        self._make_source()
        self._make_start()
        self._make_lamp()
        self._make_tempo()
        self._make_send()
        live.sync.changed.connect(self._show)
        live.lending.guest_changed.connect(self._show)
        live.inputs.changed.connect(self._show_ports)
        live.changed.connect(self._show_tempo)
        live.document.loop_changed.connect(self._show_loop)
        live.document.replaced.connect(self._show_loop)
        self._show()
        self._show_loop()

    # --- Building --------------------------------------------------------------------------------

    def _make_source(self) -> None:
        link = self.tr("Ableton Link")
        has_link = find_spec("aalink") is not None
        if not has_link:
            link = self.tr('Ableton Link: pip install "fractalroll[link]"')
        self.source = choice(
            [
                (self.tr("our own clock"), "internal"),
                (self.tr("MIDI clock of a port"), "midi-clock"),
                (self.tr("JACK transport"), "jack"),
                (link, "link"),
            ]
        )
        model = self.source.model()
        if isinstance(model, QStandardItemModel):
            model.item(self.source.findData("link")).setEnabled(has_link)
        self.source.activated.connect(
            lambda _: self._sync.choose(sync_source=self.source.currentData())
        )
        tip = self.tr("Who says when it starts, where it is and how fast: we, or a host")
        self.add_row(self.tr("Source"), self.source, tip)
        self.port = choice([])
        self.port.activated.connect(lambda _: self._sync.choose(sync_port=self.port.currentData()))
        tip = self.tr("The port that sends MIDI clock; ours is for hosts that connect to it")
        self._port_name = self.add_row(self.tr("From"), self.port, tip)

    def _make_lamp(self) -> None:
        self.lamp, self.state = Lamp(), QLabel()
        self.state.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(7)
        row.addWidget(self.lamp)
        row.addWidget(self.state, 1)
        self.detail = QLabel()
        self.detail.setProperty("role", "dim")
        self.detail.setWordWrap(True)
        self.phase = PhaseMeter(self._live)
        self.column.addLayout(row)
        self.column.addWidget(self.phase)
        self.column.addWidget(self.detail)

    def _make_tempo(self) -> None:
        self.tempo = TempoBox(self._live)
        self.own_tempo = button(
            self.tr("The piece's own"), self.tr("Play at the tempo that is written in the piece")
        )
        self.own_tempo.clicked.connect(lambda: self._live.set_tempo(None))
        self.loop = button(
            self.tr("Repeat the loop"),
            self.tr("Drag on the strip above the bar numbers of the roll to choose the loop"),
        )
        self.loop.setIcon(icon("loop"))
        self.loop.setCheckable(True)
        self.loop.clicked.connect(self._live.toggle_loop)
        row = QHBoxLayout()
        for widget in (self.tempo, self.own_tempo, self.loop):
            row.addWidget(widget)
        row.addStretch(1)
        self.column.addLayout(row)

    def _make_start(self) -> None:
        self.start_on = choice(
            [
                (self.tr("at once"), "now"),
                (self.tr("on the next beat"), "beat"),
                (self.tr("on the next bar"), "bar"),
                (self.tr("on the next four bars"), "four bars"),
            ]
        )
        self.start_on.setMinimumContentsLength(10)
        self.start_on.activated.connect(
            lambda _: self._sync.choose(start_on=self.start_on.currentData())
        )
        self.nudge = self._make_nudge()
        label = QLabel(self.tr("Nudge"))
        label.setProperty("role", "dim")
        label.setBuddy(self.nudge)
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.start_on, 1)
        row.addWidget(label)
        row.addWidget(self.nudge)
        both.setFocusProxy(self.start_on)
        self.add_row(self.tr("Start"), both)
        self.start_on.setAccessibleName(self.tr("Start"))
        self.start_on.setToolTip(
            self.tr("Where what is started begins: playing with a host, or another variation")
        )

    def _make_nudge(self) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setRange(-MOST_NUDGE_MS, MOST_NUDGE_MS)
        box.setDecimals(1)
        box.setSuffix(self.tr(" ms"))
        box.setKeyboardTracking(False)
        box.setAccessibleName(self.tr("Nudge"))
        box.setToolTip(
            self.tr("Everything sounds so much later than the host; less than 0 is earlier")
        )
        box.valueChanged.connect(lambda ms: self._sync.choose(nudge_ms=ms))
        return box

    def _make_send(self) -> None:
        self.send_clock = QCheckBox(self.tr("Send MIDI clock (port Fractalroll clock)"))
        self.send_clock.setToolTip(
            self.tr("Clock, start, stop and song position for others, on a port of its own")
        )
        self.send_clock.clicked.connect(lambda on: self._sync.choose(send_clock=on))
        self.column.addWidget(self.send_clock)

    # --- Showing ---------------------------------------------------------------------------------

    def _show(self) -> None:
        sync = self._sync
        show_choice(self.source, sync.source)
        self._show_ports()
        colour, words = self._lock_words()
        self.lamp.shine(colour, words)
        self.state.setText(self._state_words(words))
        for widget in (self.lamp, self.state):
            widget.setVisible(sync.follows or sync.status.sending)
        detail = self._detail_words(sync.status)
        self.detail.setText(detail)
        self.detail.setVisible(bool(detail))
        show_choice(self.start_on, sync.start_on)
        if not self.nudge.hasFocus():
            self.nudge.blockSignals(True)
            self.nudge.setValue(sync.nudge_ms)
            self.nudge.blockSignals(False)
        self.nudge.setEnabled(sync.follows and self._live.lending.guest is None)
        self.send_clock.setChecked(sync.send_clock)
        self._show_tempo()

    def _show_ports(self) -> None:
        entries: list[tuple[str, object]] = [(self.tr("our own input, Fractalroll in"), "")]
        entries += [
            (self.tr("{0} ({1})").format(one.label, one.system), one.key)
            for one in self._live.inputs.entries
        ]
        chosen = self._sync.port
        if chosen not in [key for _, key in entries]:
            label = self._live.inputs.label_of(chosen)
            entries.append((self.tr("{0}: not there").format(label), chosen))
        if [name for name, _ in entries] != [
            self.port.itemText(k) for k in range(self.port.count())
        ]:
            fill(self.port, entries)
        show_choice(self.port, chosen)
        for widget in (self._port_name, self.port):
            widget.setVisible(self._sync.source == "midi-clock")

    def _show_tempo(self) -> None:
        self.own_tempo.setEnabled(self._live.tempo is not None and not self._sync.sets_tempo)

    def _lock_words(self) -> tuple[str, str]:
        """Colour and meaning of the lamp."""
        status = self._sync.status
        if not self._sync.follows:
            sending = self.tr("our own clock goes out")
            return ("good", sending) if status.sending else ("", self.tr("our own clock"))
        if status.detail == "failed":
            return "bad", self.tr("not there")
        return {
            "locked": ("good", self.tr("locked")),
            "locking": ("warn", self.tr("locking …")),
        }.get(status.lock, ("", self.tr("no signal")))

    def _state_words(self, lock: str) -> str:
        """The lamp in words, with the host's tempo and place where they are known."""
        sync, status = self._sync, self._sync.status
        if not sync.follows or status.lock == "none":
            return lock
        bar, beat = sync.place
        place = self.tr("{0} bpm, bar {1}, beat {2}").format(f"{status.bpm:.2f}", bar, beat)
        rolling = self.tr("plays") if status.rolling else self.tr("stands still")
        return f"{lock} · {place} · {rolling}"

    def _detail_words(self, status: SyncStatus) -> str:
        """What else is to be known, and what to do; empty where all is well."""
        known = {
            "opening": self.tr("Opening …"),
            "failed": self.tr("It can't be opened; it is tried again every few seconds."),
            "silent": self.tr(
                "Nothing is heard yet: let the host send clock, and connect it to this port."
            ),
            "sixfold": self.tr(
                "This host sends song positions six times too large; they are put right."
            ),
            "alone": self.tr("Nobody else is in the Link session yet."),
        }
        if not self._sync.follows:
            return ""
        if status.detail == "silent" and self._sync.source == "jack":
            return self.tr("Nothing is heard of JACK's transport yet.")
        if status.detail in known:
            return known[status.detail]
        return self._rest_words(status)

    def _rest_words(self, status: SyncStatus) -> str:
        """Why nothing sounds, or whose tempo it is."""
        if status.rolling and self._is_over():
            return self.tr("The piece is over here: repeat the loop, or let the host go back.")
        if status.rolling:
            none = self.tr("JACK tells no tempo here: the one below counts.")
            return none if self._sync.has_no_tempo else ""
        if self._sync.source == "midi-clock" and status.lock != "none":
            return self.tr("The music starts with the host; if it plays already, start it again.")
        return self.tr("Play is armed: the music starts with the host.")

    def _is_over(self) -> bool:
        """Whether the host is behind the end of the piece, so that nothing sounds."""
        piece, playhead = self._live.document.piece, self._live.playhead
        return playhead.playing and piece.loop is None and playhead.step >= piece.roll.steps

    def _show_loop(self) -> None:
        self.loop.setChecked(self._live.document.piece.loop is not None)
