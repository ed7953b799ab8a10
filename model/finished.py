"""What goes in and out while a stretch is filled: places in time, finished children, the trace.

Shapes: `B` rolls, `T` steps, `M` nodes, `K` children.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from model.engine import Floats, Ints


@dataclass
class Trace:
    """What the sampler did, for proofs: the rounds of MAR levels and the log-probability.

    plan: level -> int64 [B, rows, columns] in its children (see `model.fractal.Plan`).
    log_probs: float64 [B], natural log, at temperature 1 and before any filter.
    """

    plan: dict[int, Ints] = field(default_factory=dict)
    log_probs: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True)
class Places:
    """Metre and place ids of each step of a stretch, int64 [B, T]."""

    metre: Ints
    place: Ints


@dataclass(frozen=True)
class Finished:
    """Children that won't change any more.

    nodes: int64 [K], whose child each is, or None: those of all M nodes. children: int64 [K] in
    scan order. log_probs: [K], or [M, K] for all nodes, everything below included; None where an
    engine made them whole and doesn't tell.
    """

    nodes: Ints | None
    children: Ints
    log_probs: Floats | None

    def per_node(self, nodes: int) -> Floats:
        """Log-probabilities added up, [M]; nothing where they aren't told."""
        if self.log_probs is None:
            return np.zeros(nodes, np.float32)
        if self.nodes is None:
            return np.asarray(self.log_probs.sum(1))
        return np.bincount(self.nodes, self.log_probs, nodes).astype(np.float32)

    def each(self, nodes: int) -> Iterator[tuple[int, int, float | None]]:
        """Node, child and log-probability one by one, children in scan order."""
        told = self.log_probs
        if self.nodes is not None:
            for index, (node, child) in enumerate(zip(self.nodes, self.children, strict=True)):
                yield int(node), int(child), None if told is None else float(told[index])
            return
        for index, child in enumerate(self.children):
            for node in range(nodes):
                yield node, int(child), None if told is None else float(told[node, index])
