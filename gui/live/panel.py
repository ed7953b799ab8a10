"""The page of playing live: where the music goes, how fast, whether it is on time."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.failures import coded_text
from gui.live.controls import TempoBox, icon_button
from gui.live.deckworker import LiveStatus, Output
from gui.live.live import LiveState
from gui.shell.icons import icon


class LivePanel(QWidget):
    """Shows and changes a `LiveState`.

    Args:
        live: What plays.
        parent: Qt's.

    Attributes:
        extra_layout: The place for further groups, such as following another clock.
    """

    def __init__(self, live: LiveState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._live = live
        self.setAccessibleName(self.tr("Playing live"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(12)
        column.addWidget(self._make_output())
        column.addWidget(self._make_tempo())
        column.addWidget(self._make_meters())
        self.extra_layout = QVBoxLayout()
        column.addLayout(self.extra_layout)
        column.addStretch(1)
        live.changed.connect(self._show)
        live.document.loop_changed.connect(self._show_loop)
        self._show()
        self._show_loop()

    # --- Building --------------------------------------------------------------------------------

    def _make_output(self) -> QFrame:
        card, column = _card(self.tr("Where the music goes"))
        self.output = QComboBox()
        self.output.setAccessibleName(self.tr("Output"))
        self.output.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.output.setMinimumContentsLength(18)
        self.output.activated.connect(self._chosen)
        look = self.tr("Look again which outputs there are")
        self.refresh = icon_button("undo", look, self._live.refresh)
        self.refresh.setText(self.tr("Look again"))
        self.refresh.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.plays = QLabel()
        self.plays.setProperty("role", "dim")
        self.plays.setWordWrap(True)
        self.test = QPushButton(icon("sound"), self.tr("Send a test note"))
        self.test.setToolTip(self.tr("One short note, to hear whether anything arrives"))
        self.test.clicked.connect(self._live.test_note)
        self.panic = QPushButton(icon("panic"), self.tr("Panic"))
        self.panic.setToolTip(self.tr("Silence everything on every channel, and stop"))
        self.panic.clicked.connect(self._live.panic)
        choice, tests = QHBoxLayout(), QHBoxLayout()
        choice.addWidget(self.output, 1)
        choice.addWidget(self.refresh)
        tests.addWidget(self.test)
        tests.addWidget(self.panic)
        tests.addStretch(1)
        column.addLayout(choice)
        column.addWidget(self.plays)
        column.addLayout(tests)
        return card

    def _make_tempo(self) -> QFrame:
        card, column = _card(self.tr("Tempo and loop"))
        self.tempo = TempoBox(self._live)
        self.own_tempo = QPushButton(self.tr("The piece's own"))
        self.own_tempo.setToolTip(self.tr("Play at the tempo that is written in the piece"))
        self.own_tempo.clicked.connect(lambda: self._live.set_tempo(None))
        self.loop = QPushButton(icon("loop"), self.tr("Repeat the loop"))
        self.loop.setCheckable(True)
        self.loop.setToolTip(
            self.tr("Drag on the strip above the bar numbers of the roll to choose the loop")
        )
        self.loop.clicked.connect(self._live.toggle_loop)
        row = QHBoxLayout()
        for widget in (self.tempo, self.own_tempo, self.loop):
            row.addWidget(widget)
        row.addStretch(1)
        column.addLayout(row)
        return card

    def _make_meters(self) -> QFrame:
        card, column = _card(self.tr("Is it on time?"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setColumnStretch(2, 1)
        self.meters: dict[str, QLabel] = {}
        for row, (name, words, tip) in enumerate(self._meter_words()):
            label, figure = QLabel(words), QLabel()
            label.setProperty("role", "dim")
            for widget in (label, figure):
                widget.setToolTip(tip)
            figure.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(label, row, 0)
            grid.addWidget(figure, row, 1)
            self.meters[name] = figure
        column.addLayout(grid)
        return card

    def _meter_words(self) -> list[tuple[str, str, str]]:
        return [
            ("sent", self.tr("Notes sent"), self.tr("Since the port was opened")),
            ("late", self.tr("Late notes"), self.tr("Notes that went out after their time")),
            (
                "dropped",
                self.tr("Dropped notes"),
                self.tr("Notes left out because they were too late"),
            ),
            (
                "jitter_ms",
                self.tr("Worst delay"),
                self.tr("The largest delay of a note that was sent"),
            ),
            (
                "slack_ms",
                self.tr("Slack"),
                self.tr("The least time music was ready before it was due"),
            ),
            ("sounding", self.tr("Sounding now"), self.tr("Notes that are on")),
        ]

    # --- Showing ---------------------------------------------------------------------------------

    def _show(self) -> None:
        self._show_outputs()
        status = self._live.status
        self.plays.setText(self._sentence(status))
        self.own_tempo.setEnabled(self._live.tempo is not None)
        for name, figure in self.meters.items():
            value, played = getattr(status, name), status.sent > 0
            if name.endswith("_ms"):
                words = self.tr("{0} ms").format(f"{value:g}") if played else "–"
            else:
                words = str(value)
            figure.setText(words)
            bad = name in ("late", "dropped") and value > 0
            _set_role(figure, "warn" if bad else "")

    def _show_outputs(self) -> None:
        entries = [(self.label_of(one), one) for one in self._live.outputs]
        shown = [self.output.itemText(k) for k in range(self.output.count())]
        with QSignalBlocker(self.output):
            if [label for label, _ in entries] != shown:
                self.output.clear()
                for label, one in entries:
                    self.output.addItem(label, one.key)
                    if one.detail:
                        place = self.output.count() - 1
                        words = coded_text(one.detail, one.code, one.fields)
                        self.output.setItemData(place, words, Qt.ItemDataRole.ToolTipRole)
            self.output.setCurrentIndex(self.output.findData(self._live.output))

    def label_of(self, output: Output) -> str:
        """What an output is called in the list."""
        if output.key == "auto":
            return self.tr("By itself: the DAW if it listens, else the built-in sound")
        if output.key == "sound":
            return self.tr("Built-in sound")
        if "|" in output.key:
            return self.tr("{0} ({1})").format(output.label, output.system)
        label = self.tr("Our own port {0} ({1})").format(output.label, output.system)
        return label if output.ready else self.tr("{0}: not there").format(label)

    def _sentence(self, status: LiveStatus) -> str:
        """In words what plays where."""
        if not status.port:
            return self.tr("Nothing is open yet; press Play or send a test note.")
        if status.system == "sound":
            if status.silent:
                return self._silence(status)
            return self.tr("Plays on the built-in sound ({0}).").format(status.detail)
        if status.listeners < 0:
            return self.tr("Plays on {0} ({1}).").format(status.port, status.system)
        if status.listeners == 0:
            return self.tr("Plays on {0} ({1}), but nobody is connected to it.").format(
                status.port, status.system
            )
        return self.tr("Plays on {0} ({1}); connected: {2}.").format(
            status.port, status.system, status.listeners
        )

    def _silence(self, status: LiveStatus) -> str:
        """Why the built-in sound can't be heard, in the window's words."""
        if status.silent == "no_portaudio":
            words = self.tr(
                "Plays in silence: PortAudio does not load ({0}); install libportaudio2."
            )
        elif status.silent == "no_device":
            words = self.tr("Plays in silence: there is no sound device ({0}).")
        else:
            words = self.tr("Plays in silence: {0}")
        return words.format(status.detail or status.silent)

    def _show_loop(self) -> None:
        self.loop.setChecked(self._live.document.piece.loop is not None)

    def _chosen(self, index: int) -> None:
        key = self.output.itemData(index)
        if key is not None:
            self._live.set_output(str(key))


def _card(title: str) -> tuple[QFrame, QVBoxLayout]:
    """A group under a title, and the column to put things in."""
    card = QFrame()
    card.setProperty("role", "card")
    card.setAccessibleName(title)
    column = QVBoxLayout(card)
    column.setContentsMargins(12, 10, 12, 12)
    column.setSpacing(8)
    heading = QLabel(title)
    heading.setProperty("role", "title")
    column.addWidget(heading)
    return card, column


def _set_role(widget: QWidget, role: str) -> None:
    if (widget.property("role") or "") != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
