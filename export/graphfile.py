"""Reads a graph's file and sees that it keeps to itself: no files outside, no foreign operators.

ONNX lets a tensor say that its numbers lie in another file, by any path. Here the one file that may
be named is the bundle's own weights; and the operators are those of ONNX itself, and onnxruntime's
product with 8-bit weights.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import onnx
from onnx import TensorProto

from export.errors import DamagedGraphsError, UnsafeGraphError
from export.graphbuilder import CONTRIB
from export.manifest import GraphSpec, TensorSpec

DOMAINS = ("", "ai.onnx")
"""Where operators may come from."""
EXTRA = {"MatMulNBits": CONTRIB}
"""And those that may come from elsewhere."""
_PLACES = ("location", "offset", "length")
_DTYPES = {
    TensorProto.FLOAT: "float32",
    TensorProto.INT64: "int64",
    TensorProto.INT32: "int32",
    TensorProto.UINT8: "uint8",
    TensorProto.BOOL: "bool",
}


def read_graph(path: Path, weights: str | None, weights_bytes: int = 0) -> onnx.ModelProto:
    """Read a graph without touching its weights, and refuse what must not be run.

    Args:
        path: of the file.
        weights: name of the one file that it may take weights from; None: it must hold its own.
        weights_bytes: how long that file is.

    Raises:
        DamagedGraphsError: the file can't be read, or is no ONNX graph.
        UnsafeGraphError: it asks for another file or for other operators.
    """
    try:
        model = onnx.load_model_from_string(path.read_bytes())
    except FileNotFoundError as err:
        raise DamagedGraphsError(f"{path} is missing") from err
    except OSError as err:
        raise DamagedGraphsError(f"can't read {path}: {err}") from err
    except Exception as err:  # protobuf's own, which has no types
        raise DamagedGraphsError(f"{path} is no ONNX graph: {err}") from err
    if not model.graph.node:
        raise DamagedGraphsError(f"{path} is no ONNX graph: nothing is in it")
    for fault in _faults(model, weights, weights_bytes):
        raise UnsafeGraphError(f"refused to run {path}: {fault}; take it from where you trust")
    return model


def describe_graph(model: onnx.ModelProto, name: str, file: str) -> GraphSpec:
    """What a graph itself declares."""
    opset = next((entry.version for entry in model.opset_import if entry.domain in DOMAINS), 0)
    inputs = tuple(_tensor(entry) for entry in model.graph.input)
    return GraphSpec(name, file, opset, inputs, tuple(_tensor(e) for e in model.graph.output))


def _tensor(entry: Any) -> TensorSpec:
    """A declared input or output; an axis without size and name is ``"?"``."""
    declared = entry.type.tensor_type
    shape = tuple(
        axis.dim_value if axis.HasField("dim_value") else axis.dim_param or "?"
        for axis in declared.shape.dim
    )
    dtype = _DTYPES.get(declared.elem_type, f"type {declared.elem_type}")
    return TensorSpec(entry.name, dtype, shape)


def _faults(model: onnx.ModelProto, weights: str | None, weights_bytes: int) -> Iterator[str]:
    """Phrases about all that a graph must not have."""
    foreign = {entry.domain for entry in model.opset_import} - {*DOMAINS, *EXTRA.values()}
    if foreign:
        yield f"it uses operators of {', '.join(sorted(foreign))}"
    if model.functions or model.training_info:
        yield "it brings functions of its own"
    for graph in _graphs(model.graph):
        for node in graph.node:
            if node.domain not in DOMAINS and EXTRA.get(node.op_type) != node.domain:
                yield f"it uses the operator {node.op_type} of {node.domain}"
        for tensor in _tensors(graph):
            if fault := _place_fault(tensor, weights, weights_bytes):
                yield f"its tensor {tensor.name or 'without a name'} {fault}"


def _graphs(graph: onnx.GraphProto) -> Iterator[onnx.GraphProto]:
    """A graph and all graphs inside it."""
    yield graph
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("g"):
                yield from _graphs(attribute.g)
            for inner in attribute.graphs:
                yield from _graphs(inner)


def _tensors(graph: onnx.GraphProto) -> Iterator[TensorProto]:
    """Every tensor in a graph, but for those of graphs inside it."""
    yield from graph.initializer
    sparse = list(graph.sparse_initializer)
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            yield from attribute.tensors
            if attribute.HasField("sparse_tensor"):
                sparse.append(attribute.sparse_tensor)
            sparse += attribute.sparse_tensors
    for tensor in sparse:
        yield tensor.values
        yield tensor.indices


def _place_fault(tensor: TensorProto, weights: str | None, weights_bytes: int) -> str:
    """What is wrong with where a tensor's numbers lie; nothing if they lie where they should."""
    if tensor.data_location != TensorProto.EXTERNAL and not tensor.external_data:
        return ""
    entries = [(entry.key, entry.value) for entry in tensor.external_data]
    place = dict(entries)
    if len(place) != len(entries) or set(place) != set(_PLACES):
        return f"says in its own way where it lies: {entries}"
    if weights is None:
        return f"lies in {place['location']!r}, but the graphs hold their weights themselves"
    if place["location"] != weights:
        return f"lies in {place['location']!r}, which is not the bundle's {weights}"
    if not (place["offset"].isdecimal() and place["length"].isdecimal()):
        return f"lies at {place['offset']!r}, {place['length']!r} bytes long"
    if int(place["offset"]) + int(place["length"]) > weights_bytes:
        return f"lies beyond the end of {weights}"
    return ""
