"""What this machine offers for training: torch, and on which device. Playing does without."""

from __future__ import annotations

import importlib.util
import shutil

from model.extras import INSTALL_TRAINING
from model.finding import Finding
from model.probe import JsonObject, ProbeError, probe


def load_torch() -> JsonObject:
    """Load torch and do one sum on each device; runs in a process of its own.

    Returns:
        `version`, `cuda` (the card's name or ""), `mps` (Apple's GPU), `threads`.
    """
    import torch

    cuda = torch.cuda.get_device_name() if torch.cuda.is_available() else ""
    for device in ["cpu", "cuda"] if cuda else ["cpu"]:
        torch.ones(2, device=device).sum().item()
    return {
        "version": torch.__version__,
        "built_for_cuda": torch.version.cuda or "",
        "cuda": cuda,
        "mps": torch.backends.mps.is_available(),
        "threads": torch.get_num_threads(),
    }


def findings() -> list[Finding]:
    """Whether torch is there and loads, and on what it computes."""
    if importlib.util.find_spec("torch") is None:
        detail = "not installed: models play as graphs, but none can be trained or exported"
        return [_finding(True, detail, f"For that: {INSTALL_TRAINING}")]
    try:
        return [_torch(probe(load_torch))]
    except ProbeError as err:
        advice = f"To train and to export, install it again: {INSTALL_TRAINING} --force-reinstall"
        return [_finding(False, f"does not load: {err}", advice)]


def _torch(torch: JsonObject) -> Finding:
    """The device, and why a graphics card that is there is not used."""
    version = f"torch {torch['version']}"
    if torch["cuda"]:
        return _finding(True, f"{version} on {torch['cuda']} and the CPU")
    processor = f"the CPU ({torch['threads']} threads)"
    if torch["mps"]:
        return _finding(True, f"{version} on Apple's GPU (mps) and {processor}")
    detail = f"{version} on {processor}"
    if shutil.which("nvidia-smi"):
        build = "a CUDA build" if torch["built_for_cuda"] else "a build for the CPU only"
        detail += f"; there is an NVIDIA card, but this is {build} that does not reach it"
        advice = "Playing is fast enough; to train on the card, see pytorch.org for its CUDA build."
        return _finding(True, detail, advice)
    return _finding(True, detail)


def _finding(ok: bool, detail: str, advice: str = "") -> Finding:
    return Finding("model", "torch", ok, detail, advice)
