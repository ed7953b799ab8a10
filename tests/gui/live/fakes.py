"""A deck without a process: it keeps its orders and says what a test tells it to."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal


class FakeWorker(QObject):
    """Stands in for `gui.workers.Worker`."""

    received = Signal(object)
    failed = Signal(str)
    ended = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.is_running = False
        self.orders: list[dict[str, Any]] = []
        self.started = 0

    def start(self) -> None:
        self.is_running = True
        self.started += 1

    def say(self, order: dict[str, Any]) -> None:
        assert self.is_running
        self.orders.append(order)

    def close(self) -> None:
        self.is_running = False

    def verbs(self) -> list[str]:
        """What was ordered, in a word each, since this was last asked."""
        found = [next(iter(order)) for order in self.orders]
        self.orders.clear()
        return found

    def position(self, step: float, *, playing: bool = True, **more: Any) -> None:
        """The deck says where it is."""
        line = {"position": step, "at": 10.0, "speed": 8.0, "bpm": 120.0, "playing": playing}
        self.received.emit({**line, "loop": None, **more})
