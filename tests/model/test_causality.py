"""Who knows what: by gradient, an answer depends on all that comes before it, and on nothing else.

Every cell of the roll has a code of its own. The network reads a cell only by looking its code up
in a table, so the gradient of an answer with respect to the rows of the tables tells, cell by cell,
what the answer depends on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from inspect import unwrap
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.config import ModelConfig
from model.embedding import CellFeatures
from model.engine import Ints, Known
from model.fractal import Fractal
from model.patchlevel import Told
from model.surroundings import level_order
from tests.model.configs import MIXES, config_of, level
from tests.model.generators import batch_of, lively, random_plan

ROWS, STEPS = 16, 8
CELLS = ROWS * STEPS
MOST_ANSWERS = 40

CODES = np.arange(CELLS, 0, -1, dtype=np.uint8).reshape(ROWS, STEPS)
"""128 different codes: the last cell is held, all others are onsets, so that all is active."""


@dataclass(frozen=True)
class Answer:
    """Where an answer stands: row and child of a level's output, and the child's first cell."""

    output: tuple[int, int]
    cell: tuple[int, int]


@dataclass
class Order:
    """Who comes when: the rank of each cell's patch in its node, [P, T] for each level."""

    config: ModelConfig
    ranks: list[Ints]
    plan: dict[int, Tensor]

    @classmethod
    def of(cls, config: ModelConfig) -> Order:
        """Scan orders for AR levels, random rounds for MAR levels."""
        rounds = random_plan(config, STEPS)
        ranks = []
        for index, own in enumerate(config.levels):
            height, width = own.patch
            if own.kind == "mar":
                ranks.append(rounds[index].repeat(height, 0).repeat(width, 1))
            else:
                order = level_order(config, index, STEPS)
                when = (order.inverse() + 1).reshape(order.rows, order.columns)
                node = when.repeat(height, 0).repeat(width, 1)
                ranks.append(np.tile(node, (ROWS // node.shape[0], STEPS // node.shape[1])))
        plan = {index: torch.from_numpy(grid)[None] for index, grid in rounds.items()}
        return cls(config, ranks, plan)

    def known(self, index: int, cell: tuple[int, int]) -> Known:
        """Cells [P, T] that come before the child of level `index` that begins at `cell`."""
        before, same = np.zeros((ROWS, STEPS), bool), np.ones((ROWS, STEPS), bool)
        row, column = np.indices((ROWS, STEPS))
        for own, ranks in list(zip(self.config.levels, self.ranks, strict=True))[: index + 1]:
            height, width = own.patch
            inside = (row // height == cell[0] // height) & (column // width == cell[1] // width)
            before |= same & ~inside & (ranks < ranks[cell])
            same &= inside
        return before

    def answers(self) -> Iterator[list[Answer]]:
        """All answers of each level, in the order in which the parallel pass gives them."""
        nodes = [(0, 0)]
        for index, own in enumerate(self.config.levels):
            order = level_order(self.config, index, STEPS)
            found, output = [], 0
            for node in nodes:
                corners = np.stack([order.row, order.column], 1) * own.patch + node
                children = [(int(row), int(column)) for row, column in corners]
                ranks = np.array([self.ranks[index][child] for child in children])
                rounds = np.unique(ranks) if own.kind == "mar" else [None]
                for current in rounds:
                    for child, cell in enumerate(children):
                        if current is None or ranks[child] == current:
                            found.append(Answer((output, child), cell))
                    output += 1
            yield found
            nodes = [answer.cell for answer in found]


@dataclass
class Run:
    """What a model said of the roll, with the graph that leads back to its tables."""

    model: Fractal
    told: list[Told]
    kinds: Tensor
    tables: list[Tensor]

    @classmethod
    def of(cls, model: Fractal, plan: dict[int, Tensor]) -> Run:
        """Score the roll of `CODES`, keeping what every level says."""
        tables = [part.table for part in model.modules() if isinstance(part, CellFeatures)]
        for table in tables:
            table.requires_grad_()
        said: list[Any] = []

        def listen(module: object, arguments: object, output: object) -> None:
            said.append(output)

        hooks = [part.register_forward_hook(listen) for part in model.patch_levels]
        hooks.append(model.cell_level.kinds.register_forward_hook(listen))
        unwrap(Fractal.measure)(model, batch_of(CODES[None]), plan)  # with gradients
        for hook in hooks:
            hook.remove()
        return cls(model, said[:-1], said[-1], [*tables, model.cell_level.value.weight])

    def influences(self, answer: Tensor) -> NDArray[np.bool_]:
        """Cells [P, T] on which an answer depends."""
        grads = torch.autograd.grad(answer.sum(), self.tables, retain_graph=True, allow_unused=True)
        found = np.zeros(CELLS + 1, bool)
        for grad in grads:
            if grad is not None:
                found |= grad[: CELLS + 1].abs().sum(1).numpy() > 0
        return found[CODES]


def some(answers: list[Answer]) -> list[Answer]:
    """The first, the last and a few between."""
    picked = np.linspace(0, len(answers) - 1, min(len(answers), MOST_ANSWERS)).astype(int)
    return [answers[index] for index in picked]


def with_all_codes(config: ModelConfig) -> ModelConfig:
    return replace(config, velocity_bins=CELLS - 1)


@pytest.mark.parametrize("mix", MIXES)
def test_an_answer_depends_on_all_that_comes_before_it_and_on_nothing_else(mix: str) -> None:
    config = with_all_codes(MIXES[mix])
    order = Order.of(config)
    run = Run.of(lively(config), order.plan)
    outputs = [*(told.flags for told in run.told), run.kinds]
    for index, answers in enumerate(order.answers()):
        assert len(answers) == CELLS // np.prod(config.levels[index].patch)
        for answer in some(answers):
            known = order.known(index, answer.cell)
            np.testing.assert_array_equal(run.influences(outputs[index][answer.output]), known)


@pytest.mark.parametrize("mix", [name for name in MIXES if MIXES[name].levels[0].copy_heads])
def test_copy_heads_fetch_only_what_comes_before(mix: str) -> None:
    """And nothing at all for the first patches of a node, whatever is known outside it."""
    config = with_all_codes(MIXES[mix])
    order = Order.of(config)
    run = Run.of(lively(config), order.plan)
    for index, answers in enumerate(list(order.answers())[:-1]):
        copies = run.told[index].copies
        assert (copies is not None) == (config.levels[index].copy_heads > 0)
        if copies is not None:
            for answer in some(answers):
                known = order.known(index, answer.cell)
                outer = order.known(index - 1, answer.cell) if index else np.zeros_like(known)
                expected = known if (known & ~outer).any() else np.zeros_like(known)
                np.testing.assert_array_equal(run.influences(copies[answer.output]), expected)


def test_copies_hold_what_stood_in_the_patch_that_a_head_looks_at() -> None:
    """A head that sees only the patch just before hands its cells down as they are."""
    config = with_all_codes(config_of(level("ar", (16, 1), copy_heads=1), level("ar", (1, 1))))
    model = lively(config)
    copy = model.level(0).copy
    assert copy is not None
    with torch.no_grad():
        reach = model.level(0).own.reach
        table = torch.full((2 * reach[0] + 1, 2 * reach[1] + 1), -1e4)
        table[reach[0], reach[1] - 1] = 1e4
        copy.bias.table.copy_(table.reshape(1, -1))
        copy.null.fill_(-1e3)
    copies = Run.of(model, {}).told[0].copies
    assert copies is not None
    sounding, onset = copies[0, 1:, :, :, 0].unbind(1)  # children 1.., [7, 16] each
    np.testing.assert_allclose(sounding.detach().numpy(), np.ones((7, ROWS)), atol=1e-5)
    np.testing.assert_allclose(onset.detach().numpy(), (CODES.T > 1)[:-1], atol=1e-5)
