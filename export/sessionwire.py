"""What the window and the session say to each other: orders read with care, cells as text.

NumPy only, so that the window may use it. Shapes: `K` parts, `P` = 128 pitches, `S` steps.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.conditions import Conditions, parse_key, parse_metre
from model.config import ModelConfig
from model.errors import ModelError, RollError
from model.fitting import Chosen
from model.roll import PITCHES, Cells, Grid, MetreChange, Part, Roll
from model.sampler import bar_steps
from model.settings import SamplingSettings

COMMON_TIME = (4, 4)
_MOST_BYTES = 1 << 28
"""No piece is larger; more would be a bomb."""


class OrderError(ModelError):
    """An order that can't be read."""


@dataclass(frozen=True)
class Task:
    """What a `make` order asks for."""

    roll: Roll
    chosen: Chosen
    conditions: Conditions
    settings: SamplingSettings
    keep_levels: int


def pack_cells(cells: Cells) -> dict[str, Any]:
    """Cells uint8 of any shape as JSON: their shape, and their bytes compressed, in base64."""
    squeezed = zlib.compress(np.ascontiguousarray(cells).tobytes(), 1)
    return {"shape": list(cells.shape), "zlib": base64.b64encode(squeezed).decode()}


def unpack_cells(packed: Mapping[str, Any]) -> Cells:
    """What `pack_cells` packed.

    Raises:
        OrderError: it is damaged.
    """
    try:
        shape = tuple(int(number) for number in packed["shape"])
        count = int(np.prod(shape))
        if min(shape, default=0) < 0 or count > _MOST_BYTES:
            raise ValueError(f"shape {shape}")
        reader = zlib.decompressobj()
        data = reader.decompress(base64.b64decode(packed["zlib"], validate=True), count + 1)
        return np.frombuffer(data, np.uint8).reshape(shape).copy()
    except (KeyError, TypeError, ValueError, binascii.Error, zlib.error) as err:
        raise OrderError(f"the cells of the piece can't be read: {err}") from err


def pack_roll(roll: Roll) -> dict[str, Any]:
    """A piece as a `make` order carries it, under ``given``; tempo doesn't matter there."""
    return {
        "cells": pack_cells(roll.cells),
        "drums": [part.is_drum for part in roll.parts],
        "steps_per_beat": roll.grid.steps_per_beat,
        "velocity_bins": roll.grid.velocity_bins,
        "metres": [[m.step, m.numerator, m.denominator] for m in roll.metres],
    }


def unpack_roll(packed: Mapping[str, Any]) -> Roll:
    """What `pack_roll` packed.

    Raises:
        OrderError: it is damaged.
    """
    try:
        return Roll(
            unpack_cells(packed["cells"]),
            Grid(int(packed["steps_per_beat"]), int(packed["velocity_bins"])),
            tuple(Part(is_drum=bool(drum)) for drum in packed["drums"]),
            tuple(MetreChange(*(int(number) for number in row)) for row in packed["metres"]),
        )
    except (KeyError, TypeError, ValueError, RollError) as err:
        raise OrderError(f"the piece can't be read: {err}") from err


def read_task(order: Mapping[str, Any], config: ModelConfig) -> Task:
    """A `make` order as a task for a model.

    Args:
        order: ``seed`` and how to sample (``temperature``, ``top_p``, ``guidance``), the wishes
            ``style``, ``key`` ("Am"), ``metre`` ("3/4"), ``density`` (notes a beat); ``given``, a
            packed piece, and in it ``region`` (``start_step``, ``stop_step``, ``low_pitch``,
            ``high_pitch``, ``parts``), all of it where none is named, and ``keep_levels``; or
            ``bars``, so many from nothing. Whatever is missing or null has its default.
        config: of the model.

    Raises:
        ModelError: something of it can't be read or is out of range.
    """
    conditions = _conditions(order, config)
    settings = SamplingSettings(
        seed=_number(order, "seed", int, 0),
        temperature=_number(order, "temperature", float, 1.0),
        top_p=_number(order, "top_p", float, 1.0),
        guidance=_number(order, "guidance", float, 1.0),
    )
    given = order.get("given")
    if given is None:
        metre = conditions.metre or COMMON_TIME
        bars = _number(order, "bars", int, 8)
        if not 1 <= bars <= 4096:
            raise OrderError(f"{bars} bars can't be made; ask for 1 to 4096")
        roll = _blank(config, bars, metre)
    else:
        roll = unpack_roll(given)
    keep = _number(order, "keep_levels", int, 0)
    return Task(roll, _chosen(order.get("region") or {}, roll), conditions, settings, keep)


def _conditions(order: Mapping[str, Any], config: ModelConfig) -> Conditions:
    style, key, metre = (order.get(name) for name in ("style", "key", "metre"))
    density = order.get("density")
    return Conditions(
        style=None if style is None else str(style),
        key=None if key is None else parse_key(str(key)),
        metre=COMMON_TIME if metre is None else parse_metre(str(metre)),
        density=None
        if density is None
        else _number(order, "density", float, 0.0) / config.steps_per_beat,
    )


def _blank(config: ModelConfig, bars: int, metre: tuple[int, int]) -> Roll:
    steps = bars * bar_steps(metre, config.steps_per_beat)
    return Roll(
        np.zeros((config.parts, PITCHES, steps), np.uint8),
        Grid(config.steps_per_beat, config.velocity_bins),
        (Part(),) * config.parts,
        (MetreChange(0, *metre),),
    )


def _chosen(region: Mapping[str, Any], roll: Roll) -> Chosen:
    parts = region.get("parts")
    try:
        chosen = range(len(roll.parts)) if parts is None else [int(part) for part in parts]
    except (TypeError, ValueError) as err:
        raise OrderError(f"parts must be whole numbers, got {parts!r}") from err
    return Chosen(
        _number(region, "start_step", int, 0),
        _number(region, "stop_step", int, roll.steps),
        _number(region, "low_pitch", int, 0),
        _number(region, "high_pitch", int, PITCHES - 1),
        tuple(chosen),
    )


def _number(
    order: Mapping[str, Any], name: str, kind: type[int] | type[float], default: float
) -> Any:
    """A number of an order, or its default where it is missing or null."""
    value = order.get(name)
    if value is None:
        return default
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or (kind is int and value != int(value)):
        raise OrderError(f"{name} must be a {'whole ' if kind is int else ''}number, got {value!r}")
    return kind(value)
