"""The table of all ends in docs/live.md names tests that are there, and every one of them."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = (
    ("tests/bridge/playing/test_playsilence.py",),
    ("tests/bridge/deck/test_decksilence.py", "tests/gui/live/test_windowsilence.py"),
    ("tests/bridge/playing/test_togethersilence.py",),
)


def rows() -> list[list[str]]:
    """The cells of the table, its header first."""
    text = (ROOT / "docs/live.md").read_text(encoding="utf-8")
    section = text.split("\n## Silence\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in table if len(row) == 1 + len(COLUMNS)]


def test_the_columns_name_the_files() -> None:
    for cell, files in zip(rows()[0][1:], COLUMNS, strict=True):
        assert re.findall(r"`(tests/[^`]+)`", cell) == list(files)


def test_every_end_is_a_test_and_every_test_is_in_the_table() -> None:
    told = rows()[2:]
    assert len(told) >= 14
    for column, files in enumerate(COLUMNS, start=1):
        source = "".join((ROOT / file).read_text(encoding="utf-8") for file in files)
        there = set(re.findall(r"^def test_(\w+)", source, re.MULTILINE))
        named = {name for row in told for name in re.findall(r"`(\w+)`", row[column])}
        assert named == there
        assert all(row[column] for row in told)
