"""The AR level: each child given all before it, all at once in training, step by step with a cache.

Source of the recursion: Li et al. 2025, Fractal Generative Models (arXiv 2502.17437), section 4.
Shapes as in `model.patchlevel`.
"""

from __future__ import annotations

import torch
from torch import Tensor

from model.embedding import Condition
from model.patchlevel import Asked, LevelState, PatchLevel, Told


class ARLevel(PatchLevel):
    """Causal attention along the scan order."""

    def forward(self, condition: Condition, asked: Asked, own: Tensor, offsets: Tensor) -> Told:
        """All children of Q nodes at once.

        Args:
            condition: of the Q nodes.
            asked: about all N children; `content` is that of the child before each.
            own: codes [Q, N, h, w] of the children themselves, for the copy heads.
            offsets: [N, N] (`ScanOrder.offsets` with the level's reach).
        """
        biases, copy_bias = self.causal_biases(offsets)
        x = self.embed(condition, asked) + self.contents(asked.content)
        hidden = self.transform(x, biases, None, 0)
        copies = None
        if self.copy is not None and copy_bias is not None:
            copies = self.copies(hidden, self.copy.keys(hidden), self.raw(own), copy_bias)
        return Told(hidden, self.flags(hidden), copies)

    def causal_biases(self, offsets: Tensor) -> tuple[list[Tensor], Tensor | None]:
        """Bias [H, N, N] of each block and of the copy heads, -inf where a child may not look.

        A child attends to itself and what came before; copy heads fetch strictly earlier content.
        """
        size = len(offsets)
        future = torch.ones(size, size, dtype=torch.bool, device=offsets.device).triu(1)
        biases = [bias(offsets).masked_fill(future, -torch.inf) for bias in self.biases]
        if self.copy is None:
            return biases, None
        not_before = future | torch.eye(size, dtype=torch.bool, device=offsets.device)
        return biases, self.copy.bias(offsets).masked_fill(not_before, -torch.inf)

    def begin(self, nodes: int, capacity: int) -> LevelState:
        """Empty caches for `nodes` nodes of up to `capacity` children."""
        caches = [block.attention.empty_cache(nodes, capacity) for block in self.blocks]  # type: ignore[union-attr, operator]
        if self.copy is None:
            return LevelState(caches, None, None)  # type: ignore[arg-type]
        weight = self.copy.key.weight
        keys = weight.new_empty(nodes, self.copy.heads, capacity, self.copy.KEY)
        contents = weight.new_zeros(nodes, capacity, 2 * self.height * self.width)
        return LevelState(caches, keys, contents)  # type: ignore[arg-type]

    def extend(
        self,
        state: LevelState,
        condition: Condition,
        asked: Asked,
        start: int,
        biases: tuple[list[Tensor], Tensor | None],
    ) -> Told:
        """Positions `start` .. `start + m`; only these are embedded, all before come from `state`.

        What `state` held from `start` on is overwritten, so a position may be asked again.
        """
        stop = start + asked.content.shape[1]
        rows = [bias[:, start:stop, :stop] for bias in biases[0]]
        x = self.embed(condition, asked) + self.contents(asked.content)
        hidden = self.transform(x, rows, state, start)
        copies = None
        if self.copy is not None and state.copy_keys is not None and state.contents is not None:
            state.copy_keys[:, :, start:stop] = self.copy.keys(hidden)
            before = max(start - 1, 0)
            state.contents[:, before : stop - 1] = self.raw(asked.content)[:, before + 1 - start :]
            copy_bias = biases[1]
            assert copy_bias is not None
            copies = self.copies(
                hidden,
                state.copy_keys[:, :, :stop],
                state.contents[:, :stop],
                copy_bias[:, start:stop, :stop],
            )
        return Told(hidden, self.flags(hidden), copies)
