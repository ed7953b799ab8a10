"""Ableton Link's process: one peer of the session, telling where its beats are.

The library (aalink, which is under the GPL, as Link itself is) is loaded here and nowhere else. A
beat is told with its moment on the clock of our port: JACK's frames, or the system's clock.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

from bridge.errors import PortError, told
from bridge.ports.jackapi import open_client
from bridge.processes.childlife import ignore_keyboard, leave, parent_watch
from bridge.processes.wire import Line, LineSplitter, encode
from bridge.units import NANOSECONDS, unwrap

_EVERY_S = 0.03
_QUICK_S = 0.0003
_TRIES = 5

Now = Callable[[], int]
"""The clock of our port, in ticks."""


class Peer(Protocol):
    """What is used of `aalink.Link`."""

    enabled: bool
    start_stop_sync_enabled: bool
    quantum: float
    tempo: float
    playing: bool

    @property
    def beat(self) -> float:
        """The session's beat now."""
        ...

    @property
    def num_peers(self) -> int:
        """How many others there are."""
        ...


def join(bpm: float, quantum: float) -> Peer:
    """A peer of the session on this network, proposing a tempo if it is the first.

    Raises:
        PortError: If the extra isn't installed.
    """
    try:
        import aalink
    except ImportError as err:
        raise PortError(
            'following Ableton Link needs aalink: pip install "fractalroll[link]"', "no_link"
        ) from err
    peer: Peer = aalink.Link(bpm)
    peer.quantum = quantum
    peer.start_stop_sync_enabled = True
    peer.enabled = True
    return peer


def moment(peer: Peer, now: Now, rate: int) -> Line:
    """Where the session is, with the moment at which that was read.

    The clock is read before and after; of several readings the quickest counts.
    """
    best: tuple[int, int, float] | None = None
    for _ in range(_TRIES):
        before = now()
        beat = peer.beat
        took = now() - before
        if best is None or took < best[0]:
            best = (took, before, beat)
        if took <= _QUICK_S * rate:
            break
    took, before, beat = best or (0, 0, 0.0)
    at = before + took / 2
    return {"link": [at, beat, peer.tempo, peer.playing, peer.num_peers]}


def obey(peer: Peer, line: Line) -> None:
    """An order of the program: another tempo, or start and stop, for the whole session."""
    if "bpm" in line:
        peer.tempo = float(line["bpm"])
    if "playing" in line:
        peer.playing = bool(line["playing"])


def open_clock(spec: dict[str, Any], gone: threading.Event) -> tuple[Now, int, Callable[[], None]]:
    """(clock, ticks per second, what closes it) of the system that the spec names.

    Args:
        spec: `exact` for JACK, and `near` as for every port.
        gone: Set when JACK's server goes away, whose clock then stands still.

    Raises:
        PortError: If it asks for JACK and no server answers.
    """
    if not spec["exact"]:
        return time.perf_counter_ns, NANOSECONDS, lambda: None
    client = open_client("Fractalroll link")
    near = int(spec["near"])
    client.set_shutdown_callback(lambda status, reason: gone.set())
    client.activate()  # only then it is told

    def frames() -> int:
        nonlocal near
        near = unwrap(int(client.frame_time), near)
        return near

    def close() -> None:
        if not gone.is_set():  # libjack could wait for a server that has gone for ever
            client.close()

    return frames, int(client.samplerate), close


async def tell(spec: dict[str, Any], stopping: threading.Event) -> int:
    """Join, and tell where the session is until it is time to stop."""
    gone = threading.Event()
    try:
        now, rate, close = open_clock(spec, gone)
        peer = join(float(spec["bpm"]), float(spec["quantum"]))
    except Exception as err:  # the program is told, whatever the library did
        os.write(1, encode(told(err)))
        return 1
    os.write(1, encode({"ready": {"rate": rate}}))
    orders: list[Line] = []
    threading.Thread(target=_read, args=(orders, stopping), daemon=True).start()
    parent_lives = parent_watch(int(spec["parent"]))
    with contextlib.suppress(OSError):  # nobody left to tell
        while not (stopping.is_set() or gone.is_set()) and parent_lives():
            while orders:
                obey(peer, orders.pop(0))
            os.write(1, encode(moment(peer, now, rate)))
            await asyncio.sleep(_EVERY_S)
        if gone.is_set():
            os.write(1, encode({"failed": "the JACK server went away"}))
    peer.enabled = False
    close()
    return 0


def _read(orders: list[Line], stopping: threading.Event) -> None:
    splitter = LineSplitter()
    with contextlib.suppress(OSError, PortError):
        while piece := os.read(0, 4096):
            for line in splitter.feed(piece):
                if "close" in line:
                    stopping.set()
                orders.append(line)
    stopping.set()


def main() -> int:
    """Entry: its only argument is the spec as JSON."""
    stopping = threading.Event()
    ignore_keyboard()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    return asyncio.run(tell(json.loads(sys.argv[1]), stopping))


if __name__ == "__main__":
    leave(main())
