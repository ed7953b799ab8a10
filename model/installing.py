"""How this program was installed, and the command that adds one of its extras to it."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import json
import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlparse
from urllib.request import url2pathname

NAME = "fractalroll"
PACKAGES = {"training": ("torch", "lightning", "tensorboard"), "chorales": ("music21",)}
"""What an extra brings."""


def is_installed(extra: str) -> bool:
    """Whether everything that an extra brings can be found; nothing of it is imported."""
    importlib.invalidate_caches()  # it may have been installed while this program runs
    return all(importlib.util.find_spec(package) is not None for package in PACKAGES[extra])


def install_command(extra: str) -> str:
    """What to type into a terminal to add an extra to this very installation."""
    return f'{_installer()} "{_requirement(extra)}"'


def _installer() -> str:
    """This environment's pip, else whatever can install into it."""
    windows = os.name == "nt"
    folder = Path(sys.prefix) / ("Scripts" if windows else "bin")
    pip = folder / ("pip.exe" if windows else "pip")
    if pip.exists():
        return f"{_quoted(pip)} install"
    if shutil.which("uv"):
        return f"uv pip install --python {_quoted(Path(sys.executable))}"
    return f"{_quoted(Path(sys.executable))} -m pip install"


def _quoted(path: Path) -> str:
    if os.name == "nt":
        return f'"{path}"' if " " in str(path) else str(path)
    return shlex.quote(str(path))


def _requirement(extra: str) -> str:
    """What to install: the place that this program came from, as its metadata has it (PEP 610)."""
    named = f"{NAME}[{extra}]"
    try:
        noted = importlib.metadata.distribution(NAME).read_text("direct_url.json")
    except importlib.metadata.PackageNotFoundError:
        folder = Path(__file__).resolve().parents[1]  # run out of a folder, never installed
        return f"{folder}[{extra}]" if (folder / "pyproject.toml").is_file() else named
    if noted is None:
        return named
    try:
        origin: dict[str, Any] = json.loads(noted)
        url = urlparse(str(origin["url"]))
    except (ValueError, KeyError, TypeError):
        return named
    if "vcs_info" in origin:
        return f"{named} @ {origin['vcs_info'].get('vcs', 'git')}+{origin['url']}"
    place = Path(url2pathname(url.path))
    return f"{place}[{extra}]" if url.scheme == "file" and place.exists() else named
