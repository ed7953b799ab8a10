"""The window's part of the command line: the file that it opens with. No Qt here."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

COMMAND = "window"


def add_window_parser(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> argparse.ArgumentParser:
    """Add `window`, which is also what a file in the command's place means."""
    parser = commands.add_parser(
        COMMAND,
        help="open the window, with a piece or a MIDI file if one is named",
        description=("Open the window. `fractalroll FILE` is short for `fractalroll window FILE`."),
    )
    parser.add_argument("file", nargs="?", type=Path, help="a saved piece, or a MIDI file")
    return parser


def with_window(words: Sequence[str]) -> list[str]:
    """The command line's words, with `window` before a file that stands in a command's place.

    No command has a dot or a folder in its name, so a word that has one is a file.
    """
    first = words[0] if words else ""
    is_file = not first.startswith("-") and (bool(Path(first).suffix) or len(Path(first).parts) > 1)
    return [COMMAND, *words] if is_file else list(words)
