"""What the commands of this room share: kinds of arguments, and how they print."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def positive_int(text: str) -> int:
    """Argument type: a whole number of at least 1."""
    value: int = _number(text, int, 1, None)
    return value


def count(text: str) -> int:
    """Argument type: a whole number of at least 0."""
    value: int = _number(text, int, 0, None)
    return value


def positive_float(text: str) -> float:
    """Argument type: a number above 0."""
    value: float = _number(text, float, 0, None)
    if value == 0:
        raise argparse.ArgumentTypeError(f"{text} must be above 0")
    return value


def share(text: str) -> float:
    """Argument type: a number from 0 to 1."""
    value: float = _number(text, float, 0, 1)
    return value


def program(text: str) -> int:
    """Argument type: a General MIDI program, 0 to 127."""
    value: int = _number(text, int, 0, 127)
    return value


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add the option that every command has."""
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object as the last line, for machines"
    )


def say(text: str) -> None:
    """Print a line for people."""
    print(text, flush=True)


def note(text: str) -> None:
    """Print a line about the work under way, on standard error."""
    print(text, file=sys.stderr, flush=True)


def finish(report: Mapping[str, Any], *, as_json: bool) -> None:
    """Print the one JSON object, where it was asked for."""
    if as_json:
        print(json.dumps(report), flush=True)


def _number(text: str, kind: Any, low: float, high: float | None) -> Any:
    """A number of a kind within limits.

    Raises:
        argparse.ArgumentTypeError: it isn't one; argparse adds the option's name.
    """
    try:
        value = kind(text)
    except ValueError:
        what = "a whole number" if kind is int else "a number"
        raise argparse.ArgumentTypeError(f"{text!r} is not {what}") from None
    if not value >= low or (high is not None and value > high):
        limits = f"at least {low:g}" if high is None else f"from {low:g} to {high:g}"
        raise argparse.ArgumentTypeError(f"{text} must be {limits}")
    return value
