from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from gui.shell.keys import command
from gui.shell.language import LANGUAGES, SYSTEM, language_of, wear


@pytest.fixture
def english_afterwards(qapp: QApplication) -> Iterator[QApplication]:
    yield qapp
    wear(qapp, "en")


def test_the_window_speaks_the_language_that_was_set(english_afterwards: QApplication) -> None:
    assert command("generate").words() == "Generate"
    assert wear(english_afterwards, "zh_TW") == "zh_TW"
    assert command("generate").words() == "產生"
    assert wear(english_afterwards, "en") == "en"
    assert command("generate").words() == "Generate"


@pytest.mark.parametrize(
    ("system", "ours"), [("zh_TW", "zh_TW"), ("zh_CN", "en"), ("fr_FR", "en"), ("en_GB", "en")]
)
def test_the_system_s_language_is_taken_where_we_have_it(
    system: str, ours: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QLocale, "system", lambda: QLocale(system))
    assert language_of(SYSTEM) == ours


def test_a_language_that_we_don_t_have_is_english() -> None:
    assert set(LANGUAGES) == {"en", "zh_TW"}
    assert language_of("en") == "en"
