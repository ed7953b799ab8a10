"""Writes ONNX graphs node by node, with weights that stay in the bundle's safetensors file.

Why not `torch.onnx.export`: these networks are small and their cost is nodes, not arithmetic; a
traced graph has two to three times as many, takes a quarter of a minute a level to write, and knows
no loops. Here a graph is written in milliseconds from config and weights alone, without torch, and
then checked against the torch model (`export.parity`).

Opset 24: `Attention` and `TensorScatter` (ONNX operator specification).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from export.weightfile import StoredTensor, WeightFile

OPSET = 24
IR_VERSION = 11

CONTRIB = "com.microsoft"
"""Where onnxruntime keeps its product with 8-bit weights; everything else is plain ONNX."""
BLOCK = 32
"""Numbers of a row that share a scale in 8 bits."""
INT8_SUMS = 4
"""`accuracy_level` of that product: what comes in is put into 8 bits, too."""

END = 2**31 - 1
"""As the stop of a slice: to the end."""

Dim = int | str
"""A size, or the name of an axis whose size is not known beforehand."""

_TYPES = {
    "float32": TensorProto.FLOAT,
    "int64": TensorProto.INT64,
    "int32": TensorProto.INT32,
    "uint8": TensorProto.UINT8,
    "bool": TensorProto.BOOL,
}
_STORED = {"F32": TensorProto.FLOAT, "F16": TensorProto.FLOAT16}


class Graph:
    """A graph under construction; values are known by name.

    Bodies of loops and branches see the values of the graph around them. Constants and weights
    belong to the outermost graph, where the runtime folds what follows from them once.
    """

    def __init__(self, weights: WeightFile, outer: Graph | None = None) -> None:
        self.weights, self.outer = weights, outer
        self.root: Graph = self if outer is None else outer.root
        self.nodes: list[Any] = []
        self.inputs: list[Any] = []
        self.outputs: list[Any] = []
        self.initializers: dict[str, Any] = {}
        self._shared: dict[object, str] = {}
        self._count = 0

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Add a node with one output; an input that is left out is ``""``."""
        return self.ops(kind, 1, *inputs, **attributes)[0]

    def ops(self, kind: str, outputs: int, *inputs: str, **attributes: Any) -> list[str]:
        """Add a node with several outputs."""
        names = [self.name(kind.lower()) for _ in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, **attributes))
        return names

    def constant(self, value: Any, dtype: str = "int64") -> str:
        """A constant; the same one twice is stored once."""
        array = np.asarray(value, dtype)
        key = (array.dtype.str, array.shape, array.tobytes())
        return self.root._once(key, lambda root: root._store(array))

    def weight(self, name: str) -> str:
        """A tensor of the weights as float32."""
        return self.root._once(("weight", name), lambda root: root._external(name))

    def derived(self, key: object, kind: str, *inputs: str, **attributes: Any) -> str:
        """A value that follows from constants and weights; `key` says when it is the same one."""
        return self.root._once(key, lambda root: root.op(kind, *inputs, **attributes))

    def linear(self, x: str, name: str) -> str:
        """``x @ weight.T + bias`` of a torch `Linear`; x is [rows, D]."""
        bias = self.weight(f"{name}.bias")
        if name.startswith(self.weights.eight_bit):  # of none: never
            rows, columns = self.weights[f"{name}.weight"].shape
            if columns % BLOCK == 0:
                packed, scales = self._eight_bit(name)
                return self.op(
                    "MatMulNBits", x, packed, scales, "", "", bias, domain=CONTRIB,
                    K=columns, N=rows, bits=8, block_size=BLOCK, accuracy_level=INT8_SUMS,
                )  # fmt: skip
        return self.op("Gemm", x, self.weight(f"{name}.weight"), bias, transB=1)

    def embedding(self, name: str, index: str) -> str:
        """Rows of a torch `Embedding`."""
        return self.op("Gather", self.weight(f"{name}.weight"), index, axis=0)

    def norm(self, x: str, name: str) -> str:
        """A torch `LayerNorm` over the last axis."""
        scale, bias = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return self.op("LayerNormalization", x, scale, bias, axis=-1, epsilon=1e-5)

    def add(self, *values: str) -> str:
        """The sum of some values."""
        total = values[0]
        for value in values[1:]:
            total = self.op("Add", total, value)
        return total

    def reshape(self, x: str, shape: Sequence[int] | str) -> str:
        """Reshape; 0 keeps a size, -1 is what remains; or the name of an int64 value."""
        return self.op("Reshape", x, shape if isinstance(shape, str) else self.constant(shape))

    def slice(self, x: str, start: Any, stop: Any, axis: int) -> str:
        """``x[start:stop]`` along an axis; limits are numbers or names of int64 [1] values."""
        limits = [v if isinstance(v, str) else self.constant([v]) for v in (start, stop)]
        return self.op("Slice", x, *limits, self.constant([axis]))

    def input(self, name: str, dtype: str, shape: Sequence[Dim]) -> str:
        """Declare an input."""
        self.inputs.append(helper.make_tensor_value_info(name, _TYPES[dtype], list(shape)))
        return name

    def output(self, name: str, value: str, dtype: str, shape: Sequence[Dim]) -> str:
        """Declare that a value is an output; from now on it goes by `name`, which is returned."""
        made_here = {output for node in self.nodes for output in node.output}
        if value in made_here and value not in {entry.name for entry in self.outputs}:
            self._rename(value, name)
        else:
            self.nodes.append(helper.make_node("Identity", [value], [name]))
        self.outputs.append(helper.make_tensor_value_info(name, _TYPES[dtype], list(shape)))
        return name

    def returns(self, value: str, dtype: str, shape: Sequence[Dim]) -> None:
        """Declare the next output of a body."""
        if value not in {output for node in self.nodes for output in node.output}:
            value = self.op("Identity", value)
        self.outputs.append(helper.make_tensor_value_info(value, _TYPES[dtype], list(shape)))

    def body(self) -> Graph:
        """A graph inside this one, for a loop or a branch."""
        return Graph(self.weights, self)

    def proto(self, name: str) -> onnx.GraphProto:
        """The graph as it is written."""
        return helper.make_graph(
            self.nodes, name, self.inputs, self.outputs, list(self.initializers.values())
        )

    def model(self, name: str) -> onnx.ModelProto:
        """The whole model."""
        opsets = [helper.make_opsetid("", OPSET)]
        if self.weights.eight_bit:
            opsets.append(helper.make_opsetid(CONTRIB, 1))
        return helper.make_model(
            self.proto(name),
            producer_name="fractalroll",
            opset_imports=opsets,
            ir_version=IR_VERSION,
        )

    def _rename(self, value: str, name: str) -> None:
        for node in self.nodes:
            for names in (node.input, node.output):
                for index, own in enumerate(names):
                    if own == value:
                        names[index] = name

    def name(self, stem: str) -> str:
        """A name that nothing else has."""
        self.root._count += 1
        return f"{stem}_{self.root._count}"

    def _once(self, key: object, make: Any) -> str:
        if key not in self._shared:
            self._shared[key] = make(self)
        return self._shared[key]

    def _store(self, array: NDArray[Any]) -> str:
        name = self.name("constant")
        self.initializers[name] = numpy_helper.from_array(array, name)
        return name

    def _eight_bit(self, name: str) -> tuple[str, str]:
        """A weight in 8 bits, uint8 [rows, blocks, BLOCK], and the scale of each block.

        Each block of a row is divided by its largest number, so that it fills -127..127.
        """
        weight = self.weights.numbers(f"{name}.weight")
        blocks = weight.reshape(len(weight), -1, BLOCK)
        scales = np.abs(blocks).max(2, keepdims=True) / 127
        packed = np.round(blocks / np.maximum(scales, 1e-12)) + 128
        return self.constant(packed, "uint8"), self.constant(scales.reshape(-1), "float32")

    def _external(self, name: str) -> str:
        """A tensor that lies in the weight file (ONNX, docs/ExternalData.md), or its copy."""
        stored = self.weights[name]
        tensor = TensorProto(name=name, data_type=_STORED[stored.kind], dims=stored.shape)
        if self.weights.embed:
            tensor.raw_data = self.weights.bytes_of(name)
        else:
            _point(tensor, self.weights.name, stored)
        self.initializers[name] = tensor
        if stored.kind == "F32":
            return name
        return self.op("Cast", name, to=TensorProto.FLOAT)


def _point(tensor: TensorProto, file: str, stored: StoredTensor) -> None:
    """Say that a tensor lies in a file beside the graph."""
    tensor.data_location = TensorProto.EXTERNAL
    place = {"location": file, "offset": str(stored.offset), "length": str(stored.length)}
    for key, value in place.items():
        tensor.external_data.add(key=key, value=value)
