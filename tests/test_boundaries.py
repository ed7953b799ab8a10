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

import grimp
import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOOR_CONTRACT = "The floor of model needs no torch"
HEAVY = ("torch", "lightning", "onnxruntime", "PySide6")
DOORS = ("fractalroll", "bridge.commands", "model.commands", "model.doctor", "export.doctor")
"""Modules that are imported before anybody has asked for anything; they import inside functions."""

FENCE = """
import importlib, json, sys

names, forbidden = json.loads(sys.argv[1])
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
failed = {}
for name in names:
    try:
        importlib.import_module(name)
    except Exception as err:
        failed[name] = f"{type(err).__name__}: {err}"
loaded = sorted(set(forbidden) & set(sys.modules))
print(json.dumps({"reached": reached, "failed": failed, "loaded": loaded}))
"""


def imports_of(names: list[str], forbidden: tuple[str, ...]) -> dict[str, object]:
    """What importing `names`, one after another, reached for behind the fence.

    Returns:
        `reached`: importing module -> forbidden module; `failed`: module -> error;
        `loaded`: forbidden libraries that came in all the same.
    """
    done = subprocess.run(
        [sys.executable, "-c", FENCE, json.dumps([names, forbidden])],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    answer: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return answer


CLEAN: dict[str, object] = {"reached": {}, "failed": {}, "loaded": []}


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


def test_the_doors_open_before_anything_heavy_is_loaded() -> None:
    assert imports_of(list(DOORS), (*HEAVY, "symusic", "jack", "rtmidi", "tqdm")) == CLEAN


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
