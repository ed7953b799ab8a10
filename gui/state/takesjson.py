"""Variations as JSON, for the file of the piece. Nothing that is read is believed."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from gui.state.errors import StateError
from gui.state.made import Made
from gui.state.region import Region
from gui.state.rolljson import roll_from_json
from gui.state.variation import ORIGINAL, Takes, Variation
from model.roll import PITCHES

MOST_CELLS = 1 << 28
"""Of all variations together: 40 of some 3,000 bars in one part; of longer pieces fewer."""
MOST = 10_000
"""No list is longer, stars or not."""


def takes_to_json(takes: Takes) -> dict[str, Any]:
    """The variations that are kept, and which one is current.

    Where they hold more than `MOST_CELLS`, the oldest without a star are left out first; the
    original and the current one stay.
    """
    current = takes.at(takes.current)
    left = MOST_CELLS - takes.original.roll.cells.size
    kept: set[Variation] = set()
    first = sorted(takes.variations, key=lambda one: (one is current, one.starred, one.number))
    for one in reversed(first[-MOST:]):
        left -= one.roll.cells.size
        if left >= 0 or one is current:
            kept.add(one)
    found = [one for one in takes.variations if one in kept]
    index = found.index(current) if current in kept else takes.current
    return {
        "original": _told(takes.original),
        "list": [_told(one) for one in found],
        "current": index,
        "count": takes.count,
    }


def takes_from_json(told: object) -> Takes:
    """What `takes_to_json` told.

    Raises:
        StateError: If something is missing or contradicts itself; says what.
    """
    try:
        return _takes(told)
    except KeyError as err:
        raise StateError(f"{err.args[0]} is missing") from err
    except (AttributeError, TypeError, ValueError) as err:
        raise StateError(str(err)) from err


def _takes(told: Any) -> Takes:
    listed = told["list"]
    if not isinstance(listed, list) or len(listed) > MOST:
        raise ValueError("the list of variations is none")
    everything = [told["original"], *listed]
    cells = sum(len(one["roll"]["parts"]) * PITCHES * _whole(one["roll"]["steps"])
                for one in everything)  # fmt: skip
    if not 0 <= cells <= 2 * MOST_CELLS:
        raise ValueError(f"{cells} cells are no variations")
    original, *variations = (_variation(one) for one in everything)
    count = _whole(told["count"])
    takes = Takes(original, tuple(variations), told["current"], count)
    if takes.current is not None and takes.at(_whole(takes.current)) is None:
        raise ValueError(f"there is no variation {takes.current}")
    return takes


def _told(one: Variation) -> dict[str, Any]:
    return {
        "number": one.number,
        "start": one.start,
        "stop": one.stop,
        "starred": one.starred,
        "made": None if one.made is None else _made_to_json(one.made),
        "roll": one.packed,
    }


def _variation(told: dict[str, Any]) -> Variation:
    starred, made = told["starred"], told["made"]
    if not isinstance(starred, bool):
        raise TypeError(f"a star can't be {starred!r}")
    return Variation(
        _whole(told["number"]),
        roll_from_json(told["roll"]),
        _whole(told["start"]),
        _whole(told["stop"]),
        None if made is None else _made_from_json(made),
        starred,
    )


def _made_to_json(made: Made) -> dict[str, Any]:
    region = made.region
    told = asdict(made)
    if region is not None and region.parts is not None:
        told["region"]["parts"] = sorted(region.parts)
    return told


def _made_from_json(told: dict[str, Any]) -> Made:
    region, level, style = told["region"], told["level"], told.get("style")
    if style is not None and not isinstance(style, str):
        raise TypeError(f"a style can't be {style!r}")
    return Made(
        str(told["model"]),
        str(told["model_hash"]),
        _whole(told["seed"]),
        float(told["temperature"]),
        float(told["guidance"]),
        None if region is None else _region(region),
        None if level is None else _whole(level),
        style,
    )


def _region(told: dict[str, Any]) -> Region:
    parts = told["parts"]
    return Region(
        _whole(told["start_step"]),
        _whole(told["stop_step"]),
        _whole(told["low_pitch"]),
        _whole(told["high_pitch"]),
        None if parts is None else frozenset(_whole(part) for part in parts),
    )


def _whole(value: Any) -> int:
    if type(value) is not int or not ORIGINAL <= value < 1 << 60:
        raise ValueError(f"{value!r} is no number of a variation")
    return value
