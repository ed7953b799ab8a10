"""What is being made appears coarse to fine, and is what the levels decided."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gui.making.pending import PendingState
from gui.state.selection import Region
from model.roll import FIRST_ONSET, HELD, PITCHES

LEVELS = ((128, 4), (16, 4), (1, 1))


def patch(start: int, codes: np.ndarray[Any, Any], part: int = 0, low: int = 0) -> dict[str, Any]:
    return {
        "part": part,
        "start_step": start,
        "low_pitch": low,
        "height": codes.shape[0],
        "width": codes.shape[1],
        "codes": base64.b64encode(codes.astype(np.uint8).tobytes()).decode(),
        "share": 0.5,
    }


def column(*notes: tuple[int, int], width: int = 4) -> np.ndarray[Any, Any]:
    """A patch of level 0 with (pitch, step) onsets, each held to the end."""
    codes = np.zeros((PITCHES, width), np.uint8)
    for pitch, step in notes:
        codes[pitch, step] = FIRST_ONSET + 9
        codes[pitch, step + 1 :] = HELD
    return codes


@pytest.fixture
def pending(qtbot: QtBot) -> PendingState:
    return PendingState(reveal_ms=1)


def shown(pending: PendingState) -> set[tuple[int, int, int, bool]]:
    return {(one.level, one.start_step, one.low_pitch, one.filled) for one in pending.patches}


def test_a_patch_appears_level_by_level_and_last_its_notes(pending: PendingState) -> None:
    pending.begin(Region(16, 32), 1, LEVELS, "Generate")
    pending._timer.stop()
    pending.put(patch(16, column((60, 0), (64, 2))))
    pending._timer.stop()
    pending._tell()
    assert shown(pending) == {(0, 16, 0, False)}
    assert pending.text == "Generate · level 1 of 3"
    pending._step()
    assert shown(pending) == {(0, 16, 0, True), (1, 16, 48, False), (1, 16, 64, False)}
    assert not pending.cells.any()
    pending._step()
    assert shown(pending) == {(0, 16, 0, True), (1, 16, 48, True), (1, 16, 64, True)}
    pending._step()
    assert shown(pending) == {(0, 16, 0, True)}
    assert pending.cells[0, 60].tolist()[:5] == [FIRST_ONSET + 9, HELD, HELD, HELD, 0]
    assert pending.text == "Generate"
    assert pending.share == 0.5


def test_the_share_counts_what_is_shown(pending: PendingState) -> None:
    pending.begin(Region(0, 8), 1, LEVELS, "Generate")
    pending.put(patch(0, column((60, 0))))
    pending._timer.stop()
    shares = []
    for _ in range(3):
        pending._step()
        shares.append(round(pending.share, 3))
    assert shares == [0.167, 0.333, 0.5]


def test_finer_patches_are_cut_to_a_region_that_is_not_on_their_grid(
    pending: PendingState,
) -> None:
    pending.begin(Region(18, 22, 55, 70), 1, LEVELS, "Regenerate")
    pending.put(patch(16, column((60, 2), (20, 0))))
    pending._timer.stop()
    pending._step()
    fine = [one for one in pending.patches if one.level == 1]
    assert [(one.start_step, one.stop_step, one.low_pitch, one.high_pitch) for one in fine] == [
        (18, 20, 55, 63)
    ]


def test_it_settles_when_all_is_shown_and_nothing_more_comes(
    qtbot: QtBot, pending: PendingState
) -> None:
    pending.begin(Region(0, 8), 1, LEVELS, "Generate")
    pending.put(patch(0, column((60, 0))))
    qtbot.waitUntil(lambda: bool(pending.cells.any()))
    with qtbot.waitSignal(pending.settled):
        pending.put(patch(4, column((62, 0))))
        pending.complete()
    assert pending.is_settled
    assert (pending.cells[0, 62, 4:] != 0).all()
    assert not pending._timer.isActive()


def test_without_a_reveal_all_is_shown_at_once(qtbot: QtBot) -> None:
    pending = PendingState(reveal_ms=0)
    pending.begin(Region(0, 4), 1, LEVELS, "Generate")
    with qtbot.waitSignal(pending.settled):
        pending.put(patch(0, column((60, 0))))
        pending.complete()
    assert pending.cells.any()


def test_patches_are_cut_to_the_region(qtbot: QtBot) -> None:
    pending = PendingState(reveal_ms=0)
    pending.begin(Region(6, 10, 60, 63), 2, LEVELS, "Regenerate")
    codes = np.full((PITCHES, 4), FIRST_ONSET, np.uint8)
    pending.put(patch(4, codes, part=1))
    pending.put(patch(8, codes, part=1))
    pending.put(patch(12, codes, part=1))
    assert pending.cells.shape == (2, PITCHES, 4)
    assert not pending.cells[0].any()
    assert pending.cells[1, 60:64].all()
    assert not pending.cells[1, :60].any()
    assert not pending.cells[1, 64:].any()
    assert {(one.start_step, one.stop_step) for one in pending.patches} == {(6, 8), (8, 10)}
    assert {(one.low_pitch, one.high_pitch) for one in pending.patches} == {(60, 63)}


def test_notes_whose_beginning_is_not_there_yet_are_not_shown(qtbot: QtBot) -> None:
    pending = PendingState(reveal_ms=0)
    pending.begin(Region(0, 8), 1, LEVELS, "Generate")
    codes = np.zeros((PITCHES, 4), np.uint8)
    codes[60] = HELD
    pending.put(patch(4, codes))
    assert not pending.cells.any()
    pending.put(patch(0, column((60, 2))))
    assert pending.cells[0, 60].tolist() == [0, 0, FIRST_ONSET + 9, *[HELD] * 5]


def test_nothing_is_left_when_it_is_cleared(qtbot: QtBot, pending: PendingState) -> None:
    pending.begin(Region(0, 8), 1, LEVELS, "Generate")
    pending.put(patch(0, column((60, 0))))
    with qtbot.waitSignal(pending.changed):
        pending.clear()
    assert pending.region is None
    assert not pending.patches
    assert not pending.cells.size
    assert not pending._timer.isActive()
    pending.put(patch(0, column((60, 0))))
    assert not pending.patches
