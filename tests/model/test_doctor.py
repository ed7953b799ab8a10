import shutil
from collections.abc import Callable

import pytest

from model import doctor
from model.probe import JsonObject, ProbeError

NO_CARD: JsonObject = {
    "version": "2.13.0",
    "built_for_cuda": "",
    "cuda": "",
    "mps": False,
    "threads": 2,
}


MODEL: JsonObject = {"name": "standard", "parameters": 1_234_567, "path": "model/bundles/standard"}


def answer(
    monkeypatch: pytest.MonkeyPatch,
    torch: JsonObject | ProbeError,
    model: JsonObject | ProbeError = MODEL,
) -> None:
    """Let the child processes answer this, or fail with that."""

    def probe(question: Callable[[], JsonObject]) -> JsonObject:
        reply = torch if question is doctor.load_torch else model
        if isinstance(reply, ProbeError):
            raise reply
        return reply

    monkeypatch.setattr(doctor, "probe", probe)


def test_this_machine_loads_torch_and_the_bundled_model() -> None:
    torch, model = doctor.findings()
    assert torch.ok
    assert torch.detail.startswith("torch 2.")
    assert model.ok, model.detail


def test_torch_that_does_not_load_keeps_from_playing(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, ProbeError("libtorch_cpu.so: cannot open shared object file"))
    (finding,) = doctor.findings()
    assert finding.needed
    assert not finding.ok
    assert "libtorch_cpu.so" in finding.detail


def test_a_machine_without_a_card_is_fine_on_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, NO_CARD)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    torch, _ = doctor.findings()
    assert torch.ok
    assert "CPU (2 threads)" in torch.detail
    assert not torch.advice


def test_a_card_that_torch_does_not_reach_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, NO_CARD)
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/nvidia-smi")
    torch, _ = doctor.findings()
    assert torch.ok, "it still plays"
    assert "for the CPU only" in torch.detail
    assert "CUDA" in torch.advice


def test_a_card_in_use_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, {**NO_CARD, "cuda": "NVIDIA H100"})
    torch, _ = doctor.findings()
    assert torch.detail == "torch 2.13.0 on NVIDIA H100 and the CPU"


def test_a_damaged_model_keeps_from_playing(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, NO_CARD, ProbeError("weights.safetensors is damaged or cut short"))
    _, model = doctor.findings()
    assert model.needed
    assert not model.ok
    assert "damaged" in model.detail
