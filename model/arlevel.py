"""The AR level: each child given all before it, all at once in training, step by step with a cache.

Source of the recursion: Li et al. 2025, Fractal Generative Models (arXiv 2502.17437), section 4.
Shapes as in `model.patchlevel`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor

from model.attention import Block, BlockWeights, Cache, run_block
from model.embedding import Condition
from model.patchlevel import Asked, PatchLevel, Told

Biases = tuple[list[Tensor], Tensor | None]
"""Causal bias [H, N, N] of each block, and of the copy heads."""


@dataclass
class ARState:
    """An AR level in the middle of Q nodes: its caches, filled in place.

    copy_keys: [Q, Hc, N, 16] and contents: raw cells [Q, N, F], both empty without copy heads.
    """

    weights: list[BlockWeights]
    biases: Biases
    caches: list[Cache]
    copy_keys: Tensor = field(default_factory=lambda: torch.empty(0))
    contents: Tensor = field(default_factory=lambda: torch.empty(0))


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
        hidden = self.transform(x, biases)
        copies = None
        if self.copy is not None and copy_bias is not None:
            copies = self.copies(hidden, self.copy.keys(hidden), self.raw(own), copy_bias)
        return Told(hidden, self.flags(hidden), copies)

    def causal_biases(self, offsets: Tensor) -> Biases:
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

    def begin(self, nodes: int, capacity: int, biases: Biases) -> ARState:
        """Empty caches for `nodes` nodes of up to `capacity` children.

        Args:
            nodes: Q.
            capacity: children a node.
            biases: from `causal_biases` for that many children.
        """
        blocks = [block for block in self.blocks if isinstance(block, Block)]
        caches = [block.empty_cache(nodes, capacity) for block in blocks]
        state = ARState([block.weights() for block in blocks], biases, caches)
        if self.copy is not None:
            weight = self.copy.key.weight
            state.copy_keys = weight.new_empty(nodes, self.copy.heads, capacity, self.copy.KEY)
            state.contents = weight.new_zeros(nodes, capacity, 2 * self.height * self.width)
        return state

    def extend(self, state: ARState, embedded: Tensor, content: Tensor, start: int) -> Told:
        """Positions `start` .. `start + m`; only these are computed, all before come from `state`.

        What `state` held from `start` on is overwritten, so a position may be asked again.

        Args:
            state: from `begin`.
            embedded: [Q, m, D], from `embed`.
            content: codes [Q, m, h, w] of the child before each.
            start: index of the first position.
        """
        stop = start + content.shape[1]
        biases, copy_bias = state.biases
        x = embedded + self.contents(content)
        for weights, bias, cache in zip(state.weights, biases, state.caches, strict=True):
            x = run_block(weights, x, bias[:, start:stop, :stop], cache, start)
        hidden = self.norm(x)
        copies = None
        if self.copy is not None and copy_bias is not None:
            keys, contents = state.copy_keys, state.contents
            keys[:, :, start:stop] = self.copy.keys(hidden)
            skip = 1 if start == 0 else 0  # before the first child stands no child of this node
            contents[:, start - 1 + skip : stop - 1] = self.raw(content)[:, skip:]
            bias = copy_bias[:, start:stop, :stop]
            copies = self.copies(hidden, keys[:, :, :stop], contents[:, :stop], bias)
        return Told(hidden, self.flags(hidden), copies)
