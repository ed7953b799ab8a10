"""A graph may ask for the bundle's weights and for ONNX's own operators, and for nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from export.errors import DamagedGraphsError, UnsafeGraphError
from export.graphfile import describe_graph, read_graph
from model.bundleinfo import WEIGHTS
from tests.export.bundles import change_graph, copy_of, exported_bundle

Change = Callable[[onnx.ModelProto], object]


def read_changed(change: Change, tmp_path: Path, graph: str = "patch") -> onnx.ModelProto:
    """Read a graph of the whole-patch kind (loops and branches in it) after a change."""
    folder = copy_of(exported_bundle(), tmp_path)
    change_graph(folder, graph, change)
    return read_graph(folder / f"{graph}.onnx", WEIGHTS, (folder / WEIGHTS).stat().st_size)


def outside(name: str = "stolen", location: str = "../../secret") -> TensorProto:
    """A tensor that lies somewhere else."""
    tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=[4])
    point(tensor, location=location, offset="0", length="16")
    return tensor


def point(tensor: TensorProto, **place: str) -> None:
    tensor.data_location = TensorProto.EXTERNAL
    del tensor.external_data[:]
    for key, value in place.items():
        tensor.external_data.add(key=key, value=value)


def first_weight(graph: onnx.ModelProto) -> TensorProto:
    own: list[TensorProto] = [t for t in graph.graph.initializer if t.external_data]
    return own[0]


def set_place(graph: onnx.ModelProto, **changes: str) -> None:
    """Change where the first weight lies."""
    tensor = first_weight(graph)
    place = {entry.key: entry.value for entry in tensor.external_data}
    point(tensor, **{**place, **changes})


def innermost(graph: onnx.GraphProto) -> onnx.GraphProto:
    """The body of a loop or branch that has none itself."""
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("g"):
                return innermost(attribute.g)
    return graph


def constant(**attributes: Any) -> onnx.NodeProto:
    return helper.make_node("Constant", [], ["hidden_constant"], **attributes)


def sparse() -> onnx.SparseTensorProto:
    indices = numpy_helper.from_array(np.arange(4), "indices")
    return helper.make_sparse_tensor(outside(), indices, [8])


@pytest.mark.parametrize(
    "location",
    [
        "../weights.safetensors",
        "/etc/passwd",
        "./weights.safetensors",
        "config.json",
        "weights.safetensors.bak",
        "sub/weights.safetensors",
        "..\\weights.safetensors",
        "C:\\weights.safetensors",
        "",
        "WEIGHTS.SAFETENSORS",
    ],
)
def test_weights_in_any_other_file_are_refused(location: str, tmp_path: Path) -> None:
    with pytest.raises(UnsafeGraphError, match="which is not the bundle's weights") as caught:
        read_changed(lambda graph: set_place(graph, location=location), tmp_path)
    assert repr(location) in str(caught.value)


HIDING_PLACES: dict[str, Change] = {
    "among the weights": lambda m: m.graph.initializer.append(outside()),
    "among a loop's weights": lambda m: innermost(m.graph).initializer.append(outside()),
    "in a constant": lambda m: m.graph.node.append(constant(value=outside())),
    "in a loop's constant": lambda m: innermost(m.graph).node.append(constant(value=outside())),
    "in a list of tensors": lambda m: m.graph.node[0].attribute.append(
        helper.make_attribute("several", [outside()])
    ),
    "among sparse weights": lambda m: m.graph.sparse_initializer.append(sparse()),
    "in a sparse constant": lambda m: m.graph.node.append(constant(sparse_value=sparse())),
    "in a list of graphs": lambda m: m.graph.node[0].attribute.append(
        helper.make_attribute("bodies", [helper.make_graph([], "body", [], [], [outside()])])
    ),
}


@pytest.mark.parametrize("place", HIDING_PLACES)
def test_a_tensor_that_lies_outside_is_found_wherever_it_hides(place: str, tmp_path: Path) -> None:
    with pytest.raises(UnsafeGraphError, match=r"lies in '\.\./\.\./secret'"):
        read_changed(HIDING_PLACES[place], tmp_path)


def say_twice(graph: onnx.ModelProto) -> None:
    first_weight(graph).external_data.add(key="location", value="../other")


def unmarked(graph: onnx.ModelProto) -> None:
    """A place without the mark that says that there is one."""
    tensor = outside()
    tensor.data_location = TensorProto.DEFAULT
    graph.graph.initializer.append(tensor)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda g: set_place(g, offset="-4"), "lies at '-4'"),
        (lambda g: set_place(g, length="0x10"), "lies at"),
        (lambda g: set_place(g, offset="99999999"), "beyond the end of weights"),
        (lambda g: set_place(g, basepath="/"), "in its own way"),
        (say_twice, "in its own way"),
        (unmarked, "lies in '../../secret'"),
        (lambda g: first_weight(g).external_data.pop(), "in its own way"),
    ],
)
def test_odd_ways_to_say_where_weights_lie_are_refused(
    change: Change, message: str, tmp_path: Path
) -> None:
    with pytest.raises(UnsafeGraphError, match=message):
        read_changed(change, tmp_path)


FOREIGN: dict[str, Change] = {
    "an operator": lambda m: setattr(m.graph.node[0], "domain", "com.microsoft"),
    "an operator in a loop": lambda m: setattr(innermost(m.graph).node[0], "domain", "evil"),
    "a set of operators": lambda m: m.opset_import.append(helper.make_opsetid("evil", 1)),
    "a function": lambda m: m.functions.append(onnx.FunctionProto(name="f", domain="evil")),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_foreign_operators_and_functions_are_refused(what: str, tmp_path: Path) -> None:
    with pytest.raises(UnsafeGraphError, match=r"it uses|functions of its own"):
        read_changed(FOREIGN[what], tmp_path)


def test_graphs_that_hold_their_weights_may_not_point_at_any_file(tmp_path: Path) -> None:
    folder = exported_bundle()
    with pytest.raises(UnsafeGraphError, match="hold their weights themselves"):
        read_graph(folder / "patch.onnx", None)
    assert read_graph(exported_bundle(embed=True) / "patch.onnx", None).graph.node


@pytest.mark.parametrize("content", [b"", b"\xff\x01 no graph", b"{}"])
def test_a_file_that_is_no_graph_is_told(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "level0.onnx"
    path.write_bytes(content)
    with pytest.raises(DamagedGraphsError, match=r"level0\.onnx is no ONNX graph"):
        read_graph(path, WEIGHTS)
    path.unlink()
    with pytest.raises(DamagedGraphsError, match=r"level0\.onnx is missing"):
        read_graph(path, WEIGHTS)


def test_a_graph_declares_its_inputs_in_the_files_order() -> None:
    folder = exported_bundle()
    graph = read_graph(folder / "cells.onnx", WEIGHTS, (folder / WEIGHTS).stat().st_size)
    spec = describe_graph(graph, "cells", "cells.onnx")
    assert [entry.name for entry in spec.inputs] == ["seen", "codes"]
    assert spec.outputs[0].shape == ("M", 16, 6)
    assert spec.opset >= 23
