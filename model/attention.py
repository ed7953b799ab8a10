"""The one attention of the house: relative bias over a grid, with or without a cache.

Shapes: `B` batch, `L` keys, `m` queries, `D` width, `H` heads, `d` = D / H.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class RelativeBias(nn.Module):
    """A learned bias for each head and each relative offset (rows, columns) between two children.

    Offsets are clipped, so any length works (Shaw et al. 2018, arXiv 1803.02155, as scalars as in
    T5, arXiv 1910.10683, here over two axes).
    """

    def __init__(self, heads: int, reach: tuple[int, int]) -> None:
        super().__init__()
        self.reach = reach
        self.table = nn.Parameter(torch.zeros(heads, (2 * reach[0] + 1) * (2 * reach[1] + 1)))

    def forward(self, offsets: Tensor) -> Tensor:
        """Bias [H, N, N] for offset indices [N, N] (`ScanOrder.offsets`)."""
        return self.table[:, offsets]


@dataclass
class Cache:
    """Keys and values [B, H, capacity, d] of one block; filled in place from the front."""

    keys: Tensor
    values: Tensor


class Attention(nn.Module):
    """Multi-head attention over children; who sees whom is the caller's bias (-inf: not)."""

    def __init__(self, dim: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(dim, 3 * dim)
        self.out = nn.Linear(dim, dim)
        self.dropout = nn.Dropout(dropout)

    def forward(
        self, x: Tensor, bias: Tensor, cache: Cache | None = None, start: int = 0
    ) -> Tensor:
        """Attend.

        Args:
            x: [B, m, D], the new positions.
            bias: [H, m, L] or [B, H, m, L], L = start + m with a cache, else m.
            cache: keys and values of positions before `start`; the new ones are written to it.
            start: index of the first new position.

        Returns:
            [B, m, D].
        """
        batch, length, dim = x.shape
        qkv = self.qkv(x).view(batch, length, 3, self.heads, dim // self.heads)
        query, keys, values = qkv.permute(2, 0, 3, 1, 4).unbind(0)  # [B, H, m, d] each
        if cache is not None:
            stop = start + length
            cache.keys[:, :, start:stop] = keys
            cache.values[:, :, start:stop] = values
            keys, values = cache.keys[:, :, :stop], cache.values[:, :, :stop]
        found = F.scaled_dot_product_attention(query, keys, values, attn_mask=bias)
        found = found.transpose(1, 2).reshape(batch, length, dim)
        return self.dropout(self.out(found))  # type: ignore[no-any-return]

    def empty_cache(self, batch: int, capacity: int) -> Cache:
        """A cache for `capacity` positions."""
        dim = self.out.in_features
        shape = (batch, self.heads, capacity, dim // self.heads)
        weight = self.out.weight
        return Cache(weight.new_empty(shape), weight.new_empty(shape))


class Block(nn.Module):
    """Pre-norm transformer block: attention, then a feed-forward of four times the width."""

    def __init__(self, dim: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(dim)
        self.attention = Attention(dim, heads, dropout)
        self.norm2 = nn.LayerNorm(dim)
        self.up = nn.Linear(dim, 4 * dim)
        self.down = nn.Linear(4 * dim, dim)
        self.dropout = nn.Dropout(dropout)

    def forward(
        self, x: Tensor, bias: Tensor, cache: Cache | None = None, start: int = 0
    ) -> Tensor:
        """[B, m, D] -> [B, m, D]; arguments as in `Attention.forward`."""
        x = x + self.attention(self.norm1(x), bias, cache, start)
        return x + self.dropout(self.down(F.gelu(self.up(self.norm2(x)), approximate="tanh")))  # type: ignore[no-any-return]


class CopyHeads(nn.Module):
    """Heads that fetch what stood in earlier patches, cell by cell, to be copied or varied.

    Each head spreads one attention map over the raw contents of known patches; a null place lets it
    fetch nothing. The contents stay cells (sounding, onset), they are never projected.
    """

    KEY = 16

    def __init__(self, dim: int, heads: int, reach: tuple[int, int]) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(dim, heads * self.KEY)
        self.key = nn.Linear(dim, heads * self.KEY)
        self.bias = RelativeBias(heads, reach)
        self.null = nn.Parameter(torch.zeros(heads))

    def keys(self, x: Tensor) -> Tensor:
        """Keys [B, Hc, m, 16] of hidden states [B, m, D]."""
        return self.key(x).view(*x.shape[:2], self.heads, self.KEY).transpose(1, 2)  # type: ignore[no-any-return]

    def forward(self, x: Tensor, keys: Tensor, contents: Tensor, bias: Tensor) -> Tensor:
        """Fetch.

        Args:
            x: hidden states of the askers [B, m, D].
            keys: [B, Hc, L, 16].
            contents: raw cells [B, L, F].
            bias: [Hc, m, L] or [B, Hc, m, L], -inf where a place may not be seen.

        Returns:
            [B, m, Hc, F].
        """
        query = self.query(x).view(*x.shape[:2], self.heads, self.KEY).transpose(1, 2)
        scores = query @ keys.transpose(2, 3) * self.KEY**-0.5 + bias
        null = self.null.view(1, -1, 1, 1).expand(*scores.shape[:3], 1)
        maps = torch.cat([null, scores], 3).softmax(3)[..., 1:]  # [B, Hc, m, L]
        return (maps @ contents.unsqueeze(1)).transpose(1, 2)
