from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from tests.gui.xvfb.display import Display, Program

pytestmark = pytest.mark.xvfb


def test_a_newcomer_makes_hears_and_drags_out_with_keys_and_mouse(display: Display) -> None:
    with Program(display, "tests.gui.xvfb.window") as window:
        window.wait("loaded")
        places = next(line["ready"] for line in window.lines if "ready" in line)
        display.key("g")
        assert window.wait("made") > 0
        assert window.wait("playing") is True
        display.key("space")
        assert window.wait("playing") is False
        with Program(display, "tests.gui.xvfb.target", "1050", "600") as target:
            x, y = target.wait("ready")["target"]
            from_x, from_y = places["handle"]
            display.xdotool("mousemove", from_x, from_y, "mousedown", 1)
            display.xdotool("mousemove", from_x - 40, from_y + 40)
            steps = count()
            target.try_until(
                lambda: display.xdotool("mousemove", x + next(steps) % 20, y), "entered"
            )
            display.xdotool("mouseup", 1)
            dropped = Path(target.wait("dropped"))
            assert len(target.lines[-1]["notes"]) > 0
        assert dropped.is_file()


def test_undo_pages_and_selection_by_hand(display: Display) -> None:
    with Program(display, "tests.gui.xvfb.window") as window:
        window.wait("loaded")
        display.key("g")
        x, y = window.wait("free")
        display.xdotool("mousemove", x, y, "mousedown", 1)
        display.xdotool("mousemove", x + 60, y + 60, "mousemove", x + 120, y + 90, "mouseup", 1)
        window.wait_for(selected=True)
        display.key("Escape")
        window.wait_for(selected=False)
        display.key("ctrl+z")
        window.wait_for(notes=0)
