"""The sampler: music out of any engine, patch by patch, in an order that can be played.

One sampler for every runtime. A piece longer than the model's context is made in stretches that
overlap by half: the end of one is the known beginning of the next. With a time-first AR level on
top, patches come in time order, so bars can be played while the rest is still unborn.

Shapes: `B` rolls made at once, `P` canvas rows, `T` steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from model.area import Area
from model.conditions import (
    MAX_PLACE_STEPS,
    UNKNOWN,
    Conditions,
    density_id,
    key_id,
    metre_id,
    place_ids,
)
from model.config import ModelConfig
from model.engine import Codes, Engine, Ints, Known, RollIds
from model.filler import Filler
from model.finished import Places, Trace
from model.guidance import GuidedEngine
from model.keeping import sheltered
from model.noise import Noise
from model.pace import Pace
from model.roll import FIRST_ONSET, SILENT, Roll
from model.settings import SamplingError, SamplingSettings
from model.surroundings import level_order
from model.wholerolls import roll_of, without_orphans


@dataclass(frozen=True)
class Patch:
    """A finished patch of one roll.

    roll: which of the B rolls. start_step: its first step, counted from where the piece begins
    (after the prompt). low_pitch: its lowest canvas row. codes: uint8 [h, w], padding cut off.
    log_prob: natural log of its probability given all before (at temperature 1, unfiltered); None
    where the engine made it in one call, as it may unless a trace is asked for.
    """

    roll: int
    start_step: int
    low_pitch: int
    codes: Codes
    log_prob: float | None


@dataclass(frozen=True)
class Request:
    """What is to be made.

    steps: how many steps after the prompt; None goes on for ever. conditions: what is asked of the
    music. prompt: codes uint8 [P, S] to go on from (one part), or None. prompt_places: steps in the
    bar [S] of the prompt; the piece goes on counting from there. count: rolls made at once. told:
    codes uint8 [P, K] of the first steps after the prompt, of which `told_known`, bool [P, K], are
    given; they come out with the rest. soon: so many steps are made in a stretch of their own.
    """

    steps: int | None
    conditions: Conditions = field(default_factory=Conditions)
    prompt: Codes | None = None
    prompt_places: Ints | None = None
    count: int = 1
    told: Codes | None = None
    told_known: Known | None = None
    soon: int | None = None

    def __post_init__(self) -> None:
        """Refuse what can't be made.

        Raises:
            SamplingError: naming what is wrong.
        """
        if self.steps is not None and self.steps < 1:
            raise SamplingError(f"asked for {self.steps} steps of music; ask for at least 1")
        if self.count < 1:
            raise SamplingError(f"asked for {self.count} rolls; ask for at least 1")
        shapes = [None if own is None else own.shape for own in (self.told, self.told_known)]
        if shapes[0] != shapes[1]:
            raise SamplingError(
                f"told of cells of shape {shapes[0]}, of which {shapes[1]} are given; both must"
                " have one shape"
            )


class Sampler:
    """Makes rolls with an engine; holds no state between requests."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.config: ModelConfig = engine.config

    def generate(
        self,
        request: Request,
        settings: SamplingSettings | None = None,
        trace: Trace | None = None,
        pace: Pace | None = None,
    ) -> Iterator[Patch]:
        """Make music, patch by patch, each as soon as it is finished.

        Args:
            request: what.
            settings: how.
            trace: filled with rounds and log-probabilities; only for what fits the context.
            pace: what share of its rounds a MAR level takes; may be changed from another thread.

        Yields:
            Patches of level 0. Stopping early costs nothing.

        Raises:
            SamplingError: the model doesn't know the style, or the prompt doesn't fit it.
        """
        settings = settings or SamplingSettings()
        engine = self.engine
        if settings.guidance != 1.0:
            engine = GuidedEngine(engine, settings.guidance, settings.guidance_schedule)
        if request.told is not None:
            engine = sheltered(engine)
        ids = condition_ids(self.config, request.conditions, request.count)
        past = self._prompt(request)
        first, begin = 0, past.shape[2]  # the step that `past` begins at, and the music
        width = self.config.levels[0].patch[1]
        end = None if request.steps is None else begin + request.steps
        context = max(self.config.context_steps // width, 2) * width
        if trace is not None:
            trace.log_probs = np.zeros(request.count)
        made = begin
        while end is None or made < end:
            start = -(-max(made - context // 2, 0) // width) * width
            stop = start + context if end is None else min(start + context, end)
            if request.soon is not None and made == begin:
                stop = min(stop, begin + request.soon)
            stretch = _Stretch(self, request, settings, start, stop, begin)
            area = stretch.area(past, first)
            filler = Filler(engine, settings, stretch.noise(), stretch.places(), trace, pace)
            for patch in stretch.patches(filler, ids, area, made):
                if trace is not None and patch.log_prob is not None:
                    trace.log_probs[patch.roll] += patch.log_prob
                yield patch
            past = area.inside(area.codes)[:, :, : stop - start].copy()
            first, made = start, stop

    def _prompt(self, request: Request) -> Codes:
        """The prompt for every roll, [B, P, S]; S is 0 without one."""
        height = self.config.height
        if request.told is not None and len(request.told) != height:
            raise SamplingError(f"told of {len(request.told)} rows; give the model's {height}")
        if request.prompt is None:
            return np.zeros((request.count, height, 0), np.uint8)
        prompt = request.prompt
        if prompt.ndim != 2 or prompt.shape[0] != height:
            raise SamplingError(
                f"the prompt has shape {prompt.shape}, the model wants {height} rows x steps"
            )
        places = request.prompt_places
        if places is not None and len(places) != prompt.shape[1]:
            raise SamplingError(
                f"the prompt has {prompt.shape[1]} steps, but {len(places)} places in the bar; "
                "give one for each step"
            )
        top = FIRST_ONSET + self.config.velocity_bins
        if prompt.size and prompt.max() >= top:
            raise SamplingError(
                f"the prompt has cell code {prompt.max()}, the model knows codes below {top}; "
                f"put it on a grid of {self.config.velocity_bins} velocity bins"
            )
        return np.repeat(prompt[None].astype(np.uint8), request.count, axis=0)


@dataclass(frozen=True)
class _Stretch:
    """Steps `start` .. `stop` of a piece whose prompt ends at `begin`."""

    sampler: Sampler
    request: Request
    settings: SamplingSettings
    start: int
    stop: int
    begin: int

    @property
    def padded(self) -> int:
        """Width of the canvas in steps."""
        return self.sampler.config.padded_steps(self.stop - self.start)

    def area(self, past: Codes, first: int) -> Area:
        """The canvas with what is known written in: codes `past` [B, P, S] from step `first` on."""
        config = self.sampler.config
        up, left, right = config.margins
        rolls, height, _ = past.shape
        shape = (rolls, height + 2 * up, left + self.padded + right)
        codes, known = np.zeros(shape, np.uint8), np.zeros(shape, bool)
        rows = slice(up, up + height)
        known[:, rows, left - 1] = True
        if self.start:
            codes[:, rows, left - 1] = past[:, :, self.start - 1 - first] != SILENT
        recent = past[:, :, self.start - first :]
        kept = recent.shape[2]
        codes[:, rows, left : left + kept] = recent
        known[:, rows, left : left + kept] = True
        self._tell(codes[:, rows, left:], known[:, rows, left:], kept)
        steps = self.stop - self.start
        known[:, rows, left + steps : left + self.padded] = True
        padding = np.broadcast_to(np.arange(self.padded) >= steps, (rolls, self.padded))
        none = np.zeros(rolls, np.int64)
        return Area(codes, known, padding, np.arange(rolls), none, none, up, left, right)

    def _tell(self, codes: Codes, known: Known, kept: int) -> None:
        """Write what is given of the music that is made, from step `start + kept` on."""
        told, given = self.request.told, self.request.told_known
        if told is None or given is None:
            return
        first, last = self.start + kept, min(self.begin + told.shape[1], self.stop)
        if first < last:
            own = slice(first - self.begin, last - self.begin)
            canvas = slice(kept, last - self.start)
            codes[:, :, canvas] = np.where(given, told, np.uint8(SILENT))[:, own]
            known[:, :, canvas] = given[:, own]

    def noise(self) -> Noise:
        """Every choice's uniform."""
        return Noise.draw(
            self.sampler.config, self.settings.seed, self.request.count, self.start, self.padded
        )

    def places(self) -> Places:
        """Metre and place ids of every step."""
        metre = self.request.conditions.metre
        shape = (self.request.count, self.padded)
        if metre is None:
            return Places(np.full(shape, UNKNOWN), np.full(shape, UNKNOWN))
        bar = bar_steps(metre, self.sampler.config.steps_per_beat)
        steps = np.arange(self.start, self.start + self.padded)
        told = self.request.prompt_places
        first = 0
        if told is not None and len(told):
            first = int(told[-1]) + 1
        place = (steps - self.begin + first) % bar
        if told is not None:
            inside = steps < self.begin
            place[inside] = told[steps[inside]]
        ids = place_ids(place)
        return Places(
            np.broadcast_to(np.int64(metre_id(*metre)), shape), np.broadcast_to(ids, shape)
        )

    def patches(self, filler: Filler, ids: RollIds, area: Area, made: int) -> Iterator[Patch]:
        """Fill the canvas and yield what is new, finished patch by patch."""
        config = self.sampler.config
        height, width = config.levels[0].patch
        order = level_order(config, 0, self.padded)
        rows, columns = (order.row * height).tolist(), (order.column * width).tolist()
        inside = area.inside(area.codes)
        for finished in filler.fill_rolls(ids, area):
            for node, child, log_prob in finished.each(len(area.codes)):
                row, column = rows[child], columns[child]
                first = max(column, made - self.start)
                last = min(column + width, self.stop - self.start)
                if last > first:
                    codes = inside[node, row : row + height, first:last].copy()
                    step = self.start + first - self.begin
                    yield Patch(node, step, row, codes, log_prob)


def bar_steps(metre: tuple[int, int], steps_per_beat: int) -> int:
    """Steps of a bar.

    Raises:
        SamplingError: a bar of that metre doesn't fall on the grid.
    """
    steps, rest = divmod(metre[0] * 4 * steps_per_beat, metre[1])
    if rest or steps < 1 or steps > MAX_PLACE_STEPS * 4:
        raise SamplingError(
            f"a bar of {metre[0]}/{metre[1]} is not a whole number of steps at {steps_per_beat} "
            "steps a beat; choose another metre"
        )
    return steps


def condition_ids(config: ModelConfig, conditions: Conditions, count: int) -> RollIds:
    """Ids that the engine understands, the same for all `count` rolls.

    Raises:
        SamplingError: the model doesn't know the style.
    """
    style = UNKNOWN
    if conditions.style is not None:
        if conditions.style not in config.styles:
            known = ", ".join(config.styles) or "none"
            text = f"the model has no style {conditions.style!r}; it has: {known}"
            raise SamplingError(text, "no_style", style=conditions.style, known=known)
        style = config.styles.index(conditions.style) + 1
    key = UNKNOWN if conditions.key is None else key_id(conditions.key)
    density = UNKNOWN
    if conditions.density is not None:
        density = density_id(conditions.density, config.density_edges)
    return RollIds(*(np.full(count, number, np.int64) for number in (style, key, density)))


def make_rolls(
    sampler: Sampler,
    request: Request,
    settings: SamplingSettings | None = None,
    *,
    bpm: float = 120.0,
    program: int = 0,
) -> list[Roll]:
    """Make whole rolls (without the prompt); notes that the prompt holds end with it.

    Raises:
        SamplingError: no number of steps, or as `Sampler.generate`.
    """
    if request.steps is None:
        raise SamplingError("a whole roll needs a number of steps")
    config = sampler.config
    shape = (request.count, config.height, request.steps)
    codes = np.zeros(shape, np.uint8)
    for patch in sampler.generate(request, settings):
        height, width = patch.codes.shape
        rows = slice(patch.low_pitch, patch.low_pitch + height)
        codes[patch.roll, rows, patch.start_step : patch.start_step + width] = patch.codes
    metre = request.conditions.metre or (4, 4)
    return [roll_of(config, one, metre, bpm, program) for one in codes]


__all__ = [
    "Patch",
    "Request",
    "Sampler",
    "SamplingError",
    "SamplingSettings",
    "Trace",
    "bar_steps",
    "condition_ids",
    "make_rolls",
    "roll_of",
    "without_orphans",
]
