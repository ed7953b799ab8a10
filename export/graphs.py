"""All graphs of a generator, by name."""

from __future__ import annotations

import onnx

from export.cellgraph import build_cells, build_look
from export.levelgraph import build_level, build_root
from export.patchgraph import build_patch, composes
from export.weightfile import WeightFile
from model.config import ModelConfig


def graph_names(config: ModelConfig) -> list[str]:
    """Names of the graphs that a generator has: files are called ``NAME.onnx``.

    `root`: conditions of the roll. `level0`, `level1` ...: patch levels. `look`, `cells`: the cell
    level. `patch`: a whole patch of level 0 in one call, and `patch_shaped` with temperature and
    filters, where that can be.
    """
    levels = [f"level{level}" for level in range(len(config.levels) - 1)]
    whole = ["patch", "patch_shaped"] if composes(config) else []
    return ["root", *levels, "look", "cells", *whole]


def build_graphs(config: ModelConfig, weights: WeightFile) -> dict[str, onnx.ModelProto]:
    """Build them all; they point into the weight file, which must lie beside them.

    Raises:
        GraphError: the weights don't belong to the config.
    """
    graphs = {"root": build_root(config, weights)}
    graphs |= {
        f"level{level}": build_level(config, level, weights)
        for level in range(len(config.levels) - 1)
    }
    graphs |= {"look": build_look(config, weights), "cells": build_cells(config, weights)}
    if composes(config):
        graphs["patch"] = build_patch(config, weights, shaped=False)
        graphs["patch_shaped"] = build_patch(config, weights, shaped=True)
    return graphs
