"""Frozen dataclasses out of JSON, strictly: every field there, none unknown, each of its type."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from export.errors import ManifestError

_T = TypeVar("_T")


def build(kind: type[_T], data: object, where: str) -> _T:
    """Make a dataclass of JSON values; lists become tuples.

    Args:
        kind: A dataclass of numbers, strings, tuples, unions of those, and such dataclasses.
        data: What `json.loads` gave.
        where: What to call it in a message.

    Raises:
        ManifestError: it doesn't match; the message names the place and what differs.
    """
    if not isinstance(data, Mapping):
        raise ManifestError(f"{where} must be a JSON object, got {_shown(data)}")
    names = [entry.name for entry in fields(kind)]  # type: ignore[arg-type]
    if missing := [name for name in names if name not in data]:
        raise ManifestError(f"{where} lacks {', '.join(missing)}")
    if unknown := sorted(set(data) - set(names)):
        raise ManifestError(f"{where} has unknown fields: {', '.join(unknown)}")
    hints = get_type_hints(kind)
    values = {name: _value(hints[name], data[name], f"{where}.{name}") for name in names}
    return kind(**values)


def differences(ours: object, theirs: object, where: str = "") -> list[str]:
    """One phrase for every place where two JSON values differ, `theirs` being the right one."""
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        found = []
        for name in dict.fromkeys([*theirs, *ours]):
            inner = f"{where}.{name}" if where else str(name)
            found += differences(ours.get(name), theirs.get(name), inner)
        return found
    sequences = isinstance(ours, list | tuple) and isinstance(theirs, list | tuple)
    if sequences and len(ours) == len(theirs):  # type: ignore[arg-type]
        pairs = enumerate(zip(ours, theirs, strict=True))  # type: ignore[call-overload]
        return [
            phrase
            for index, (mine, other) in pairs
            for phrase in differences(mine, other, f"{where}[{index}]")
        ]
    if ours == theirs:
        return []
    return [f"{where} is {_shown(ours)} instead of {_shown(theirs)}"]


def _value(hint: Any, value: object, where: str) -> Any:
    """A value as its annotation wants it."""
    if is_dataclass(hint) and isinstance(hint, type):
        if isinstance(value, hint):
            return value
        return build(hint, value, where)
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _one_of(inner, value, where)
    if origin is tuple:
        return _tuple(inner, value, where)
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is not hint and not (hint is type(None) and value is None):
        raise ManifestError(f"{where} can't be {_shown(value)}")
    return value


def _one_of(hints: tuple[Any, ...], value: object, where: str) -> Any:
    for hint in hints:
        try:
            return _value(hint, value, where)
        except ManifestError:
            continue
    raise ManifestError(f"{where} can't be {_shown(value)}")


def _tuple(hints: tuple[Any, ...], value: object, where: str) -> tuple[Any, ...]:
    """A list as a tuple, of any length (``tuple[int, ...]``) or of a fixed one."""
    if not isinstance(value, list | tuple):
        raise ManifestError(f"{where} must be a list, got {_shown(value)}")
    if len(hints) == 2 and hints[1] is Ellipsis:
        hints = (hints[0],) * len(value)
    if len(hints) != len(value):
        raise ManifestError(f"{where} must have {len(hints)} entries, got {len(value)}")
    pairs = enumerate(zip(hints, value, strict=True))
    return tuple(_value(hint, entry, f"{where}[{index}]") for index, (hint, entry) in pairs)


def _shown(value: object) -> str:
    """A value in a message, cut short."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
