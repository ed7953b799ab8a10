"""The process that exports for the window: orders and answers as JSON lines, cancelled at any time.

`python -m export.exportchild` reads one order from standard input::

    {"job": 1, "export": {"source": ..., "out": ..., "embed": false, "eight_bit": false}}

and says `progress` (0..1, with `doing`), then one of `done` (the report), `failed` (a sentence) and
`cancelled`. It leaves when it has said so, when it reads `{"cancel": 1}`, and when its input ends;
then nothing of a half-made export stays. It is alive as long as it says `alive`, every second.
"""

from __future__ import annotations

import _thread
import json
import queue
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

from model.errors import ModelError

HEARTBEAT_S = 1.0

Order = dict[str, Any]


class Voice:
    """Says lines, from whichever thread; each has the job and a rising number."""

    def __init__(self, out: TextIO) -> None:
        self._out, self._lock = out, threading.Lock()
        self._seq, self.job = 0, 0

    def say(self, **words: Any) -> None:
        """Write one line; where nobody reads any more, nothing happens."""
        with self._lock:
            self._seq += 1
            line = json.dumps({"job": self.job, "seq": self._seq, **words})
            try:
                print(line, file=self._out, flush=True)
            except (OSError, ValueError):
                return


def carry_out(order: Mapping[str, Any], voice: Voice) -> None:
    """Export as an order says, and say how it goes."""
    from export.commands import report_facts

    def progress(what: str, share: float) -> None:
        voice.say(progress=share, doing=what)

    voice.say(progress=0.0, doing="torch")
    try:
        from export.exporter import export_bundle

        report = export_bundle(
            str(order["source"]),
            Path(str(order["out"])),
            embed=bool(order.get("embed", False)),
            eight_bit=bool(order.get("eight_bit", False)),
            replace=bool(order.get("replace", False)),
            version=order.get("version"),
            progress=progress,
        )
    except ModelError as err:
        voice.say(failed=str(err))
        return
    voice.say(done=report_facts(report))


def listen(lines: TextIO, orders: queue.Queue[Order | None], stop: Callable[[], None]) -> None:
    """Pass the first order on; stop the work at a cancel, and at the end of the input."""
    for line in lines:
        try:
            order = json.loads(line)
        except ValueError:
            continue
        if isinstance(order, dict) and "export" in order:
            orders.put(order)
        elif isinstance(order, dict) and "cancel" in order:
            break
    orders.put(None)
    stop()


def main() -> int:
    """Carry out one order; 0 when it was answered, whatever the answer is."""
    voice, orders = Voice(sys.stdout), queue.Queue[Order | None]()
    sys.stdout = sys.stderr  # what a library prints must not come between the lines
    threading.Thread(
        target=listen, args=(sys.stdin, orders, _thread.interrupt_main), daemon=True
    ).start()
    threading.Thread(target=_beat, args=(voice,), daemon=True).start()
    try:
        order = orders.get()
        if order is None:
            return 0
        voice.job = int(order.get("job", 0))
        carry_out(order["export"], voice)
    except KeyboardInterrupt:
        voice.say(cancelled=True)
    return 0


def _beat(voice: Voice) -> None:
    while True:
        voice.say(alive=time.monotonic())
        time.sleep(HEARTBEAT_S)


if __name__ == "__main__":
    sys.exit(main())
