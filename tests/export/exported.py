"""Tiny generators as graphs in a folder, without the exporter around them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import onnx
from safetensors.torch import save_file

from export.beside import Differences
from export.graphs import build_graphs
from export.onnxengine import OnnxEngine
from export.parity import LEAST_ERROR, NEAR
from export.paritycases import Case
from export.runtime import GraphSession
from export.samenotes import Agreement, check_notes, make_beside
from export.weightfile import WeightFile
from model.config import ModelConfig
from model.engine import Engine
from model.fractal import Fractal
from model.sampler import Request
from model.settings import SamplingSettings
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


def agree(
    engine: Engine,
    levels: Engine,
    reference: Engine,
    request: Request,
    settings: SamplingSettings | None = None,
) -> Agreement:
    """Let an engine make what a reference makes; they must agree but for near-ties.

    Args:
        engine: is tested.
        levels: the same graphs level by level, to measure how far logits are apart.
        reference: says what is right.
        request, settings: the piece.
    """
    apart, found = Differences(), Agreement()
    made = make_beside(
        reference, levels, Case("a piece", request, settings or SamplingSettings()), apart
    )
    near = NEAR * max(apart.largest("logits"), LEAST_ERROR)
    assert near < 1e-3, "logits are far apart"
    check_notes(engine, reference, made, near, found)
    return found


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
