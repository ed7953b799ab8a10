"""What takes long to open and may fail, opened, closed and tried again beside the music."""

import contextlib
import math
import queue
import threading
import time
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from bridge.errors import PortError

_RETRY_S = 5.0
_SOON_S = 0.5
_PATIENCE_S = 1.0


class Closable(Protocol):
    """What can be opened here."""

    def close(self) -> None:
        """Let go of it. May be called again."""
        ...


T = TypeVar("T", bound=Closable)


class Opening(Generic[T]):
    """One such thing. Used by one thread; `act` and closing run in others.

    What broke is opened again soon, if it is rare; what could not be opened, after a while.

    Args:
        clock: Seconds.
        thing: What is open already.
        retry_s: From an opening that failed to the next one.

    Attributes:
        thing: What is open, or None.
        error: Why it broke or could not be opened the last time, or nothing.
    """

    def __init__(
        self, clock: Callable[[], float], thing: T | None = None, retry_s: float = _RETRY_S
    ) -> None:
        self.thing = thing
        self.error: Exception | None = None
        self._clock = clock
        self._retry_s = retry_s
        self._lost_at = -math.inf
        self._number = 0  # of the order to open; an older one's answer is closed
        self._opening = False
        self._again_at = 0.0
        self._news: queue.SimpleQueue[tuple[int, T | Exception]] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []

    @property
    def failed(self) -> str:
        """The same in words."""
        return "" if self.error is None else _words(self.error)

    @property
    def is_wanted(self) -> bool:
        """Whether it is open or being opened."""
        return self.thing is not None or self._opening

    @property
    def is_busy(self) -> bool:
        """Whether something is being opened or closed."""
        return any(thread.is_alive() for thread in self._threads)

    @property
    def is_closed(self) -> bool:
        """Whether nothing is open, being opened or being closed."""
        return not (self.is_wanted or self.is_busy)

    def ensure(self, act: Callable[[], T]) -> T | None:
        """What is open; if nothing is, it is being opened from now on, unless it just failed."""
        if self.thing is None and not self._opening and self._clock() >= self._again_at:
            self._opening, self._number = True, self._number + 1
            number = self._number
            self._start(lambda: self._open(number, act))
        return self.thing

    def soon(self) -> None:
        """Try again at once what failed."""
        self._again_at = 0.0

    def take_news(self) -> Exception | None:
        """See what the threads brought; returns a failure that is news."""
        failure: Exception | None = None
        while not self._news.empty():
            failure = self._take(*self._news.get()) or failure
        return failure

    def wait(self, act: Callable[[], T]) -> T:
        """Open it now.

        Raises:
            Exception: What `act` raised.
        """
        self.ensure(act)
        while self._opening:
            self._take(*self._news.get())
        if self.thing is None:
            raise self.error or PortError("tried to open a port again too soon; wait some seconds")
        return self.thing

    def fail(self, err: Exception) -> bool:
        """It broke: close it and try again later; returns whether that is news."""
        before, now = self.failed, self._clock()
        if self.thing is None:
            wait_s = self._retry_s
        else:
            wait_s = _SOON_S if now - self._lost_at > _RETRY_S else self._retry_s
            self._lost_at = now
        self.drop()
        self.error, self._again_at = err, now + wait_s
        return before != self.failed

    def drop(self) -> None:
        """Close it, or what is being opened as soon as it is."""
        thing, self.thing = self.thing, None
        self._opening, self.error, self._number = False, None, self._number + 1
        if thing is not None:
            self._start(thing.close)

    def close(self) -> None:
        """Close it; returns when everything is closed, or hangs in a server that doesn't answer."""
        self.drop()
        self._join(_PATIENCE_S)
        self.take_news()
        self._join(_PATIENCE_S)

    def _take(self, number: int, news: T | Exception) -> Exception | None:
        if isinstance(news, Exception):
            return news if number == self._number and self.fail(news) else None
        if number != self._number:
            self._start(news.close)
        else:
            self.thing, self._opening, self.error = news, False, None
        return None

    def _open(self, number: int, act: Callable[[], T]) -> None:
        try:
            self._news.put((number, act()))
        except Exception as err:  # taken note of by the thread that asks
            self._news.put((number, err))

    def _start(self, act: Callable[[], object]) -> None:
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=_quietly, args=(act,), name="opening", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _join(self, patience_s: float) -> None:
        end = time.monotonic() + min(patience_s, threading.TIMEOUT_MAX / 2)
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))


def _words(err: Exception) -> str:
    return str(err) or type(err).__name__


def _quietly(act: Callable[[], object]) -> None:
    with contextlib.suppress(PortError):  # closing what is gone already
        act()
