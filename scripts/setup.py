"""Set this machine up for the two commands: system packages, `.venv`, Python packages.

    python3 scripts/setup.py           # what `make demo` needs
    python3 scripts/setup.py --test    # and what `make test` needs besides

It uses the standard library only, because nothing else is there yet. A stamp in `.venv` remembers
what was installed, so that a second call takes well under a second.
"""

from __future__ import annotations

import argparse
import ctypes.util
import hashlib
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "fractalroll-setup.json"
OLDEST_PYTHON = (3, 11)

LIBRARIES = {
    "EGL": "libegl1",
    "GL": "libgl1",
    "xkbcommon": "libxkbcommon0",
    "fontconfig": "libfontconfig1",
    "dbus-1": "libdbus-1-3",
    "xcb-cursor": "libxcb-cursor0",
    "xcb-icccm": "libxcb-icccm4",
    "xcb-keysyms": "libxcb-keysyms1",
    "xcb-shape": "libxcb-shape0",
    "xkbcommon-x11": "libxkbcommon-x11-0",
    "portaudio": "libportaudio2",
}
"""Shared library -> Debian package. All are Qt's but the last, which is for sound."""

TEST_PROGRAMS = {"Xvfb": "xvfb", "xdotool": "xdotool"}
"""Program -> Debian package: a display of the tests' own, and a hand that types and drags there."""


class SetupError(Exception):
    """Set-up stopped; the message says what to do."""


def missing_system_packages(test: bool = False) -> list[str]:
    """Debian names of the system packages that this Linux machine lacks; empty elsewhere.

    It looks for the thing itself and not for the package, so that PipeWire's or a hand-built
    JACK, or another distribution's libraries, count too.

    Args:
        test: Also those that the tests want.
    """
    if sys.platform != "linux":
        return []
    missing = [package for name, package in LIBRARIES.items() if not ctypes.util.find_library(name)]
    if shutil.which("jackd") is None:
        missing.insert(0, "jackd2")
    if importlib.util.find_spec("ensurepip") is None:
        missing.insert(0, f"python3.{sys.version_info.minor}-venv")
    if test:
        missing += [package for name, package in TEST_PROGRAMS.items() if not shutil.which(name)]
    return missing


def privilege() -> list[str] | None:
    """What to put before a command that needs root; None where this user may not."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and _succeeds([sudo, "-n", "true"]):
        return [sudo, "-n"]
    return None


def install_system_packages(packages: list[str]) -> None:
    """Install Debian `packages` through apt.

    Raises:
        SetupError: apt is not there, this user may not, or apt failed.
    """
    by_hand = (
        f"apt-get update && sudo apt-get install -y --no-install-recommends {' '.join(packages)}"
    )
    if shutil.which("apt-get") is None:
        raise SetupError(
            f"this machine lacks {', '.join(packages)} (Debian's names) and has no apt;\n"
            "install them with your distribution's package manager and run this again"
        )
    prefix = privilege()
    if prefix is None:
        raise SetupError(
            f"this machine lacks {', '.join(packages)} and I may not install them here;\n"
            f"run this once, then try again:\n\n    sudo {by_hand}\n"
        )
    say(f"installing {', '.join(packages)}")
    # env after sudo, because sudo drops the caller's environment.
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    run([*apt, "update"])
    run([*apt, "install", "-y", "--no-install-recommends", *packages])


def fingerprint(pyproject: str) -> str:
    """A hash of what decides the installed packages; settings of linters and tests do not count."""
    import tomllib

    tables = tomllib.loads(pyproject)
    chosen = {
        "project": tables["project"],
        "build-system": tables["build-system"],
        "hatch": tables.get("tool", {}).get("hatch"),
        "python": sys.version_info[:2],
    }
    return hashlib.sha256(json.dumps(chosen, sort_keys=True).encode()).hexdigest()


def stamped(wanted: str, test: bool) -> bool:
    """Whether `.venv` holds what is wanted, as far as its stamp tells."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return stamp.get("fingerprint") == wanted and (stamp.get("test") or not test)


def install_python_packages(test: bool) -> None:
    """Bring `.venv` up to date with pyproject.toml; does nothing where the stamp says so.

    Raises:
        SetupError: venv or pip failed.
    """
    wanted = fingerprint((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    python = venv_python()
    if python.exists() and stamped(wanted, test):
        return
    if not (python.exists() and _succeeds([str(python), "-c", "import pip"])):
        say("making .venv")
        venv.create(VENV, with_pip=True, clear=VENV.exists())
    say("installing the Python packages; the first time takes some minutes")
    target = ".[test]" if test else ".[training]"  # so that what plays here can be trained, too
    talk = [] if sys.stdout.isatty() else ["--quiet"]  # progress for people, silence for logs
    run([str(python), "-m", "pip", "install", *talk, "--editable", target])
    if sys.platform == "linux" and platform.machine() == "x86_64":  # see pyproject's `soundfont`
        run([str(python), "-m", "pip", "install", *talk, "--no-deps", "tinysoundfont>=0.3.5"])
    STAMP.write_text(json.dumps({"fingerprint": wanted, "test": test}) + "\n", encoding="utf-8")


def venv_python() -> Path:
    """The interpreter inside `.venv`."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def run(command: list[str]) -> None:
    """Run `command` in the project's folder, its output going where ours goes.

    Raises:
        SetupError: it ended with an error or could not start.
    """
    try:
        subprocess.run(command, cwd=ROOT, check=True, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError) as err:
        raise SetupError(f"this failed: {' '.join(command)}\n({err})") from err


def _succeeds(command: list[str]) -> bool:
    quiet = subprocess.DEVNULL
    done = subprocess.run(command, check=False, stdin=quiet, stdout=quiet, stderr=quiet)
    return done.returncode == 0


def say(text: str) -> None:
    """Tell the user what happens now."""
    print(f"setup: {text}", flush=True)


def main() -> int:
    """Set up; returns the exit code."""
    parser = argparse.ArgumentParser(description="Set this machine up for make demo and make test.")
    parser.add_argument("--test", action="store_true", help="also what the tests need")
    test = parser.parse_args().test
    try:
        if sys.version_info < OLDEST_PYTHON:
            raise SetupError(
                f"Fractalroll needs Python 3.11 or newer and this is {sys.version.split()[0]};\n"
                "name a newer one: make PYTHON=python3.12 demo"
            )
        packages = missing_system_packages(test)
        if packages:
            install_system_packages(packages)
        install_python_packages(test)
    except SetupError as err:
        print(f"setup: {err}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
