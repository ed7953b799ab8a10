"""Makes a stretch of given music anew and leaves all else as it is, over any engine.

What is kept is known to the levels from the beginning, on both sides of what is made; the rules
(`model.legality`) see to it that what sounds across a border goes on being legal. Where a model
listens to the past alone, what follows is left out, so that whole patches can be made (the fast
way) up to the last one, at whose border a kept note may be going on.

Shapes: `P` rows of the canvas, `S` steps of the music.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from model.area import Area
from model.conditions import Conditions
from model.config import ModelConfig
from model.engine import Codes, Engine, Ints, Known
from model.filler import Filler
from model.finished import Places
from model.guidance import GuidedEngine
from model.keeping import KeepingEngine, hears_only_the_past, sheltered
from model.noise import Noise
from model.roll import FIRST_ONSET, HELD, SILENT
from model.sampler import Patch, condition_ids
from model.settings import SamplingError, SamplingSettings
from model.surroundings import level_order


@dataclass(frozen=True)
class Passage:
    """Music of which a part is to be made anew.

    codes: uint8 [P, S], what is there (codes of what is free don't matter, but see `keep_levels`).
    free: bool [P, S], cells to be made. metre, place: condition ids of each step, int64 [S].
    conditions: what is asked of the music; metre and place are told by step. keep_levels: so many
    levels, from the coarsest on, keep what they say of `codes`: 0 makes all anew; with one level
    less than the model has, only cells change where something already happened.
    """

    codes: Codes
    free: Known
    metre: Ints
    place: Ints
    conditions: Conditions = field(default_factory=Conditions)
    keep_levels: int = 0

    def check(self, config: ModelConfig) -> None:
        """Refuse what the model can't make.

        Raises:
            SamplingError: naming what is wrong.
        """
        shape = (config.height, self.codes.shape[-1])
        if self.codes.shape != shape or self.free.shape != shape:
            raise SamplingError(
                f"the music has {self.codes.shape[0]} rows, the model makes {config.height};"
                " bring it into the model's parts first"
            )
        top = FIRST_ONSET + config.velocity_bins
        if self.codes.size and self.codes.max() >= top:
            raise SamplingError(
                f"the music has cell code {self.codes.max()}, the model knows codes below {top};"
                f" put it on a grid of {config.velocity_bins} velocity bins"
            )
        if not self.free.any():
            raise SamplingError("nothing of the music may change; choose a region, or unlock parts")
        if not 0 <= self.keep_levels < len(config.levels):
            raise SamplingError(
                f"can't keep {self.keep_levels} levels of {len(config.levels)};"
                " the last one, at least, has to be made"
            )


@dataclass(frozen=True)
class Stretch:
    """What is looked at in one go, steps `start` .. `stop`, and what is made of it, `made` on."""

    start: int
    stop: int
    first: int
    last: int


class Remaker:
    """Makes the free cells of a passage; `codes` are whole when `patches` has ended.

    Args:
        engine: runs the model.
        passage: what is there, and what is free.
        settings: how to sample.

    Raises:
        SamplingError: the passage doesn't fit the model, or it doesn't know the style.
    """

    def __init__(self, engine: Engine, passage: Passage, settings: SamplingSettings) -> None:
        self.config: ModelConfig = engine.config
        passage.check(self.config)
        self._ids = condition_ids(self.config, passage.conditions, 1)
        self._engine = engine
        self._passage, self._settings = passage, settings
        self.codes: Codes = np.where(passage.free, np.uint8(SILENT), passage.codes)

    def patches(self) -> Iterator[Patch]:
        """Make it, yielding patches of level 0 as they are finished; stopping early is free.

        Steps count from where the music begins. A patch holds kept cells, too.
        """
        for stretch in self.stretches():
            yield from self._fill(stretch)
        self.codes = mended(self.codes, self._passage.free, self._passage.codes)

    def stretches(self) -> list[Stretch]:
        """Where the model looks, one after another; each goes on from what the one before made."""
        width = self.config.levels[0].patch[1]
        context = max(self.config.context_steps // width, 2) * width
        made = int(np.flatnonzero(self._passage.free.any(0))[0])
        found: list[Stretch] = []
        for last, seen in self._goals(made, width, context):
            while made < last:
                start = -(-max(made - context // 2, 0) // width) * width
                if not found:  # all that the context holds, if what is made is short
                    start = min(start, -(-max(seen - context, 0) // width) * width)
                stop = min(start + context, seen)
                found.append(Stretch(start, stop, made, min(stop, last)))
                made = found[-1].last
        return found

    def _goals(self, begin: int, width: int, context: int) -> list[tuple[int, int]]:
        """Up to which step music is made, and up to which the model sees it meanwhile."""
        passage, steps = self._passage, self._passage.free.shape[1]
        end = int(np.flatnonzero(passage.free.any(0))[-1]) + 1
        if not hears_only_the_past(self.config):
            return [(end, _aligned(end + context // 4, width, steps))]
        free = passage.free[:, end - 1]
        goes_on = end < steps and bool((passage.codes[free, end] == HELD).any())
        if not goes_on and (end % width == 0 or end == steps):
            return [(end, end)]
        border = (end - 1) // width * width
        whole = [(border, border)] if border > begin else []
        return [*whole, (end, _aligned(end + 1, width, steps))]

    def _fill(self, stretch: Stretch) -> Iterator[Patch]:
        passage, config = self._passage, self.config
        steps = slice(stretch.start, stretch.stop)
        codes, free = self.codes[:, steps], passage.free[:, steps].copy()
        free[:, : stretch.first - stretch.start] = False
        sounds = None if stretch.start == 0 else self.codes[:, stretch.start - 1] != SILENT
        area = area_of(config, codes, free, sounds)
        padded = area.shape[1]
        noise = Noise.draw(config, self._settings.seed, 1, stretch.start, padded)
        filler = Filler(self._heard(stretch, padded), self._settings, noise, self._places(stretch))
        height, width = config.levels[0].patch
        order = level_order(config, 0, padded)
        inside = area.inside(area.codes)[0]
        for finished in filler.fill_rolls(self._ids, area):
            for _, child, log_prob in finished.each(1):
                row, column = int(order.row[child]) * height, int(order.column[child]) * width
                own = slice(row, row + height), slice(column, min(column + width, len(free[0])))
                if free[own].any():
                    self.codes[:, steps][own] = inside[own]
                    step = stretch.start + column
                    yield Patch(0, step, row, inside[own].copy(), log_prob)

    def _heard(self, stretch: Stretch, padded: int) -> Engine:
        """The engine as this stretch needs it: guided, or held to what is kept."""
        engine, settings = self._engine, self._settings
        if settings.guidance != 1.0:
            engine = GuidedEngine(engine, settings.guidance, settings.guidance_schedule)
        if stretch.stop > stretch.last:
            engine = sheltered(engine)
        keep = self._passage.keep_levels
        if keep:
            codes = self._passage.codes
            before = codes[:, : stretch.start][:, -1:] if stretch.start else codes[:, :0]
            own = codes[:, stretch.start : stretch.stop]
            engine = KeepingEngine(engine, own, before, padded, keep)
        return engine

    def _places(self, stretch: Stretch) -> Places:
        """Metre and place ids of the stretch; none in the padding."""
        padded = self.config.padded_steps(stretch.stop - stretch.start)
        ids = np.zeros((2, 1, padded), np.int64)
        for row, told in zip(ids, (self._passage.metre, self._passage.place), strict=True):
            own = told[stretch.start : stretch.stop]
            row[0, : len(own)] = own
        return Places(ids[0], ids[1])


def _aligned(step: int, width: int, steps: int) -> int:
    """The next border of a child of level 0, or the end of the music."""
    return min(-(-step // width) * width, steps)


def area_of(config: ModelConfig, codes: Codes, free: Known, sounds: Known | None) -> Area:
    """The canvas of a stretch, what is not free written in as known.

    Args:
        config: of the model.
        codes: uint8 [P, S] from a border of a child of level 0 on.
        free: bool [P, S].
        sounds: bool [P], rows that sound in the step before; None at the music's beginning.
    """
    up, left, right = config.margins
    height, steps = codes.shape
    padded = config.padded_steps(steps)
    shape = (1, height + 2 * up, left + padded + right)
    cells, known = np.zeros(shape, np.uint8), np.zeros(shape, bool)
    rows = slice(up, up + height)
    known[:, rows, left - 1] = True
    if sounds is not None:
        cells[0, rows, left - 1] = sounds
    cells[0, rows, left : left + steps] = np.where(free, np.uint8(SILENT), codes)
    known[0, rows, left : left + steps] = ~free
    known[:, rows, left + steps : left + padded] = True
    padding = np.arange(padded)[None] >= steps
    none = np.zeros(1, np.int64)
    return Area(cells, known, padding, none, none, none, up, left, right)


def mended(codes: Codes, free: Known, before: Codes) -> Codes:
    """Codes [P, S] without orphans; only free cells change.

    A held cell that nothing began becomes silent where it is free. Where it belongs to a kept note,
    which began in what was made anew, the note begins at the border with its old velocity.

    Args:
        codes: legal outside `free`, were it not for the cells in it.
        free: bool [P, S], what may change.
        before: uint8 [P, S], legal music that is the same outside `free`.
    """
    whole = codes.copy()
    steps = np.arange(codes.shape[1])
    last_silent = np.maximum.accumulate(np.where(codes == SILENT, steps, -1), axis=1)
    last_onset = np.maximum.accumulate(np.where(codes >= FIRST_ONSET, steps, -1), axis=1)
    orphans = (codes == HELD) & (last_onset <= last_silent)
    whole[orphans & free] = SILENT
    kept = orphans & ~free
    rows, columns = np.nonzero(kept & ~np.pad(kept, ((0, 0), (1, 0)))[:, :-1])
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        begun = np.flatnonzero(before[row, :column] >= FIRST_ONSET)[-1]
        whole[row, column - 1] = before[row, begun]
    return whole
