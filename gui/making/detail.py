"""The piece as each level of the model sees it: which patches are silent, held or active.

Told from finished cells with the model's own rules (`model.keeping.flags_of`), so the picture of a
level is what that level has decided. Shapes: `K` parts, `P` = 128 pitches, `S` steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from model.keeping import flags_of
from model.legality import FLAG_SILENT
from model.roll import PITCHES, Cells

if TYPE_CHECKING:
    from gui.making.making import MakingState
    from gui.state.document import Document

IntArray = npt.NDArray[np.int64]
Patch = tuple[int, int]
"""Pitches and steps of a level's patches."""


def level_flags(cells: Cells, patch: Patch) -> IntArray:
    """Flags of all patches, int64 [K, P / h, ceil(S / w)]: 0 silent, 1 held, 2 active.

    Args:
        cells: uint8 [K, P, S], canonical.
        patch: pitches and steps of the level's patches, which begin at pitch 0 and step 0.
    """
    height, width = min(patch[0], PITCHES), patch[1]
    padded = -(-cells.shape[2] // width) * width
    nothing = np.zeros((PITCHES, 0), np.uint8)
    parts = [flags_of(part, nothing, padded, (height, width)) for part in cells]
    return np.stack(parts)


def patch_rows(flags: IntArray, patch: Patch, start: int, stop: int) -> IntArray:
    """Patches that aren't silent and touch steps [start, stop), int64 [N, 6].

    Columns: first step, step behind, lowest pitch, highest pitch, part, 1 held or 2 active.
    """
    height, width = min(patch[0], PITCHES), patch[1]
    first = max(start // width, 0)
    part, row, column = np.nonzero(flags[:, :, first : -(-stop // width)] != FLAG_SILENT)
    column = column + first
    return np.stack(
        [
            column * width,
            (column + 1) * width,
            row * height,
            (row + 1) * height - 1,
            part,
            flags[part, row, column],
        ],
        axis=1,
    ).astype(np.int64)


class DetailPicture:
    """The document seen by the levels of the model that is loaded; computed once a revision.

    Args:
        document: whose piece is looked at.
        making: knows the levels.
    """

    def __init__(self, document: Document, making: MakingState) -> None:
        self._document, self._making = document, making
        self._flags: dict[Patch, IntArray] = {}
        self._revision = -1

    @property
    def levels(self) -> Sequence[Patch]:
        """Pitches and steps (of the piece's grid) of each level's patches, coarse to fine."""
        return self._making.level_patches

    def patches(self, level: int, start: int, stop: int) -> IntArray:
        """int64[N, 6]: patches of a level that aren't silent in steps [start, stop).

        Columns: first step, step behind, lowest pitch, highest pitch, part, 1 held or 2 active.
        """
        if not 0 <= level < len(self.levels) or stop <= start:
            return np.zeros((0, 6), np.int64)
        if self._document.revision != self._revision:
            self._flags.clear()
            self._revision = self._document.revision
        patch = self.levels[level]
        if patch not in self._flags:
            self._flags[patch] = level_flags(self._document.piece.roll.cells, patch)
        return patch_rows(self._flags[patch], patch, start, stop)
