"""Opening exported bundles: what is right plays as torch does, what is wrong is one clear error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest

from export.errors import (
    DamagedGraphsError,
    GraphError,
    GraphNamesError,
    ManifestError,
    NoGraphsError,
    UnsafeGraphError,
)
from export.loading import has_graphs, load_engine
from export.manifest import MANIFEST
from model.bundle import load_bundle
from model.bundleinfo import CONFIG, WEIGHTS, BundleError
from model.conditions import Conditions
from model.errors import ModelError
from model.sampler import Request, SamplingSettings
from model.torchengine import TorchEngine
from tests.export.bundles import (
    bundle_of,
    change_graph,
    change_manifest,
    copy_of,
    exported_bundle,
    rehash,
)
from tests.model.pieces import sampled

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_of(exported_bundle(), tmp_path)


@pytest.mark.parametrize("embed", [False, True])
@pytest.mark.parametrize(
    "settings",
    [
        SamplingSettings(seed=1),
        SamplingSettings(seed=1, temperature=0.8, top_p=0.9),
        SamplingSettings(seed=1, guidance=2.0),
    ],
    ids=["plain", "shaped", "guided"],
)
def test_an_exported_bundle_makes_the_notes_of_torch(
    settings: SamplingSettings, embed: bool
) -> None:
    engine = load_engine(exported_bundle(embed=embed), device="cpu")
    torch = TorchEngine(load_bundle(bundle_of()).model)
    request = Request(40, Conditions(key=3))
    np.testing.assert_array_equal(
        sampled(engine, request, settings), sampled(torch, request, settings)
    )
    assert engine.name == "onnx (cpu)"


def test_a_bundle_of_graphs_only_needs_no_weights_file() -> None:
    embedded = exported_bundle(embed=True)
    assert not (embedded / WEIGHTS).exists()
    assert load_engine(embedded, device="cpu").composes()


def test_has_graphs_says_whether_a_bundle_was_exported() -> None:
    assert has_graphs(exported_bundle())
    assert not has_graphs(bundle_of())
    assert not has_graphs("no such model")


def test_a_bundle_without_graphs_says_how_to_write_them() -> None:
    with pytest.raises(NoGraphsError, match=r"has no graphs; .* fractalroll export"):
        load_engine(bundle_of())
    with pytest.raises(BundleError, match="no model at no such model"):
        load_engine("no such model")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def turn_a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)


DAMAGE: dict[str, tuple[Callable[[Path], object], type[ModelError], str]] = {
    "a graph is missing": (
        lambda f: (f / "look.onnx").unlink(),
        DamagedGraphsError,
        r"look\.onnx is missing",
    ),
    "weights are missing": (
        lambda f: (f / WEIGHTS).unlink(),
        DamagedGraphsError,
        r"weights\.safetensors is missing",
    ),
    "a graph is cut short": (
        lambda f: cut(f / "level0.onnx"),
        DamagedGraphsError,
        r"level0\.onnx is cut short",
    ),
    "weights are cut short": (
        lambda f: cut(f / WEIGHTS),
        DamagedGraphsError,
        "is cut short",
    ),
    "a graph was changed": (
        lambda f: turn_a_bit(f / "patch.onnx"),
        DamagedGraphsError,
        r"patch\.onnx is not the file that was exported",
    ),
    "weights were changed": (
        lambda f: turn_a_bit(f / WEIGHTS),
        DamagedGraphsError,
        "is not the file that was exported",
    ),
    "the manifest is cut short": (
        lambda f: cut(f / MANIFEST),
        ManifestError,
        r"manifest\.json: the manifest is no JSON",
    ),
    "a format to come": (
        lambda f: change_manifest(f, lambda m: m.update(format_version=9)),
        ManifestError,
        "has format 9, this Fractalroll reads up to 1; update Fractalroll",
    ),
    "another sampler": (
        lambda f: change_manifest(f, lambda m: m.update(sampler="dice-2")),
        ManifestError,
        "exported for the sampler 'dice-2'",
    ),
    "a runtime to come": (
        lambda f: change_manifest(f, lambda m: m["versions"].update(minimum_onnxruntime="99.1")),
        ManifestError,
        "need onnxruntime 99.1 or newer",
    ),
    "another config": (
        lambda f: (f / CONFIG).write_text(
            (f / CONFIG).read_text().replace('"velocity_bins": 3', '"velocity_bins": 5')
        ),
        ManifestError,
        "does not belong to config.json: .*velocity_bins is 3 instead of 5",
    ),
    "a broken config": (lambda f: cut(f / CONFIG), BundleError, "config is no JSON"),
    "a manifest of other inputs": (
        lambda f: change_manifest(f, lambda m: m["graphs"][0]["inputs"][0].update(name="tone")),
        ManifestError,
        "has other inputs or outputs than",
    ),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_each_kind_of_damage_is_one_clear_error(what: str, folder: Path) -> None:
    damage, kind, message = DAMAGE[what]
    damage(folder)
    with pytest.raises(kind, match=message) as caught:
        load_engine(folder, device="cpu")
    assert type(caught.value) is kind
    assert "\n" not in str(caught.value)


def test_weights_that_were_trained_on_are_not_played_by_graphs_of_before(folder: Path) -> None:
    other = bundle_of("ar,ar,ar")
    (folder / WEIGHTS).write_bytes((other / WEIGHTS).read_bytes())
    with pytest.raises(DamagedGraphsError, match="export the model again"):
        load_engine(folder)


@pytest.mark.parametrize("location", ["../secret", "/etc/passwd", "config.json"])
def test_a_graph_that_asks_for_other_files_is_refused_even_with_true_hashes(
    location: str, folder: Path
) -> None:
    def steal(graph: onnx.ModelProto) -> None:
        tensor = next(t for t in graph.graph.initializer if t.external_data)
        place = next(entry for entry in tensor.external_data if entry.key == "location")
        place.value = location

    change_graph(folder, "cells", steal)
    rehash(folder)
    with pytest.raises(UnsafeGraphError, match=r"refused to run .*cells\.onnx"):
        load_engine(folder)


def test_graphs_for_another_engine_are_told_by_name_even_with_a_true_manifest(
    folder: Path,
) -> None:
    def rename(graph: onnx.ModelProto) -> None:
        graph.graph.output[0].name = "view"
        for node in graph.graph.node:
            for index, name in enumerate(node.output):
                if name == "seen":
                    node.output[index] = "view"

    change_graph(folder, "look", rename)
    rehash(folder)

    def follow(manifest: dict[str, Any]) -> None:
        look = next(entry for entry in manifest["graphs"] if entry["name"] == "look")
        look["outputs"][0]["name"] = "view"

    change_manifest(folder, follow)
    with pytest.raises(GraphNamesError, match="no look output seen; an unknown look output view"):
        load_engine(folder)


def test_nothing_is_handed_to_the_runtime_before_all_is_checked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise AssertionError("a session was opened")

    turn_a_bit(folder / "patch_shaped.onnx")
    monkeypatch.setattr(onnxruntime, "InferenceSession", refuse)
    with pytest.raises(DamagedGraphsError):
        load_engine(folder)


def test_a_device_that_is_not_there_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("export.devices.why_not_cuda", lambda: "there is no card")
    with pytest.raises(GraphError, match="there is no card"):
        load_engine(folder, device="cuda")


def test_loading_and_playing_never_import_torch(folder: Path) -> None:
    code = f"""
import sys
from export.loading import load_engine
from model.sampler import Request, Sampler
patches = list(Sampler(load_engine({str(folder)!r}, device="cpu")).generate(Request(16)))
import json
print(json.dumps([len(patches), sorted({{"torch", "lightning", "PySide6"}} & set(sys.modules))]))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert json.loads(done.stdout) == [16, []]
