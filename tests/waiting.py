"""Waiting for what other threads and processes do: until it is so, and never for ever."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE_S = 40.0
"""Far longer than anything takes on a machine that does much else besides."""


def until(
    true: Callable[[], object],
    what: str = "it",
    *,
    turn: Callable[[], object] = lambda: None,
    every_s: float = 0.01,
) -> None:
    """Wait until something is so.

    Args:
        true: Says whether it is.
        what: Named where it never comes to be so.
        turn: Called before each wait.
        every_s: How long one wait is.
    """
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, f"{what} never happened"
        turn()
        time.sleep(every_s)
