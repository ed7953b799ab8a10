"""Cells as numbers inside a graph: `model.embedding.CellFeatures`.

Shapes: `...` any axes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from export.graphbuilder import Graph
from model.roll import FIRST_ONSET, SILENT

FEATURES = 3
"""Sounds, is an onset, velocity."""
RAW = 2
"""The first two: what copy heads carry."""


def feature_table(velocity_bins: int) -> NDArray[np.float64]:
    """Features of every code, [2 + velocity_bins, 3]."""
    codes = np.arange(FIRST_ONSET + velocity_bins)
    onset = codes >= FIRST_ONSET
    velocity = (codes - FIRST_ONSET + 1) / velocity_bins * onset
    return np.stack([codes != SILENT, onset, velocity], 1).astype(np.float64)


def cell_features(graph: Graph, codes: str, velocity_bins: int) -> str:
    """Codes uint8 [...] -> float32 [..., 3]."""
    table = graph.constant(feature_table(velocity_bins), "float32")
    return graph.op("Gather", table, as_index(graph, codes), axis=0)


def raw_features(graph: Graph, codes: str, velocity_bins: int) -> str:
    """Codes uint8 [...] -> float32 [2, ...]: what copy heads carry."""
    table = graph.constant(feature_table(velocity_bins)[:, :RAW].T, "float32")
    return graph.op("Gather", table, as_index(graph, codes), axis=1)


def as_index(graph: Graph, codes: str) -> str:
    """Codes as int32, which can be looked up with."""
    return graph.op("Cast", codes, to=6)


def as_float(graph: Graph, value: str) -> str:
    """Anything as float32."""
    return graph.op("Cast", value, to=1)
