"""Calls of a graph that are recorded once and then played back: CUDA graphs of onnxruntime.

A card is told of a step's hundred small kernels at once instead of one by one. That asks for memory
that never moves: inputs are written into the device's own values, outputs are read from them. One
recording belongs to one shape of its inputs and to one set of caches. On the CPU nothing is
recorded, and the same calls run as they are.
"""

from __future__ import annotations

import weakref
from itertools import count
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

NOT_RECORDED = "-1"
_NUMBERS = count(1)
_MOST = 8
"""Shapes that are recorded for one set of caches; many would only fill memory."""

Shapes = tuple[tuple[int, ...], ...]


class Recording:
    """Calls with one shape of inputs and one set of caches.

    Args:
        session: of the graph; its caches are inputs ``past_*`` and outputs ``present_*``.
        device: onnxruntime's name of where it runs.
        inputs: of the first call, caches left out.
        caches: by name, on the device.
        answers: outputs that are wanted.
    """

    def __init__(
        self,
        session: ort.InferenceSession,
        device: str,
        inputs: dict[str, NDArray[Any]],
        caches: dict[str, Any],
        answers: list[str],
    ) -> None:
        self._session, self._answers = session, answers
        number = next(_NUMBERS)
        self._options = ort.RunOptions()
        self._options.add_run_config_entry("gpu_graph_id", str(number))
        if device != "cpu":
            weakref.finalize(self, session.release_captured_graph, number)
        self._binding = session.io_binding()
        self._inputs = {
            name: ort.OrtValue.ortvalue_from_numpy(array.copy(), device, 0)
            for name, array in inputs.items()
        }
        for name, value in self._inputs.items():
            self._binding.bind_ortvalue_input(name, value)
        self._caches = caches  # the binding knows addresses only
        for name, memory in caches.items():
            self._binding.bind_ortvalue_input(f"past_{name}", memory)
            self._binding.bind_ortvalue_output(f"present_{name}", memory)
        self._outputs = self._sized(device)
        for name, value in self._outputs.items():
            self._binding.bind_ortvalue_output(name, value)

    def _sized(self, device: str) -> dict[str, Any]:
        """Values for the outputs, as large as a call that is not recorded makes them.

        What it writes into the caches the next call writes again.
        """
        for name in self._answers:
            self._binding.bind_output(name, device)
        options = ort.RunOptions()
        options.add_run_config_entry("gpu_graph_id", NOT_RECORDED)
        self._session.run_with_iobinding(self._binding, options)
        shapes = [value.shape() for value in self._binding.get_outputs()[len(self._caches) :]]
        self._binding.clear_binding_outputs()
        for name, memory in self._caches.items():
            self._binding.bind_ortvalue_output(f"present_{name}", memory)
        create = ort.OrtValue.ortvalue_from_shape_and_type
        return {
            name: create(shape, np.float32, device, 0)
            for name, shape in zip(self._answers, shapes, strict=True)
        }

    def run(self, inputs: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Run once; outputs by name, copies of what is on the device."""
        for name, value in self._inputs.items():
            value.update_inplace(np.ascontiguousarray(inputs[name]))
        self._session.run_with_iobinding(self._binding, self._options)
        return {name: value.numpy().copy() for name, value in self._outputs.items()}


class Recordings:
    """The recordings of one set of caches, by shapes of inputs; made at the second such call."""

    def __init__(self) -> None:
        self._seen: dict[Shapes, Recording | None] = {}

    def of(self, shapes: Shapes) -> Recording | None:
        """The recording for these shapes, if there is one."""
        return self._seen.get(shapes)

    def wants(self, shapes: Shapes) -> bool:
        """Whether these shapes came before and are worth a recording."""
        if shapes in self._seen:
            return True
        if len(self._seen) < _MOST:
            self._seen[shapes] = None
        return False

    def put(self, shapes: Shapes, recording: Recording) -> None:
        """Keep one."""
        self._seen[shapes] = recording
