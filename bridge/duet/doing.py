"""Whose turn it is in a duet, in words that a window can show."""

from __future__ import annotations

from typing import Literal, NamedTuple

Phase = Literal["waiting", "yours", "ours"]
"""Nobody has begun, the musician plays or is to play, or we do."""


class Doing(NamedTuple):
    """Whose turn it is.

    Attributes:
        phase: See `Phase`.
        bars_left: How many bars this lasts, the one that sounds included; None for as long as
            somebody likes.
    """

    phase: Phase
    bars_left: int | None
