import importlib.metadata
import shutil
from collections.abc import Callable

import numpy as np
import onnxruntime as ort
import pytest

from export import doctor
from model.probe import JsonObject, ProbeError

MODEL: JsonObject = {"name": "standard", "parameters": 1_234_567, "engine": "onnx (cpu)"}


def installed(names: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        if name not in names:
            raise importlib.metadata.PackageNotFoundError(name)
        return "1.31.1"

    monkeypatch.setattr(importlib.metadata, "version", version)


def answer(
    loaded: dict[str, bool],
    monkeypatch: pytest.MonkeyPatch,
    model: JsonObject | ProbeError = MODEL,
) -> None:
    """Let the child processes answer this, or fail with that."""

    def probe(question: Callable[[], JsonObject]) -> JsonObject:
        if question is doctor.try_providers:
            return {"version": "1.31.1", "loaded": loaded}
        if isinstance(model, ProbeError):
            raise model
        return model

    monkeypatch.setattr(doctor, "probe", probe)


def test_the_hand_written_graph_is_one_that_onnxruntime_runs() -> None:
    session = ort.InferenceSession(doctor.identity_graph(), providers=["CPUExecutionProvider"])
    (copy,) = session.run(None, {"x": np.array([2.5], np.float32)})
    assert copy.tolist() == [2.5]


def test_the_cpu_really_runs_and_plays_the_bundled_model_here() -> None:
    packages, providers, model = doctor.findings()
    assert packages.ok
    assert providers.ok
    assert "CPU" in providers.detail
    assert model.ok, model.detail
    assert model.detail.startswith("standard, ")


def test_both_packages_at_once_are_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    installed({"onnxruntime", "onnxruntime-gpu"}, monkeypatch)
    answer({"CPUExecutionProvider": True}, monkeypatch)
    packages, *_ = doctor.findings()
    assert not packages.ok
    assert packages.advice.startswith("pip uninstall -y onnxruntime onnxruntime-gpu")


def test_a_provider_that_was_built_in_but_does_not_load_is_not_claimed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    answer({"CPUExecutionProvider": True, "CUDAExecutionProvider": False}, monkeypatch)
    _, providers, _ = doctor.findings()
    assert providers.ok
    assert "runs on CPU; built for CUDA too, but that does not load" in providers.detail


def test_an_idle_nvidia_card_comes_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/nvidia-smi")
    answer({"CPUExecutionProvider": True, "CUDAExecutionProvider": False}, monkeypatch)
    _, providers, _ = doctor.findings()
    assert not providers.ok
    assert "cuDNN 9" in providers.advice


def test_a_damaged_model_keeps_from_playing(monkeypatch: pytest.MonkeyPatch) -> None:
    cpu = {"CPUExecutionProvider": True}
    answer(cpu, monkeypatch, ProbeError("weights.safetensors is damaged or cut short"))
    *_, model = doctor.findings()
    assert model.needed
    assert not model.ok
    assert "damaged" in model.detail
