"""Which values are possible where: the rules that make the factorisation exact.

Written once for NumPy arrays and torch tensors (only operators and methods that both have), so that
the sampler and the parallel likelihood can't disagree. Shapes: `...` any leading axes, `N` children
or cells of a node in scan order, `h` rows of a child.

Two rules:
- *No orphans.* A held cell continues something: it is impossible where the cell to its left is
  known to be silent, and a cell whose right neighbour is known to be held must sound.
- *One way to say it.* A child is flagged silent, held (what sounds at its left goes on, nothing
  starts) or active. An active child may equal neither of the first two, so the last unknown piece
  of it may not complete such a pattern. Hence the probabilities of all rolls sum to exactly 1.
"""

from __future__ import annotations

from typing import Any

from model.roll import HELD, SILENT

FLAG_SILENT, FLAG_HELD, FLAG_ACTIVE = range(3)
"""What a level says of a child before going down."""

KIND_SILENT, KIND_HELD, KIND_ONSET = range(3)
"""What a cell is; an onset then has a velocity."""

Array = Any
"""A NumPy array or a torch tensor."""


def flag_rules(
    left: Array, left_known: Array, right: Array, right_known: Array
) -> tuple[Array, Array, Array]:
    """Whether a child may be silent and whether it may be held, by what stands beside it.

    Args:
        left, right: codes [..., h] of the columns next to the child.
        left_known, right_known: bool [..., h].

    Returns:
        may be silent [...], may be held [...], rows that sound at the left [..., h].
    """
    sounding = left_known & (left != SILENT)
    continued = right_known & (right == HELD)
    may_silent = ~continued.any(-1)
    may_held = left_known.all(-1) & sounding.any(-1) & ~(continued & ~sounding).any(-1)
    return may_silent, may_held, sounding


def fits(codes: Array, sounding: Array, padding: Array) -> tuple[Array, Array]:
    """Whether cells equal the silent and the held pattern of the node that they lie in.

    Args:
        codes: [..., h, w].
        sounding: bool [..., h], rows that sound at the left of the node.
        padding: bool [..., w], columns beyond the end of the roll; they fit anything.

    Returns:
        fits silent [...], fits held [...].
    """
    free = padding[..., None, :]
    silent = ((codes == SILENT) | free).all(-1).all(-1)
    pattern = sounding[..., :, None]
    held = (((codes == HELD) & pattern) | ((codes == SILENT) & ~pattern) | free).all(-1).all(-1)
    return silent, held


def excluded(
    fit_silent: Array, fit_held: Array, last: Array, node_held: Array, sounding: Array
) -> tuple[Array, Array]:
    """What the last unknown piece of an active node may not be.

    Args:
        fit_silent, fit_held: bool [..., N], whether each piece fits the node's patterns.
        last: bool [..., N], whether all other pieces are known when this one is predicted.
        node_held: bool [...], whether the node could have been flagged held.
        sounding: bool [..., N], whether any row of the piece sounds at the left of the node.

    Returns:
        silent is excluded [..., N], held is excluded [..., N].
    """
    others_silent = _others(fit_silent)
    others_held = _others(fit_held) & node_held[..., None]
    return last & (others_silent | (others_held & ~sounding)), last & others_held & sounding


def _others(fit: Array) -> Array:
    """Whether all pieces but this one fit, [..., N]."""
    misfits = (~fit).sum(-1)[..., None]
    return misfits - (~fit) * 1 == 0


def cell_rules(
    left: Array, left_known: Array, right: Array, right_known: Array
) -> tuple[Array, Array]:
    """Whether a cell may be silent and whether it may be held; an onset is always possible.

    Args:
        left, right: codes of the cells before and after, any shape.
        left_known, right_known: bool, same shape.
    """
    return ~(right_known & (right == HELD)), ~(left_known & (left == SILENT))
