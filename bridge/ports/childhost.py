"""The life of a sender's process: read orders, play, and never leave a note behind.

The main thread waits for a reason to stop: the order to close, the end of the pipe (the program
ended, even by SIGKILL), a parent that is gone while someone else holds the pipe open, a signal, an
exception. Whatever it is, the sounding notes are released and the releases are on the wire before
the port closes. One more thread reads orders; the driver's own thread plays.
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
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from bridge.errors import PortError, told
from bridge.ports.board import Board, Slot
from bridge.ports.sender import Sender
from bridge.processes.childlife import ignore_keyboard, parent_watch
from bridge.processes.priority import raise_priority
from bridge.processes.wire import Line, LineSplitter, decode_events, encode
from bridge.units import ticks_of

SWITCH_INTERVAL_S = 0.0005
"""How long a thread of the child may keep the interpreter while another waits (default 5 ms)."""

_WATCH_S = 0.1
_SILENCE_TIMEOUT_S = 1.0
_ROUNDS = 3
_READ = 1 << 16


@dataclass(frozen=True)
class Company:
    """The ports of others, as far as the system tells.

    Attributes:
        listeners: How many hear ours, -1 where the system doesn't tell.
        changes: How often one appeared or vanished.
        remembered: Names of those that hear ours, and of those that left while they did.
        arrivals: How often somebody was connected to ours.
    """

    listeners: int = -1
    changes: int = 0
    remembered: tuple[str, ...] = ()
    arrivals: int = 0


class Driver(Protocol):
    """One MIDI system's part: it calls `sender.run` in its own thread once it is open."""

    name: str
    rate: int
    period: int
    precision: int
    """Ticks by which it may miss a message's time, as a rule."""
    system_clock: bool
    gone: bool
    """Whether its system went away, so that nothing more can be sent."""

    def start(self, sender: Sender) -> None:
        """Begin to play what the sender holds."""
        ...

    def wake(self) -> None:
        """There is something new in the sender."""
        ...

    def wait_out(self) -> None:
        """Return when what was written so far has left the process."""
        ...

    def company(self) -> Company:
        """Who is there; who came back is connected again.

        Called ten times a second, by the thread that opened the driver.
        """
        ...

    def close(self) -> None:
        """Let go of the port."""
        ...


OpenDriver = Callable[[dict[str, Any], Board, Callable[[str], None]], Driver]
"""(spec, board, stop) -> an open driver; it calls stop(why) when its system goes away."""


class Host:
    """Everything in a sender's process but the driver itself."""

    def __init__(self, spec: dict[str, Any], board: Board) -> None:
        self._spec = spec
        self._board = board
        self._stopping = threading.Event()
        self._suspended = False
        self._why = ""
        self._company = Company()

    def stop(self, why: str = "") -> None:
        """End the process soon, from any thread or signal handler; `why` if it is a failure."""
        self._why = self._why or why
        self._stopping.set()

    def run(self, open_driver: OpenDriver) -> int:
        """Open, play until there is a reason to stop, silence, close. Returns the exit code."""
        self._take_signals()
        driver = open_driver(self._spec, self._board, self.stop)
        sender = Sender(
            late_limit=ticks_of(float(self._spec["late_limit_s"]), driver.rate),
            memory=ticks_of(float(self._spec["memory_s"]), driver.rate),
            precision=driver.precision,
        )
        try:
            driver.start(sender)
            driver.company()  # connects those who heard the sender before this one
            sender.hush()
            driver.wake()
            _wait_until(lambda: not sender.pending(), driver)  # else it could cut off what follows
            _tell({"ready": _described(driver)})
            threading.Thread(target=self._read, args=(sender, driver), daemon=True).start()
            self._wait(sender, driver)
        finally:
            self._silence(sender, driver)
            publish(self._board, sender)
            driver.close()
        if self._why:
            _tell({"failed": self._why})
        return 1 if self._why else 0

    def _take_signals(self) -> None:
        # Ctrl-C goes to the whole terminal: the program decides, and says so through the pipe.
        ignore_keyboard()
        signal.signal(signal.SIGTERM, lambda *_: self._stopping.set())
        if sys.platform != "win32":
            signal.signal(signal.SIGHUP, lambda *_: self._stopping.set())
            signal.signal(signal.SIGTSTP, lambda *_: self._suspend())

    def _suspend(self) -> None:
        """Ctrl-Z: the program stands still, and whoever owns the notes doesn't."""
        self._suspended = True

    def _wait(self, sender: Sender, driver: Driver) -> None:
        parent_lives = parent_watch(int(self._spec["parent"]))
        while not self._stopping.wait(_WATCH_S):
            if not parent_lives():
                return
            company = driver.company()
            if self._suspended:
                self._suspended = False
                sender.silence()
                driver.wake()
            if company.arrivals != self._company.arrivals:
                sender.hush()  # who was connected may hang on a note of an earlier sender
                driver.wake()
            sender.hush_owed()
            self._show(company)

    def _show(self, company: Company) -> None:
        self._board[Slot.LISTENERS] = company.listeners
        self._board[Slot.CHANGES] = company.changes
        if company.remembered != self._company.remembered:
            _tell({"remembered": list(company.remembered)})
        self._company = company

    def _read(self, sender: Sender, driver: Driver) -> None:
        splitter = LineSplitter()
        try:
            while piece := os.read(0, _READ):
                for line in splitter.feed(piece):
                    self._obey(line, sender)
                driver.wake()
        except (OSError, PortError, ValueError, TypeError) as err:
            self.stop(f"could not read an order: {err}")
        self._stopping.set()

    def _obey(self, line: Line, sender: Sender) -> None:
        if "play" in line:
            sender.send(decode_events(line["play"]))
        elif "cancel" in line:
            sender.cancel(int(line["cancel"]))
        elif "replace" in line:
            sender.replace(int(line["replace"]), decode_events(line["by"]))
        elif "silence" in line:
            sender.silence()
        elif "close" in line:
            self._stopping.set()

    def _silence(self, sender: Sender, driver: Driver) -> None:
        """Release everything, several times over: a server may lose the output of one cycle."""
        for _ in range(_ROUNDS):
            if driver.gone:
                return
            sender.finish()
            driver.wake()
            _wait_until(sender.is_silent, driver)
            driver.wait_out()


def _wait_until(true: Callable[[], bool], driver: Driver) -> None:
    """Wait, but not for ever, and not for a system that went away."""
    end = time.monotonic() + _SILENCE_TIMEOUT_S
    while not (true() or driver.gone) and time.monotonic() < end:
        time.sleep(0.002)


def publish(board: Board, sender: Sender) -> None:
    """Put the sender's counts on the board. Called by the thread that plays."""
    counts = sender.counts
    board[Slot.PENDING] = sender.pending()
    board[Slot.SOUNDING] = len(sender.sounding)
    board[Slot.NOTES] = counts.notes
    board[Slot.LATE] = counts.late
    board[Slot.DROPPED] = counts.dropped
    board[Slot.WORST_LATE] = counts.worst_late_ticks
    board[Slot.REFUSED] = counts.refused
    board[Slot.RESENT] = counts.resent


def wait_cycles(board: Board, goal: int, gone: Callable[[], bool], timeout_s: float) -> bool:
    """Wait until the driver has run `goal` cycles in all; False if it never gets there."""
    end = time.monotonic() + timeout_s
    never = threading.Event()
    while board[Slot.CYCLES] < goal:
        if gone() or time.monotonic() > end:
            return False
        never.wait(0.001)
    return True


def main(open_driver: OpenDriver) -> int:
    """Entry of a sender's process: its only argument is the spec as JSON."""
    spec = json.loads(sys.argv[1])
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    if spec.get("realtime", True):
        raise_priority()
    gc.collect()
    gc.disable()  # nothing here makes cycles, and a collection would delay a note
    with Board.open(Path(spec["board"])) as board:
        try:
            return Host(spec, board).run(open_driver)
        except Exception as err:  # whatever it is, the program is told, in its own words
            _tell(told(err))
            return 1


def _described(driver: Driver) -> dict[str, object]:
    return {
        "name": driver.name,
        "rate": driver.rate,
        "period": driver.period,
        "system_clock": driver.system_clock,
    }


def _tell(line: Line) -> None:
    with contextlib.suppress(OSError):  # nobody left to tell
        os.write(1, encode(line))
