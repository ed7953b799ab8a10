"""Which engine plays: by what is asked for, what the bundle holds and what is installed."""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

import fractalroll
from export import loading
from export.beside import Differences
from export.choosing import EngineError, add_engine_options, engine_of, open_engine
from export.errors import GraphError
from export.exporter import export_bundle
from export.onnxengine import OnnxEngine
from export.paritycases import Case
from export.samenotes import Agreement, check_notes, make_beside
from model.bundle import save_bundle
from model.bundleinfo import BundleError, Card
from model.conditions import Conditions, parse_key
from model.config import ModelConfig
from model.extras import MissingPackageError
from model.midifile import read_midi
from model.sampler import Request, SamplingSettings
from model.torchengine import TorchEngine
from tests.model.configs import config_of, level
from tests.model.generators import lively

CONFIG = config_of(
    level("ar", (128, 1), copy_heads=1),
    level("ar", (16, 1)),
    level("ar", (1, 1)),
    pitches=128,
    styles=("pop",),
)
MASKED = config_of(level("ar", (128, 2)), level("mar", (16, 2)), level("mar", (1, 1)), pitches=128)

TIE = 1e-4
"""Logits closer than this may come out either way."""

Told = pytest.CaptureFixture[str]
Bundles = Callable[[str], Path]


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Bundles:
    """Folders by name: `bare` has no graphs, `columns` and `masked` have."""
    folder = tmp_path_factory.mktemp("bundles")

    def bundle(name: str) -> Path:
        path = folder / name
        if not path.exists():
            config: ModelConfig = MASKED if name == "masked" else CONFIG
            save_bundle(path, lively(config), Card(name))
            if name != "bare":
                export_bundle(path, path)
        return path

    return bundle


@pytest.fixture
def without_torch(bundles: Bundles, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which torch can't be imported; bundles were made on another."""
    for name in ("bare", "columns"):
        bundles(name)
    found = importlib.util.find_spec
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "torch" else found(name)
    )


def parsed(*words: str) -> argparse.Namespace:
    parser = add_engine_options(argparse.ArgumentParser())
    return parser.parse_args(list(words), argparse.Namespace(model=None))


def test_graphs_play_where_there_are_some(bundles: Bundles, capsys: Told) -> None:
    engine = open_engine(bundles("columns"))
    assert isinstance(engine, OnnxEngine)
    assert engine.name.startswith("onnx")
    assert capsys.readouterr() == ("", "")


def test_without_graphs_torch_plays_and_says_so_in_one_line(bundles: Bundles, capsys: Told) -> None:
    engine = open_engine(bundles("bare"))
    assert isinstance(engine, TorchEngine)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"no graphs in {bundles('bare')}; torch plays")
    assert "fractalroll export" in line


def test_torch_plays_a_bundle_with_graphs_if_it_is_asked_for(
    bundles: Bundles, capsys: Told
) -> None:
    assert isinstance(open_engine(bundles("columns"), engine="torch"), TorchEngine)
    assert capsys.readouterr() == ("", "")


def test_graphs_play_without_torch(bundles: Bundles, without_torch: None) -> None:
    assert isinstance(open_engine(bundles("columns")), OnnxEngine)


def test_neither_graphs_nor_torch_is_one_error_with_both_ways_out(
    bundles: Bundles, without_torch: None
) -> None:
    path = bundles("bare")
    with pytest.raises(EngineError) as caught:
        open_engine(path)
    message = str(caught.value)
    assert str(path) in message
    assert "fractalroll export" in message
    assert 'pip install "fractalroll[training]"' in message


def test_torch_that_is_asked_for_and_missing_is_one_error(
    bundles: Bundles, without_torch: None
) -> None:
    with pytest.raises(MissingPackageError, match="the torch engine needs torch, which is not"):
        open_engine(bundles("columns"), engine="torch")


def test_graphs_that_are_asked_for_and_missing_are_one_error(bundles: Bundles) -> None:
    with pytest.raises(GraphError, match="fractalroll export"):
        open_engine(bundles("bare"), engine="onnx")


@pytest.mark.parametrize("engine", ["auto", "onnx", "torch"])
def test_a_model_that_is_not_there_is_one_error(engine: Any) -> None:
    with pytest.raises(BundleError, match="there is no model at nowhere"):
        open_engine("nowhere", engine=engine)


def test_a_missing_onnxruntime_is_one_error(
    bundles: Bundles, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bundles("columns")
    for name in [name for name in sys.modules if name in ("export.loading", "export.runtime")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(EngineError, match="needs onnxruntime: pip install fractalroll"):
        open_engine(path)


def test_two_onnxruntimes_are_explained_when_an_engine_is_opened(
    bundles: Bundles, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "1.31.1")
    open_engine(bundles("columns"))
    (line,) = capsys.readouterr().err.splitlines()
    assert "onnxruntime and onnxruntime-gpu are both installed" in line
    assert "pip uninstall -y onnxruntime onnxruntime-gpu" in line


def test_cuda_that_torch_does_not_reach_is_one_error(
    bundles: Bundles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(EngineError, match="reaches no CUDA device"):
        open_engine(bundles("bare"), engine="torch", device="cuda")


def test_the_command_line_says_which_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str, int, int]] = []

    def load_engine(source: Path, *, device: str, threads: int, rolls: int) -> None:
        asked.append((source.name, device, threads, rolls))

    monkeypatch.setattr(loading, "load_engine", load_engine)
    given = parsed("--engine", "onnx", "--device", "cpu", "--threads", "3")
    engine_of(given)
    engine_of(argparse.Namespace(**vars(given), count=64))
    assert asked == [("standard", "cpu", 3, 1), ("standard", "cpu", 3, 64)]
    standard = parsed()
    assert (standard.engine, standard.device, standard.threads) == ("auto", "auto", 1)


@pytest.mark.parametrize(
    "words", [("--engine", "tensorflow"), ("--device", "tpu"), ("--threads", "0")]
)
def test_an_engine_that_makes_no_sense_is_a_usage_error(words: tuple[str, str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        parsed(*words)


def generated(folder: Path, bundle: Path, capsys: Told, *words: str) -> tuple[dict[str, Any], Path]:
    """The report of `fractalroll generate` and the file that it wrote."""
    out = folder / f"{'-'.join(words)}.mid"
    given = ["generate", str(bundle), "--out", str(out), "--bars", "2", "--json", *words]
    assert fractalroll.main(given) == 0
    report: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return report, out


def near_ties(path: Path, request: Request, settings: SamplingSettings) -> int:
    """How often the two engines part at a choice so close that rounding decides it.

    Where they part at any other choice, this fails.
    """
    reference, graphs = open_engine(path, engine="torch"), open_engine(path, engine="onnx")
    case, found = Case("what was generated", request, settings), Agreement()
    made = make_beside(reference, graphs, case, Differences())
    check_notes(graphs, reference, made, TIE, found)
    return found.near_ties


@pytest.mark.parametrize("name", ["columns", "masked"])
@pytest.mark.parametrize(
    ("words", "conditions", "settings"),
    [
        ("", Conditions(metre=(4, 4)), SamplingSettings(seed=1)),
        (
            "--temperature 0.9 --top-p 0.9 --key Am",
            Conditions(metre=(4, 4), key=parse_key("Am")),
            SamplingSettings(seed=1, temperature=0.9, top_p=0.9),
        ),
    ],
)
def test_onnx_and_torch_generate_the_same_notes_of_a_seed(
    name: str,
    words: str,
    conditions: Conditions,
    settings: SamplingSettings,
    bundles: Bundles,
    tmp_path: Path,
    capsys: Told,
) -> None:
    path = bundles(name)
    reports, files = zip(
        *(
            generated(tmp_path, path, capsys, "--seed", "1", "--engine", engine, *words.split())
            for engine in ("onnx", "torch", "auto")
        ),
        strict=True,
    )
    assert [report["engine"].split(" ")[0] for report in reports] == ["onnx", "torch", "onnx"]
    assert {report["model"] for report in reports} == {str(path)}
    onnx, torch_, auto = (read_midi(file) for file in files)
    assert reports[0]["notes"][0] > 0
    assert onnx.same_as(auto)
    if near_ties(path, Request(32, conditions), settings) == 0:
        assert onnx.same_as(torch_)
