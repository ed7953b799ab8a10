from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from model.midifile import read_midi
from tests.gui.xvfb.display import Display, Program

pytestmark = pytest.mark.xvfb


class Screen:
    """The roll on the display, spoken of in steps and pitches."""

    def __init__(self, display: Display, program: Program) -> None:
        self.display, self.program = display, program
        self.middle = program.wait("ready")["canvas"]
        (grid,) = (line["grid"] for line in program.lines if "grid" in line)
        (self._x, next_x), (self._y, next_y) = grid["x"], grid["y"]
        self._step, self._pitch = next_x - self._x, next_y - self._y

    def at(self, step: float, pitch: float) -> tuple[int, int]:
        """Where the middle of a pitch's row lies at a step."""
        x = self._x + step * self._step
        y = self._y + (pitch - 60) * self._pitch + abs(self._pitch) / 2
        return round(x), round(y)

    def click(self, step: float, pitch: float) -> None:
        """Press and let go the left button there."""
        self.display.click(*self.at(step, pitch))

    def drag(self, start: tuple[float, float], stop: tuple[float, float]) -> None:
        """Move from one place to another with the left button held."""
        (x, y), (to_x, to_y) = self.at(*start), self.at(*stop)
        halfway = ((x + to_x) // 2, (y + to_y) // 2)
        self.display.xdotool("mousemove", x, y, "mousedown", 1)
        self.display.xdotool("mousemove", *halfway, "mousemove", to_x, to_y)
        self.display.xdotool("mouseup", 1)


@pytest.fixture
def screen(display: Display, tmp_path: Path) -> Iterator[Screen]:
    with Program(display, "tests.gui.xvfb.rollpage", str(tmp_path)) as program:
        yield Screen(display, program)


def test_a_note_is_clicked_and_deleted_with_the_keyboard(screen: Screen) -> None:
    screen.click(5, 62)
    assert screen.program.wait("selected") == [[0, 62, 4]]
    screen.display.key("Delete")
    assert screen.program.wait("notes") == [[0, 60, 4], [8, 64, 4], [12, 66, 4]]


def test_the_draw_tool_draws_where_the_mouse_is(screen: Screen) -> None:
    screen.display.key("2")
    screen.click(16.5, 67)
    onset, pitch, _ = screen.program.wait("notes")[-1]
    assert (onset, pitch) == (16, 67)


def test_notes_are_moved_with_the_mouse(screen: Screen) -> None:
    screen.drag((1.5, 60), (9.5, 57))
    assert [8, 57, 4] in screen.program.wait("notes")


def test_everything_selected_is_pulled_into_another_program(
    display: Display, screen: Screen, tmp_path: Path
) -> None:
    screen.click(1, 60)
    screen.program.wait("selected")
    screen.display.key("ctrl+a")
    assert len(screen.program.wait("selected")) == 4
    with Program(display, "tests.gui.xvfb.target", "1050", "600") as target:
        x, y = target.wait("ready")["target"]
        display.xdotool("keydown", "ctrl", "keydown", "shift")
        from_x, from_y = screen.at(1, 60)
        display.xdotool("mousemove", from_x, from_y, "mousedown", 1)
        display.xdotool("mousemove", from_x + 40, from_y + 40)
        display.xdotool("keyup", "shift", "keyup", "ctrl")
        steps = count()
        target.try_until(lambda: display.xdotool("mousemove", x + next(steps) % 20, y), "entered")
        display.xdotool("mouseup", 1)
        dropped = Path(target.wait("dropped"))
        assert screen.program.wait("taken") is True
    assert dropped.parent == tmp_path
    assert [note.pitch for note in read_midi(dropped).notes()] == [60, 62, 64, 66]
