"""Where the music goes: the output, a port or a channel for each part, the SoundFont."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QWidget

from gui.failures import coded_text
from gui.live.controls import icon_button
from gui.live.deckworker import LiveStatus, Output
from gui.live.live import LiveState
from gui.live.outputs import BEST_FONT, NO_FONT
from gui.making.controls import Card, choice, fill, show_choice
from gui.shell.icons import icon

_OTHER = "other"


class OutputPanel(Card):
    """Shows and changes where a `LiveState` plays.

    Args:
        live: What plays.
        parent: Qt's.
    """

    def __init__(self, live: LiveState, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._live, self._out = live, live.out
        self.title.setText(self.tr("Where the music goes"))
        self.setAccessibleName(self.title.text())
        self._make_output()
        self._make_parts()
        self._make_font()
        self.plays = QLabel()
        self.plays.setProperty("role", "dim")
        self.plays.setWordWrap(True)
        self.column.addWidget(self.plays)
        self._make_tests()
        self._out.changed.connect(self._show)
        self._show()

    # --- Building --------------------------------------------------------------------------------

    def _make_output(self) -> None:
        self.output = choice([])
        self.output.setMinimumContentsLength(14)
        self.output.activated.connect(self._chosen)
        look = self.tr("Look again which outputs there are")
        self.refresh = icon_button("undo", look, self._live.refresh)
        self.refresh.setText(self.tr("Look again"))
        self.refresh.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.output, 1)
        row.addWidget(self.refresh)
        both.setFocusProxy(self.output)
        self.add_row(self.tr("Output"), both)
        self.output.setAccessibleName(self.tr("Output"))

    def _make_parts(self) -> None:
        self.parts = choice(
            [
                (self.tr("a channel each, on one port"), False),
                (self.tr("a port each"), True),
            ]
        )
        self.parts.activated.connect(
            lambda _: self._out.set_port_per_part(bool(self.parts.currentData()))
        )
        tip = self.tr("A port for each part lets a DAW record them on tracks of their own")
        self.add_row(self.tr("Parts"), self.parts, tip)

    def _make_font(self) -> None:
        self.font_choice = choice([])
        self.font_choice.activated.connect(self._font_chosen)
        tip = self.tr("What the built-in sound plays with; a General MIDI SoundFont, sf2 or sf3")
        self.add_row(self.tr("Sound"), self.font_choice, tip)

    def _make_tests(self) -> None:
        self.test = QPushButton(icon("sound"), self.tr("Send a test note"))
        self.test.setToolTip(self.tr("One short note, to hear whether anything arrives"))
        self.test.clicked.connect(self._live.test_note)
        self.panic = QPushButton(icon("panic"), self.tr("Panic"))
        self.panic.setToolTip(self.tr("Silence everything on every channel, and stop"))
        self.panic.clicked.connect(self._live.panic)
        row = QHBoxLayout()
        row.addWidget(self.test)
        row.addWidget(self.panic)
        row.addStretch(1)
        self.column.addLayout(row)

    # --- Showing ---------------------------------------------------------------------------------

    def _show(self) -> None:
        self._show_outputs()
        show_choice(self.parts, self._out.port_per_part)
        self._show_fonts()
        self.plays.setText(self._sentence(self._out.status))

    def _show_outputs(self) -> None:
        entries = [(self.label_of(one), one) for one in self._out.entries]
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
            self.output.setCurrentIndex(self.output.findData(self._out.key))

    def _show_fonts(self) -> None:
        font = self._out.font
        entries: list[tuple[str, object]] = [
            (self.tr("the best SoundFont there is"), BEST_FONT),
            (self.tr("our own strings and drums"), NO_FONT),
        ]
        if font not in (BEST_FONT, NO_FONT):
            entries.append((Path(font).name, font))
        entries.append((self.tr("choose a SoundFont …"), _OTHER))
        if [name for name, _ in entries] != [
            self.font_choice.itemText(k) for k in range(self.font_choice.count())
        ]:
            fill(self.font_choice, entries)
        show_choice(self.font_choice, font)

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
            return self._sound(status)
        if status.listeners < 0:
            return self.tr("Plays on {0} ({1}).").format(status.port, status.system)
        if status.listeners == 0:
            return self.tr("Plays on {0} ({1}), but nobody is connected to it.").format(
                status.port, status.system
            )
        return self.tr("Plays on {0} ({1}); connected: {2}.").format(
            status.port, status.system, status.listeners
        )

    def _sound(self, status: LiveStatus) -> str:
        """What the built-in sound plays on and with, or why it can't be heard."""
        if not status.silent:
            return self.tr("Plays on the built-in sound: {0}.").format(status.detail)
        if status.silent == "no_portaudio":
            words = self.tr(
                "Plays in silence: PortAudio does not load ({0}); install libportaudio2."
            )
        elif status.silent == "no_device":
            words = self.tr("Plays in silence: there is no sound device ({0}).")
        else:
            words = self.tr("Plays in silence: {0}")
        return words.format(status.detail or status.silent)

    # --- Choosing --------------------------------------------------------------------------------

    def _chosen(self, index: int) -> None:
        key = self.output.itemData(index)
        if key is not None:
            self._out.choose(str(key))

    def _font_chosen(self, index: int) -> None:
        font = str(self.font_choice.itemData(index))
        if font == _OTHER:
            font = self._ask_for_font() or self._out.font
        self._out.set_font(font)
        self._show_fonts()

    def _ask_for_font(self) -> str:
        """A file that the user chooses; empty if none."""
        found, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Choose a SoundFont"),
            str(Path(self._out.font).parent) if self._out.font else "",
            self.tr("SoundFonts (*.sf2 *.sf3 *.sfo)"),
        )
        return found
