import importlib.util
import shutil
from collections.abc import Callable

import pytest

from model import doctor
from model.finding import Finding
from model.probe import JsonObject, ProbeError

NO_CARD: JsonObject = {
    "version": "2.13.0",
    "built_for_cuda": "",
    "cuda": "",
    "mps": False,
    "threads": 2,
}


def answer(monkeypatch: pytest.MonkeyPatch, torch: JsonObject | ProbeError) -> Finding:
    """What is found where the child process answers this, or fails with that."""

    def probe(question: Callable[[], JsonObject]) -> JsonObject:
        if isinstance(torch, ProbeError):
            raise torch
        return torch

    monkeypatch.setattr(doctor, "probe", probe)
    (finding,) = doctor.findings()
    assert not finding.needed, "playing does without torch"
    return finding


def test_this_machine_loads_torch() -> None:
    (torch,) = doctor.findings()
    assert torch.ok
    assert torch.detail.startswith("torch 2.")


def test_without_torch_it_plays_and_says_what_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    finding = answer(monkeypatch, NO_CARD)
    assert finding.ok
    assert "play as graphs" in finding.detail
    assert 'pip install "fractalroll[training]"' in finding.advice


def test_torch_that_does_not_load_keeps_from_training(monkeypatch: pytest.MonkeyPatch) -> None:
    error = ProbeError("libtorch_cpu.so: cannot open shared object file")
    finding = answer(monkeypatch, error)
    assert not finding.ok
    assert "libtorch_cpu.so" in finding.detail
    assert "To train" in finding.advice


def test_a_machine_without_a_card_is_fine_on_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    torch = answer(monkeypatch, NO_CARD)
    assert torch.ok
    assert "CPU (2 threads)" in torch.detail
    assert not torch.advice


def test_a_card_that_torch_does_not_reach_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/nvidia-smi")
    torch = answer(monkeypatch, NO_CARD)
    assert torch.ok, "it still trains"
    assert "for the CPU only" in torch.detail
    assert "CUDA" in torch.advice


def test_a_card_in_use_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = answer(monkeypatch, {**NO_CARD, "cuda": "NVIDIA H100"})
    assert torch.detail == "torch 2.13.0 on NVIDIA H100 and the CPU"
