"""What every graph takes and gives: names, types and axes, from the config alone.

This is the contract between the graphs and `export.onnxengine`. Graphs are held against it when
they are exported and again when they are loaded, so a graph that was written for another engine is
told by name. Axes as in `export.levelgraph` and `export.patchgraph`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from export.copygraph import COPY_KEY, copied_channels
from export.features import RAW
from export.graphs import graph_names
from export.levelgraph import level_looks
from export.manifest import GraphSpec, TensorSpec
from model.config import ModelConfig

SHAPING = ("inverse_temperature", "filter_threshold", "top_p")
"""Scalars of the graph that draws from shaped probabilities."""


@dataclass(frozen=True)
class Signature:
    """Inputs and outputs of one graph, sorted by name."""

    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]

    @classmethod
    def of(cls, spec: GraphSpec) -> Signature:
        """What a manifest says of a graph."""
        return cls(_sorted(spec.inputs), _sorted(spec.outputs))


def signatures(config: ModelConfig) -> dict[str, Signature]:
    """The signature of every graph that a generator has."""
    makers = {
        "root": _root,
        "look": _look,
        "cells": _cells,
        "patch": _patch,
        "patch_shaped": _patch_shaped,
    }
    return {
        name: _level(config, int(name.removeprefix("level")))
        if name.startswith("level")
        else makers[name](config)
        for name in graph_names(config)
    }


def _root(config: ModelConfig) -> Signature:
    """Of the conditions of whole rolls."""
    inputs = [_ids(name, "M") for name in ("style", "key", "density")]
    return Signature(_sorted(inputs), (_float("told", "M", config.levels[0].dim),))


def _level(config: ModelConfig, level: int) -> Signature:
    """Of a patch level."""
    own, (height, width) = config.levels[level], config.levels[level].patch
    content = _uint8("content", "M", "m", height, width)
    inputs = [content, *_given(config, level)]
    outputs = [
        _float("flags", "M", "m", 3),
        _float("hidden", "M", "m", own.dim),
        *_caches(config, level, "present"),
    ]
    if own.kind == "mar":
        inputs.append(_bool("known", "M", "m"))
    if directions := len(level_looks(config, level)):
        shape = ("M", "m", directions, height, width)
        inputs += [_uint8("around", *shape), _bool("around_known", *shape)]
    if channels := copied_channels(config, level):
        inputs.append(_float("copied", "M", "m", channels, height, width))
    if own.copy_heads:
        outputs.append(_float("copies", "M", "m", RAW * own.copy_heads, height, width))
    return Signature(_sorted(inputs), _sorted(outputs))


def _given(config: ModelConfig, level: int) -> list[TensorSpec]:
    """Inputs of a patch level beside the cells."""
    own = config.levels[level]
    above = config.levels[max(level - 1, 0)]
    found = [_ids("row", "M", "m"), _ids("offsets", "m", "N"), _float("told", "M", above.dim)]
    if level:
        found.append(_ids("column", "m"))
    else:
        found += [_ids(name, "M", "m") for name in ("metre", "place")]
    if own.kind == "ar":
        found += [_ids("write_index", "M"), _ids("length", "M"), *_caches(config, level, "past")]
        if own.copy_heads:
            found.append(_ids("copy_offsets", "m", "R"))
    return found


def _caches(config: ModelConfig, level: int, when: str) -> list[TensorSpec]:
    """Caches of an AR level, ``past`` or ``present``."""
    own = config.levels[level]
    if own.kind == "mar":
        return []
    found = [
        _float(f"{when}_{what}{index}", "M", "N", own.dim)
        for index in range(own.depth)
        for what in ("keys", "values")
    ]
    if own.copy_heads:
        cells = own.patch[0] * own.patch[1]
        found.append(_float(f"{when}_copy_keys", "M", own.copy_heads, "R", COPY_KEY))
        found.append(_float(f"{when}_contents", "M", "R", RAW * cells))
    return found


def _look(config: ModelConfig) -> Signature:
    """Of what a patch of the cell level sees."""
    last = len(config.levels) - 1
    height, width = config.node_shape(last, 0)
    tall, wide = height + 2 * config.window_pitches, width + sum(config.window_steps)
    inputs = [
        _float("told", "M", config.levels[-2].dim),
        _uint8("codes", "M", tall, wide),
        _bool("known", "M", tall, wide),
        _ids("row", "M"),
    ]
    if channels := copied_channels(config, last):
        inputs.append(_float("copied", "M", channels, tall, width))
    return Signature(_sorted(inputs), (_float("seen", "M", height * width, config.levels[-1].dim),))


def _cells(config: ModelConfig) -> Signature:
    """Of the cells of a patch."""
    height, width = config.node_shape(len(config.levels) - 1, 0)
    size, own = height * width, config.levels[-1]
    inputs = [_float("seen", "M", size, own.dim), _uint8("codes", "M", size)]
    if own.kind == "mar":
        inputs.append(_bool("known", "M", size))
    return Signature(_sorted(inputs), (_float("logits", "M", size, 3 + config.velocity_bins),))


def _patch(config: ModelConfig) -> Signature:
    """Of a whole patch of level 0."""
    before = config.margins[1]
    flags = sum(config.height // level.patch[0] for level in config.levels[:-1])
    of_several = {"row", "metre", "place", "offsets"}
    inputs = [
        *(spec for spec in _given(config, 0) if spec.name not in of_several),
        _ids("first_bias", 1),
        _ids("end_bias", 1),
        _ids("metre", 1),
        _ids("place", 1),
        _uint8("window", config.height, before),
        _bool("window_known", config.height, before),
        _float("uniforms", flags + 2 * config.height),
    ]
    outputs = [
        TensorSpec("codes", "int32", (config.height + 2 * config.window_pitches,)),
        *_caches(config, 0, "present"),
    ]
    return Signature(_sorted(inputs), _sorted(outputs))


def _patch_shaped(config: ModelConfig) -> Signature:
    """Of a whole patch with temperature and filters."""
    plain = _patch(config)
    return Signature(_sorted([*plain.inputs, *map(_float, SHAPING)]), plain.outputs)


def _float(name: str, *shape: int | str) -> TensorSpec:
    return TensorSpec(name, "float32", shape)


def _ids(name: str, *shape: int | str) -> TensorSpec:
    return TensorSpec(name, "int64", shape)


def _uint8(name: str, *shape: int | str) -> TensorSpec:
    return TensorSpec(name, "uint8", shape)


def _bool(name: str, *shape: int | str) -> TensorSpec:
    return TensorSpec(name, "bool", shape)


def _sorted(specs: Iterable[TensorSpec]) -> tuple[TensorSpec, ...]:
    return tuple(sorted(specs, key=lambda spec: spec.name))
