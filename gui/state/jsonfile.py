"""JSON files of the user's: read without trust, written whole, kept aside when damaged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from model.files import write_text

DAMAGED = ".damaged"


def read_object(path: Path) -> tuple[dict[str, Any], str]:
    """What a file holds, and one sentence about what is wrong with it.

    A file that can't be understood is put aside as `NAME.damaged`, so that the next write loses
    nothing; a missing one is no fault.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, ""
    except OSError as err:
        return {}, f"Can't read {path}: {err.strerror or err}. What it held is not used."
    except (ValueError, RecursionError):
        return {}, _put_aside(path)
    return (told, "") if isinstance(told, dict) else ({}, _put_aside(path))


def write_object(path: Path, told: dict[str, Any]) -> str:
    """Write a file; one sentence about what went wrong, or nothing."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    except OSError as err:
        return f"Can't write {path}: {err.strerror or err}. Changes last until the window closes."
    return ""


def _put_aside(path: Path) -> str:
    aside = path.with_name(path.name + DAMAGED)
    try:
        path.replace(aside)
    except OSError:
        return f"{path} is damaged and is not used."
    return f"{path} was damaged and is not used; it is kept as {aside.name}."
