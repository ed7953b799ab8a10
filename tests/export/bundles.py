"""Tiny bundles with and without graphs, written once a process, and copies to be damaged."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import onnx

from export.exporter import export_bundle
from export.manifest import MANIFEST, FileSpec
from model.bundle import save_bundle
from model.bundleinfo import Card
from tests.model.configs import MIXES
from tests.model.generators import lively

MIX = "ar,ar"
"""The smallest whose patches can also be made in one call."""


@cache
def bundle_of(mix: str = MIX) -> Path:
    """A bundle of a lively model without graphs, weights in 16 bits; not to be changed."""
    folder = Path(mkdtemp(prefix="fractalroll-test-")) / "lively"
    save_bundle(folder, lively(MIXES[mix]), Card("lively"))
    return folder


@cache
def exported_bundle(mix: str = MIX, *, embed: bool = False) -> Path:
    """The same with graphs; not to be changed."""
    folder = bundle_of(mix).parent / ("embedded" if embed else "exported")
    export_bundle(bundle_of(mix), folder, embed=embed)
    return folder


def copy_of(folder: Path, to: Path) -> Path:
    """A copy that a test may damage."""
    return Path(shutil.copytree(folder, to / "copy"))


def change_graph(folder: Path, name: str, change: Callable[[onnx.ModelProto], object]) -> None:
    """Change a graph in its file, weights untouched."""
    path = folder / f"{name}.onnx"
    graph = onnx.load_model(path, load_external_data=False)
    change(graph)
    path.write_bytes(graph.SerializeToString())


def change_manifest(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the manifest's JSON."""
    data = json.loads((folder / MANIFEST).read_text())
    change(data)
    (folder / MANIFEST).write_text(json.dumps(data))


def rehash(folder: Path) -> None:
    """Write the true hashes into the manifest, as somebody would who means harm."""

    def renew(data: dict[str, Any]) -> None:
        for entry in data["files"]:
            found = FileSpec.of(folder / entry["name"])
            entry["bytes"], entry["sha256"] = found.bytes, found.sha256

    change_manifest(folder, renew)
