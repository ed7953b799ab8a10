"""Windows of rolls as tensors, ready for the generator.

Shapes: `B` windows, `P` rows of the canvas (pitches of all parts), `T` steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import torch
from torch import Tensor

from model.conditions import UNKNOWN, density_id, key_id, place_ids
from model.config import ModelConfig
from model.embedding import RollConditions
from model.windows import Window


@dataclass(frozen=True)
class Batch:
    """B windows and their condition ids.

    codes: uint8 [B, P, T]. carry: bool [B, P], what sounds just before. valid_steps: int64 [B].
    place, metre: int64 [B, T] ids. style, key, density: int64 [B] ids, 0 = not told.
    shift: int64 [B], semitones that the window was transposed by.
    """

    codes: Tensor
    carry: Tensor
    valid_steps: Tensor
    place: Tensor
    metre: Tensor
    style: Tensor
    key: Tensor
    density: Tensor
    shift: Tensor

    @classmethod
    def collate(
        cls,
        windows: Sequence[Window],
        shifts: Sequence[int],
        config: ModelConfig,
        styles: Sequence[str] | None = None,
    ) -> Batch:
        """Stack windows (already transposed by `shifts`).

        Args:
            windows: all of one length.
            shifts: what each was transposed by, in semitones.
            config: gives the classes of density and the style names.
            styles: names that the windows' style numbers stand for; the config's own by default.
                A style that the config doesn't have becomes "not told".
        """
        names = config.styles if styles is None else styles
        style_ids = [
            config.styles.index(name) + 1 if name in config.styles else UNKNOWN for name in names
        ]
        return cls(
            codes=torch.from_numpy(np.stack([window.codes for window in windows])),
            carry=torch.from_numpy(np.stack([window.carry for window in windows])),
            valid_steps=torch.tensor([window.valid_steps for window in windows]),
            place=torch.from_numpy(np.stack([place_ids(window.place) for window in windows])),
            metre=torch.from_numpy(np.stack([np.int64(window.metre) for window in windows])),
            style=torch.tensor([style_ids[window.style] for window in windows]),
            key=torch.tensor([key_id(window.key) for window in windows]),
            density=torch.tensor([density_id(w.density, config.density_edges) for w in windows]),
            shift=torch.tensor(list(shifts)),
        )

    def to(self, device: torch.device | str) -> Batch:
        """The batch on another device."""
        return Batch(**{f.name: getattr(self, f.name).to(device) for f in fields(self)})

    def conditions(self) -> RollConditions:
        """Ids of the whole rolls."""
        return RollConditions(self.style, self.key, self.density, self.shift)

    def forgetful(self, share: float, rng: torch.Generator) -> Batch:
        """Withhold each condition from a random `share` of the rolls (metre and place together)."""
        drop = torch.rand(4, len(self.style), generator=rng).to(self.style.device) < share
        hidden = drop[3][:, None]
        return replace(
            self,
            style=self.style.masked_fill(drop[0], UNKNOWN),
            key=self.key.masked_fill(drop[1], UNKNOWN),
            density=self.density.masked_fill(drop[2], UNKNOWN),
            metre=self.metre.masked_fill(hidden, UNKNOWN),
            place=self.place.masked_fill(hidden, UNKNOWN),
        )
