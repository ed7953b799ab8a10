"""Regions of real music made anew by graphs: the bundled model's, and tiny ones of every kind."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from export.choosing import open_engine
from model.conditions import Conditions, metre_id, place_ids
from model.engine import Codes, Engine, Known
from model.fitting import Chosen, Fitting
from model.keeping import flags_of
from model.legality import FLAG_SILENT
from model.remaking import Passage, Remaker
from model.roll import HELD, SILENT, Part, Roll
from model.sampler import Request, Sampler, make_rolls
from model.settings import SamplingSettings
from tests.export.exported import engine_of_mix
from tests.model.configs import MIXES
from tests.model.pieces import BAR, is_canonical, sampled

BARS = 6


@cache
def bundled() -> Engine:
    return open_engine(engine="onnx", device="cpu")


@cache
def song() -> Roll:
    """Some bars of the bundled model's own."""
    return make_rolls(Sampler(bundled()), Request(BARS * BAR), SamplingSettings(seed=11))[0]


def remade(roll: Roll, chosen: Chosen, seed: int, keep: int = 0) -> Codes:
    fitting = Fitting(bundled().config, roll, chosen)
    passage = fitting.passage(Conditions(), keep)
    remaker = Remaker(bundled(), passage, SamplingSettings(seed=seed))
    for _ in remaker.patches():
        pass
    return fitting.cells(passage, remaker.codes)


def inside(roll: Roll, chosen: Chosen) -> Known:
    found = np.zeros(roll.cells.shape, bool)
    found[list(chosen.parts), chosen.low : chosen.high + 1, chosen.start : chosen.stop] = True
    return found


@pytest.mark.parametrize(
    "chosen",
    [
        Chosen(0, BARS * BAR),
        Chosen(2 * BAR, 4 * BAR),
        Chosen(2 * BAR + 3, 4 * BAR - 5),
        Chosen(BAR, 3 * BAR, 55, 79),
        Chosen(5 * BAR, 6 * BAR, 0, 59),
    ],
)
def test_the_bundled_model_changes_its_region_alone_and_the_same_seed_says_the_same(
    chosen: Chosen,
) -> None:
    roll, region = song(), inside(song(), chosen)
    first, again, other = (remade(roll, chosen, seed) for seed in (21, 21, 22))
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(first[~region], roll.cells[~region])
    assert is_canonical(first)
    assert (first != other).any()
    assert (first[region] >= 2).any()


def test_a_part_is_made_beside_another_that_stays() -> None:
    own = song()
    low = own.cells.copy()
    low[:, 60:] = SILENT
    high = own.cells.copy()
    high[:, :60] = SILENT
    parts = (Part("Melody"), Part("Bass"))
    roll = Roll(np.concatenate([high, low]), own.grid, parts)
    cells = remade(roll, Chosen(BAR, 5 * BAR, parts=(0,)), 3)
    np.testing.assert_array_equal(cells[1], roll.cells[1])
    np.testing.assert_array_equal(cells[0, :, :BAR], roll.cells[0, :, :BAR])
    np.testing.assert_array_equal(cells[0, :, 5 * BAR :], roll.cells[0, :, 5 * BAR :])
    assert (cells[0] != roll.cells[0]).any()
    assert not ((cells[0] != SILENT) & (cells[1] != SILENT))[:, BAR : 5 * BAR - 1].any()


@pytest.mark.parametrize("keep", [1, 2])
def test_varying_keeps_what_coarser_levels_said(keep: int) -> None:
    roll = song()
    cells = remade(roll, Chosen(0, roll.steps), 5, keep)
    assert (cells != roll.cells).any()
    nothing = roll.cells[0, :, :0]
    for own in bundled().config.levels[:keep]:
        was, now = (flags_of(one[0], nothing, roll.steps, own.patch) for one in (roll.cells, cells))
        same = (was == FLAG_SILENT) == (now == FLAG_SILENT)
        assert same.mean() > 0.95


def test_a_note_that_is_kept_behind_the_region_goes_on() -> None:
    roll = song()
    held = np.argwhere(roll.cells[0, :, BAR : 5 * BAR] == HELD)
    row, border = int(held[0, 0]), int(held[0, 1]) + BAR
    for seed in range(5):
        cells = remade(roll, Chosen(max(border - BAR, 0), border), seed)
        assert cells[0, row, border] == HELD
        assert cells[0, row, border - 1] != SILENT


@pytest.mark.parametrize("mix", MIXES)
def test_graphs_of_every_kind_leave_all_else_as_it_is(mix: str) -> None:
    engine = engine_of_mix(mix)
    codes = sampled(engine, Request(40), SamplingSettings(seed=2))[0]
    codes = np.where(is_canonical(codes), codes, np.uint8(SILENT))
    free = np.zeros(codes.shape, bool)
    free[3:14, 9:26] = True
    place = place_ids(np.arange(40) % BAR)
    passage = Passage(codes, free, np.full(40, metre_id(4, 4)), place)
    made = []
    for seed in (4, 4, 5):
        remaker = Remaker(engine, passage, SamplingSettings(seed=seed))
        for _ in remaker.patches():
            pass
        made.append(remaker.codes)
    np.testing.assert_array_equal(made[0], made[1])
    assert (made[0] != made[2]).any()
    np.testing.assert_array_equal(made[0][~free], codes[~free])
    assert is_canonical(made[0][None])
