"""The two commands and the package: what a fresh machine meets first."""

from __future__ import annotations

import ctypes.util
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from hatchling import build

from model.extras import TRAINING
from scripts import setup

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has apt to ask")


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Debian with Python and nothing else."""
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(ctypes.util, "find_library", lambda name: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)


@linux_only
@pytest.mark.usefixtures("bare_machine")
def test_a_bare_debian_lacks_jack_venv_and_what_qt_wants() -> None:
    missing = setup.missing_system_packages()
    assert {"jackd2", "libegl1", "libgl1", "libxkbcommon0", "libportaudio2"} <= set(missing)
    assert f"python3.{sys.version_info.minor}-venv" in missing
    assert not {"xvfb", "xdotool"} & set(missing), "only tests want a display of their own"
    assert {*missing, "xvfb", "xdotool"} == set(setup.missing_system_packages(test=True))


@linux_only
def test_nothing_is_installed_where_the_things_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(ctypes.util, "find_library", lambda name: f"lib{name}.so")
    assert setup.missing_system_packages() == []


def test_without_the_right_to_install_it_prints_the_one_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(setup, "privilege", lambda: None)
    command = r"sudo apt-get install -y --no-install-recommends jackd2 libegl1"
    with pytest.raises(setup.SetupError, match=command):
        setup.install_system_packages(["jackd2", "libegl1"])


def test_without_apt_it_names_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(setup.SetupError, match=r"(?s)jackd2.*package manager"):
        setup.install_system_packages(["jackd2"])


def test_apt_is_asked_no_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(setup, "privilege", lambda: ["sudo", "-n"])
    monkeypatch.setattr(setup, "run", commands.append)
    setup.install_system_packages(["jackd2"])
    update, install = commands
    assert update[:3] == ["sudo", "-n", "env"]
    assert update[-1] == "update"
    assert "DEBIAN_FRONTEND=noninteractive" in install
    assert install[-3:] == ["-y", "--no-install-recommends", "jackd2"]


def names(requirements: list[str]) -> set[str]:
    """Packages without versions and markers."""
    return {re.split(r"[<>=;\[ ]", requirement)[0] for requirement in requirements}


def test_who_only_plays_installs_no_torch() -> None:
    project = tomllib.loads(PYPROJECT)["project"]
    base, extras = names(project["dependencies"]), project["optional-dependencies"]
    training = names(extras["training"])
    assert training == set(TRAINING), "the libraries whose absence is explained"
    assert not base & training
    assert {"numpy", "onnx", "onnxruntime", "onnxruntime-gpu", "symusic", "mido"} <= base
    assert any(one.startswith("fractalroll[training") for one in extras["test"])


@pytest.mark.parametrize(("test", "target"), [(False, ".[training]"), (True, ".[test]")])
def test_make_installs_what_trains_and_not_only_what_plays(
    test: bool, target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(setup, "STAMP", tmp_path / "stamp.json")
    monkeypatch.setattr(setup, "venv_python", lambda: Path(sys.executable))
    monkeypatch.setattr(setup, "run", commands.append)
    setup.install_python_packages(test)
    assert commands[0][-1] == target


@pytest.mark.parametrize(
    ("platform", "machine", "brought"),
    [("linux", "x86_64", True), ("linux", "aarch64", False), ("darwin", "x86_64", False)],
)
def test_make_brings_the_synth_without_its_audio_library_where_that_has_no_wheel(
    platform: str, machine: str, brought: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(setup, "STAMP", tmp_path / "stamp.json")
    monkeypatch.setattr(setup, "venv_python", lambda: Path(sys.executable))
    monkeypatch.setattr(setup, "run", commands.append)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr("platform.machine", lambda: machine)
    setup.install_python_packages(test=False)
    synth = [command for command in commands if "tinysoundfont" in command[-1]]
    assert ["--no-deps" in command for command in synth] == [True] * brought


def test_a_new_dependency_asks_for_a_new_set_up_and_a_linter_setting_does_not() -> None:
    before = setup.fingerprint(PYPROJECT)
    assert setup.fingerprint(PYPROJECT.replace("line-length = 100", "line-length = 90")) == before
    assert setup.fingerprint(PYPROJECT.replace('"tqdm>=4.66"', '"tqdm>=4.67"')) != before


@pytest.mark.parametrize(
    ("installed_for_test", "wanted_for_test", "enough"),
    [(True, True, True), (True, False, True), (False, False, True), (False, True, False)],
)
def test_the_stamp_tells_whether_a_second_call_has_work(
    installed_for_test: bool,
    wanted_for_test: bool,
    enough: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stamp = tmp_path / "stamp.json"
    monkeypatch.setattr(setup, "STAMP", stamp)
    assert not setup.stamped("abc", wanted_for_test), "there is no stamp yet"
    stamp.write_text(json.dumps({"fingerprint": "abc", "test": installed_for_test}))
    assert setup.stamped("abc", wanted_for_test) is enough
    assert not setup.stamped("other", wanted_for_test)


def test_a_stamp_cut_short_counts_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "STAMP", tmp_path / "stamp.json")
    setup.STAMP.write_text('{"fingerprint": "ab')
    assert not setup.stamped("ab", False)


@pytest.mark.skipif(shutil.which("make") is None, reason="this machine has no make")
@pytest.mark.parametrize(
    ("target", "step"),
    [("demo", "fractalroll play --bars 8"), ("test", "pytest"), ("test", "mypy")],
)
def test_make_sets_up_before_it_does_anything(target: str, step: str) -> None:
    environment = {name: value for name, value in os.environ.items() if "MAKE" not in name}
    done = subprocess.run(
        ["make", "-n", target],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    lines = done.stdout.splitlines()
    assert "scripts/setup.py" in lines[0]
    assert any(step in line for line in lines[1:])


def test_the_wheel_holds_the_rooms_the_door_and_the_bundled_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    wheel = zipfile.ZipFile(tmp_path / build.build_wheel(str(tmp_path)))
    names = set(wheel.namelist())
    tops = {name.partition("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"bridge", "export", "gui", "model", "fractalroll.py"}
    assert {f"{room}/py.typed" for room in ("bridge", "export", "gui", "model")} <= names
    assert any(name.startswith("model/bundles/") for name in names)
    assert {"gui/icons/generate.svg", "gui/icons/sheet/down.svg"} <= names
    assert "gui/translations/fractalroll_zh_TW.qm" in names
    assert not any("__pycache__" in name for name in names)
