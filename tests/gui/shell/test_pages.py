from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QMainWindow,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.shell.actions import Actions, ButtonKeys
from gui.shell.keys import COMMANDS
from gui.shell.pages import Pages
from gui.shell.topbar import PAGES, TopBar


def test_a_page_is_built_when_it_is_first_looked_at_and_never_again(qtbot: QtBot) -> None:
    built: list[str] = []

    def builder(name: str) -> QWidget:
        built.append(name)
        return QLabel(name)

    pages = Pages({"make": lambda: builder("make"), "live": lambda: builder("live")})
    qtbot.addWidget(pages)
    assert built == ["make"]
    assert pages.page_if_built("live") is None
    with qtbot.waitSignal(pages.shown):
        pages.show_page("live")
    pages.show_page("make")
    pages.show_page("live")
    assert built == ["make", "live"]
    assert pages.name == "live"


def test_the_keys_go_to_the_page_that_is_seen(qtbot: QtBot) -> None:
    window, buttons = QWidget(), {name: [QPushButton(), QPushButton()] for name in ("a", "b")}

    def page(name: str) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        for button in buttons[name]:
            column.addWidget(button)
        return made

    outside, pages = QPushButton(), Pages({"a": lambda: page("a"), "b": lambda: page("b")})
    column = QVBoxLayout(window)
    column.addWidget(outside)
    column.addWidget(pages)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()

    def focus_after(name: str) -> QWidget | None:
        outside.setFocus()
        pages.show_page(name)
        pages.focus_page()
        return QApplication.focusWidget()

    assert focus_after("b") is buttons["b"][0]
    buttons["b"][1].setFocus()
    pages.focus_page()
    assert QApplication.focusWidget() is buttons["b"][1]
    assert focus_after("a") is buttons["a"][0]
    assert focus_after("b") is buttons["b"][1]
    buttons["b"][1].setEnabled(False)
    assert focus_after("b") is buttons["b"][0]


def window_of(qtbot: QtBot, taken: list[str]) -> tuple[QMainWindow, Actions]:
    window = QMainWindow()
    qtbot.addWidget(window)

    def handler(name: str) -> None:
        taken.append(name)

    handlers = {one.name: (lambda name=one.name: handler(name)) for one in COMMANDS}
    return window, Actions(window, handlers)


def test_every_command_acts_under_its_key(qtbot: QtBot) -> None:
    taken: list[str] = []
    window, _ = window_of(qtbot, taken)
    with qtbot.waitActive(window):
        window.show()
    QTest.keyClick(window, Qt.Key.Key_G)
    QTest.keyClick(window, Qt.Key.Key_Space)
    QTest.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert taken == ["generate", "play", "variation_3", "escape"]


def test_the_roll_s_keys_rest_on_other_pages_but_play_and_generate_do_not(qtbot: QtBot) -> None:
    taken: list[str] = []
    window, actions = window_of(qtbot, taken)
    with qtbot.waitActive(window):
        window.show()
    actions.roll_is_shown(False)
    for key in (Qt.Key.Key_R, Qt.Key.Key_Space, Qt.Key.Key_G):
        QTest.keyClick(window, key)
    assert taken == ["play", "generate"]
    actions.roll_is_shown(True)
    QTest.keyClick(window, Qt.Key.Key_R)
    assert taken == ["play", "generate", "regenerate"]


def test_space_plays_and_enter_presses_what_has_the_focus(qtbot: QtBot) -> None:
    taken: list[str] = []
    window, _ = window_of(qtbot, taken)
    button = QPushButton("Press", window)
    button.clicked.connect(lambda: taken.append("pressed"))
    keys = ButtonKeys()
    button.installEventFilter(keys)
    with qtbot.waitActive(window):
        window.show()
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert taken == ["pressed", "play"]


def test_every_command_with_words_is_in_a_menu(qtbot: QtBot) -> None:
    window, _ = window_of(qtbot, [])
    menus = window.menuBar().findChildren(QMenu)
    texts = [action.objectName() for menu in menus for action in menu.actions()]
    assert {one.name for one in COMMANDS if one.where != "quiet"} <= set(texts)


def test_the_top_bar_leads_to_every_page(qtbot: QtBot) -> None:
    _, actions = window_of(qtbot, [])
    top = TopBar(QLabel("transport"), QPushButton("handle"), actions)
    qtbot.addWidget(top)
    chosen: list[str] = []
    top.page_chosen.connect(chosen.append)
    for name in PAGES:
        button = top.page_button(name)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert button.isChecked()
        assert button.accessibleName()
    assert chosen == list(PAGES)
