"""What this machine offers the generator: torch, on which device, and the bundled model."""

from __future__ import annotations

import shutil

from model.finding import Finding
from model.probe import JsonObject, ProbeError, probe

_REINSTALL = "Install it again: pip install --force-reinstall fractalroll"


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


def load_bundled_model() -> JsonObject:
    """Load the model that plays when none is named; runs in a process of its own."""
    from model.bundle import load_bundle

    info = load_bundle().info
    return {"name": info.card.name, "parameters": info.card.parameters, "path": str(info.path)}


def findings() -> list[Finding]:
    """Whether torch loads and on what it computes, and whether there is a model to play."""
    try:
        torch = probe(load_torch)
    except ProbeError as err:
        return [_finding("torch", False, f"does not load: {err}", _REINSTALL)]
    return [_torch(torch), _model()]


def _model() -> Finding:
    """The bundled model, weights and all."""
    try:
        model = probe(load_bundled_model)
    except ProbeError as err:
        return _finding("model", False, f"the bundled one does not load: {err}", _REINSTALL)
    detail = f"{model['name']}, {model['parameters']:,} parameters, in {model['path']}"
    return _finding("model", True, detail)


def _torch(torch: JsonObject) -> Finding:
    """The device, and why a graphics card that is there is not used."""
    version = f"torch {torch['version']}"
    if torch["cuda"]:
        return _finding("torch", True, f"{version} on {torch['cuda']} and the CPU")
    processor = f"the CPU ({torch['threads']} threads)"
    if torch["mps"]:
        return _finding("torch", True, f"{version} on Apple's GPU (mps) and {processor}")
    detail = f"{version} on {processor}"
    if shutil.which("nvidia-smi"):
        build = "a CUDA build" if torch["built_for_cuda"] else "a build for the CPU only"
        detail += f"; there is an NVIDIA card, but this is {build} that does not reach it"
        advice = "Playing is fast enough; to train on the card, see pytorch.org for its CUDA build."
        return Finding("model", "torch", True, detail, advice, needed=True)
    return _finding("torch", True, detail)


def _finding(name: str, ok: bool, detail: str, advice: str = "") -> Finding:
    return Finding("model", name, ok, detail, advice, needed=True)
