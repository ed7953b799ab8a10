import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.shell.theme import (
    DARK,
    LIGHT,
    Colours,
    colours,
    contrast,
    ink_on,
    palette_of,
    theme,
    token_names,
)

BOTH = pytest.mark.parametrize("chosen", [DARK, LIGHT], ids=["dark", "light"])


@BOTH
def test_text_can_be_read_on_every_ground(chosen: Colours) -> None:
    for ground in (chosen.background, chosen.panel, chosen.raised):
        assert contrast(chosen.text, ground) >= 7
        assert contrast(chosen.dim, ground) >= 4
    assert contrast(ink_on(chosen.accent), chosen.accent) >= 4.5


@BOTH
def test_every_part_stands_out_from_the_rows_behind_it(chosen: Colours) -> None:
    for part in chosen.parts:
        for ground in (chosen.background, chosen.black_row):
            assert contrast(part, ground) >= 3


@BOTH
def test_every_token_is_a_colour(chosen: Colours) -> None:
    assert all(getattr(chosen, name).isValid() for name in token_names())
    assert len({part.name() for part in chosen.parts}) == len(chosen.parts)


def test_parts_go_round_after_the_last() -> None:
    assert DARK.part(len(DARK.parts) + 2) == DARK.part(2)


def test_the_palette_has_the_theme_s_colours() -> None:
    palette = palette_of(LIGHT)
    assert palette.color(QPalette.ColorRole.Window) == LIGHT.background
    assert palette.color(QPalette.ColorRole.Highlight) == LIGHT.accent


def test_another_theme_is_told_and_worn(qapp: QApplication, qtbot: QtBot) -> None:
    with qtbot.waitSignal(theme().changed):
        theme().use(LIGHT)
    assert colours() is LIGHT
    assert qapp.palette().color(QPalette.ColorRole.Window) == LIGHT.background
    assert LIGHT.panel.name() in qapp.styleSheet()
    theme().use(DARK)
    assert qapp.palette().color(QPalette.ColorRole.Window) == DARK.background
