"""The colours of the window: a dark set and a light one, and the Qt palettes made of them."""

from __future__ import annotations

from dataclasses import dataclass, fields

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

PART_COUNT = 8
"""Parts with a colour of their own; more parts begin again with the first."""


@dataclass(frozen=True)
class Colours:
    """Every colour that anything of ours paints with, by what it is for.

    Shared between all painters: take a copy (`QColor(colour)`) before changing one.
    """

    background: QColor
    """Behind everything, also behind the notes."""
    panel: QColor
    """A group of controls on the background."""
    raised: QColor
    """A control: button, field, a card under the mouse."""
    text: QColor
    dim: QColor
    """Text of less weight, icons at rest, what is switched off."""
    accent: QColor
    """The one thing to press, what is chosen, the loop."""
    good: QColor
    warn: QColor
    bad: QColor
    grid: QColor
    """Lines at steps and beats."""
    bar_line: QColor
    black_row: QColor
    """Behind the black keys' rows."""
    playhead: QColor
    selection: QColor
    pending: QColor
    """Patches that are being made."""
    parts: tuple[QColor, ...]
    """Notes of each part, `PART_COUNT` of them."""
    dark: bool
    """Whether light things lie on dark ones."""

    def part(self, index: int) -> QColor:
        """The colour of part `index`, or of the voice colour `index`; goes round after the last."""
        return self.parts[index % len(self.parts)]


def _colours(dark: bool, parts: tuple[str, ...], **named: str) -> Colours:
    chosen = {name: QColor(value) for name, value in named.items()}
    return Colours(parts=tuple(QColor(value) for value in parts), dark=dark, **chosen)


DARK = _colours(
    dark=True,
    parts=(
        "#4ea4ff",
        "#ffb454",
        "#b98cff",
        "#6fdc8c",
        "#ff7d9c",
        "#45d0d6",
        "#e3d55a",
        "#f09060",
    ),
    background="#16181c",
    panel="#1f2227",
    raised="#2b2f36",
    text="#e4e7eb",
    dim="#8b939e",
    accent="#4ea4ff",
    good="#6fdc8c",
    warn="#ffb454",
    bad="#ff6b6b",
    grid="#24272c",
    bar_line="#3b4048",
    black_row="#121417",
    playhead="#ff5d5d",
    selection="#ffffff",
    pending="#6fdc8c",
)

LIGHT = _colours(
    dark=False,
    parts=(
        "#1f74d6",
        "#c77700",
        "#7b49d1",
        "#23884a",
        "#cf3560",
        "#0b8288",
        "#8a7a00",
        "#b9541c",
    ),
    background="#f7f8fa",
    panel="#ffffff",
    raised="#e9ecf1",
    text="#1c2026",
    dim="#626b77",
    accent="#1f6fd0",
    good="#1f8446",
    warn="#a86400",
    bad="#c62f2f",
    grid="#e6e9ee",
    bar_line="#b9c0ca",
    black_row="#edeff3",
    playhead="#d92f2f",
    selection="#14171b",
    pending="#1f8446",
)


class Theme(QObject):
    """Which colours hold now. One of them lives as long as the program; see `theme`."""

    changed = Signal()
    """Other colours hold from now on: what is cached in the old ones is stale."""

    def __init__(self) -> None:
        super().__init__()
        self._colours = DARK

    @property
    def colours(self) -> Colours:
        """The colours that hold now."""
        return self._colours

    def use(self, chosen: Colours) -> None:
        """Let `chosen` hold, in our painters and in Qt's own widgets."""
        self._colours = chosen
        application = QApplication.instance()
        if isinstance(application, QApplication):
            dress(application, chosen)
        self.changed.emit()


_the_theme: list[Theme] = []


def theme() -> Theme:
    """The theme of this process."""
    if not _the_theme:
        _the_theme.append(Theme())
    return _the_theme[0]


def colours() -> Colours:
    """The colours that hold now; ask again after each `theme().changed`."""
    return theme().colours


def dress(application: QApplication, chosen: Colours) -> None:
    """Give Qt's own widgets the Fusion style in our colours.

    Set explicitly, because asking Qt for a dark scheme does nothing on some displays.
    """
    from gui.shell.sheet import style_sheet

    if application.style().objectName().lower() != "fusion":
        application.setStyle("Fusion")
    application.setPalette(palette_of(chosen))
    application.setStyleSheet(style_sheet(chosen))


def palette_of(chosen: Colours) -> QPalette:
    """Qt's palette in our colours."""
    role = QPalette.ColorRole
    palette = QPalette()
    roles = {
        role.Window: chosen.background,
        role.WindowText: chosen.text,
        role.Base: chosen.raised,
        role.AlternateBase: chosen.panel,
        role.Text: chosen.text,
        role.Button: chosen.raised,
        role.ButtonText: chosen.text,
        role.BrightText: chosen.bad,
        role.ToolTipBase: chosen.raised,
        role.ToolTipText: chosen.text,
        role.PlaceholderText: chosen.dim,
        role.Highlight: chosen.accent,
        role.HighlightedText: ink_on(chosen.accent),
        role.Link: chosen.accent,
        role.LinkVisited: chosen.accent,
        role.Light: chosen.raised.lighter(120),
        role.Midlight: chosen.raised,
        role.Mid: chosen.bar_line,
        role.Dark: chosen.black_row,
        role.Shadow: chosen.black_row,
    }
    for one, colour in roles.items():
        palette.setColor(one, colour)
    for one in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, one, mixed(chosen.dim, chosen.panel, 0.45))
    return palette


def ink_on(ground: QColor) -> QColor:
    """Black or white, whichever can be read on `ground`."""
    return QColor("#0b0d10") if luminance(ground) > 0.22 else QColor("#ffffff")


def mixed(first: QColor, second: QColor, share: float) -> QColor:
    """`first` with `share` (0..1) of `second` in it."""
    rest = 1.0 - share
    return QColor.fromRgbF(
        first.redF() * rest + second.redF() * share,
        first.greenF() * rest + second.greenF() * share,
        first.blueF() * rest + second.blueF() * share,
    )


def luminance(colour: QColor) -> float:
    """How light a colour is to the eye, 0..1 (WCAG 2, relative luminance)."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: QColor, second: QColor) -> float:
    """How well one can be read on the other, 1..21 (WCAG 2, contrast ratio)."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def token_names() -> list[str]:
    """The names of the colours, without the parts'."""
    return [field.name for field in fields(Colours) if field.name not in ("parts", "dark")]
