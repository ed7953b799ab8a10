"""The process that exports for the window, over JSON lines, and can be stopped at any time.

`python -m export.exportchild` reads one order from standard input::

    {"job": 1, "export": {"source": ..., "out": ..., "embed": false, "eight_bit": false}}

and says `progress` (0..1, with `doing`), then one of `done` (the report), `failed` (a sentence) and
`cancelled`. It leaves when it has said so, when it reads `{"cancel": 1}`, and when its input ends;
then nothing of a half-made export stays.
"""

from __future__ import annotations

import _thread
import queue
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from model.childtalk import Line, Talk
from model.errors import ModelError, told

Say = Callable[..., None]
"""Says a line of the job that runs, by its keys."""


def carry_out(order: Mapping[str, Any], say: Say) -> None:
    """Export as an order says, and say how it goes."""
    say(progress=0.0, doing="torch")
    from export.commands import report_facts
    from export.exporter import export_bundle

    try:
        report = export_bundle(
            str(order["source"]),
            Path(str(order["out"])),
            embed=bool(order.get("embed", False)),
            eight_bit=bool(order.get("eight_bit", False)),
            replace=bool(order.get("replace", False)),
            version=order.get("version"),
            progress=lambda what, share: say(progress=share, doing=what),
        )
    except ModelError as err:
        say(**told(err))
        return
    say(done=report_facts(report))


def listen(talk: Talk, orders: queue.Queue[Line | None], stop: Callable[[], None]) -> None:
    """Pass orders to export on; stop the work at a cancel, and at the end of the input."""
    for order in talk.orders():
        if "cancel" in order:
            break
        if "export" in order:
            orders.put(order)
    orders.put(None)
    stop()


def main() -> int:
    """Carry out one order; 0 when it was answered, whatever the answer is."""
    talk, orders = Talk.on_pipes(), queue.Queue[Line | None]()
    talk.beat()
    job = 0

    def say(**words: Any) -> None:
        talk.say({"job": job, **words})

    try:
        listener = threading.Thread(
            target=listen, args=(talk, orders, _thread.interrupt_main), daemon=True
        )
        listener.start()
        order = orders.get()
        if order is not None:
            job = int(order.get("job", 0))
            carry_out(order["export"], say)
    except KeyboardInterrupt:
        say(cancelled=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
