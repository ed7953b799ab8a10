"""Export: a whole bundle or none, in a new folder or its own, weights beside graphs or inside."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

import fractalroll
from export.errors import GraphError, GraphValuesError
from export.exporter import MINIMUM_ONNXRUNTIME, export_bundle
from export.graphs import build_graphs, graph_names
from export.loading import has_graphs, load_engine
from export.manifest import MANIFEST, Parity, read_manifest
from export.weightfile import WeightFile
from model.bundle import load_bundle
from model.bundleinfo import CARD, CONFIG, DEFAULT_NAME, WEIGHTS, BundleError, find_bundle
from model.config import ModelConfig
from model.extras import MissingPackageError
from model.files import write_text
from model.sampler import Request, SamplingSettings
from model.torchengine import TorchEngine
from tests.export.bundles import MIX, bundle_of, copy_of, exported_bundle
from tests.model.configs import MIXES
from tests.model.pieces import sampled

ROOT = Path(__file__).resolve().parents[2]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A bundle of one's own, without graphs."""
    return copy_of(bundle_of(), tmp_path)


def test_a_new_folder_gets_the_whole_bundle_and_the_old_one_stays_as_it_was(
    source: Path, tmp_path: Path
) -> None:
    before, out = contents(source), tmp_path / "deep" / "down"
    report = export_bundle(source, out, version="1.2.3")
    assert contents(source) == before
    graphs = {f"{name}.onnx" for name in graph_names(MIXES[MIX])}
    assert set(contents(out)) == {*before, *graphs, MANIFEST}
    assert {name: contents(out)[name] for name in before} == before
    assert report.path == out
    assert report.bytes == sum(map(len, contents(out).values()))
    assert report.manifest == read_manifest(out)
    assert report.manifest.versions.fractalroll == "1.2.3"
    assert report.seconds > 0
    assert list(out.parent.iterdir()) == [out]


def test_a_bundles_own_folder_gets_graphs_and_keeps_everything_else(source: Path) -> None:
    (source / "notes.txt").write_text("mine")
    (source / "my.onnx").write_text("mine too")
    before = {path.name: (path.read_bytes(), path.stat().st_ino) for path in source.iterdir()}
    export_bundle(source, source)
    after = {path.name: (path.read_bytes(), path.stat().st_ino) for path in source.iterdir()}
    assert {name: after[name] for name in before} == before
    assert load_engine(source, device="cpu").composes()


def test_exporting_again_replaces_the_graphs_and_drops_those_of_before(source: Path) -> None:
    export_bundle(source)
    (source / "level9.onnx").write_bytes(b"of an older Fractalroll")
    manifest = json.loads((source / MANIFEST).read_text())
    manifest["graphs"].append({**manifest["graphs"][0], "name": "level9", "file": "level9.onnx"})
    manifest["files"].append({"name": "level9.onnx", "bytes": 1, "sha256": ""})
    write_text(source / MANIFEST, json.dumps(manifest))
    (source / "root.onnx").write_bytes(b"")
    export_bundle(source)
    assert not (source / "level9.onnx").exists()
    load_engine(source, device="cpu")


def test_graphs_can_hold_their_weights_and_play_alone(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    report = export_bundle(source, out, embed=True)
    assert report.manifest.weights is None
    assert not (out / WEIGHTS).exists()
    for graph in report.manifest.graphs:
        model = onnx.load_model(out / graph.file, load_external_data=False)
        assert not any(tensor.external_data for tensor in model.graph.initializer)
    with pytest.raises(BundleError, match="no weights"):
        load_bundle(out)
    assert load_engine(out, device="cpu").composes()


def test_graphs_that_hold_their_weights_do_not_take_those_of_their_own_bundle(
    source: Path,
) -> None:
    weights = (source / WEIGHTS).read_bytes()
    report = export_bundle(source, embed=True)
    assert report.manifest.weights is None
    assert (source / WEIGHTS).read_bytes() == weights
    load_engine(source, device="cpu")


def test_what_is_there_already_is_only_replaced_where_that_loses_nothing(
    source: Path, tmp_path: Path
) -> None:
    full, other, empty = tmp_path / "full", tmp_path / "other", tmp_path / "empty"
    empty.mkdir()
    full.mkdir()
    (full / "diary.txt").write_text("dear")
    shutil.copytree(bundle_of("ar,ar,ar"), other)
    before = contents(other)
    with pytest.raises(BundleError, match="something is there that is no bundle"):
        export_bundle(source, full, replace=True)
    with pytest.raises(BundleError, match=r"another bundle is there; .* --replace"):
        export_bundle(source, other)
    assert contents(other) == before
    assert (full / "diary.txt").read_text() == "dear"
    for out in (empty, empty, other):
        export_bundle(source, out, replace=out == other)
        assert (out / CONFIG).read_bytes() == (source / CONFIG).read_bytes()
        assert has_graphs(out)


def wrong(config: ModelConfig, weights: WeightFile) -> dict[str, onnx.ModelProto]:
    """Graphs in which one number is wrong."""
    graphs = build_graphs(config, weights)
    bias = next(t for t in graphs["cells"].graph.initializer if t.name == "cell_level.norm.bias")
    place = next(entry for entry in bias.external_data if entry.key == "offset")
    place.value = str(int(place.value) - 2)
    return graphs


@pytest.mark.parametrize("place", ["new", "own", "exported before"])
def test_graphs_that_differ_from_torch_are_not_written(
    place: str, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out" if place == "new" else source
    if place == "exported before":
        export_bundle(source)
    before = contents(tmp_path)
    monkeypatch.setattr("export.exporter.build_graphs", wrong)
    with pytest.raises(GraphValuesError, match="kinds of cells by"):
        export_bundle(source, out)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("done", [1, 4, 12])
@pytest.mark.parametrize("place", ["new", "own"])
def test_ctrl_c_leaves_nothing_half_written(
    done: int, place: str, source: Path, tmp_path: Path
) -> None:
    out, before, said = tmp_path / "out" if place == "new" else source, contents(tmp_path), []

    def interrupt(what: str, share: float) -> None:
        said.append(share)
        if len(said) == done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_bundle(source, out, progress=interrupt)
    assert contents(tmp_path) == before
    assert len(said) == done


def test_a_disk_that_refuses_in_the_middle_leaves_no_graphs(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, replace = contents(source), Path.replace

    def full(path: Path, target: Path) -> Path:
        if path.name == "look.onnx":
            raise OSError("no space left")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(GraphError, match=r"can't write the graphs to .*no space left"):
        export_bundle(source)
    assert contents(source) == before


def test_progress_is_told_in_parts_that_make_up_the_whole(source: Path) -> None:
    told: list[tuple[str, float]] = []
    export_bundle(source, progress=lambda what, share: told.append((what, share)))
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert told[0][0] == "graphs written"
    assert any("guided" in what for what, _ in told)


def test_a_bundle_of_graphs_only_can_not_be_exported_again(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"weights\.safetensors"):
        export_bundle(exported_bundle(embed=True), tmp_path / "out")


def test_without_torch_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "model.bundle", None)
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "model.bundle")
    with pytest.raises(MissingPackageError, match=r"fractalroll export needs torch"):
        export_bundle(bundle_of())


def run(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "fractalroll", *map(str, words)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_command_prints_an_object_for_machines_as_its_last_line(
    source: Path, tmp_path: Path
) -> None:
    done = run("export", source, "--out", tmp_path / "out", "--json")
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert [graph["name"] for graph in said["graphs"]] == graph_names(MIXES[MIX])
    for graph in said["graphs"]:
        assert (tmp_path / "out" / graph["file"]).stat().st_size == graph["bytes"]
    assert said["bundle"] == str(tmp_path / "out")
    assert said["weights"] == WEIGHTS
    assert said["bytes"] > sum(graph["bytes"] for graph in said["graphs"])
    assert 0 < said["parity"]["max_abs_logit_error"] <= 1e-4
    assert set(said["parity"]) == set(Parity.__annotations__)
    assert said["seconds"] > 0
    versions = read_manifest(tmp_path / "out").versions
    assert versions.fractalroll == fractalroll.__version__


def test_the_command_says_in_words_what_was_written_and_checked(
    source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fractalroll.main(["export", str(source), "--out", str(source), "--embed"]) == 0
    said = capsys.readouterr().out
    assert "level0.onnx" in said
    assert "checked against torch: logits within" in said
    assert "{" not in said


def test_the_command_refuses_what_it_would_overwrite(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(bundle_of("ar,ar,ar"), tmp_path / "other")
    words = ["export", str(source), "--out", str(tmp_path / "other"), "--json"]
    assert fractalroll.main(words) == 1
    said = capsys.readouterr()
    assert "--replace" in json.loads(said.out.splitlines()[-1])["error"]
    assert fractalroll.main([*words, "--replace"]) == 0


def test_default_is_another_name_of_the_bundle_that_ships(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find_bundle("default") == find_bundle(DEFAULT_NAME)
    monkeypatch.chdir(tmp_path)
    shutil.copytree(bundle_of(), tmp_path / "default")
    assert find_bundle("default") == Path("default")


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled model with graphs: as it ships, or exported for the test."""
    if has_graphs():
        return find_bundle()
    return export_bundle("default", tmp_path_factory.mktemp("bundled") / "standard").path


def test_the_bundled_model_makes_the_same_notes_with_graphs_and_with_torch(
    bundled: Path,
) -> None:
    request, settings = Request(64), SamplingSettings(seed=1)
    torch = TorchEngine(load_bundle(DEFAULT_NAME).model, threads=1)
    made = sampled(load_engine(bundled, device="cpu"), request, settings)
    np.testing.assert_array_equal(made, sampled(torch, request, settings))
    assert read_manifest(bundled).parity.max_abs_logit_error <= 1e-4


def test_the_card_travels_with_the_bundle(source: Path, tmp_path: Path) -> None:
    export_bundle(source, tmp_path / "out")
    assert (tmp_path / "out" / CARD).read_bytes() == (source / CARD).read_bytes()


def test_the_package_asks_for_an_onnxruntime_that_runs_the_graphs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [name for name in project["dependencies"] if name.startswith("onnxruntime")]
    assert len(wanted) == 2
    assert all(f">={MINIMUM_ONNXRUNTIME}," in name for name in wanted)
