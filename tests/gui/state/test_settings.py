import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.state.declared import SETTINGS, Setting
from gui.state.errors import StateError
from gui.state.settings import SettingsState, settings_path

DECLARED = (
    Setting("theme", "dark", "Colours.", ("dark", "light")),
    Setting("bars", 8, "Bars.", lowest=1, highest=64),
    Setting("temperature", 1.0, "Wild.", lowest=0),
    Setting("snap", True, "Snap."),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.json"


@pytest.fixture
def settings(path: Path, qtbot: QtBot) -> Iterator[SettingsState]:
    one = SettingsState(path, DECLARED)
    yield one
    one.close()


def written(path: Path) -> dict[str, object]:
    told: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return told


def test_what_was_never_chosen_has_its_default(settings: SettingsState, path: Path) -> None:
    assert [settings.get(key) for key in settings.names()] == ["dark", 8, 1.0, True]
    settings.flush()
    assert not path.exists()


def test_a_choice_is_told_and_comes_back(settings: SettingsState, path: Path) -> None:
    told: list[str] = []
    settings.changed.connect(told.append)
    settings.set("theme", "light")
    settings.set("theme", "light")
    settings.set("temperature", 2)
    assert told == ["theme", "temperature"]
    settings.flush()
    again = SettingsState(path, DECLARED)
    assert (again.get("theme"), again.get("temperature")) == ("light", 2.0)
    assert isinstance(again.get("temperature"), float)


def test_it_is_written_by_itself_a_moment_later(
    settings: SettingsState, path: Path, qtbot: QtBot
) -> None:
    for bars in range(1, 20):
        settings.set("bars", bars)
    qtbot.waitUntil(path.exists)
    assert written(path) == {"bars": 19}


@pytest.mark.parametrize(
    ("key", "value"),
    [("theme", "pink"), ("theme", 1), ("bars", 0), ("bars", 65), ("bars", True), ("bars", 2.0),
     ("temperature", -1.0), ("temperature", float("nan")), ("temperature", "1"), ("snap", 1)],
)  # fmt: skip
def test_a_value_that_it_cannot_have_is_refused(
    key: str, value: float | str, settings: SettingsState
) -> None:
    before = settings.get(key)
    with pytest.raises(StateError, match=f"{key} can't be"):
        settings.set(key, value)
    assert settings.get(key) == before


def test_the_refusal_says_what_it_can_be(settings: SettingsState) -> None:
    with pytest.raises(StateError, match="it is a whole number from 1 to 64"):
        settings.set("bars", 0)
    with pytest.raises(StateError, match="it is one of dark, light"):
        settings.set("theme", "pink")


def test_a_setting_that_nobody_declared_is_named(settings: SettingsState) -> None:
    with pytest.raises(StateError, match="'colour'"):
        settings.get("colour")


def test_values_in_the_file_that_make_no_sense_give_way_to_defaults(
    path: Path, qtbot: QtBot
) -> None:
    path.parent.mkdir()
    path.write_text('{"theme": "pink", "bars": "8", "temperature": 0.5, "snap": null}')
    settings = SettingsState(path, DECLARED)
    assert [settings.get(key) for key in settings.names()] == ["dark", 8, 0.5, True]


def test_settings_of_another_version_are_kept(path: Path, qtbot: QtBot) -> None:
    path.parent.mkdir()
    path.write_text('{"later": [1, 2]}')
    settings = SettingsState(path, DECLARED)
    settings.set("bars", 4)
    settings.flush()
    assert written(path) == {"later": [1, 2], "bars": 4}


@pytest.mark.parametrize("text", ["{", "[1]", "\x00"])
def test_a_damaged_file_is_put_aside_and_told_of(text: str, path: Path, qtbot: QtBot) -> None:
    path.parent.mkdir()
    path.write_text(text)
    settings = SettingsState(path, DECLARED)
    assert "was damaged" in settings.problem
    assert path.with_name("settings.json.damaged").read_text() == text
    settings.set("bars", 4)
    settings.flush()
    assert written(path) == {"bars": 4}


def test_a_disk_that_refuses_is_told_of(tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "file").write_text("no folder")
    settings = SettingsState(tmp_path / "file" / "settings.json", DECLARED)
    settings.set("bars", 4)
    settings.flush()
    assert settings.problem.startswith("Can't write")
    assert settings.get("bars") == 4


def test_a_default_can_be_brought_back(settings: SettingsState) -> None:
    settings.set("bars", 4)
    settings.reset("bars")
    assert settings.get("bars") == 8


def test_a_setting_declared_later_finds_its_value(path: Path, qtbot: QtBot) -> None:
    path.parent.mkdir()
    path.write_text('{"nudge": 3}')
    settings = SettingsState(path, DECLARED)
    settings.declare(Setting("nudge", 0, "Nudge."))
    settings.declare(Setting("nudge", 9, "Again."))
    assert settings.get("nudge") == 3


def test_every_declared_setting_can_have_its_default_and_says_what_it_does() -> None:
    assert len({setting.key for setting in SETTINGS}) == len(SETTINGS)
    for setting in SETTINGS:
        assert setting.accepts(setting.default)
        assert setting.description.endswith(".")


def test_the_users_file_lies_in_the_config_folder() -> None:
    assert settings_path().parent.name == "fractalroll"
