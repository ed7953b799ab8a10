"""Directing a training from outside: pause, go on, finish early with a result, stop, a time limit.

Orders may come from any thread; the training obeys after the update, or the batch of a validation,
that is under way.
"""

from __future__ import annotations

import _thread
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.childtalk import Talk

_LOOK_S = 0.2
"""How often a paused training looks whether Ctrl-C asked it to stop."""
Said = Callable[[bool, int], object]
"""Hears that the training pauses (True) or goes on (False), and after which update."""


class LeftValidationError(Exception):
    """A stop was asked for within a validation; the checkpoint before it is the one to go on from.

    It never leaves `model.training`.
    """


class StopRequest:
    """A flag that Ctrl-C (or SIGTERM) raises, so that training ends after the update under way.

    Attributes:
        asked: Whether it is to end.
        is_heeded: Whether a training is under way that looks at the flag.
    """

    def __init__(self) -> None:
        self.asked = self.is_heeded = False

    @contextmanager
    def listening(self) -> Iterator[StopRequest]:
        """Take the signals while the block runs; a second Ctrl-C stops at once.

        Outside the main thread, where Python hands over no signals, this only notes that somebody
        looks at the flag.
        """
        main = threading.current_thread() is threading.main_thread()
        numbers = (signal.SIGINT, signal.SIGTERM) if main else ()
        before = {number: signal.getsignal(number) for number in numbers}
        for number in before:
            signal.signal(number, self._ask)
        self.is_heeded = True
        try:
            yield self
        finally:
            self.is_heeded = False
            for number, handler in before.items():
                signal.signal(number, handler)

    def ask(self) -> None:
        """Let training end after the update under way."""
        self.asked = True

    def _ask(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True


class Direction:
    """What a training was told.

    Args:
        limit_s: Seconds of training after which it finishes, pauses left out; None has no limit.
        said: Hears when the training really pauses and goes on.
    """

    def __init__(self, limit_s: float | None = None, said: Said | None = None) -> None:
        self.stop_request = StopRequest()
        self.limit_s = limit_s
        self.said = said
        self._goes_on = threading.Event()
        self._goes_on.set()
        self._finish = False
        self._begun_s = time.monotonic()
        self._paused_s = 0.0
        self.cut_short = False

    def pause(self) -> None:
        """Wait after what is under way, until `resume`, `finish` or `stop`."""
        self._goes_on.clear()

    def resume(self) -> None:
        """Go on after a pause."""
        self._goes_on.set()

    def finish(self) -> None:
        """Validate once more and end; the best weights so far are the result."""
        self._finish = True
        self._goes_on.set()

    def stop(self) -> None:
        """End with a checkpoint from which the run can go on.

        Before the training and after it, where nobody looks at the order, the main thread is
        interrupted as Ctrl-C would; the checkpoint is on disk then, if there ever was one.
        """
        heeded, again = self.stop_request.is_heeded, self.stop_request.asked
        self.stop_request.ask()
        self._goes_on.set()
        if not heeded and not again:
            _thread.interrupt_main()

    @property
    def paused(self) -> bool:
        """Whether a pause was asked for and not ended."""
        return not self._goes_on.is_set()

    @property
    def interrupted(self) -> bool:
        """Whether what takes long, and can be left out, should end: a stop or a pause waits."""
        return self.stop_request.asked or self.paused

    def begin(self) -> None:
        """Start the clock of the time limit."""
        self._begun_s, self._paused_s = time.monotonic(), 0.0

    def wait(self, step: int) -> None:
        """Stand still while paused; that time doesn't count."""
        if not self.paused:
            return
        begun = time.monotonic()
        if self.said is not None:
            self.said(True, step)
        while not self._goes_on.wait(_LOOK_S) and not self.stop_request.asked:
            pass
        if self.said is not None:
            self.said(False, step)
        self._paused_s += time.monotonic() - begun

    def between_batches(self, step: int) -> None:
        """Within a validation: wait while paused, leave it at a stop.

        Raises:
            LeftValidationError: a stop was asked for.
        """
        self.wait(step)
        if self.stop_request.asked:
            raise LeftValidationError

    @property
    def must_finish(self) -> bool:
        """Whether the training is to end now with what it has, and not merely to stop."""
        if self.stop_request.asked:
            return False
        trained_s = time.monotonic() - self._begun_s - self._paused_s
        return self._finish or (self.limit_s is not None and trained_s >= self.limit_s)


def listen(talk: Talk, direction: Direction) -> None:
    """Obey orders in a thread of its own until they end; then the training stops."""

    def obey() -> None:
        for order in talk.orders():
            for name in ("pause", "resume", "finish", "stop"):
                if order.get(name):
                    getattr(direction, name)()
        direction.stop()

    threading.Thread(target=obey, name="orders", daemon=True).start()
