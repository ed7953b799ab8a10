"""The life of a process that listens: opened, reporting what arrives, ended by whatever ends it.

It ends when its pipe closes, when its parent is gone, on SIGTERM, and when the MIDI system goes
away. What was heard until then is reported.
"""

import contextlib
import gc
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from bridge.errors import told
from bridge.inputs.ears import Ear, Heard
from bridge.ports.childhost import SWITCH_INTERVAL_S
from bridge.processes.childlife import ignore_keyboard, parent_watch
from bridge.processes.priority import raise_priority
from bridge.processes.wire import Line, encode, encode_events

_LAST_WAIT_S = 0.1

Open = Callable[[dict[str, Any], Heard, Callable[[], None]], Ear]
"""(spec, where messages go, called when something arrived) -> an open ear."""

Turn = Callable[[Ear], list[Line]]
"""What else there is to tell, asked in each turn."""


def listen(open_ear: Open, pause: Callable[[threading.Event], bool], turn: Turn) -> int:
    """Entry of a listener's process: its only argument is the spec as JSON.

    Args:
        open_ear: Opens the input.
        pause: Waits before each report on an event that is set by news; True ends the process.
        turn: More to report; lines of its own.

    Returns:
        The exit code.
    """
    spec = json.loads(sys.argv[1])
    stopping, news = threading.Event(), threading.Event()
    ignore_keyboard()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    if spec.get("realtime", True):
        raise_priority()
    gc.collect()
    gc.disable()
    heard = Heard()
    try:
        ear = open_ear(spec, heard, news.set)
    except Exception as err:  # the program is told, whatever the driver did
        os.write(1, encode(told(err)))
        return 1
    os.write(1, encode({"ready": {"rate": ear.rate, "name": ear.name}}))
    threading.Thread(target=_wait_for_end, args=(stopping, news), daemon=True).start()
    _report(ear, heard, turn, _Reasons(stopping, news, pause, int(spec["parent"])))
    ear.close()
    return 0


class _Reasons:
    """When the process goes on and when it ends."""

    def __init__(
        self,
        stopping: threading.Event,
        news: threading.Event,
        pause: Callable[[threading.Event], bool],
        parent: int,
    ) -> None:
        self._stopping, self._news, self._pause = stopping, news, pause
        self._parent_lives = parent_watch(parent)

    def go_on(self) -> bool:
        """Wait for the next report; False when it is to be the last one."""
        ended = self._pause(self._news)
        self._news.clear()
        return not ended and not self._stopping.is_set() and self._parent_lives()


def _wait_for_end(stopping: threading.Event, news: threading.Event) -> None:
    while os.read(0, 4096):
        pass
    stopping.set()
    news.set()


def _report(ear: Ear, heard: Heard, turn: Turn, reasons: _Reasons) -> None:
    with contextlib.suppress(OSError):  # nobody left to tell
        while reasons.go_on():
            _forward(heard)
            for line in turn(ear):
                os.write(1, encode(line))
            if ear.gone:
                os.write(1, encode({"failed": "the MIDI server went away"}))
                break
        time.sleep(_LAST_WAIT_S)  # what was sent just before the end is still on its way
        _forward(heard)


def _forward(heard: Heard) -> None:
    batch = []
    while heard:
        batch.append(heard.popleft())
    for line in encode_events("heard", batch):
        os.write(1, line)
