"""The command that adds an extra fits how the program was installed."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from model import installing
from model.installing import install_command, is_installed

ROOT = Path(__file__).resolve().parents[2]


class Told:
    """A distribution whose metadata holds this text."""

    def __init__(self, text: str | None) -> None:
        self.text = text

    def read_text(self, name: str) -> str | None:
        """The text, of the one file that is asked for."""
        assert name == "direct_url.json"
        return self.text


@pytest.fixture
def prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment with a pip of its own."""
    folder = tmp_path / "venv"
    pip = folder / ("Scripts/pip.exe" if os.name == "nt" else "bin/pip")
    pip.parent.mkdir(parents=True)
    pip.write_text("")
    monkeypatch.setattr(sys, "prefix", str(folder))
    return folder


def installed_from(monkeypatch: pytest.MonkeyPatch, origin: object) -> None:
    text = None if origin is None else origin if isinstance(origin, str) else json.dumps(origin)
    monkeypatch.setattr(importlib.metadata, "distribution", lambda name: Told(text))


def pip_of(prefix: Path) -> str:
    return str(prefix / ("Scripts/pip.exe" if os.name == "nt" else "bin/pip"))


@pytest.mark.parametrize("info", [{}, {"editable": True}])
def test_what_came_from_a_folder_is_installed_from_there(
    prefix: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, info: dict[str, bool]
) -> None:
    folder = tmp_path / "my music" / "fractalroll"
    folder.mkdir(parents=True)
    installed_from(monkeypatch, {"url": folder.as_uri(), "dir_info": info})
    assert install_command("training") == f'{pip_of(prefix)} install "{folder}[training]"'


@pytest.mark.parametrize(
    "origin", [None, "{", "[]", "{}", {"url": "file:///nowhere/at/all", "dir_info": {}}]
)
def test_what_came_from_elsewhere_is_installed_by_its_name(
    prefix: Path, monkeypatch: pytest.MonkeyPatch, origin: object
) -> None:
    installed_from(monkeypatch, origin)
    assert install_command("chorales") == f'{pip_of(prefix)} install "fractalroll[chorales]"'


def test_what_came_from_a_repository_is_installed_from_there(
    prefix: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin = {"url": "https://example.org/f.git", "vcs_info": {"vcs": "git", "commit_id": "a"}}
    installed_from(monkeypatch, origin)
    command = install_command("training")
    assert command.endswith('"fractalroll[training] @ git+https://example.org/f.git"')


def test_what_was_never_installed_is_installed_from_its_folder(
    prefix: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> Told:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "distribution", missing)
    assert install_command("training") == f'{pip_of(prefix)} install "{ROOT}[training]"'


def test_an_environment_without_pip_gets_what_can_install_into_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed_from(monkeypatch, None)
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(shutil, "which", lambda name: "/bin/uv")
    assert install_command("training").startswith("uv pip install --python ")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert " -m pip install " in install_command("training")


def test_packages_are_looked_for_and_not_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    there = {"torch", "lightning"}
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: object() if name in there else None
    )
    assert not is_installed("training")
    there.add("tensorboard")
    assert is_installed("training")
    assert not is_installed("chorales")


def test_every_extra_is_one_of_the_package() -> None:
    declared = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for extra, packages in installing.PACKAGES.items():
        lines = declared.split(f"\n{extra} = [", 1)[1].split("]\n", 1)[0]
        assert all(f'"{package}>=' in lines for package in packages)
