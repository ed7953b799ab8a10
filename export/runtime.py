"""Sessions of onnxruntime, set up on purpose: few threads, no spinning, nothing printed.

Caches live in memory that a graph's input and output are both bound to, so a step writes in place.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from export.errors import GraphError
from export.recording import NOT_RECORDED, Recording, Recordings

Memory = Any
"""An array where the session's device can reach it; only sessions look inside."""

_FATAL = 4
CPU, CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"
RECORDED = f"{CUDA}, recorded"
"""CUDA with the steps of AR levels recorded and played back (`export.recording`)."""
OPTIONS: dict[str, dict[str, str]] = {
    CUDA: {
        "device_id": "0",
        "use_tf32": "0",  # ten bits of mantissa would change what is drawn
        "arena_extend_strategy": "kSameAsRequested",
    }
}
"""Options of a provider."""


class GraphSession:
    """One graph, loaded; NumPy in, NumPy out."""

    def __init__(
        self, path: Path, provider: str = CPU, threads: int = 1, *, recording: bool = False
    ) -> None:
        """Load a graph.

        Args:
            path: of the `.onnx` file; weights are read from the folder that it lies in.
            provider: onnxruntime's name of the execution provider, or `RECORDED`.
            threads: of the CPU.
            recording: whether calls with caches go through recordings; `RECORDED` implies it.

        Raises:
            GraphError: it can't be loaded, or doesn't run where it should.
        """
        self.recording = recording or provider == RECORDED
        options = dict(OPTIONS.get(provider.partition(",")[0], {}))
        if provider == RECORDED:
            options["enable_cuda_graph"] = "1"
        provider = provider.partition(",")[0]
        wanted = [(provider, options)]
        try:
            self._session = ort.InferenceSession(path, _options(threads), providers=wanted)
        except Exception as err:  # onnxruntime's errors have no common base
            raise GraphError(f"can't load the graph {path}: {err}") from err
        self.inputs = [entry.name for entry in self._session.get_inputs()]
        self.outputs = [entry.name for entry in self._session.get_outputs()]
        self.provider = self._session.get_providers()[0]
        if self.provider != provider:  # onnxruntime itself falls back without a word
            raise GraphError(f"the graph {path} should run on {provider}, got {self.provider}")
        self._device = "cuda" if self.provider.startswith("CUDA") else "cpu"
        self._answers = [name for name in self.outputs if not name.startswith("present_")]

    def strays(self) -> list[str]:
        """Operators that run elsewhere than on the session's provider, each by name, sorted."""
        found: set[str] = set()
        for part in self._session.get_provider_graph_assignment_info():
            if part.ep_name != self.provider:
                found.update(node.op_type for node in part.get_nodes())
        return sorted(found)

    def shape(self, name: str) -> tuple[int, ...]:
        """Shape of an input all of whose sizes are fixed."""
        return next(tuple(e.shape) for e in self._session.get_inputs() if e.name == name)

    def memory(self, array: NDArray[Any]) -> Memory:
        """Memory on the session's device that holds a copy of `array`, or `array` itself."""
        return ort.OrtValue.ortvalue_from_numpy(array, self._device, 0)

    def run(
        self,
        inputs: dict[str, NDArray[Any]],
        caches: dict[str, Memory] | None = None,
        recordings: Recordings | None = None,
    ) -> dict[str, NDArray[Any]]:
        """Run once.

        Args:
            inputs: by name; what the graph doesn't ask for is left out.
            caches: by name without ``past_`` and ``present_``; changed in place.
            recordings: of these caches, where the session goes through recordings.

        Returns:
            outputs by name, caches left out.
        """
        if not caches:
            feeds = {name: inputs[name] for name in self.inputs}
            return dict(zip(self.outputs, self._session.run(None, feeds), strict=True))
        if self.recording and recordings is not None:
            own = {name: inputs[name] for name in self.inputs if not name.startswith("past_")}
            shapes = tuple(array.shape for array in own.values())
            if recordings.wants(shapes):
                recording = recordings.of(shapes)
                if recording is None:
                    recording = Recording(self._session, self._device, own, caches, self._answers)
                    recordings.put(shapes, recording)
                return recording.run(own)
        binding = self._session.io_binding()
        for name, memory in caches.items():
            binding.bind_ortvalue_input(f"past_{name}", memory)
            binding.bind_ortvalue_output(f"present_{name}", memory)
        kept = []
        for name in self.inputs:
            if not name.startswith("past_"):
                kept.append(np.ascontiguousarray(inputs[name]))
                binding.bind_cpu_input(name, kept[-1])
        for name in self._answers:
            binding.bind_output(name, "cpu")
        self._session.run_with_iobinding(binding, _unrecorded() if self.recording else None)
        values = binding.get_outputs()[len(caches) :]
        return {name: value.numpy() for name, value in zip(self._answers, values, strict=True)}


class BoundGraph:
    """A session bound to fixed memory: write into the arrays, `run`, read the others."""

    def __init__(
        self,
        session: GraphSession,
        inputs: dict[str, NDArray[Any]],
        outputs: dict[str, NDArray[Any]],
        caches: dict[str, Memory],
    ) -> None:
        self._session = session._session
        self._binding = self._session.io_binding()
        self._kept = (inputs, outputs, caches)  # the binding knows addresses only
        for name, array in inputs.items():
            self._binding.bind_ortvalue_input(name, ort.OrtValue.ortvalue_from_numpy(array))
        for name, array in outputs.items():
            self._binding.bind_ortvalue_output(name, ort.OrtValue.ortvalue_from_numpy(array))
        for name, memory in caches.items():
            self._binding.bind_ortvalue_input(f"past_{name}", memory)
            self._binding.bind_ortvalue_output(f"present_{name}", memory)

    def run(self) -> None:
        """Run once."""
        self._session.run_with_iobinding(self._binding)


def _unrecorded() -> ort.RunOptions:
    """A call that is made as it is, in a session that records."""
    options = ort.RunOptions()
    options.add_run_config_entry("gpu_graph_id", NOT_RECORDED)
    return options


def _options(threads: int) -> ort.SessionOptions:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = _FATAL
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    options.add_session_config_entry("session.record_ep_graph_assignment_info", "1")
    return options
