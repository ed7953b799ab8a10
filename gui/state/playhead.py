"""What the window's rooms ask of a playhead; `gui.live.playhead` is the real one."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import SignalInstance


class Playhead(Protocol):
    """Where the music is."""

    @property
    def playing(self) -> bool:
        """Whether it moves."""

    @property
    def step(self) -> float:
        """Where it is now, in steps."""

    @property
    def bpm(self) -> float:
        """Quarter notes a minute."""

    @property
    def changed(self) -> SignalInstance:
        """Said when it starts, stops or is put elsewhere, and about once a frame while it moves."""
