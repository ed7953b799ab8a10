"""What the roll asks of others: areas, and the patches that are being made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import SignalInstance


class Area(Protocol):
    """A rectangle of time and pitch, as `gui.state.selection.Region` is one."""

    @property
    def start_step(self) -> int:
        """Its first step."""

    @property
    def stop_step(self) -> int:
        """The step behind its last."""

    @property
    def low_pitch(self) -> int:
        """Its lowest pitch."""

    @property
    def high_pitch(self) -> int:
        """Its highest pitch."""


class PatchArea(Area, Protocol):
    """One patch that is being made."""

    @property
    def level(self) -> int:
        """0 is the coarsest."""

    @property
    def filled(self) -> bool:
        """Whether its cells are known."""


class Pending(Protocol):
    """What is being made and not yet part of the piece."""

    @property
    def region(self) -> Area | None:
        """What is made anew; None while nothing is made."""

    @property
    def patches(self) -> Sequence[PatchArea]:
        """Patches so far."""

    @property
    def cells(self) -> npt.NDArray[np.uint8] | None:
        """uint8[K, 128, S]: the region so far."""

    @property
    def start_step(self) -> int:
        """The step of the piece where `cells` begin."""

    @property
    def text(self) -> str:
        """What is being done, for people."""

    @property
    def share(self) -> float:
        """How much of it is done, 0..1."""

    @property
    def changed(self) -> SignalInstance:
        """Said after each of these has changed."""
