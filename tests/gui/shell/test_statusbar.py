import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gui.shell.statusbar import StatusBar
from gui.shell.theme import DARK


@pytest.fixture
def bar(qtbot: QtBot) -> StatusBar:
    bar = StatusBar()
    qtbot.addWidget(bar)
    return bar


def label(bar: StatusBar, start: str) -> QLabel:
    return next(one for one in bar.findChildren(QLabel) if one.text().startswith(start))


def test_it_says_that_the_model_is_loading_until_an_engine_runs(bar: StatusBar) -> None:
    assert bar.engine == "loading the model …"
    bar.set_engine("standard on CPU")
    assert bar.engine == "standard on CPU"


def test_figures_that_nobody_measured_are_not_invented(bar: StatusBar) -> None:
    assert label(bar, "jitter").text() == "jitter – ms"
    bar.set_meters(0, 0, 0.42, 1234.0)
    assert label(bar, "jitter").text() == "jitter 0.4 ms"
    assert label(bar, "slack").text() == "slack 1234 ms"


def test_late_notes_are_shown_in_a_warning_colour_and_calm_down_again(bar: StatusBar) -> None:
    bar.set_meters(3, 1, 0.1, 100.0)
    late = label(bar, "late")
    assert late.text() == "late notes 3, 1 left out"
    assert DARK.warn.name() in late.styleSheet()
    bar.set_meters(0, 0, 0.1, 100.0)
    assert DARK.dim.name() in late.styleSheet()
