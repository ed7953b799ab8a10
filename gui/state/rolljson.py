"""A piece as JSON: numbers and names in the open, cells compressed. No Qt here.

What is read is held against the rules of rolls and pieces; nothing of it is believed.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar

import numpy as np

from gui.state.errors import StateError
from gui.state.piece import Piece, Voice
from model.errors import ModelError
from model.roll import PITCHES, Cells, Grid, MetreChange, Part, Roll, TempoChange

Read = TypeVar("Read")

QUICK = 1
"""zlib's level: cells are mostly silent, more effort saves little."""

MOST_CELLS = 1 << 30
"""A file that claims more is damaged: 64 parts of 24 hours at 24 steps a beat and 120 bpm."""


def piece_to_json(piece: Piece) -> dict[str, Any]:
    """Everything that a piece is."""
    return {
        **roll_to_json(piece.roll),
        "voices": [asdict(voice) for voice in piece.voices],
        "loop": None if piece.loop is None else list(piece.loop),
    }


def roll_to_json(roll: Roll) -> dict[str, Any]:
    """Notes, grid, parts, metres and tempos."""
    packed = zlib.compress(roll.cells.tobytes(), QUICK)
    return {
        "grid": asdict(roll.grid),
        "parts": [asdict(part) for part in roll.parts],
        "metres": [[m.step, m.numerator, m.denominator] for m in roll.metres],
        "tempos": [[t.step, t.bpm] for t in roll.tempos],
        "steps": roll.steps,
        "cells": base64.b64encode(packed).decode(),
    }


def piece_from_json(told: dict[str, Any]) -> Piece:
    """The piece that `piece_to_json` told of.

    Raises:
        StateError: If something is missing or contradicts itself; says what.
    """
    return _checked(_piece, told)


def roll_from_json(told: dict[str, Any]) -> Roll:
    """The roll that `roll_to_json` told of.

    Raises:
        StateError: As `piece_from_json`.
    """
    return _checked(_roll, told)


def _checked(read: Callable[[dict[str, Any]], Read], told: dict[str, Any]) -> Read:
    try:
        return read(told)
    except KeyError as err:
        raise StateError(f"{err.args[0]} is missing") from err
    except (ModelError, TypeError, ValueError, OverflowError, zlib.error) as err:
        raise StateError(str(err)) from err


def _roll(told: dict[str, Any]) -> Roll:
    parts = tuple(Part(**part) for part in told["parts"])
    return Roll(
        _cells(told["cells"], len(parts), told["steps"]),
        Grid(**told["grid"]),
        parts,
        tuple(MetreChange(*_whole(*change)) for change in told["metres"]),
        tuple(_tempo(*change) for change in told["tempos"]),
    )


def _piece(told: dict[str, Any]) -> Piece:
    roll = _roll(told)
    voices = tuple(_voice(voice) for voice in told["voices"])
    loop = told["loop"]
    return Piece(roll, voices, None if loop is None else _pair(_whole(*loop)))


def _cells(text: str, parts: int, steps: int) -> Cells:
    (steps,) = _whole(steps)
    size = parts * PITCHES * steps
    if not 0 <= size <= MOST_CELLS:
        raise ValueError(f"{parts} parts of {steps} steps are no piece")
    try:
        packed = base64.b64decode(text, validate=True)
    except binascii.Error as err:
        raise ValueError("its cells are no base64") from err
    unpack = zlib.decompressobj()
    data = unpack.decompress(packed, size + 1)
    if len(data) != size or not unpack.eof:
        raise ValueError(f"it has other cells than its {size}")
    return np.frombuffer(data, np.uint8).reshape(parts, PITCHES, steps)


def _voice(told: dict[str, Any]) -> Voice:
    voice = Voice(**told)
    kinds = {"name": str, "colour": int, "program": int}
    for name, value in asdict(voice).items():
        if type(value) is not kinds.get(name, bool):
            raise ValueError(f"a voice's {name} can't be {value!r}")
    return voice


def _tempo(step: Any, bpm: Any) -> TempoChange:
    _whole(step)
    return TempoChange(step, float(bpm))


def _whole(*values: Any) -> tuple[int, ...]:
    if not all(type(value) is int for value in values):
        raise ValueError(f"{list(values)} are no whole numbers")
    return values


def _pair(values: tuple[int, ...]) -> tuple[int, int]:
    start, stop = values
    return start, stop
