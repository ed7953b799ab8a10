"""A project: one JSON file that holds a piece, its variations, and what else is kept with it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gui.state.errors import ProjectError, StateError
from gui.state.piece import Piece
from gui.state.rolljson import piece_from_json, piece_to_json
from gui.state.takesjson import takes_from_json, takes_to_json
from gui.state.variation import Takes
from model.files import write_text

FORMAT = "fractalroll project"
VERSION = 2
LARGEST_BYTES = 1 << 30


@dataclass(frozen=True, eq=False)
class Project:
    """What a project file holds.

    Attributes:
        piece: The piece.
        extra: What was kept with it: anything that JSON can hold.
        takes: Its variations; None where nothing was made yet.
        problem: One sentence where its variations are damaged and the piece is not; else empty.
    """

    piece: Piece
    extra: dict[str, Any] = field(default_factory=dict)
    takes: Takes | None = None
    problem: str = ""


def save_project(
    path: Path, piece: Piece, extra: dict[str, Any] | None = None, takes: Takes | None = None
) -> None:
    """Write a project, whole or not at all.

    Args:
        path: The file.
        piece: The piece.
        extra: Anything that JSON can hold.
        takes: Its variations; some may be left out (`gui.state.takesjson`).

    Raises:
        ProjectError: If the disk refuses; what was there before is untouched.
    """
    path = Path(path)
    told = {
        "format": FORMAT,
        "version": VERSION,
        "piece": piece_to_json(piece),
        "variations": None if takes is None else takes_to_json(takes),
        "extra": extra or {},
    }
    text = json.dumps(told, indent=1, ensure_ascii=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text + "\n")
    except OSError as err:
        raise ProjectError(
            f"Can't save {path}: {err.strerror or err}. Choose another place with Save as."
        ) from err


def load_project(path: Path) -> Project:
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
    if version == 1:
        told, version = _from_version_1(told), VERSION
    if version != VERSION:
        raise ProjectError(
            f"Can't open {path}: it is of version {version!r} and this Fractalroll reads "
            f"{VERSION}. Open it with the one that saved it, or update."
        )
    extra, piece = told.get("extra"), told.get("piece")
    if not isinstance(piece, dict) or not isinstance(extra, dict):
        raise ProjectError(_damaged(path, "its piece is missing"))
    try:
        read = piece_from_json(piece)
    except StateError as err:
        raise ProjectError(_damaged(path, str(err).rstrip("."))) from err
    takes = told.get("variations")
    try:
        return Project(read, extra, None if takes is None else takes_from_json(takes))
    except StateError as err:
        return Project(read, extra, problem=_without_takes(path, str(err).rstrip(".")))


def _from_version_1(told: dict[str, Any]) -> dict[str, Any]:
    """A project as it was before variations were kept, as it is told now."""
    return {**told, "version": 2, "variations": None}


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


def _without_takes(path: Path, why: str) -> str:
    return (
        f"The variations in {path} are damaged ({why}); the piece alone is open, as a new one. "
        "Save it under another name to keep the file as it is."
    )
