"""Tiny generators as graphs in a folder, without the exporter around them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import onnx
from safetensors.torch import save_file

from export.graphs import build_graphs
from export.onnxengine import OnnxEngine
from export.runtime import GraphSession
from export.weightfile import WeightFile
from model.config import ModelConfig
from model.fractal import Fractal
from tests.model.configs import MIXES
from tests.model.generators import lively

WEIGHTS = "weights.safetensors"


def write_graphs(folder: Path, model: Fractal) -> list[str]:
    """Weights and graphs of a model in a folder; the graphs' names."""
    state = {name: tensor.contiguous().clone() for name, tensor in model.state_dict().items()}
    save_file(state, folder / WEIGHTS)
    graphs = build_graphs(model.config, WeightFile.read(folder / WEIGHTS))
    for name, graph in graphs.items():
        onnx.save(graph, folder / f"{name}.onnx")
    return list(graphs)


def open_graphs(folder: Path, config: ModelConfig, names: list[str]) -> OnnxEngine:
    """An engine over graphs in a folder."""
    sessions = {name: GraphSession(folder / f"{name}.onnx") for name in names}
    return OnnxEngine(config, sessions, "onnx (cpu)")


@cache
def graphs_of(mix: str) -> tuple[Path, list[str]]:
    """Graphs of a lively model of one of the mixes, written once a process."""
    folder = Path(mkdtemp(prefix="fractalroll-test-"))
    return folder, write_graphs(folder, lively(MIXES[mix]))


def engine_of_mix(mix: str, *, whole: bool = True) -> OnnxEngine:
    """An engine over them; not `whole`: level by level only."""
    folder, names = graphs_of(mix)
    kept = [name for name in names if whole or not name.startswith("patch")]
    return open_graphs(folder, MIXES[mix], kept)
