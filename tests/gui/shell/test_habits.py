"""What was asked of the music is asked again after a restart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gui.shell.states import WindowState

Open = Callable[[], WindowState]


@pytest.fixture
def again(qapp: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens the states; those that were open are closed before, as by a restart."""
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    opened: list[WindowState] = []

    def restart() -> WindowState:
        for state in opened:
            state.close()
        opened.append(WindowState())
        return opened[-1]

    yield restart
    for state in opened:
        state.close()


def test_a_locked_seed_is_the_same_after_a_restart(again: Open) -> None:
    again().making.set(seed=41702, seed_locked=True)
    wishes = again().making.settings
    assert (wishes.seed, wishes.seed_locked) == (41702, True)


def test_a_seed_that_is_not_locked_is_nobody_s_habit(again: Open) -> None:
    state = again()
    first = state.making.settings.seed
    state.making.set(seed=41702)
    assert again().making.settings.seed == first


def test_wishes_for_the_music_are_kept(again: Open) -> None:
    state = again()
    assert state.making.settings.top_p == 0.98
    state.making.set(bars=16, temperature=0.8, top_p=0.95, guidance=2.0)
    wishes = again().making.settings
    assert (wishes.bars, wishes.temperature, wishes.top_p, wishes.guidance) == (16, 0.8, 0.95, 2.0)
