import importlib.metadata
import shutil

import numpy as np
import onnxruntime as ort
import pytest

from export import doctor


def installed(names: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        if name not in names:
            raise importlib.metadata.PackageNotFoundError(name)
        return "1.31.1"

    monkeypatch.setattr(importlib.metadata, "version", version)


def answer(loaded: dict[str, bool], monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"version": "1.31.1", "loaded": loaded}
    monkeypatch.setattr(doctor, "probe", lambda question: values)


def test_the_hand_written_graph_is_one_that_onnxruntime_runs() -> None:
    session = ort.InferenceSession(doctor.identity_graph(), providers=["CPUExecutionProvider"])
    (copy,) = session.run(None, {"x": np.array([2.5], np.float32)})
    assert copy.tolist() == [2.5]


def test_the_cpu_really_runs_here() -> None:
    packages, providers = doctor.findings()
    assert packages.ok
    assert providers.ok
    assert "CPU" in providers.detail


def test_both_packages_at_once_are_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    installed({"onnxruntime", "onnxruntime-gpu"}, monkeypatch)
    answer({"CPUExecutionProvider": True}, monkeypatch)
    packages, _ = doctor.findings()
    assert not packages.ok
    assert packages.advice.startswith("pip uninstall -y onnxruntime onnxruntime-gpu")


def test_a_provider_that_was_built_in_but_does_not_load_is_not_claimed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    answer({"CPUExecutionProvider": True, "CUDAExecutionProvider": False}, monkeypatch)
    _, providers = doctor.findings()
    assert providers.ok
    assert "runs on CPU; built for CUDA too, but that does not load" in providers.detail


def test_an_idle_nvidia_card_comes_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/nvidia-smi")
    answer({"CPUExecutionProvider": True, "CUDAExecutionProvider": False}, monkeypatch)
    _, providers = doctor.findings()
    assert not providers.ok
    assert "cuDNN 9" in providers.advice
