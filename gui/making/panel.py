"""The panel where music is asked for: Generate, what to make, and what to do with a selection."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSpinBox, QVBoxLayout, QWidget

from gui.making.controls import Card, FigureSlider, button, choice, fill, show_choice, tool
from gui.making.making import MakingState
from gui.making.wishes import MOST_SEED
from gui.shell.icons import icon
from gui.state.selection import Region
from model.conditions import METRES, key_name
from model.roll import PITCHES

BARS = (1, 2, 4, 8, 12, 16, 24, 32, 48, 64)
_TONICS = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")


class MakingPanel(QWidget):
    """Shows and changes a `MakingState`.

    Args:
        making: what is asked and what runs.
        parent: Qt's owner.
    """

    def __init__(self, making: MakingState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._making = making
        self.setAccessibleName(self.tr("Making music"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.generate = self._make_generate()
        self.engine = QLabel()
        self.engine.setProperty("role", "dim")
        self.engine.setWordWrap(True)
        self.engine.setToolTip(self.tr("The model, and what really computes the music"))
        column.addWidget(self.generate)
        column.addWidget(self.engine)
        column.addWidget(self._make_wishes())
        column.addWidget(self._make_selection())
        making.changed.connect(self._show)
        self._show()

    # --- Building --------------------------------------------------------------------------------

    def _make_generate(self) -> QPushButton:
        made = QPushButton()
        made.setProperty("role", "primary")
        made.setMinimumHeight(44)
        made.setIconSize(QSize(20, 20))
        made.clicked.connect(self._on_generate)
        return made

    def _make_wishes(self) -> Card:
        card, making = Card(self.tr("What to make")), self._making
        self.bars = choice([(str(bars), bars) for bars in BARS])
        card.add_row(self.tr("Bars"), self.bars, self.tr("How many bars are made"))
        self.key = choice([(self.tr("any"), None), *_keys()])
        card.add_row(self.tr("Key"), self.key, self.tr("The key that the model aims at"))
        self.metre = choice(
            [(self.tr("as it is"), None), *((f"{n}/{d}", f"{n}/{d}") for n, d in METRES)]
        )
        card.add_row(
            self.tr("Metre"), self.metre, self.tr("Beats of a bar, for what Generate makes")
        )
        self.style_choice = choice([(self.tr("any"), None)])
        card.add_row(
            self.tr("Style"), self.style_choice, self.tr("One of the styles that the model knows")
        )
        self.wild = FigureSlider(0.5, 1.5, 0.05, "{:.2f}".format)
        card.add_row(
            self.tr("Wild"),
            self.wild,
            self.tr("Temperature: 1 is as the model learnt it, less is tamer, more is bolder"),
        )
        self.busy = FigureSlider(0.5, 12.0, 0.5, "{:.1f}".format, none=self.tr("auto"))
        card.add_row(self.tr("Busy"), self.busy, self.tr("Density: about so many notes a beat"))
        self.follow = FigureSlider(1.0, 4.0, 0.25, "{:.2f}".format)
        card.add_row(
            self.tr("Follow"),
            self.follow,
            self.tr("Guidance: how closely key, style and density are followed; 1 is as learnt"),
        )
        self.tidy = FigureSlider(0.9, 1.0, 0.01, "{:.2f}".format)
        self._tidy_name = card.add_row(self.tr("Tidy"), self.tidy)
        card.add_row(self.tr("Seed"), self._make_seed(), "")
        self.bars.currentIndexChanged.connect(lambda _: making.set(bars=self.bars.currentData()))
        self.key.currentIndexChanged.connect(lambda _: making.set(key=self.key.currentData()))
        self.metre.currentIndexChanged.connect(lambda _: making.set(metre=self.metre.currentData()))
        self.style_choice.currentIndexChanged.connect(
            lambda _: making.set(style=self.style_choice.currentData())
        )
        self.wild.moved.connect(lambda value: making.set(temperature=value))
        self.busy.moved.connect(lambda value: making.set(density=value))
        self.follow.moved.connect(lambda value: making.set(guidance=value))
        self.tidy.moved.connect(lambda value: making.set(top_p=value))
        return card

    def _make_seed(self) -> QWidget:
        making, whole = self._making, QWidget()
        self.seed = QSpinBox()
        self.seed.setRange(0, MOST_SEED)
        self.seed.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.seed.setKeyboardTracking(False)
        self.seed.setToolTip(self.tr("The same seed and settings give the same notes"))
        self.seed.setAccessibleName(self.tr("Seed"))
        self.dice = tool("dice", self.tr("Throw the dice: another seed"))
        self.lock = tool(
            "lock", self.tr("Keep this seed instead of a new one each time"), checkable=True
        )
        self.seed.valueChanged.connect(self._on_seed)
        self.dice.clicked.connect(making.throw_dice)
        self.lock.toggled.connect(lambda on: making.set(seed_locked=on))
        self.seed.setMinimumHeight(self.bars.sizeHint().height())
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.seed, 1)
        row.addWidget(self.dice)
        row.addWidget(self.lock)
        whole.setFocusProxy(self.seed)
        return whole

    def _make_selection(self) -> Card:
        making = self._making
        self.selected = Card(self.tr("Selection"))
        self.regenerate = button(
            self.tr("Regenerate (R)"), self.tr("Make what is selected again; all else stays")
        )
        self.vary = button(
            self.tr("Vary (V)"),
            self.tr(
                "Make it again, keeping what is chosen below; everything if nothing is selected"
            ),
        )
        self.go_on = button(
            self.tr("Continue (C)"),
            self.tr("Go on from the selection's end, or from the last note"),
        )
        row = QHBoxLayout()
        row.addWidget(self.regenerate)
        row.addWidget(self.vary)
        self.selected.column.insertLayout(1, row)
        self.keep = choice([])
        self.selected.add_row(
            self.tr("Keep"), self.keep, self.tr("What Vary leaves as it is: levels of the model")
        )
        self.selected.column.addWidget(self.go_on)
        self.regenerate.clicked.connect(making.regenerate)
        self.vary.clicked.connect(making.vary)
        self.go_on.clicked.connect(lambda: making.go_on())
        self.keep.currentIndexChanged.connect(lambda _: making.set(keep=self.keep.currentData()))
        return self.selected

    # --- Showing ---------------------------------------------------------------------------------

    def _show(self) -> None:
        making, settings = self._making, self._making.settings
        busy = making.busy
        self.generate.setText(self.tr("Stop  (Esc)") if busy else self.tr("Generate  (G)"))
        self.generate.setIcon(icon("stop" if busy else "generate", "on_accent"))
        self.generate.setAccessibleName(self.tr("Stop") if busy else self.tr("Generate"))
        tip = self.tr("Stop making; the piece stays as it was") if busy else self.tr("Make music")
        self.generate.setToolTip(tip)
        self.engine.setText(making.engine_text or self.tr("loading the model …"))
        facts = making.facts
        styles = () if facts is None else facts.styles
        if self.style_choice.count() != len(styles) + 1:
            fill(self.style_choice, [(self.tr("any"), None), *((name, name) for name in styles)])
        levels = 0 if facts is None else len(facts.patches)
        if self.keep.count() != max(levels - 1, 0):
            fill(self.keep, self._keepings(levels))
        if self.bars.findData(settings.bars) < 0:
            self.bars.addItem(str(settings.bars), settings.bars)
        for box, value in (
            (self.bars, settings.bars),
            (self.key, settings.key),
            (self.metre, settings.metre),
            (self.style_choice, settings.style),
            (self.keep, max(levels - 1, 0) if settings.keep is None else settings.keep),
        ):
            show_choice(box, value)
        self.wild.set_value(settings.temperature)
        self.busy.set_value(settings.density)
        self.follow.set_value(settings.guidance)
        self._show_tidy(settings.top_p)
        with QSignalBlocker(self.seed), QSignalBlocker(self.lock):
            self.seed.setValue(settings.seed)
            self.lock.setChecked(settings.seed_locked)
        self.lock.setIcon(icon("lock" if settings.seed_locked else "unlock"))
        self._show_selection()

    def _show_tidy(self, top_p: float) -> None:
        self.tidy.set_value(top_p)
        tip = self.tr("Leaves out unlikely notes: fewer strays; 1 leaves in all (top_p = {0})")
        tip = tip.format(f"{top_p:g}")
        for widget in (self._tidy_name, self.tidy):
            widget.setToolTip(tip)
        self.tidy.setAccessibleDescription(tip)

    def _show_selection(self) -> None:
        region = self._making.region
        told = self.tr("nothing selected") if region is None else self._told(region)
        self.selected.title.setText(self.tr("Selection · {0}").format(told))
        self.regenerate.setEnabled(region is not None)

    def _told(self, region: Region) -> str:
        """Bars and pitches of a region, for people."""
        first, last = self._making.bars_of(region)
        bars = (
            self.tr("bar {0}").format(first)
            if first == last
            else self.tr("bars {0}–{1}").format(first, last)
        )
        if (region.low_pitch, region.high_pitch) == (0, PITCHES - 1):
            return bars
        return f"{bars}, {_pitch(region.low_pitch)}–{_pitch(region.high_pitch)}"

    def _keepings(self, levels: int) -> list[tuple[str, object]]:
        """What Vary may keep of a model of so many levels."""
        found: list[tuple[str, object]] = []
        for keep in range(1, levels):
            name = self.tr("rhythm, and levels down to {0}").format(keep)
            if keep == 1:
                name = self.tr("rhythm")
            if keep == levels - 1:
                name = self.tr("rhythm and outline")
            found.append((name, keep))
        return found

    def _on_generate(self) -> None:
        if self._making.busy:
            self._making.cancel()
        else:
            self._making.generate()

    def _on_seed(self, seed: int) -> None:
        """Who types a seed wants that one."""
        self._making.set(seed=seed, seed_locked=True)


def _keys() -> list[tuple[str, object]]:
    """All keys, majors first, as the session wants them and as musicians write them."""
    return [(_shown_key(key), key_name(key)) for key in range(24)]


def _shown_key(key: int) -> str:
    return f"{_TONICS[key % 12]}{'m' if key >= 12 else ''}"


def _pitch(pitch: int) -> str:
    return f"{_TONICS[pitch % 12]}{pitch // 12 - 1}"
