"""Generators as bundles with graphs in a scratch folder, and the engines that play them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from export.devices import Device
from export.exporter import export_bundle
from export.loading import load_engine
from export.onnxengine import OnnxEngine
from model.bundleinfo import Card

if TYPE_CHECKING:
    from model.fractal import Fractal


def with_graphs(source: Fractal | Path, folder: Path) -> Path:
    """A bundle with fresh graphs, or a generator that was never a bundle as one; its folder.

    Args:
        source: the generator, or the folder of a bundle.
        folder: what to make.
    """
    if isinstance(source, Path):
        export_bundle(source, folder)
    else:
        from model.bundle import save_bundle  # torch, which a process that only plays never meets

        save_bundle(folder, source, Card("never trained"), storage="float32")
        export_bundle(folder)
    return folder


def open_graphs(folder: Path, device: Device = "cpu", *, whole: bool = True) -> OnnxEngine:
    """The engine of a bundle with graphs, on one thread.

    Args:
        folder: of the bundle.
        device: as `load_engine` takes it.
        whole: whether patches are made in one call where that can be; else level by level.
    """
    engine = load_engine(folder, device=device)
    if whole:
        return engine
    kept = {name: one for name, one in engine.sessions.items() if not name.startswith("patch")}
    return OnnxEngine(engine.config, kept, engine.name)
