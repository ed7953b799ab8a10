"""What this machine offers to run graphs on, and whether the bundled model plays on it.

Asking onnxruntime for CUDA and not getting it is silent, and its list of available providers only
says what it was built with. So each provider gets a session of its own, on the smallest graph there
is, and that session is asked what it runs on.
"""

from __future__ import annotations

import shutil

from export.packages import CLASH, MEND, installed
from model.finding import Finding
from model.probe import JsonObject, ProbeError, probe

_CPU = "CPUExecutionProvider"
_CUDA = "CUDAExecutionProvider"
_TRIED = (_CPU, _CUDA, "CoreMLExecutionProvider", "DmlExecutionProvider")
_QUIET = 4  # onnxruntime's severity: fatal only
_REINSTALL = "Install it again: pip install --force-reinstall fractalroll"


def _field(number: int, payload: bytes | int) -> bytes:
    """One protobuf field: a number below 128 as varint, bytes shorter than 128 with a length."""
    if isinstance(payload, int):
        return bytes([number << 3, payload])
    return bytes([number << 3 | 2, len(payload)]) + payload


def identity_graph() -> bytes:
    """An ONNX model that copies one float, written by hand so that the doctor needs no `onnx`.

    The field numbers are those of onnx.proto (ModelProto, GraphProto, NodeProto, ValueInfoProto).
    """
    one = _field(1, _field(1, 1))  # TensorShapeProto with one dimension of size 1
    float_tensor = _field(1, _field(1, 1) + _field(2, one))  # TypeProto.Tensor of FLOAT

    def value(name: bytes) -> bytes:
        return _field(1, name) + _field(2, float_tensor)

    node = _field(1, b"x") + _field(2, b"y") + _field(4, b"Identity")
    graph = (
        _field(1, node) + _field(2, b"identity") + _field(11, value(b"x")) + _field(12, value(b"y"))
    )
    opset = _field(2, 13)
    ir_version = 8
    return _field(1, ir_version) + _field(7, graph) + _field(8, opset)


def try_providers() -> JsonObject:
    """Run the identity graph on each provider; runs in a process of its own.

    Returns:
        `version`, and `loaded`: provider name -> whether a session really ran on it.
    """
    import numpy as np
    import onnxruntime as ort

    available = ort.get_available_providers()
    if _CUDA in available:
        ort.preload_dlls()
    options = ort.SessionOptions()
    options.log_severity_level = _QUIET
    ort.set_default_logger_severity(_QUIET)
    loaded = {}
    for provider in _TRIED:
        if provider in available:
            session = ort.InferenceSession(identity_graph(), options, providers=[provider])
            session.run(None, {"x": np.zeros(1, np.float32)})
            loaded[provider] = session.get_providers()[0] == provider
    return {"version": ort.__version__, "loaded": loaded}


def open_bundled_model() -> JsonObject:
    """Load the model that plays when none is named; runs in a process of its own."""
    from export.choosing import open_engine
    from model.bundleinfo import read_info

    info = read_info()
    engine = open_engine(info.path)
    card = info.card
    return {"name": card.name, "parameters": card.parameters, "engine": engine.name}


def findings() -> list[Finding]:
    """Which packages are installed, which providers run, and whether there is a model to play."""
    return [_packages(), _providers(), _model()]


def _packages() -> Finding:
    """Whether exactly one onnxruntime is installed; two overwrite each other's files."""
    found = installed()
    if len(found) == 1:
        return _finding("ONNX package", True, f"{found[0]} alone, as it must be")
    if not found:
        return _finding("ONNX package", False, "none is installed", "pip install fractalroll")
    return _finding("ONNX package", False, CLASH, MEND)


def _model() -> Finding:
    """The bundled model, on the engine that it plays on here; all that playing needs of this."""
    try:
        model = probe(open_bundled_model)
    except ProbeError as err:
        detail = f"the bundled one does not load: {err}"
        return Finding("export", "model", False, detail, _REINSTALL, needed=True)
    detail = f"{model['name']}, {model['parameters']:,} parameters, plays with {model['engine']}"
    return Finding("export", "model", True, detail, needed=True)


def _providers() -> Finding:
    """Which providers run."""
    try:
        answer = probe(try_providers)
    except ProbeError as err:
        return _finding("ONNX providers", False, f"onnxruntime fails: {err}", _REINSTALL)
    return _tried(answer["version"], answer["loaded"])


def _tried(version: str, loaded: dict[str, bool]) -> Finding:
    """What runs, and why a graphics card that is there is not used."""
    running = [_short(name) for name, runs in loaded.items() if runs]
    idle = [_short(name) for name, runs in loaded.items() if not runs]
    detail = f"onnxruntime {version} runs on {', '.join(running) or 'nothing'}"
    if idle:
        detail += f"; built for {', '.join(idle)} too, but that does not load here"
    if loaded.get(_CUDA) is False and shutil.which("nvidia-smi"):
        advice = (
            "There is an NVIDIA card: bring its driver up to CUDA 13, and install cuDNN 9 "
            "with torch's CUDA build from PyPI, which carries both"
        )
        return _finding("ONNX providers", False, detail, advice)
    if not running:
        return _finding("ONNX providers", False, detail, _REINSTALL)
    return _finding("ONNX providers", True, detail)


def _short(provider: str) -> str:
    return provider.removesuffix("ExecutionProvider")


def _finding(name: str, ok: bool, detail: str, advice: str = "") -> Finding:
    return Finding("export", name, ok, detail, advice)
