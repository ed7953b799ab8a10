"""Playing together: how, for how many bars, one large button, and whose turn it is in words."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from gui.live.inputs import OFF, OWN
from gui.live.live import LiveState
from gui.live.playworker import MODES, MOST_BARS, MOST_COUNT_IN
from gui.live.together import TogetherState
from gui.live.turnwords import doing_words
from gui.making.controls import Card, choice, show_choice
from gui.shell.icons import icon


class TogetherPanel(Card):
    """Shows and changes a `TogetherState`.

    Args:
        together: What plays together.
        live: Says where the musician is heard.
        parent: Qt's.
    """

    def __init__(
        self, together: TogetherState, live: LiveState, parent: QWidget | None = None
    ) -> None:
        super().__init__("", parent)
        self._together, self._live = together, live
        self.title.setText(self.tr("Playing together"))
        self.setAccessibleName(self.title.text())
        self._make_choices()
        self.start = QPushButton()
        self.start.setProperty("role", "primary")
        self.start.setMinimumHeight(44)
        self.start.setIconSize(QSize(20, 20))
        self.start.clicked.connect(together.toggle)
        self.doing = QLabel()
        self.doing.setProperty("role", "heading")
        self.doing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.where, self.counts = QLabel(), QLabel()
        for label in (self.doing, self.where, self.counts):
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.where.setProperty("role", "dim")
        self.counts.setProperty("role", "warn")
        for widget in (self.start, self.doing, self.where, self.counts):
            self.column.addWidget(widget)
        together.changed.connect(self._show)
        live.inputs.changed.connect(self._show_where)
        live.sync.changed.connect(self._show_clicks)
        self._show()
        self._show_where()

    def _make_choices(self) -> None:
        names = {
            "respond": self.tr("call and response"),
            "accompany": self.tr("accompany me"),
            "continue": self.tr("go on when I stop"),
        }
        self.mode = choice([(names[mode], mode) for mode in MODES])
        self.mode.activated.connect(
            lambda _: self._together.choose(together_mode=self.mode.currentData())
        )
        tip = self.tr(
            "Call and response: you play some bars, the next ones are answered. "
            "Accompany me: it plays while you play. Go on when I stop: it goes on from what you "
            "played, until you play again."
        )
        self.add_row(self.tr("How"), self.mode, tip)
        self.bars = QSpinBox()
        self.bars.setRange(1, MOST_BARS)
        self.bars.valueChanged.connect(lambda bars: self._together.choose(together_bars=bars))
        tip = self.tr(
            "Call and response: how long your turn is, and then its own. "
            "Accompany me: how long it goes on when you rest."
        )
        self.add_row(self.tr("Bars"), self.bars, tip)
        self._make_clicks()

    def _make_clicks(self) -> None:
        self.metronome = QCheckBox(self.tr("Metronome"))
        self.metronome.setAccessibleName(self.metronome.text())
        self.metronome.setToolTip(self.tr("Click on each beat, on the channel of the drums"))
        self.metronome.clicked.connect(lambda on: self._together.choose(together_metronome=on))
        none, one = self.tr("no count-in"), self.tr("count one bar in")
        more = [self.tr("count {0} bars in").format(k) for k in range(2, MOST_COUNT_IN + 1)]
        self.count_in = choice([(words, k) for k, words in enumerate((none, one, *more))])
        self.count_in.setAccessibleName(self.tr("Count-in"))
        self.count_in.activated.connect(
            lambda _: self._together.choose(together_count_in=self.count_in.currentData())
        )
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.metronome)
        row.addWidget(self.count_in, 1)
        self.column.addLayout(row)

    # --- Showing ---------------------------------------------------------------------------------

    def _show(self) -> None:
        together = self._together
        show_choice(self.mode, together.mode)
        self.bars.blockSignals(True)
        self.bars.setValue(together.bars)
        self.bars.blockSignals(False)
        self.mode.setEnabled(not together.is_on)
        self.bars.setEnabled(not together.is_on and together.mode != "continue")
        self._show_clicks()
        words = self.tr("Stop playing together") if together.is_on else self.tr("Play together")
        self.start.setText(words)
        self.start.setIcon(icon("stop" if together.is_on else "play", "on_accent"))
        self.start.setToolTip(
            self.tr("Stop; what was played stays in the piece, and Undo takes it out")
            if together.is_on
            else self.tr("What you and it play goes into the piece, as two parts")
        )
        self.start.setAccessibleName(words)
        self.start.setEnabled(together.state != "ending")
        doing = doing_words(together)
        self.doing.setText(doing)
        self.doing.setAccessibleName(doing)
        self.doing.setVisible(bool(doing))
        self._show_counts()
        self._show_where()

    def _show_clicks(self) -> None:
        together, follows = self._together, self._live.sync.follows
        self.metronome.setChecked(together.metronome)
        show_choice(self.count_in, together.count_in)
        self.metronome.setEnabled(not together.is_on)
        self.count_in.setEnabled(not (together.is_on or follows))
        self.count_in.setToolTip(
            self.tr("Where a host sets the time it begins, too")
            if follows
            else self.tr("Clicks before the first bar; without them it begins with your first note")
        )

    def _show_counts(self) -> None:
        status = self._together.status
        parts = [words for what, words in self._lost_words() if what in status.missing]
        if status.missed:
            missed = self.tr("{0} bars were not ready in time: {1} varied, {2} silent.")
            parts.append(missed.format(status.missed, status.varied, status.silent))
        if status.shortened:
            parts.append(self.tr("{0} bars were made in a hurry.").format(status.shortened))
        self.counts.setText(" ".join(parts))
        self.counts.setVisible(bool(parts))

    def _lost_words(self) -> list[tuple[str, str]]:
        """What can be lost while it plays, and what happens then."""
        return [
            ("port", self.tr("The port is gone; the music goes on in silence until it is back.")),
            ("host", self.tr("The host is not heard; it is followed again when it is back.")),
            ("musician", self.tr("You are not heard; you are again when your port is back.")),
            ("clock", self.tr("The clock's port is gone; the clock goes on when it is back.")),
        ]

    def _show_where(self) -> None:
        inputs = self._live.inputs
        if inputs.key in (OFF, OWN):
            words = self.tr(
                "You are heard through the port Fractalroll in: connect a keyboard or a track of "
                "the DAW to it, or choose an input above."
            )
        else:
            words = self.tr("You are heard through {0}.").format(inputs.label_of(inputs.key))
        together = self._together
        if together.state == "playing" and together.on_sound:
            words += " " + self.tr("Both of you sound on the built-in sound.")
        elif together.state == "playing" and together.status.listeners == 0:
            words += " " + self.tr("Nobody hears it yet: connect the DAW to the port Fractalroll.")
        self.where.setText(words)
