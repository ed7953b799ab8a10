"""The one attention of the house: relative bias over a grid, with or without a cache.

Shapes: `B` batch, `L` keys, `m` queries, `D` width, `H` heads, `d` = D / H.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

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


class BlockWeights(NamedTuple):
    """The tensors of one block; a caller that runs it often fetches them once."""

    heads: int
    norm1: Tensor
    norm1_bias: Tensor
    qkv: Tensor
    qkv_bias: Tensor
    out: Tensor
    out_bias: Tensor
    norm2: Tensor
    norm2_bias: Tensor
    up: Tensor
    up_bias: Tensor
    down: Tensor
    down_bias: Tensor


def run_block(
    weights: BlockWeights,
    x: Tensor,
    bias: Tensor,
    cache: Cache | None = None,
    start: int = 0,
    dropout: float = 0.0,
) -> Tensor:
    """Pre-norm transformer block: attention, then a feed-forward of four times the width.

    Args:
        weights: of the block.
        x: [B, m, D], the new positions.
        bias: [H, m, L] or [B, H, m, L], -inf where a position may not look; L = start + m with a
            cache, else m.
        cache: keys and values of positions before `start`; the new ones are written to it.
        start: index of the first new position.
        dropout: share of what each half adds that is dropped.

    Returns:
        [B, m, D].
    """
    dim = x.shape[-1:]
    x1 = torch.layer_norm(x, dim, weights.norm1, weights.norm1_bias)
    found = attend(weights, x1, bias, cache, start)
    if dropout:
        found = F.dropout(found, dropout)
    x = x + found
    x2 = torch.layer_norm(x, dim, weights.norm2, weights.norm2_bias)
    up = F.linear(x2, weights.up, weights.up_bias)
    down = F.linear(F.gelu(up, approximate="tanh"), weights.down, weights.down_bias)
    return x + (F.dropout(down, dropout) if dropout else down)


def attend(
    weights: BlockWeights, x: Tensor, bias: Tensor, cache: Cache | None, start: int
) -> Tensor:
    """Multi-head attention; arguments as in `run_block`, x already normalised."""
    batch, length, dim = x.shape
    heads = weights.heads
    qkv = F.linear(x, weights.qkv, weights.qkv_bias).view(batch, length, 3, heads, dim // heads)
    query, keys, values = qkv.permute(2, 0, 3, 1, 4).unbind(0)  # [B, H, m, d] each
    if cache is not None:
        stop = start + length
        cache.keys[:, :, start:stop] = keys
        cache.values[:, :, start:stop] = values
        keys, values = cache.keys[:, :, :stop], cache.values[:, :, :stop]
    if batch == 1 and bias.dim() == 3:  # live playing: half the overhead of the fused call
        scale = (dim // heads) ** -0.5
        scores = torch.baddbmm(bias, query[0], keys[0].transpose(1, 2), alpha=scale)
        found = torch.bmm(scores.softmax(-1), values[0]).transpose(0, 1).reshape(1, length, dim)
    else:
        found = F.scaled_dot_product_attention(query, keys, values, attn_mask=bias)
        found = found.transpose(1, 2).reshape(batch, length, dim)
    return F.linear(found, weights.out, weights.out_bias)


class Attention(nn.Module):
    """The parameters of multi-head attention."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.qkv = nn.Linear(dim, 3 * dim)
        self.out = nn.Linear(dim, dim)


class Block(nn.Module):
    """The parameters of a block, and how it is run in training."""

    def __init__(self, dim: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.norm1 = nn.LayerNorm(dim)
        self.attention = Attention(dim)
        self.norm2 = nn.LayerNorm(dim)
        self.up = nn.Linear(dim, 4 * dim)
        self.down = nn.Linear(4 * dim, dim)

    def weights(self) -> BlockWeights:
        """The parameters as they are, not copied."""
        layers = (
            self.norm1,
            self.attention.qkv,
            self.attention.out,
            self.norm2,
            self.up,
            self.down,
        )
        return BlockWeights(
            self.heads, *(p for layer in layers for p in (layer.weight, layer.bias))
        )

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """[B, m, D] -> [B, m, D]; `bias` as in `run_block`."""
        return run_block(self.weights(), x, bias, dropout=self.dropout if self.training else 0.0)

    def empty_cache(self, batch: int, capacity: int) -> Cache:
        """A cache for `capacity` positions."""
        weight = self.attention.out.weight
        shape = (batch, self.heads, capacity, weight.shape[0] // self.heads)
        return Cache(weight.new_empty(shape), weight.new_empty(shape))


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
        heads, asked, places = maps.shape[1:]
        found = maps.reshape(len(x), heads * asked, places) @ contents
        return found.view(len(x), heads, asked, contents.shape[2]).transpose(1, 2)
