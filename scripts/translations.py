"""Collect the window's words for the translators, and make the files that the window reads.

    python scripts/translations.py            collect new words into gui/translations/*.ts
    python scripts/translations.py --release  make gui/translations/*.qm of them

Words that a translation lacks stay English in the window; the tests tell which they are.
"""

from __future__ import annotations

import argparse
import ast
import json
import subprocess
import sys
import tempfile
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
    with tempfile.TemporaryDirectory() as folder:
        shortened = Path(folder) / "shortened.py"
        shortened.write_text(written_out(), encoding="utf-8")
        names.append(str(shortened))
        _run("pyside6-lupdate", "-no-obsolete", "-locations", "none", *names, "-ts", str(target))


def written_out() -> str:
    """Texts that modules hand to a function of their own, written as Qt's tool can find them."""
    lines = ["from PySide6.QtCore import QCoreApplication"]
    for path in sources():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        helpers = {one.name: _context(one) for one in tree.body if isinstance(one, ast.FunctionDef)}
        for call in (one for one in ast.walk(tree) if isinstance(one, ast.Call)):
            context = helpers.get(call.func.id) if isinstance(call.func, ast.Name) else None
            text = call.args[0] if call.args else None
            if context and isinstance(text, ast.Constant) and isinstance(text.value, str):
                lines.append(f"QCoreApplication.translate({quoted(context)}, {quoted(text.value)})")
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """`text` as a Python string that Qt's tool understands, too."""
    return json.dumps(text, ensure_ascii=False)


def _context(function: ast.FunctionDef) -> str:
    """The context under which a function translates the text that it is given; empty if none."""
    if len(function.args.args) != 1:
        return ""
    for call in (one for one in ast.walk(function) if isinstance(one, ast.Call)):
        named = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        given = call.args[:2]
        if named == "translate" and len(given) == 2 and isinstance(given[1], ast.Name):
            context = given[0]
            if isinstance(context, ast.Constant) and given[1].id == function.args.args[0].arg:
                return str(context.value)
    return ""


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
