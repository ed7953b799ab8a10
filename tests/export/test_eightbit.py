"""Level 0 in 8 bits: only where it is asked for, only there, and said in the manifest."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import onnx
import pytest
import torch

from export.errors import UnsafeGraphError
from export.exporter import COARSE_BITS, export_bundle
from export.graphbuilder import BLOCK, CONTRIB, Graph
from export.graphfile import read_graph
from export.loading import load_engine
from export.manifest import read_manifest
from export.onnxengine import OnnxEngine
from export.parity import EIGHT_BIT_TOLERANCE, TOLERANCE
from export.weightfile import WeightFile
from model.bundle import save_bundle
from model.bundleinfo import Card
from model.fractal import Fractal
from model.sampler import Request
from model.settings import SamplingSettings
from tests.export.bundles import exported_bundle
from tests.export.exported import agree
from tests.model.configs import config_of, level

CONFIG = config_of(
    replace(level("ar", (16, 1), copy_heads=1), dim=2 * BLOCK),
    level("ar", (4, 1)),
    level("ar", (1, 1)),
)
"""Its level 0 is wide enough for blocks, but its children of 16 cells, 48 numbers, are not."""


@cache
def eight_bit_bundle() -> Path:
    """A bundle of a new model; not to be changed."""
    folder = Path(mkdtemp(prefix="fractalroll-test-"))
    torch.manual_seed(1)
    save_bundle(folder / "fresh", Fractal(CONFIG).eval(), Card("fresh"))
    export_bundle(folder / "fresh", folder / "eight", eight_bit=True)
    return folder / "eight"


def products(graph: onnx.GraphProto) -> int:
    """Products with 8-bit weights, in a graph and all graphs inside it."""
    found: int = sum(node.op_type == "MatMulNBits" for node in graph.node)
    for node in graph.node:
        found += sum(products(part.g) for part in node.attribute if part.HasField("g"))
    return found


def test_only_level_0_is_put_into_8_bits_and_the_manifest_says_so() -> None:
    folder = eight_bit_bundle()
    manifest = read_manifest(folder)
    assert manifest.eight_bit == COARSE_BITS
    counts = {
        spec.name: products(onnx.load_model(folder / spec.file, load_external_data=False).graph)
        for spec in manifest.graphs
    }
    wide = 4 * CONFIG.levels[0].depth
    assert counts == {
        "root": 0,
        "level0": wide,
        "level1": 0,
        "look": 0,
        "cells": 0,
        "patch": wide,
        "patch_shaped": wide,
    }


def test_usually_nothing_is_in_8_bits() -> None:
    manifest = read_manifest(exported_bundle())
    assert manifest.eight_bit == ()
    assert manifest.parity.tolerance == TOLERANCE


def test_rounding_is_measured_and_stays_within_what_is_allowed() -> None:
    parity = read_manifest(eight_bit_bundle()).parity
    assert parity.tolerance == EIGHT_BIT_TOLERANCE
    assert TOLERANCE < parity.max_abs_logit_error <= EIGHT_BIT_TOLERANCE


def test_whole_patches_are_what_level_by_level_makes_in_8_bits_too() -> None:
    whole = load_engine(eight_bit_bundle(), device="cpu")
    kept = {name: one for name, one in whole.sessions.items() if not name.startswith("patch")}
    parted = OnnxEngine(whole.config, kept, whole.name)
    assert agree(whole, parted, parted, Request(32), SamplingSettings(seed=3)).near_ties <= 1


def test_a_block_fills_its_8_bits(tmp_path: Path) -> None:
    folder = eight_bit_bundle()
    weights = WeightFile.read(folder / "weights.safetensors", eight_bit=COARSE_BITS)
    name = "patch_levels.0.blocks.0.up"
    graph = Graph(weights)
    graph.linear(graph.input("x", "float32", ["n", 2 * BLOCK]), name)
    packed, scales = (
        onnx.numpy_helper.to_array(graph.initializers[each]) for each in graph.nodes[-1].input[1:3]
    )
    real = weights.numbers(f"{name}.weight")
    assert packed.shape == (*real.shape[:1], real.shape[1] // BLOCK, BLOCK)
    assert set(np.abs(packed.astype(int) - 128).max(2).ravel()) == {127}
    back = (packed.astype(np.float32) - 128) * scales.reshape(*packed.shape[:2], 1)
    error = np.abs(back.reshape(real.shape) - real).reshape(packed.shape)
    assert (error.max(2).ravel() <= scales / 2 + 1e-7).all()


def test_other_operators_of_that_domain_are_still_refused(tmp_path: Path) -> None:
    graph = Graph(WeightFile("none", {}, eight_bit=("x",)))
    x = graph.input("x", "float32", [1])
    graph.output("y", graph.op("Inverse", x, domain=CONTRIB), "float32", [1])
    path = tmp_path / "level0.onnx"
    path.write_bytes(graph.model("level0").SerializeToString())
    with pytest.raises(UnsafeGraphError, match=r"uses the operator Inverse of com\.microsoft"):
        read_graph(path, None)
