"""Make a picture of every page and state of the window, without a display.

    python scripts/screenshots.py FOLDER              all of them
    python scripts/screenshots.py FOLDER playing ...  only these

The window is the real one, with its real children: it makes music, plays it, trains for a moment.
Settings, models and clips lie in a folder of their own, which is gone afterwards.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOOKS: dict[str, dict[str, str]] = {
    "dark": {},
    "light": {"FRACTALROLL_THEME": "light"},
    "2x": {"QT_SCALE_FACTOR": "2"},
    "zh_TW": {"FRACTALROLL_LANGUAGE": "zh_TW"},
}
"""Runs, each a process of its own because Qt reads the scale once: environment of each."""


def main() -> int:
    """Make the pictures; returns the exit code."""
    parser = argparse.ArgumentParser(description="Make pictures of the window.")
    parser.add_argument("folder", type=Path, help="where to put the PNG files")
    parser.add_argument("names", nargs="*", help="only pictures whose name begins so")
    parser.add_argument("--look", choices=LOOKS, help="only this run")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    folder = asked.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    sys.path.insert(0, str(ROOT))
    if asked.here:
        from scripts.windowpictures import take_pictures

        return take_pictures(folder, asked.look, asked.names)
    codes = [_run(look, folder, asked.names) for look in ([asked.look] if asked.look else LOOKS)]
    return max(codes)


def _run(look: str, folder: Path, names: list[str]) -> int:
    """One run in a process of its own, with folders of its own instead of the user's."""
    with tempfile.TemporaryDirectory() as home:
        places = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
        own = {name: str(Path(home) / name.lower()) for name in places}
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", **own, **LOOKS[look]}
        environment |= {"HOME": home, "USERPROFILE": home}
        environment["PYTHONPATH"] = str(ROOT)
        command = [sys.executable, __file__, str(folder), *names, "--look", look, "--here"]
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
