"""What takes long to open and may fail, opened, closed and tried again beside the music."""

import contextlib
import queue
import threading
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from bridge.errors import PortError

_RETRY_S = 5.0


class Closable(Protocol):
    """What can be opened here."""

    def close(self) -> None:
        """Let go of it. May be called again."""
        ...


T = TypeVar("T", bound=Closable)


class Opening(Generic[T]):
    """One such thing. Used by one thread; `act` and closing run in others.

    Args:
        clock: Seconds.

    Attributes:
        thing: What is open, or None.
        failed: Why it could not be opened the last time, or nothing.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.thing: T | None = None
        self.failed = ""
        self._clock = clock
        self._number = 0  # of the order to open; an older one's answer is closed
        self._opening = False
        self._again_at = 0.0
        self._news: queue.SimpleQueue[tuple[int, T | Exception]] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []

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
            number, news = self._news.get()
            if isinstance(news, Exception):
                if number == self._number and self.fail(news):
                    failure = news
            elif number != self._number:
                self._start(news.close)
            else:
                self.thing, self._opening, self.failed = news, False, ""
        return failure

    def fail(self, err: Exception) -> bool:
        """It broke: close it and try again later; returns whether that is news."""
        before, after = self.failed, str(err) or type(err).__name__
        self.drop()
        self.failed, self._again_at = after, self._clock() + _RETRY_S
        return before != after

    def drop(self) -> None:
        """Close it, or what is being opened as soon as it is."""
        thing, self.thing = self.thing, None
        self._opening, self.failed, self._number = False, "", self._number + 1
        if thing is not None:
            self._start(thing.close)

    def close(self) -> None:
        """Close it; returns when everything is closed."""
        self.drop()
        self._join()
        self.take_news()
        self._join()

    def _open(self, number: int, act: Callable[[], T]) -> None:
        try:
            self._news.put((number, act()))
        except Exception as err:  # taken note of by the thread that asks
            self._news.put((number, err))

    def _start(self, act: Callable[[], object]) -> None:
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=_quietly, args=(act,), name="opening")
        self._threads.append(thread)
        thread.start()

    def _join(self) -> None:
        for thread in self._threads:
            thread.join()


def _quietly(act: Callable[[], object]) -> None:
    with contextlib.suppress(PortError):  # closing what is gone already
        act()
