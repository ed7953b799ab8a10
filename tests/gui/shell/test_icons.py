import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage
from PySide6.QtWidgets import QApplication

from gui.shell.icons import icon, icon_names
from gui.shell.theme import DARK, LIGHT, theme


def drawn(picture: QImage) -> set[str]:
    """The colours that fully cover a pixel."""
    found = set()
    for y in range(picture.height()):
        for x in range(picture.width()):
            colour = picture.pixelColor(x, y)
            if colour.alpha() == 255:
                found.add(colour.name())
    return found


@pytest.mark.parametrize("name", icon_names())
def test_every_icon_draws_something_and_not_a_full_box(name: str, qapp: QApplication) -> None:
    picture = icon(name).pixmap(24, 24).toImage()
    covered = sum(
        picture.pixelColor(x, y).alpha() > 40
        for y in range(picture.height())
        for x in range(picture.width())
    )
    assert covered >= 12
    assert name == "fractalroll" or covered < 24 * 24 * 0.8


def test_an_icon_follows_the_theme(qapp: QApplication) -> None:
    stop = icon("stop")
    assert drawn(stop.pixmap(24, 24).toImage()) == {DARK.text.name()}
    theme().use(LIGHT)
    assert drawn(stop.pixmap(24, 24).toImage()) == {LIGHT.text.name()}
    theme().use(DARK)


def test_a_switched_on_icon_shines_and_a_switched_off_one_fades(qapp: QApplication) -> None:
    stop = icon("stop")
    size = QSize(24, 24)
    on = stop.pixmap(size, QIcon.Mode.Normal, QIcon.State.On).toImage()
    assert drawn(on) == {DARK.accent.name()}
    off = stop.pixmap(size, QIcon.Mode.Disabled, QIcon.State.Off).toImage()
    assert QColor(off.pixelColor(12, 12)).alpha() < 128


def test_an_icon_is_sharp_on_a_fine_screen(qapp: QApplication) -> None:
    picture = icon("play").pixmap(QSize(24, 24), 2.0)
    assert picture.size() == QSize(48, 48)
    assert picture.devicePixelRatio() == 2.0


def test_a_wrong_name_says_which_there_are() -> None:
    with pytest.raises(ValueError, match=r"no icon 'plya'; there are .*play"):
        icon("plya")
