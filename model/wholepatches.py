"""Makes level 0's patches one call each, where the engine can and nothing stands in the way.

The short way through `model.filler`, for rolls that go on in time: nothing to the right of a patch
is known, nothing in it is given, and level 0 goes column by column. It draws the same notes.

Shapes: `P` rows of the canvas, `T` steps of the stretch.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from model.area import Area
from model.engine import Floats, PatchEngine, Question, State, Told, WholePatch
from model.finished import Finished, Places
from model.noise import Noise
from model.settings import SamplingSettings
from model.surroundings import level_order

if TYPE_CHECKING:
    from collections.abc import Callable

    from model.engine import Ints

    Ask = Callable[[Ints], Question]
    """The question about some children of level 0."""


def first_whole(area: Area, width: int) -> int | None:
    """The first child that can be made whole, all before it being given; None if any can't.

    Args:
        area: the roll; known are the given cells.
        width: steps of a child, which is as tall as the roll.
    """
    if len(area.codes) != 1 or area.padding.any():
        return None
    given = area.inside(area.known)[0].any(0)
    steps = int(given.sum())
    right = area.known[0, :, area.left + len(given) :]
    whole = area.inside(area.known)[0, :, :steps].all()
    if steps % width or given[steps:].any() or right.any() or not whole:
        return None
    return steps // width


def make_whole(
    engine: PatchEngine,
    told: Told,
    area: Area,
    first: int,
    ask: Ask,
    noise: Noise,
    places: Places,
    settings: SamplingSettings,
) -> Iterator[Finished]:
    """Fill the patches of level 0 from `first` on, writing into the area.

    Args:
        engine: makes them.
        told: the root's condition.
        area: one roll.
        first: from `first_whole`.
        ask: asks about the given children before it.
        noise, places: of the stretch.
        settings: how to sample.
    """
    config = engine.config
    width = config.levels[0].patch[1]
    order = level_order(config, 0, area.shape[1])
    state: State = engine.begin(0, told, len(order))
    if first:
        engine.flags(state, ask(np.arange(first)), 0)
    roll = int(area.roll[0])
    uniforms = patch_uniforms(noise, width, roll)
    rows, before = slice(area.up, area.up + area.shape[0]), config.margins[1]
    codes, known = area.codes[0, rows], area.known[0, rows]
    for child in range(first, len(order)):
        step = child * width
        at = area.left + step
        asked = WholePatch(
            child,
            codes[:, at - before : at],
            known[:, at - before : at],
            uniforms[child],
            int(places.metre[roll, step]),
            int(places.place[roll, step]),
        )
        codes[:, at : at + width] = engine.patch(state, asked, settings)
        known[:, at : at + width] = True
        yield Finished(None, np.array([child]), None)


def patch_uniforms(noise: Noise, width: int, roll: int) -> Floats:
    """The uniforms of every patch of a roll in a row, [T / width, U].

    Flags level by level, then kind and velocity of each cell; by rows from low to high, in a row by
    steps.
    """
    patches = noise.kinds.shape[2] // width
    rows = [
        part.reshape(len(part), patches, -1).swapaxes(0, 1).reshape(patches, -1)
        for part in (
            *(flags[roll] for flags in noise.flags[:-1]),
            np.stack([noise.kinds[roll], noise.velocities[roll]], axis=-1),
        )
    ]
    return np.concatenate(rows, axis=1)
