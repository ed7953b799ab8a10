from __future__ import annotations

import json
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.models.models import ModelsState, is_name
from model.bundleinfo import CARD, user_folder
from tests.gui.models.bundles import add_bundle


def names(models: ModelsState) -> list[str]:
    return [entry.name for entry in models.entries]


@pytest.fixture
def models(qapp: object) -> ModelsState:
    add_bundle("mine")
    return ModelsState()


@pytest.fixture
def failed(models: ModelsState) -> list[str]:
    """What was told as failed."""
    told: list[str] = []
    models.failed.connect(told.append)
    return told


def test_a_model_that_appears_is_listed_at_once(qtbot: QtBot, models: ModelsState) -> None:
    with qtbot.waitSignal(models.changed):
        add_bundle("fresh")
    qtbot.waitUntil(lambda: names(models) == ["standard", "fresh", "mine"])


def test_the_first_model_of_ones_own_is_listed_at_once(qtbot: QtBot) -> None:
    models = ModelsState()
    assert names(models) == ["standard"]
    with qtbot.waitSignal(models.changed):
        add_bundle("first")
    qtbot.waitUntil(lambda: names(models) == ["standard", "first"])


def test_loading_is_asked_for_by_path(qtbot: QtBot, models: ModelsState) -> None:
    with qtbot.waitSignal(models.load_requested) as asked:
        models.load("mine")
    assert asked.args == [str(user_folder() / "mine")]


def test_who_loads_says_what_plays(qtbot: QtBot, models: ModelsState) -> None:
    with qtbot.waitSignal(models.loaded_changed):
        models.set_loaded(str(user_folder() / "mine"))
    assert models.loaded == "mine"
    with qtbot.assertNotEmitted(models.loaded_changed):
        models.set_loaded("mine")


def test_a_model_that_is_gone_is_told(models: ModelsState, failed: list[str]) -> None:
    models.load("nobody")
    models.remove("nobody")
    assert failed == ["There is no model named nobody any more."] * 2


def test_a_model_with_a_fault_is_not_loaded(
    qtbot: QtBot, models: ModelsState, failed: list[str]
) -> None:
    (user_folder() / "mine" / CARD).write_text("no card")
    models.refresh()
    with qtbot.assertNotEmitted(models.load_requested):
        models.load("mine")
    assert "can't read the model" in failed[0]


def test_a_removed_model_is_gone_from_disk(models: ModelsState) -> None:
    models.remove("mine")
    assert names(models) == ["standard"]
    assert not (user_folder() / "mine").exists()


def test_the_bundled_model_stays(models: ModelsState, failed: list[str]) -> None:
    models.remove("standard")
    assert not models.rename("standard", "other")
    assert names(models) == ["standard", "mine"]
    assert failed == ["standard came with Fractalroll and stays as it is."] * 2


def test_a_renamed_model_has_its_name_on_the_card(models: ModelsState) -> None:
    models.set_loaded("mine")
    assert models.rename("mine", " waltzes ")
    assert names(models) == ["standard", "waltzes"]
    assert json.loads((user_folder() / "waltzes" / CARD).read_text())["name"] == "waltzes"
    assert models.loaded == "waltzes"


@pytest.mark.parametrize("name", ["", "../other", "a/b", ".hidden", "standard"])
def test_names_that_can_not_be_are_refused(
    models: ModelsState, failed: list[str], name: str
) -> None:
    assert not models.rename("mine", name)
    assert len(failed) == 1
    assert (user_folder() / "mine").is_dir()


def test_a_bundle_from_elsewhere_is_copied(models: ModelsState, tmp_path: Path) -> None:
    folder = add_bundle("given", folder=tmp_path)
    assert models.add(folder)
    assert names(models) == ["standard", "given", "mine"]
    assert folder.is_dir()
    assert sorted(path.name for path in user_folder().iterdir()) == ["given", "mine"]


def test_what_is_no_bundle_or_known_already_is_not_copied(
    models: ModelsState, failed: list[str], tmp_path: Path
) -> None:
    assert not models.add(tmp_path)
    assert not models.add(add_bundle("mine", folder=tmp_path))
    assert "is no model" in failed[0]
    assert "already" in failed[1]


def test_names_of_models() -> None:
    assert is_name("Pop piano_2")
    assert not is_name("-x")
