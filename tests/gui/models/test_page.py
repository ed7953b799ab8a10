from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QListWidget, QWidget
from pytestqt.qtbot import QtBot

from gui.models.comparing import CompareState
from gui.models.exporting import ExportState
from gui.models.models import ModelsState
from gui.models.page import ModelsPage
from gui.models.parity import ParityReport
from gui.models.parityview import ParityView
from gui.shell.theme import DARK, LIGHT, colours, mixed, theme
from model.bundleinfo import user_folder
from tests.gui.models.bundles import Workers, add_bundle, export_facts


class Answers:
    """Stands for the person who is asked."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.name: str | None = None
        self.agrees = True

    def folder_to_add(self) -> Path | None:
        return self.folder

    def folder_to_export(self, proposed: Path) -> Path | None:
        return self.folder

    def new_name(self, name: str) -> str | None:
        return self.name

    def may_remove(self, name: str) -> bool:
        return self.agrees


class Stage:
    """The page with stand-ins for people and processes."""

    def __init__(self, qtbot: QtBot) -> None:
        add_bundle("mine")
        self.exports, self.sessions, self.answers = Workers(), Workers(), Answers()
        self.models = ModelsState()
        self.models.set_loaded("standard")
        self.page = ModelsPage(
            self.models,
            ExportState(make_worker=self.exports),
            CompareState(make_worker=self.sessions),
            self.answers,
        )
        qtbot.addWidget(self.page)
        self.page.resize(1240, 820)
        self.page.show()

    def button(self, name: str) -> QAbstractButton:
        """The button with an accessible name."""
        (found,) = (
            b for b in self.page.findChildren(QAbstractButton) if b.accessibleName() == name
        )
        return found

    def click(self, name: str) -> None:
        """Press a button with the mouse."""
        button = self.button(name)
        assert button.isEnabled(), f"{name} is disabled"
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def report(self) -> ParityReport | None:
        """The report that the picture shows."""
        picture = self.page.findChild(ParityView)
        assert picture is not None
        return picture.report

    def texts(self) -> str:
        """All that labels say, of those that are to be seen."""
        labels = self.page.findChildren(QLabel)
        return "\n".join(label.text() for label in labels if label.isVisibleTo(self.page))


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    return Stage(qtbot)


def test_the_loaded_model_is_shown_first(stage: Stage) -> None:
    assert stage.page.current_name == "standard"
    assert "1.7 M weights" in stage.texts()
    assert not stage.button("Load this model").isEnabled()
    assert not stage.button("Remove").isEnabled()


def test_the_keyboard_looks_at_a_model_and_loads_it(qtbot: QtBot, stage: Stage) -> None:
    cards = stage.page.findChild(QListWidget)
    assert cards is not None
    QTest.keyClick(cards, Qt.Key.Key_Down)
    assert stage.page.current_name == "mine"
    with qtbot.waitSignal(stage.models.load_requested) as asked:
        QTest.keyClick(cards, Qt.Key.Key_Return)
    assert asked.args == [str(user_folder() / "mine")]


def test_the_button_loads(qtbot: QtBot, stage: Stage) -> None:
    stage.page.choose("mine")
    with qtbot.waitSignal(stage.models.load_requested):
        stage.click("Load this model")
    stage.models.set_loaded("mine")
    assert stage.button("Load this model").text() == "Loaded"
    assert stage.page.current_name == "mine"


def test_renaming_and_removing(stage: Stage) -> None:
    stage.page.choose("mine")
    stage.answers.name = "waltzes"
    stage.click("Rename")
    assert stage.page.current_name == "waltzes"
    stage.answers.agrees = False
    stage.click("Remove")
    assert stage.models.entry("waltzes") is not None
    stage.answers.agrees = True
    stage.click("Remove")
    assert stage.models.entry("waltzes") is None
    assert stage.page.current_name == "standard"


def test_adding_shows_the_new_model(stage: Stage, tmp_path: Path) -> None:
    stage.answers.folder = add_bundle("given", folder=tmp_path)
    stage.click("Add a model")
    assert stage.page.current_name == "given"


def test_what_can_not_be_done_is_told(qtbot: QtBot, stage: Stage, tmp_path: Path) -> None:
    stage.answers.folder = tmp_path
    with qtbot.waitSignal(stage.page.failed) as failed:
        stage.click("Add a model")
    assert failed.args is not None
    assert "is no model" in failed.args[0]


def test_an_export_into_the_model_itself(qtbot: QtBot, stage: Stage) -> None:
    stage.page.choose("mine")
    path = user_folder() / "mine"
    assert stage.report() is None
    stage.click("Export this model")
    assert stage.exports.last.orders[0]["export"]["out"] == str(path)
    stage.exports.last.answer(progress=0.25, doing="graphs written")
    assert "graphs are written" in stage.texts()
    stage.exports.last.answer(done=export_facts(path))
    report = stage.report()
    assert report is not None
    assert len(report.rows) == 5
    assert "3.7 MB" in stage.texts()
    stage.click("Copy the report as text")
    assert "Level 1: which patches sound" in QGuiApplication.clipboard().text()


def test_the_bundled_model_is_exported_elsewhere(stage: Stage, tmp_path: Path) -> None:
    stage.click("Export this model")
    assert stage.exports.made == [], "the question was given up"
    stage.answers.folder = tmp_path / "given"
    stage.click("Weights inside the graphs")
    stage.click("Export this model")
    order = stage.exports.last.orders[0]["export"]
    assert (order["out"], order["embed"]) == (str(tmp_path / "given"), True)
    stage.page.close_children()


def test_cancelling_an_export(stage: Stage) -> None:
    stage.page.choose("mine")
    stage.click("Export this model")
    stage.click("Cancel the export")
    assert not stage.page.exporting.busy
    assert stage.button("Export this model").isEnabled()


def test_an_export_that_fails_says_why(qtbot: QtBot, stage: Stage) -> None:
    stage.page.choose("mine")
    stage.click("Export this model")
    with qtbot.waitSignal(stage.page.failed):
        stage.exports.last.answer(failed="the disk is full: make room")
    assert "the disk is full: make room" in stage.texts()


def test_graphs_that_are_there_have_their_report(stage: Stage) -> None:
    picture = stage.page.findChild(ParityView)
    assert picture is not None
    assert picture.report is not None
    assert len(picture.report.rows) == 3
    assert "numbers compared" in stage.texts()
    assert picture.accessibleDescription().startswith("The graphs do what the torch model does.")


def test_bars_end_before_the_line_of_what_is_allowed(stage: Stage) -> None:
    picture = stage.page.findChild(ParityView)
    assert picture is not None
    assert picture.report is not None
    places = [picture.place(row.error) for row in picture.report.rows]
    assert all(0 < place < picture.place(picture.report.parity.tolerance) < 1 for place in places)


def test_two_models_are_compared_on_one_seed(qtbot: QtBot, stage: Stage) -> None:
    boxes = {box.accessibleName(): box for box in stage.page.findChildren(QComboBox)}
    assert boxes["Model A"].currentText() == "standard"
    assert boxes["Model B"].currentText() == "mine"
    with qtbot.waitSignal(stage.page.compare_requested):
        stage.click("Compare both models")
    assert not stage.button("Hear A").isEnabled()
    stage.click("Compare both models")
    assert not stage.page.comparing.busy


@pytest.mark.parametrize("name", ["dark", "light"])
def test_bars_are_painted_in_the_themes_colours(stage: Stage, name: str) -> None:
    theme().use({"dark": DARK, "light": LIGHT}[name])
    try:
        view = stage.page.findChild(ParityView)
        assert view is not None
        picture = view.grab().toImage()
        bar = mixed(colours().good, colours().panel, 0.25)
    finally:
        theme().use(DARK)
    rows = range(picture.height())
    seen = {picture.pixelColor(x, y).name() for x in range(0, picture.width(), 4) for y in rows}
    assert bar.name() in seen


def test_every_control_has_a_name(stage: Stage) -> None:
    controls = [
        widget
        for kind in (QAbstractButton, QComboBox, QListWidget)
        for widget in stage.page.findChildren(kind)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
    ]
    nameless = [w for w in controls if isinstance(w, QWidget) and not w.accessibleName()]
    assert nameless == []


def test_the_keyboard_begins_at_the_list(stage: Stage) -> None:
    widget = stage.page.nextInFocusChain()
    while widget is not None and widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
        widget = widget.nextInFocusChain()
    assert widget is stage.page.findChild(QListWidget)


def test_tab_leads_to_the_way_of_exporting_that_is_ticked(qtbot: QtBot, stage: Stage) -> None:
    here, elsewhere = (
        stage.button(name)
        for name in ("Add graphs to the model itself", "Write a folder of its own, to give away")
    )
    stage.page.activateWindow()
    qtbot.waitUntil(stage.page.isActiveWindow)
    elsewhere.setFocus()
    stage.page.choose("mine")
    assert here.isChecked()
    assert here.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert not elsewhere.focusPolicy() & Qt.FocusPolicy.TabFocus
    here.setFocus()
    QTest.keyClick(here, Qt.Key.Key_Down)
    assert elsewhere.isChecked()
    assert elsewhere.hasFocus()


def test_it_is_seen_that_the_keys_go_to_the_list(qtbot: QtBot, stage: Stage) -> None:
    models = stage.page.findChild(QListWidget)
    assert models is not None
    stage.page.activateWindow()
    qtbot.waitUntil(stage.page.isActiveWindow)
    stage.button("Add a model").setFocus()
    before = models.grab().toImage()
    models.setFocus()
    assert models.grab().toImage() != before
