"""The arrows between the rooms, seen from what an import really executes.

The linter's contracts (pyproject.toml) see edges, lazy ones too; these tests see what happens in a
fresh interpreter. There every forbidden library is fenced off: reaching for it is written down with
the module that did, and fails. One interpreter serves a whole group of modules.
"""

from __future__ import annotations

import json
import os
import pkgutil
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import grimp
import pytest

from export.exporter import export_bundle
from export.loading import has_graphs
from model.bundleinfo import DEFAULT_NAME, find_bundle

ROOT = Path(__file__).resolve().parent.parent
FLOOR_CONTRACT = "The floor of model needs no torch"
HEAVY = ("torch", "lightning", "onnxruntime", "PySide6")
TRAINING = ("torch", "lightning", "tensorboard")
DOORS = (
    "fractalroll",
    "bridge.commands",
    "model.commands",
    "model.doctor",
    "export.choosing",
    "export.commands",
    "export.doctor",
    "gui.app",
    "gui.commandline",
    "gui.doctor",
)
"""Modules that are imported before anybody has asked for anything; they import inside functions."""

FENCE = """
import importlib, json, sys

given, forbidden = json.loads(sys.argv[1])
reached = {}

class Fence:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in forbidden:
            reached.setdefault(importer(), name)
            raise ModuleNotFoundError(f"{name} is fenced off", name=name)
        return None

def importer():
    frame = sys._getframe(2)
    while frame and ("importlib" in frame.f_code.co_filename or frame.f_globals is globals()):
        frame = frame.f_back
    return frame.f_globals["__name__"] if frame else "?"

sys.meta_path.insert(0, Fence())
answer = {}
%s
loaded = sorted(set(forbidden) & set(sys.modules))
print(json.dumps({"reached": reached, "loaded": loaded, **answer}))
"""

IMPORT = """
failed = answer["failed"] = {}
for name in given:
    try:
        importlib.import_module(name)
    except Exception as err:
        failed[name] = f"{type(err).__name__}: {err}"
"""

COMMAND = """
import bridge.commands, contextlib, fractalroll, io

def play_to_nobody(arguments, make_source, save):
    source = make_source(arguments)
    bars = [source.next_bar().roll for _ in range(arguments.bars)]
    answer.update(engine=source.engine, notes=sum(len(bar.notes()) for bar in bars))
    return 0

bridge.commands.run_play = play_to_nobody
with contextlib.redirect_stderr(io.StringIO()) as said:
    answer["code"] = fractalroll.main(given)
answer["said"] = said.getvalue()
"""
"""Runs a command line; `play` makes its bars as always, but opens no port."""

PEAK = """
try:
    with open("/proc/self/status") as status:  # not what a process inherits through vfork
        lines = dict(line.split(":", 1) for line in status)
    answer["peak_mb"] = int(lines["VmHWM"].split()[0]) / 1024
except OSError:
    import resource
    divisor = 2**20 if sys.platform == "darwin" else 2**10
    answer["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / divisor
"""


def behind_the_fence(code: str, given: list[str], forbidden: tuple[str, ...]) -> dict[str, Any]:
    """What `code` answers in a fresh interpreter, and what it reached for there.

    Returns:
        `reached`: importing module -> forbidden module; `loaded`: forbidden libraries that came in
        all the same; and what the code has put into its `answer`.
    """
    done = subprocess.run(
        [sys.executable, "-c", FENCE % code, json.dumps([given, forbidden])],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def imports_of(names: list[str], forbidden: tuple[str, ...]) -> dict[str, Any]:
    """What importing `names`, one after another, reached for; `failed`: module -> error."""
    return behind_the_fence(IMPORT, names, forbidden)


CLEAN: dict[str, Any] = {"reached": {}, "failed": {}, "loaded": []}


def modules_of(room: str) -> list[str]:
    """Every module in a room, by full name."""
    found = pkgutil.walk_packages([str(ROOT / room)], prefix=f"{room}.")
    return sorted(module.name for module in found)


@cache
def floor() -> list[str]:
    """Modules of the floor, as the linter's contract lists them."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = config["tool"]["importlinter"]["contracts"]
    modules: list[str] = next(
        contract["source_modules"] for contract in contracts if contract["name"] == FLOOR_CONTRACT
    )
    return modules


def test_the_bridge_plays_without_torch_qt_or_onnxruntime() -> None:
    assert imports_of(["bridge", *modules_of("bridge")], (*HEAVY, "safetensors")) == CLEAN


def test_the_floor_of_model_stands_without_torch() -> None:
    assert imports_of(["model", *floor()], HEAVY) == CLEAN


def test_what_writes_and_plays_graphs_is_imported_without_torch() -> None:
    assert imports_of(["export", *modules_of("export")], (*TRAINING, "PySide6")) == CLEAN


def test_the_window_meets_neither_torch_nor_a_graph_runtime() -> None:
    assert (
        imports_of(["gui", *modules_of("gui")], (*TRAINING, "onnxruntime", "sounddevice")) == CLEAN
    )


def test_the_doors_open_before_anything_heavy_is_loaded() -> None:
    assert imports_of(list(DOORS), (*HEAVY, "symusic", "jack", "rtmidi", "tqdm")) == CLEAN


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled model with graphs."""
    if has_graphs(DEFAULT_NAME):
        return find_bundle()
    path = tmp_path_factory.mktemp("bundles") / "standard"
    export_bundle(DEFAULT_NAME, path)
    return path


def test_playing_meets_neither_torch_nor_qt_and_stays_small(bundle: Path) -> None:
    words = ["play", str(bundle), "--bars", "8", "--seed", "1"]
    answer = behind_the_fence(COMMAND + PEAK, words, (*TRAINING, "PySide6"))
    assert answer["code"] == 0, answer["said"]
    assert answer["reached"] == {}
    assert answer["loaded"] == []
    assert answer["engine"].startswith("onnx")
    assert answer["notes"] > 0
    assert answer["peak_mb"] < 400


def test_generating_meets_neither_torch_nor_qt(bundle: Path, tmp_path: Path) -> None:
    words = ["generate", str(bundle), "--bars", "2", "--guidance", "2", "--key", "Am", "--out"]
    answer = behind_the_fence(COMMAND, [*words, str(tmp_path / "a.mid")], (*TRAINING, "PySide6"))
    assert answer["code"] == 0, answer["said"]
    assert answer["reached"] == {}
    assert answer["loaded"] == []
    assert (tmp_path / "a.mid").exists()


@pytest.mark.parametrize(
    ("words", "phrase"),
    [
        (["train", "--check"], "fractalroll train needs"),
        (["train", "music", "--out", "run"], "fractalroll train needs"),
        (["evaluate", "standard", "music"], "fractalroll evaluate needs"),
        (["export", "standard", "--out", "graphs"], "fractalroll export needs"),
        (["generate", "--engine", "torch"], "the torch engine needs"),
    ],
)
def test_what_needs_torch_says_so_in_one_line(words: list[str], phrase: str) -> None:
    answer = behind_the_fence(COMMAND, words, TRAINING)
    assert answer["code"] == 1
    (line,) = answer["said"].splitlines()
    assert phrase in line
    assert line.endswith('pip install "fractalroll[training]"')


def test_the_fence_names_the_culprit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "innocent.py").write_text("import culprit\n")
    (tmp_path / "culprit.py").write_text("try:\n    import torch.nn\nexcept ImportError: ...\n")
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    answer = imports_of(["innocent"], ("torch",))
    assert answer["reached"] == {"culprit": "torch"}


def test_every_module_that_needs_no_torch_is_listed_as_floor() -> None:
    graph = grimp.build_graph("model", include_external_packages=True)
    heavy = [name for name in HEAVY if name in graph.modules]
    needs_torch = set().union(*(graph.find_downstream_modules(name) for name in heavy))
    could_stand = set(modules_of("model")) - needs_torch
    assert could_stand == set(floor()), f"bring the contract {FLOOR_CONTRACT!r} up to date"
