"""What comes in: the input with its lamp, and the knobs that drive what is asked for."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QWidget,
)

from gui.live.inputs import OFF, OWN, InputState
from gui.live.lamp import Lamp
from gui.live.learning import MOVED, LearnState
from gui.making.controls import Card, button, choice, fill, show_choice

_NAMES = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")


class InputPanel(Card):
    """Shows and changes what is listened to, and what knobs drive.

    Args:
        inputs: What is listened to.
        learning: What knobs drive; None: nothing can be learnt here.
        parent: Qt's.
    """

    def __init__(
        self, inputs: InputState, learning: LearnState | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__("", parent)
        self._inputs, self._learning = inputs, learning
        self.title.setText(self.tr("What comes in"))
        self.setAccessibleName(self.title.text())
        self.input = choice([])
        self.input.activated.connect(lambda _: inputs.choose(str(self.input.currentData())))
        tip = self.tr("A keyboard, a controller or a track of the DAW")
        self.add_row(self.tr("Input"), self.input, tip)
        self.lamp, self.state = Lamp(), QLabel()
        self.state.setProperty("role", "dim")
        self.state.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(7)
        row.addWidget(self.lamp)
        row.addWidget(self.state, 1)
        self.column.addLayout(row)
        self.rows: dict[str, tuple[QLabel, QPushButton, QPushButton]] = {}
        if learning is not None:
            self._make_knobs(learning)
            self._make_osc(learning)
            learning.changed.connect(self._show)
        inputs.changed.connect(self._show)
        inputs.heard.connect(self._note)
        inputs.control.connect(self._knob)
        self._show()

    # --- Building --------------------------------------------------------------------------------

    def _make_knobs(self, learning: LearnState) -> None:
        names = {
            "temperature": self.tr("Wild"),
            "density": self.tr("Busy"),
            "guidance": self.tr("Follow"),
            "top_p": self.tr("Tidy"),
            "bars": self.tr("Bars"),
        }
        what = QLabel(self.tr("What a knob of your controller moves:"))
        what.setProperty("role", "dim")
        what.setWordWrap(True)
        self.column.addWidget(what)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        for place, driven in enumerate(MOVED):
            name = names[driven.name]
            label, knob = QLabel(name), QLabel()
            label.setProperty("role", "dim")
            learn = button(self.tr("Learn"), self.tr("Press, then turn a knob of the controller"))
            learn.setCheckable(True)
            learn.setAccessibleName(self.tr("Learn a knob for {0}").format(name))
            learn.clicked.connect(
                lambda on, target=driven.name: learning.learn(target if on else None)
            )
            forget = button(self.tr("Forget"), self.tr("No knob drives this any more"))
            forget.setAccessibleName(self.tr("Forget the knob of {0}").format(name))
            forget.clicked.connect(lambda _, target=driven.name: learning.forget(target))
            for column, widget in enumerate((label, knob, learn, forget)):
                grid.addWidget(widget, place, column)
            for widget in (learn, forget):
                widget.setProperty("role", "quiet")
            self.rows[driven.name] = (knob, learn, forget)
        self.column.addLayout(grid)

    def _make_osc(self, learning: LearnState) -> None:
        self.osc = QCheckBox(self.tr("OSC, too, on port"))
        self.osc.setToolTip(
            self.tr(
                "Other programs on this machine: /fractalroll/temperature 0.5, a share of 0 to 1"
            )
        )
        self.osc_port = QSpinBox()
        self.osc_port.setRange(1024, 65535)
        self.osc_port.setKeyboardTracking(False)
        self.osc_port.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.osc_port.setAccessibleName(self.tr("UDP port of OSC"))
        self.osc_port.setToolTip(self.tr("The UDP port on which OSC is heard"))
        self.osc.clicked.connect(lambda on: learning.set_osc(on, self.osc_port.value()))
        self.osc_port.valueChanged.connect(lambda port: learning.set_osc(learning.osc_wanted, port))
        row = QHBoxLayout()
        row.addWidget(self.osc)
        row.addWidget(self.osc_port)
        row.addStretch(1)
        self.column.addLayout(row)

    # --- Showing ---------------------------------------------------------------------------------

    def _show(self) -> None:
        self._show_inputs()
        words = self._state_words()
        self.state.setText(words)
        status = self._inputs.status
        bad = self._inputs.listens and status.state == "failed"
        ready = self._inputs.listens and status.state == "open"
        self.lamp.shine("bad" if bad else "good" if ready else "", words)
        if self._learning is not None:
            self._show_knobs(self._learning)

    def _show_inputs(self) -> None:
        chosen = self._inputs.key
        entries: list[tuple[str, object]] = [
            (self.tr("none"), OFF),
            (self.tr("our own input, Fractalroll in"), OWN),
        ]
        entries += [
            (self.tr("{0} ({1})").format(one.label, one.system), one.key)
            for one in self._inputs.entries
        ]
        if chosen not in [key for _, key in entries]:
            label = self._inputs.label_of(chosen)
            entries.append((self.tr("{0}: not there").format(label), chosen))
        if [name for name, _ in entries] != [
            self.input.itemText(k) for k in range(self.input.count())
        ]:
            fill(self.input, entries)
        show_choice(self.input, chosen)

    def _state_words(self) -> str:
        inputs, status = self._inputs, self._inputs.status
        if not inputs.listens:
            return self.tr("Nothing is listened to.")
        if status.state == "open":
            own = inputs.key == OWN and status.name
            return self.tr("Listens to {0}.").format(own or inputs.label_of(inputs.key))
        if status.state == "failed":
            return self.tr("It can't be opened; it is tried again every few seconds.")
        return self.tr("Opening …")

    def _show_knobs(self, learning: LearnState) -> None:
        for name, (knob, learn, forget) in self.rows.items():
            found, waits = learning.knob_of(name), learning.learning == name
            if waits:
                knob.setText(self.tr("turn a knob …"))
            elif found is None:
                knob.setText("–")
            else:
                knob.setText(self.tr("CC {0}, channel {1}").format(*found))
            learn.setChecked(waits)
            learn.setEnabled(self._inputs.listens)
            forget.setEnabled(found is not None)
        with QSignalBlocker(self.osc_port):
            self.osc_port.setValue(learning.osc_port)
        self.osc.setChecked(learning.osc_is_on)

    def _note(self, pitch: int, velocity: int) -> None:
        self.lamp.blink()
        name = f"{_NAMES[pitch % 12]}{pitch // 12 - 1}"
        self.state.setText(self.tr("Heard {0}, velocity {1}.").format(name, velocity))

    def _knob(self, channel: int, number: int, value: int) -> None:
        self.lamp.blink()
        self.state.setText(
            self.tr("Heard CC {0} on channel {1}: {2}.").format(number, channel + 1, value)
        )
