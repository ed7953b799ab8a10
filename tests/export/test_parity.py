"""Every export is held against torch, and each way of being wrong is told apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, numpy_helper

from export.errors import (
    GraphAxesError,
    GraphCellsError,
    GraphError,
    GraphNamesError,
    GraphShapesError,
    GraphValuesError,
)
from export.exporter import export_bundle
from export.graphfile import describe_graph, read_graph
from export.graphs import graph_names
from export.loading import load_engine
from export.manifest import GraphSpec, Parity
from export.parity import TOLERANCE, check_parity
from export.paritycases import cases, lengths
from export.runtime import GraphSession
from model.bundle import load_bundle, save_bundle
from model.bundleinfo import WEIGHTS, Card
from model.fractal import Fractal
from model.presets import preset
from model.sampler import Request, SamplingSettings
from model.torchengine import TorchEngine
from tests.export.bundles import MIX, bundle_of, change_graph, copy_of, exported_bundle
from tests.model.configs import EXACT, MIXES
from tests.model.generators import lively
from tests.model.pieces import sampled

Change = Callable[[onnx.ModelProto], object]


def check(folder: Path) -> Parity:
    """Hold the graphs that lie in a folder against the torch model of its weights."""
    bundle = load_bundle(folder)
    size = (folder / WEIGHTS).stat().st_size
    specs: list[GraphSpec] = []
    for name in graph_names(bundle.info.config):
        graph = read_graph(folder / f"{name}.onnx", WEIGHTS, size)
        specs.append(describe_graph(graph, name, f"{name}.onnx"))
    return check_parity(folder, bundle.model, specs)


def damaged(tmp_path: Path, graph: str, change: Change, mix: str = MIX) -> Path:
    folder = copy_of(exported_bundle(mix), tmp_path)
    change_graph(folder, graph, change)
    return folder


def rename(graph: onnx.ModelProto, old: str, new: str) -> None:
    """Give a value another name wherever it is used."""
    for node in graph.graph.node:
        for names in (node.input, node.output):
            for index, name in enumerate(names):
                if name == old:
                    names[index] = new
    for entry in (*graph.graph.input, *graph.graph.output):
        if entry.name == old:
            entry.name = new


def swap(graph: onnx.ModelProto, one: str, other: str) -> None:
    """Let two values trade names."""
    rename(graph, one, "between")
    rename(graph, other, one)
    rename(graph, "between", other)


def external(graph: onnx.ModelProto) -> dict[str, TensorProto]:
    return {t.name: t for t in graph.graph.initializer if t.external_data}


def point_elsewhere(graph: onnx.ModelProto, name: str = "patch_levels.0.flags.bias") -> None:
    """Let a weight be read from a few bytes before its place."""
    place = next(entry for entry in external(graph)[name].external_data if entry.key == "offset")
    place.value = str(int(place.value) - 4)


def change_floats(graph: onnx.ModelProto) -> None:
    """Raise the largest array of float constants by a tenth."""
    own = [t for t in graph.graph.initializer if not t.external_data]
    floats = [t for t in own if t.data_type == TensorProto.FLOAT]
    largest = max(floats, key=lambda tensor: numpy_helper.to_array(tensor).size)
    array = numpy_helper.to_array(largest) * np.float32(1.1)
    largest.CopyFrom(numpy_helper.from_array(array, largest.name))


@pytest.mark.parametrize("mix", MIXES)
def test_every_mix_of_levels_exports_and_makes_the_notes_of_torch(mix: str, tmp_path: Path) -> None:
    config = replace(MIXES[mix], styles=("bach", "folk"))
    save_bundle(tmp_path / "with-styles", lively(config), Card("lively"))
    report = export_bundle(tmp_path / "with-styles", tmp_path / "exported")
    parity = report.manifest.parity
    assert 0 < parity.max_abs_logit_error <= TOLERANCE
    assert 0 < parity.max_abs_hidden_error <= TOLERANCE
    assert len(set(parity.batch_sizes)) == len(set(parity.steps)) == 2
    assert parity.patches > 0
    assert (parity.whole_patches > 0) == ("patch" in graph_names(config))
    original = TorchEngine(load_bundle(tmp_path / "exported").model)
    request, settings = Request(24, count=2), SamplingSettings(seed=1)
    np.testing.assert_array_equal(
        sampled(load_engine(tmp_path / "exported", device="cpu"), request, settings),
        sampled(original, request, settings),
    )


@pytest.mark.parametrize("name", ["tiny", "classic"])
def test_presets_export(name: str, tmp_path: Path) -> None:
    config = preset(name, context_steps={"tiny": 64, "classic": 256}[name])
    model = Fractal(config)
    with torch.no_grad():
        for index in range(len(config.levels) - 1):
            model.level(index).flags.bias.copy_(torch.tensor([2.0, 1.0, 0.0]))  # mostly silence
    save_bundle(tmp_path / name, model, Card(name))
    parity = export_bundle(tmp_path / name, tmp_path / "exported").manifest.parity
    assert parity.max_abs_logit_error <= TOLERANCE


def test_the_cases_go_every_way_that_the_sampler_goes() -> None:
    config = replace(MIXES[MIX], styles=("bach",))
    every = cases(config)
    assert len({case.request.count for case in every}) >= 2
    assert {case.request.steps for case in every} == set(lengths(config))
    told = [case.request.conditions.style for case in every]
    assert None in told
    assert "bach" in told
    assert any(case.request.prompt is not None for case in every)
    assert any(case.settings.guidance != 1 for case in every)
    assert any(case.whole and not case.settings.plain for case in every)
    assert any(case.whole and case.settings.plain for case in every)


@pytest.mark.parametrize(
    ("graph", "change"),
    [
        ("level0", lambda g: rename(g, "hidden", "concealed")),
        ("level0", lambda g: rename(g, "content", "contents")),
        ("patch", lambda g: rename(g, "past_keys0", "past_keys9")),
    ],
)
def test_a_renamed_input_or_output_is_told_by_name(
    graph: str, change: Change, tmp_path: Path
) -> None:
    with pytest.raises(GraphNamesError, match=r"no \w+ (in|out)put (hidden|content|past_keys0)"):
        check(damaged(tmp_path, graph, change))


def test_a_missing_graph_is_told_by_name() -> None:
    model = load_bundle(bundle_of()).model
    with pytest.raises(GraphNamesError, match="no graph root; no graph level0"):
        check_parity(bundle_of(), model, [])


def fix_axis(graph: onnx.ModelProto) -> None:
    graph.graph.output[0].type.tensor_type.shape.dim[0].dim_value = 1


def drop_axis(graph: onnx.ModelProto) -> None:
    del graph.graph.output[0].type.tensor_type.shape.dim[0]


@pytest.mark.parametrize("change", [fix_axis, drop_axis])
def test_an_axis_that_is_fixed_or_missing_is_told(change: Change, tmp_path: Path) -> None:
    with pytest.raises(GraphAxesError, match=r"cells output logits has axes \["):
        check(damaged(tmp_path, "cells", change))


def widen(graph: onnx.ModelProto) -> None:
    graph.graph.output[0].type.tensor_type.shape.dim[2].dim_value += 1


def retype(graph: onnx.ModelProto) -> None:
    graph.graph.input[0].type.tensor_type.elem_type = TensorProto.DOUBLE


@pytest.mark.parametrize("change", [widen, retype])
def test_a_size_or_type_that_differs_is_told(change: Change, tmp_path: Path) -> None:
    with pytest.raises(GraphShapesError, match=r"cells (in|out)put \w+ is .* instead of"):
        check(damaged(tmp_path, "cells", change))


def test_outputs_that_traded_names_are_told_by_their_shapes(tmp_path: Path) -> None:
    with pytest.raises(GraphShapesError, match=r"level0 output (flags|hidden) is"):
        check(damaged(tmp_path, "level0", lambda g: swap(g, "flags", "hidden")))


def test_outputs_that_only_lie_about_their_shape_are_caught_in_a_call(tmp_path: Path) -> None:
    def lie(graph: onnx.ModelProto) -> None:
        for node in graph.graph.node:
            for index, name in enumerate(node.output):
                if name == "seen":
                    node.output[index] = "whole"
        first = numpy_helper.from_array(np.array([0]), "first")
        last = numpy_helper.from_array(np.array([-1]), "last")
        graph.graph.initializer.extend([first, last])
        graph.graph.node.append(
            onnx.helper.make_node("Slice", ["whole", "first", "last"], ["seen"])
        )

    with pytest.raises(GraphShapesError, match="look output seen was"):
        check(damaged(tmp_path, "look", lie))


@pytest.mark.parametrize(
    ("graph", "change", "where"),
    [
        ("level0", point_elsewhere, "flags of level 0"),
        ("level0", lambda g: swap(g, "present_keys0", "present_values0"), "flags of level 0"),
        ("root", lambda g: point_elsewhere(g, "patch_levels.0.conditions.style.weight"), "flags"),
        ("cells", lambda g: point_elsewhere(g, "cell_level.norm.weight"), "kinds of cells"),
        ("look", change_floats, "kinds of cells"),
    ],
)
def test_other_numbers_are_told_with_where_and_by_how_much(
    graph: str, change: Change, where: str, tmp_path: Path
) -> None:
    with pytest.raises(GraphValuesError, match=rf"{where}.* by \d"):
        check(damaged(tmp_path, graph, change))


@pytest.mark.parametrize("graph", ["patch", "patch_shaped"])
def test_whole_patches_with_other_notes_are_caught(graph: str, tmp_path: Path) -> None:
    def harm(proto: onnx.ModelProto) -> None:
        point_elsewhere(proto, "cell_level.near.weight")

    with pytest.raises(GraphCellsError, match="whole patches makes other notes than torch"):
        check(damaged(tmp_path, graph, harm))


def test_a_graph_that_can_not_be_loaded_is_named(tmp_path: Path) -> None:
    def cut(graph: onnx.ModelProto) -> None:
        del graph.graph.node[0]

    with pytest.raises(GraphError, match=r"can't load the graph .*level0\.onnx"):
        check(damaged(tmp_path, "level0", cut))


def test_a_graph_that_breaks_off_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise RuntimeError("no such kernel")

    monkeypatch.setattr(GraphSession, "run", fail)
    with pytest.raises(GraphError, match="can't be run: no such kernel"):
        check(exported_bundle())


def test_the_exact_mixes_include_one_that_goes_in_whole_patches() -> None:
    assert any("patch" in graph_names(MIXES[mix]) for mix in EXACT)
