"""A roll as plain values that fit into a JSON line, and back."""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import Any

import numpy as np

from model.errors import RollError
from model.roll import Grid, MetreChange, Part, Roll, TempoChange

LARGEST = 1 << 26
"""Cells of the largest roll that is read; a line from a child is no place for more."""


def roll_to_json(roll: Roll) -> dict[str, Any]:
    """A roll as plain values; the cells compressed, in base64."""
    packed = zlib.compress(np.ascontiguousarray(roll.cells).tobytes(), 6)
    return {
        "cells": base64.b64encode(packed).decode("ascii"),
        "shape": list(roll.cells.shape),
        "grid": [roll.grid.steps_per_beat, roll.grid.velocity_bins],
        "parts": [[part.name, part.program] for part in roll.parts],
        "metres": [[m.step, m.numerator, m.denominator] for m in roll.metres],
        "tempos": [[t.step, t.bpm] for t in roll.tempos],
    }


def roll_from_json(data: dict[str, Any]) -> Roll:
    """The roll that `roll_to_json` wrote.

    Raises:
        RollError: it is no such roll.
    """
    try:
        parts, pitches, steps = (int(n) for n in data["shape"])
        size = parts * pitches * steps
        if not 0 <= size <= LARGEST:
            raise RollError(f"Can't read a roll of {size} cells: at most {LARGEST} are read.")
        unpacker = zlib.decompressobj()
        raw = unpacker.decompress(base64.b64decode(data["cells"], validate=True), size + 1)
        cells = np.frombuffer(raw, np.uint8).reshape(parts, pitches, steps)
        return Roll(
            cells,
            Grid(*data["grid"]),
            tuple(Part(str(name), int(program)) for name, program in data["parts"]),
            tuple(MetreChange(*metre) for metre in data["metres"]),
            tuple(TempoChange(int(step), float(bpm)) for step, bpm in data["tempos"]),
        )
    except (KeyError, TypeError, ValueError, binascii.Error, zlib.error) as err:
        raise RollError(f"Can't read a roll out of a line ({err}): it was cut short.") from err
