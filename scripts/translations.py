"""Collect the window's words for the translators, and make the files that the window reads.

    python scripts/translations.py            collect new words into gui/translations/*.ts
    python scripts/translations.py --release  make gui/translations/*.qm of them

Words that a translation lacks stay English in the window; the tests tell which they are.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "gui" / "translations"
LANGUAGES = ("zh_TW",)


def sources() -> list[Path]:
    """Every module of the window."""
    return sorted((ROOT / "gui").rglob("*.py"))


def collect(target: Path) -> None:
    """Bring `target`, a `.ts` file, up to date with the words in the sources.

    Raises:
        subprocess.CalledProcessError: Qt's tool failed.
    """
    names = [str(path.relative_to(ROOT)) for path in sources()]
    _run("pyside6-lupdate", "-no-obsolete", "-locations", "none", *names, "-ts", str(target))


def release(source: Path, target: Path) -> None:
    """Make `target`, the `.qm` that Qt loads, of the `.ts` file `source`.

    Raises:
        subprocess.CalledProcessError: Qt's tool failed.
    """
    _run("pyside6-lrelease", "-silent", str(source), "-qm", str(target))


def _run(tool: str, *arguments: str) -> None:
    beside = Path(sys.executable).with_name(tool)
    subprocess.run([str(beside), *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def main() -> int:
    """Do what the command line asks for; returns the exit code."""
    parser = argparse.ArgumentParser(description="Collect or release the window's translations.")
    parser.add_argument("--release", action="store_true", help="make the .qm files")
    asked = parser.parse_args()
    for language in LANGUAGES:
        source = FOLDER / f"fractalroll_{language}.ts"
        if asked.release:
            release(source, source.with_suffix(".qm"))
        else:
            collect(source)
    return 0


if __name__ == "__main__":
    sys.exit(main())
