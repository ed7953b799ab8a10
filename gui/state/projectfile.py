"""A project: one JSON file that holds a piece and whatever else the window wants kept with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gui.state.errors import ProjectError, StateError
from gui.state.piece import Piece
from gui.state.rolljson import piece_from_json, piece_to_json
from model.files import write_text

FORMAT = "fractalroll project"
VERSION = 1
LARGEST_BYTES = 1 << 30


def save_project(path: Path, piece: Piece, extra: dict[str, Any] | None = None) -> None:
    """Write a project, whole or not at all.

    Args:
        path: The file.
        piece: The piece.
        extra: Anything that JSON can hold.

    Raises:
        ProjectError: If the disk refuses; what was there before is untouched.
    """
    path = Path(path)
    told = {"format": FORMAT, "version": VERSION, "piece": piece_to_json(piece)}
    text = json.dumps({**told, "extra": extra or {}}, indent=1, ensure_ascii=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text + "\n")
    except OSError as err:
        raise ProjectError(
            f"Can't save {path}: {err.strerror or err}. Choose another place with Save as."
        ) from err


def load_project(path: Path) -> tuple[Piece, dict[str, Any]]:
    """The piece and what was kept with it.

    Raises:
        ProjectError: If the file can't be read, is no project, is damaged, or a later Fractalroll
            wrote it.
    """
    path = Path(path)
    told = _read(path)
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise ProjectError(f"Can't open {path}: it is no Fractalroll project.")
    version = told.get("version")
    if version != VERSION:
        raise ProjectError(
            f"Can't open {path}: it is of version {version!r} and this Fractalroll reads "
            f"{VERSION}. Open it with the one that saved it, or update."
        )
    extra, piece = told.get("extra"), told.get("piece")
    if not isinstance(piece, dict) or not isinstance(extra, dict):
        raise ProjectError(_damaged(path, "its piece is missing"))
    try:
        return piece_from_json(piece), extra
    except StateError as err:
        raise ProjectError(_damaged(path, str(err).rstrip("."))) from err


def _read(path: Path) -> object:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise ProjectError(f"Can't open {path}: a file of its size is no project.")
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as err:
        raise ProjectError(
            f"Can't open {path}: {err.strerror or err}. Check that it is there and may be read."
        ) from err
    except (ValueError, RecursionError) as err:
        raise ProjectError(_damaged(path, "it is no JSON")) from err


def _damaged(path: Path, why: str) -> str:
    return f"Can't open {path}: it is damaged ({why}). Open a copy of it, or an earlier version."
