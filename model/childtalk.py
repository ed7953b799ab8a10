"""The child's end of a pipe to the window: orders in, answers out, a sign of life every second.

A line is one JSON object. Whatever else writes to stdout (a library, a stray print) lands on
stderr, so that nothing but lines goes out. The window's end is `gui.workers`.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections.abc import Iterator
from typing import Any, BinaryIO

Line = dict[str, Any]

ALIVE_S = 1.0
"""How often the child says that it lives."""


class Talk:
    """Says lines and reads orders; `say` may be called from any thread.

    Args:
        reader: Where orders come from.
        writer: Where lines go.
    """

    def __init__(self, reader: BinaryIO, writer: BinaryIO) -> None:
        self._reader, self._writer = reader, writer
        self._lock = threading.Lock()
        self._seq: dict[int, int] = {}

    @classmethod
    def on_pipes(cls) -> Talk:
        """Over this process's stdin and stdout; from now on, prints go to stderr."""
        writer = os.fdopen(os.dup(1), "wb", buffering=0)
        os.dup2(2, 1)
        return cls(os.fdopen(os.dup(0), "rb"), writer)

    def say(self, line: Line) -> None:
        """Say one line; nobody left to hear it is no failure (the orders end, too)."""
        with self._lock, contextlib.suppress(OSError, ValueError):
            job = line.get("job")
            if isinstance(job, int):
                self._seq[job] = self._seq.get(job, -1) + 1
                line = {**line, "seq": self._seq[job]}
            self._writer.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
            self._writer.flush()

    def orders(self) -> Iterator[Line]:
        """Orders until the pipe closes; what is no JSON object is answered with a failure."""
        for piece in self._reader:
            try:
                order = json.loads(piece)
            except ValueError:
                order = None
            if isinstance(order, dict):
                yield order
            elif piece.strip():
                self.say({"failed": "could not read an order: send one JSON object a line"})

    def beat(self) -> None:
        """Say every second that we live, in a thread that ends with the process."""
        threading.Thread(target=self._beat, name="heartbeat", daemon=True).start()

    def _beat(self) -> None:
        begun = time.monotonic()
        while True:
            time.sleep(ALIVE_S)
            self.say({"alive": round(time.monotonic() - begun, 3)})
