"""Fills a stretch of canvas level by level over any engine, yielding patches as they are done.

Nothing here knows torch: an engine answers questions about a level (`model.engine`), this module
asks them in the right order, draws, and goes down where something happens. What it draws has
exactly the probability that `Fractal.score` gives it.

Fast without changing a probability: a level first guesses that nothing happens (what sounds goes
on, nothing starts), asks about all children at once as if that were so, and keeps the answers up
to and including the first child that differs; all uniforms were fixed beforehand (`model.noise`).
Cells do the same (`model.cellfiller`). This is first-success sampling, and exact (Wiggers and
Hoogeboom 2020, arXiv 2002.09928, call it predictive sampling).

Shapes: `M` nodes of a level, `N` children a node in scan order, `h` x `w` cells a child.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from model.area import (
    Area,
    Layout,
    flatten,
    given_children,
    guess,
    mark,
    mark_some,
    next_open,
    scan_state,
)
from model.cellfiller import CellChance, CellFiller
from model.config import ModelConfig
from model.engine import (
    Engine,
    Floats,
    Ints,
    Known,
    PatchEngine,
    Question,
    RollIds,
    State,
    Told,
)
from model.finished import Finished, Places, Trace
from model.legality import FLAG_ACTIVE, FLAG_HELD, FLAG_SILENT
from model.masking import round_ranks
from model.noise import Noise
from model.pace import Pace
from model.rules import NodeRules
from model.scanorder import LEFT
from model.settings import SamplingSettings, draw
from model.surroundings import level_order
from model.wholepatches import first_whole, make_whole

WHOLE_ROLLS = 8
"""For more rolls than this, levels of all rolls at once are faster than whole patches in turns."""


def look_ahead(level: int, nodes: int, children: int) -> int:
    """How many children to ask about at once.

    One node's guesses mostly come true, and reading a level's weights is what costs; of many nodes
    nearly always one has a surprise, and what was computed beyond it was in vain.
    """
    if level == 0:
        return 2 if nodes == 1 else 1
    if nodes == 1:
        return children
    return 4 if nodes <= 16 else 2


class Filler:
    """Fills one stretch of canvas; made anew for each."""

    def __init__(
        self,
        engine: Engine,
        settings: SamplingSettings,
        noise: Noise,
        places: Places,
        trace: Trace | None = None,
        pace: Pace | None = None,
    ) -> None:
        self.engine, self.settings, self.noise, self.places = engine, settings, noise, places
        self.config: ModelConfig = engine.config
        self.trace, self.pace = trace, pace or Pace()
        self.last = len(self.config.levels) - 1
        if trace is not None:
            for level, own in enumerate(self.config.levels):
                if own.kind == "mar":
                    trace.plan.setdefault(level, np.zeros(noise.order[level].shape, np.int64))

    def fill_rolls(self, ids: RollIds, area: Area) -> Iterator[Finished]:
        """Fill all rolls of a stretch in place, yielding children of level 0 as they are finished.

        Patches that are made whole are one roll's each; the rolls take turns.
        """
        rolls = range(len(area.codes))
        if not 1 < len(rolls) <= WHOLE_ROLLS or self._first_whole(area.one(0)) is None:
            yield from self.fill(0, self.engine.root(ids), area)
            return
        fillings = [self.fill(0, self.engine.root(ids.one(roll)), area.one(roll)) for roll in rolls]
        for turn in zip(*fillings, strict=True):
            for roll, one in enumerate(turn):
                nodes = np.full_like(one.children, roll)
                yield Finished(nodes, one.children, None)

    def fill(self, level: int, told: Told, area: Area) -> Iterator[Finished]:
        """Fill the nodes of an area in place, yielding children as they are finished."""
        first = self._first_whole(area) if level == 0 else None
        if first is not None and isinstance(self.engine, PatchEngine):
            ask = partial(self._ask_given, area)
            yield from make_whole(
                self.engine, told, area, first, ask, self.noise, self.places, self.settings
            )
        elif level == self.last:
            yield self._cells(told, area)
        elif self.config.levels[level].kind == "ar":
            yield from self._in_order(level, told, area)
        else:
            yield from self._in_rounds(level, told, area)

    def _first_whole(self, area: Area) -> int | None:
        """The first patch that the engine can make whole, or None if it can't make any.

        Who traces wants log-probabilities, which whole patches don't tell.
        """
        if not isinstance(self.engine, PatchEngine) or not self.engine.composes():
            return None
        if self.trace is not None:
            return None
        return first_whole(area, self.config.levels[0].patch[1])

    def _ask_given(self, area: Area, children: Ints) -> Question:
        """The question about children of level 0 that are given."""
        layout = self._layout(0, area)
        _, _, visible = scan_state(area, layout)
        return self._ask(0, area, layout, area.known, visible, children)

    def _in_order(self, level: int, told: Told, area: Area) -> Iterator[Finished]:
        """An AR level: guess ahead, keep what was right, go down at the first surprise."""
        layout = self._layout(level, area)
        size = len(layout.order)
        given, ranks, visible = scan_state(area, layout)
        some_given = given.any()
        known, inside = area.known.copy(), area.inside(area.known)
        state = self.engine.begin(level, told, size)
        rules = NodeRules.of(area, layout, ranks, flagged=level > 0)
        noise = self._uniforms(self.noise.flags[level], level, area, layout)
        ahead = look_ahead(level, len(area.codes), size)
        at = 0
        while at < size:
            open_ = next_open(given, at) if some_given else at
            stop = min(open_ + ahead, size)
            guess(area, layout, layout.order.column[open_:stop])
            asked = np.arange(at, stop)
            question = self._ask(level, area, layout, known, visible, asked)
            logits = self.engine.flags(state, question, at)
            logits = rules.apply(logits, question, area, layout, asked)
            flags, gained = draw(logits, noise[:, at:stop], self.settings)
            differs = flags != rules.expected(question, asked)
            if some_given:
                differs &= ~given[:, at:stop]
                gained[given[:, at:stop]] = 0
            surprises = differs.any(0)
            child = at + int(surprises.argmax()) if surprises.any() else stop - 1
            for finished in range(at, child):
                mark(inside, layout, finished)
            last, changed = child - at, differs[:, child - at]
            if changed.any():
                chosen = np.where(changed, flags[:, last], -1)
                gained[:, last] += self._settle(level, state, area, layout, child, chosen)
                rules.free |= chosen == FLAG_ACTIVE
            mark(inside, layout, child)
            yield Finished(None, asked[: last + 1], gained[:, : last + 1])
            at = child + 1

    def _settle(
        self, level: int, state: State, area: Area, layout: Layout, child: int, flags: Ints
    ) -> Floats:
        """Write a child that differs from its guess, going down where it is active.

        flags: int64 [M], -1 where the guess was right.

        Returns:
            Log-probabilities [M] of what was found below.
        """
        gained = np.zeros(len(flags), np.float32)
        for flag in (FLAG_SILENT, FLAG_HELD):
            nodes = np.flatnonzero(flags == flag)
            if len(nodes):
                flatten(area, layout, nodes, np.full_like(nodes, child), flag)
        nodes = np.flatnonzero(flags == FLAG_ACTIVE)
        if len(nodes):
            children = np.full_like(nodes, child)
            gained[nodes] = self._descend(level, state, area, layout, nodes, children)
        return gained

    def _in_rounds(self, level: int, told: Told, area: Area) -> Iterator[Finished]:
        """A MAR level: all children of a round at once, blind to each other."""
        layout = self._layout(level, area)
        given = given_children(area, layout)
        ranks = self._ranks(level, area, layout, given)
        known = area.known.copy()
        state = self.engine.begin(level, told, len(layout.order))
        rules = NodeRules.of(area, layout, ranks, flagged=level > 0)
        noise = self._uniforms(self.noise.flags[level], level, area, layout)
        asked = np.arange(len(layout.order))
        for current in range(1, int(ranks.max(initial=0)) + 1):
            visible = (ranks < current)[:, None]
            question = self._ask(level, area, layout, known, visible, asked)
            logits = self.engine.flags(state, question, 0)
            logits = rules.apply(logits, question, area, layout, asked)
            flags, log_probs = draw(logits, noise, self.settings)
            nodes, children = (ranks == current).nonzero()
            chosen, gained = flags[nodes, children], log_probs[nodes, children]
            active = chosen == FLAG_ACTIVE
            if active.any():
                gained[active] += self._descend(
                    level, state, area, layout, nodes[active], children[active]
                )
            for flag in (FLAG_SILENT, FLAG_HELD):
                same = chosen == flag
                if same.any():
                    flatten(area, layout, nodes[same], children[same], flag)
            mark_some(area.known, layout, nodes, children)
            yield Finished(nodes, children, gained)

    def _cells(self, told: Told, area: Area) -> Finished:
        """The cell level: all cells of all patches; codes of unknown cells are 0 to begin with."""
        layout = self._layout(self.last, area)
        chance = CellChance(
            self._uniforms(self.noise.kinds, self.last, area, layout),
            self._uniforms(self.noise.velocities, self.last, area, layout),
        )
        filler = CellFiller(self.engine, self.settings, area, layout, chance)
        if self.config.levels[self.last].kind == "ar":
            gained = filler.in_order(told)
        else:
            given = layout.take(area.known, layout.own)[:, :, 0, 0]
            gained = filler.in_rounds(told, self._ranks(self.last, area, layout, given))
        return Finished(None, np.arange(len(layout.order)), gained)

    def _descend(
        self, level: int, state: State, area: Area, layout: Layout, nodes: Ints, children: Ints
    ) -> Floats:
        """Fill active children one level down and write them; their log-probabilities [K]."""
        told = self.engine.below(state, nodes, children)
        rows, columns = layout.row[children], layout.column[children]
        cells = level + 1 == self.last
        window = (self.config.window_pitches, *self.config.window_steps)
        part = area.part(
            nodes, rows, columns, layout.child, window if cells else self.config.margins
        )
        part.codes *= part.known
        gained = np.zeros(len(nodes), np.float32)
        for finished in self.fill(level + 1, told, part):
            gained += finished.per_node(len(nodes))
        tall = rows[:, None] + np.arange(layout.child[0])
        wide = columns[:, None] + np.arange(layout.child[1])
        inside = area.inside(area.codes)
        inside[nodes[:, None, None], tall[:, :, None], wide[:, None]] = part.inside(part.codes)
        return gained

    def _ask(
        self,
        level: int,
        area: Area,
        layout: Layout,
        known: Known,
        visible: Known,
        asked: Ints,
    ) -> Question:
        """The question about children `asked` ([m], consecutive for AR).

        known: what was known when the level began. visible: bool [M, N or 1, N], which child may
        know which other one.
        """
        config = self.config.levels[level]
        beside, neighbours = layout.beside[asked], layout.neighbours[asked]
        if visible.shape[1] == 1:
            inner = visible[:, 0][:, neighbours]
        else:
            inner = visible[:, asked[:, None], neighbours]
        inner = inner & layout.inner[asked]
        outer = layout.take(known, beside) & ~layout.outside[asked]
        around_known = outer | inner[..., None, None]
        around = layout.take(area.codes, beside) * around_known
        is_ar = config.kind == "ar"
        if is_ar:
            content = layout.take(area.codes, layout.own[np.maximum(asked - 1, 0)])
            if asked[0] == 0:
                content[:, 0] = around[:, 0, LEFT]
        else:
            content = layout.take(area.codes, layout.own) * visible[:, 0][..., None, None]
        row = (area.row // config.patch[0])[:, None] + layout.order.row[asked]
        metre = place = None
        if level == 0:
            at = area.roll[:, None], layout.column[asked]
            metre, place = self.places.metre[at], self.places.place[at]
        return Question(
            content,
            None if is_ar else visible[:, 0],
            around,
            around_known,
            row,
            layout.order.column[asked],
            metre,
            place,
        )

    def _layout(self, level: int, area: Area) -> Layout:
        order = level_order(self.config, level, area.shape[1])
        return Layout.of(order, self.config.levels[level].patch, area)

    def _uniforms(
        self, canvas: NDArray[np.float32], level: int, area: Area, layout: Layout
    ) -> NDArray[np.float32]:
        """Each child's own uniform, [M, N]."""
        height, width = self.config.levels[level].patch
        rows, columns = layout.order.rows, layout.order.columns
        if len(area.roll) == 1:  # live playing: a view, not a look-up
            first, left = int(area.row[0]) // height, int(area.column[0]) // width
            own = canvas[int(area.roll[0]), first : first + rows, left : left + columns]
            return own.reshape(1, -1)[:, layout.order.places]
        row, column = (area.row // height)[:, None], (area.column // width)[:, None]
        found: NDArray[np.float32] = canvas[
            area.roll[:, None], row + layout.order.row, column + layout.order.column
        ]
        return found

    def _ranks(self, level: int, area: Area, layout: Layout, given: Known) -> Ints:
        """The round of each child, [M, N], noted in the trace."""
        scores = self._uniforms(self.noise.order[level], level, area, layout)
        rounds = self.settings.rounds or self.config.levels[level].rounds
        ranks = round_ranks(scores, given, self.pace.rounds(rounds, given.shape[1]))
        if self.trace is not None:
            plan = self.trace.plan[level]
            height, width = self.config.levels[level].patch
            row = (area.row // height)[:, None] + layout.order.row
            column = (area.column // width)[:, None] + layout.order.column
            plan[area.roll[:, None], row, column] = ranks
        return ranks
