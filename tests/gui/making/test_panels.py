"""The panels show what the states hold and hand on what the user does, by mouse and by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QSlider, QWidget
from pytestqt.qtbot import QtBot

from gui.making.making import MakingState
from gui.making.panel import MakingPanel
from gui.making.variations import ORIGINAL, VariationsState
from gui.making.variationspanel import VariationsPanel
from gui.state.document import Document
from gui.state.selection import Region, SelectionState
from tests.gui.fakes import FakeCue
from tests.gui.making.test_variations import add, pitch_of

LEFT = Qt.MouseButton.LeftButton
PATIENCE_MS = 20_000


@pytest.fixture
def panel(qtbot: QtBot, making: MakingState) -> MakingPanel:
    made = MakingPanel(making)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def variations(document: Document, making: MakingState) -> VariationsState:
    return VariationsState(document, making, FakeCue(), document)


@pytest.fixture
def takes(qtbot: QtBot, variations: VariationsState) -> VariationsPanel:
    made = VariationsPanel(variations)
    qtbot.addWidget(made)
    made.resize(220, 600)
    made.show()
    return made


def test_generate_by_mouse_makes_music_and_stop_takes_it_back(
    qtbot: QtBot, panel: MakingPanel, making: MakingState, document: Document
) -> None:
    panel.bars.setCurrentIndex(panel.bars.findData(2))
    assert panel.generate.text() == "Generate  (G)"
    with qtbot.waitSignal(making.made, timeout=PATIENCE_MS):
        QTest.mouseClick(panel.generate, LEFT)
        assert panel.generate.text() == "Stop  (Esc)"
    assert panel.generate.text() == "Generate  (G)"
    assert len(document.notes())
    assert panel.seed.value() == making.settings.seed
    making.set(bars=256)
    QTest.mouseClick(panel.generate, LEFT)
    qtbot.waitUntil(lambda: len(making.pending.patches) > 0, timeout=PATIENCE_MS)
    with qtbot.waitSignal(making.finished) as spied:
        QTest.mouseClick(panel.generate, LEFT)
    assert spied.args == [False]
    assert document.undo_stack.count() == 1


def test_controls_change_what_is_asked(
    qtbot: QtBot, panel: MakingPanel, making: MakingState
) -> None:
    with qtbot.waitSignal(making.loaded, timeout=PATIENCE_MS):
        making.start()
    panel.key.setCurrentIndex(panel.key.findText("Am"))
    panel.metre.setCurrentIndex(panel.metre.findText("3/4"))
    panel.style_choice.setCurrentIndex(panel.style_choice.findText("pop"))
    panel.wild.slider.setValue(panel.wild.slider.maximum())
    panel.busy.slider.setValue(4)
    panel.follow.slider.setValue(2)
    asked = making.settings
    assert (asked.key, asked.metre, asked.style) == ("A minor", "3/4", "pop")
    assert (asked.temperature, asked.density, asked.guidance) == (1.5, 2.0, 1.5)
    panel.busy.slider.setValue(0)
    assert making.settings.density is None
    assert panel.busy.figure.text() == "auto"
    panel.key.setCurrentIndex(0)
    assert making.settings.key is None


def test_the_panel_shows_what_is_asked_by_others(panel: MakingPanel, making: MakingState) -> None:
    making.set(bars=7, seed=41702, seed_locked=True, temperature=0.9, key="F# major")
    assert panel.bars.currentText() == "7"
    assert panel.seed.value() == 41702
    assert panel.lock.isChecked()
    assert panel.wild.figure.text() == "0.90"
    assert panel.key.currentText() == "F♯"


def test_tidy_leaves_out_strays_unless_it_is_moved(panel: MakingPanel, making: MakingState) -> None:
    assert making.settings.order()["top_p"] == 0.98
    assert panel.tidy.figure.text() == "0.98"
    panel.tidy.slider.setValue(panel.tidy.slider.maximum())
    assert making.settings.top_p == 1.0
    panel.tidy.slider.setValue(0)
    assert making.settings.top_p == 0.9
    assert "top_p = 0.9)" in panel.tidy.slider.toolTip()


def test_dice_lock_and_a_typed_seed(qtbot: QtBot, panel: MakingPanel, making: MakingState) -> None:
    seeds = set()
    for _ in range(5):
        QTest.mouseClick(panel.dice, LEFT)
        seeds.add(making.settings.seed)
    assert len(seeds) > 1
    panel.seed.setFocus()
    panel.seed.selectAll()
    QTest.keyClicks(panel.seed, "1234")
    QTest.keyClick(panel.seed, Qt.Key.Key_Return)
    assert (making.settings.seed, making.settings.seed_locked) == (1234, True)
    QTest.mouseClick(panel.lock, LEFT)
    assert not making.settings.seed_locked


def test_the_selection_is_told_in_bars_and_pitches(
    qtbot: QtBot, panel: MakingPanel, making: MakingState, selection: SelectionState
) -> None:
    assert panel.selected.title.text() == "Selection · nothing selected"
    assert not panel.regenerate.isEnabled()
    selection.set_region(Region(16, 48, 55, 79))
    assert panel.selected.title.text() == "Selection · bars 2–3, G3–G5"
    assert panel.regenerate.isEnabled()
    selection.set_region(Region(0, 16))
    assert panel.selected.title.text() == "Selection · bar 1"
    with qtbot.waitSignal(making.made, timeout=PATIENCE_MS):
        QTest.mouseClick(panel.regenerate, LEFT)
    assert [panel.keep.itemText(k) for k in range(panel.keep.count())] == [
        "rhythm",
        "rhythm and outline",
    ]
    assert panel.keep.currentText() == "rhythm and outline"
    panel.keep.setCurrentIndex(0)
    assert making.settings.keep == 1


def test_everything_can_be_reached_by_keys_and_has_a_name(qtbot: QtBot, panel: MakingPanel) -> None:
    reached: list[QWidget] = []
    panel.generate.setFocus()
    for _ in range(40):
        widget = QApplication.focusWidget()
        assert widget is not None
        if widget in reached:
            break
        reached.append(widget)
        QTest.keyClick(widget, Qt.Key.Key_Tab)
    wanted = {
        one
        for kind in (QAbstractButton, QComboBox, QSlider)
        for one in panel.findChildren(kind)
        if one.isEnabled() and one.focusPolicy() & Qt.FocusPolicy.TabFocus
    }
    assert wanted <= set(reached)
    for widget in wanted:
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        assert widget.accessibleName() or text, widget


def test_the_newest_take_is_on_top_and_the_original_last(
    qtbot: QtBot, takes: VariationsPanel, document: Document, making: MakingState
) -> None:
    assert takes._empty.isVisible()
    for seed in (60, 62):
        add(document, making, seed)
    cards = [takes.card(1), takes.card(0), takes.card(ORIGINAL)]
    assert all(card is not None for card in cards)
    names = [card.name.text() for card in cards if card]
    assert names == ["2   seed 62", "1   seed 60", "Original"]
    places = [takes._column.indexOf(card) for card in cards if card]
    assert places == sorted(places)
    assert [card.name.isChecked() for card in cards if card] == [True, False, False]
    assert not takes._empty.isVisible()


def test_a_card_chooses_stars_and_swaps(
    qtbot: QtBot,
    takes: VariationsPanel,
    document: Document,
    making: MakingState,
    variations: VariationsState,
) -> None:
    add(document, making, 60)
    add(document, making, 62)
    first = takes.card(0)
    assert first is not None
    QTest.mouseClick(first.name, LEFT)
    assert pitch_of(document) == [60]
    QTest.mouseClick(takes.swap, LEFT)
    assert pitch_of(document) == [62]
    QTest.mouseClick(first.picture, LEFT)
    assert pitch_of(document) == [60]
    QTest.mouseClick(first.star, LEFT)
    assert variations.variations[0].starred


def test_a_pull_at_the_handle_asks_for_a_drag(
    qtbot: QtBot, takes: VariationsPanel, document: Document, making: MakingState
) -> None:
    add(document, making, 60)
    card = takes.card(0)
    assert card is not None
    asked: list[int] = []
    takes.drag_requested.connect(asked.append)
    grip = card.grip
    middle = grip.rect().center()
    QTest.mousePress(grip, LEFT, pos=middle)
    for far in (2, 40):
        move(grip, middle + QPoint(far, 0))
    QTest.mouseRelease(grip, LEFT)
    assert asked == [0]


def move(widget: QWidget, place: QPoint) -> None:
    """The mouse moves with its left button down."""
    event = QMouseEvent(
        QMouseEvent.Type.MouseMove,
        place.toPointF(),
        widget.mapToGlobal(place).toPointF(),
        Qt.MouseButton.NoButton,
        LEFT,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, event)


def test_cards_go_with_their_piece(
    qtbot: QtBot, takes: VariationsPanel, document: Document, making: MakingState
) -> None:
    from gui.state.piece import Piece

    add(document, making, 60)
    document.replace(Piece.empty())
    assert takes.card(0) is None
    assert not takes._cards
    assert takes._empty.isVisible()
