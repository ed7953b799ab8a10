from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from tests.gui.xvfb.display import Display, Program

pytestmark = pytest.mark.xvfb


def test_a_clip_is_dragged_into_another_program(display: Display, tmp_path: Path) -> None:
    with (
        Program(display, "tests.gui.xvfb.target", "700", "300") as target,
        Program(display, "tests.gui.xvfb.source", str(tmp_path)) as source,
    ):
        x, y = target.wait("ready")["target"]
        from_x, from_y = source.wait("ready")["handle"]
        display.xdotool("mousemove", from_x, from_y, "mousedown", 1)
        display.xdotool("mousemove", from_x + 40, from_y + 40)
        steps = count()
        actions = target.try_until(
            lambda: display.xdotool("mousemove", x + next(steps) % 20, y), "entered"
        )
        display.xdotool("mouseup", 1)
        dropped = target.wait("dropped")
        taken = source.wait("taken")
    assert actions == "CopyAction"
    assert dropped == taken
    assert Path(dropped).parent == tmp_path
    assert Path(dropped).is_file(), "the file must outlive the drop"
    said = target.lines[-1]
    assert said["notes"] == [[0, 60], [4, 61], [8, 62], [12, 63]]
    assert said["names"] == ["Melody"]
    assert said["bpm"] == pytest.approx(96.0, abs=0.01)


def test_a_click_and_a_key_on_the_handle_save_instead(display: Display, tmp_path: Path) -> None:
    with Program(display, "tests.gui.xvfb.source", str(tmp_path)) as source:
        x, y = source.wait("ready")["handle"]
        display.click(x, y)
        assert source.wait("save")
        display.key("Tab")
        display.key("Return")
        assert source.wait("save")
    assert list(tmp_path.iterdir()) == [], "nothing was dragged, so nothing is written"
