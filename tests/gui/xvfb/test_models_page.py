from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from model.bundleinfo import shipped_folder, user_folder
from tests.gui.xvfb.display import Display, Program

pytestmark = pytest.mark.xvfb


@pytest.fixture
def mine() -> Iterator[Path]:
    """A model of the user's that plays: a copy of the bundled one."""
    path = user_folder() / "mine"
    shutil.copytree(shipped_folder() / "standard", path)
    yield path
    shutil.rmtree(path)


def test_arrow_and_enter_load_a_model(display: Display, mine: Path) -> None:
    with Program(display, "tests.gui.xvfb.modelspage") as program:
        program.wait("ready")
        display.key("Down", "Return")
        assert program.wait("load") == str(mine)


def test_a_seed_is_typed_and_two_models_are_heard(display: Display, mine: Path) -> None:
    with Program(display, "tests.gui.xvfb.modelspage") as program:
        places = program.wait("ready")
        display.click(*places["Seed for both"])
        display.key("ctrl+a")
        display.type("4711")
        display.key("Tab")
        display.click(*places["Compare both models"])
        a, b = program.wait("compared")
        assert a == b > 0, "the same model under two names makes the same notes out of one seed"
        assert program.lines[-1]["seed"] == 4711
        display.click(*places["Hear B"])
        assert program.wait("played") == "B: mine"
        display.click(*places["Hear A"])
        assert program.wait("played") == "A: standard"
