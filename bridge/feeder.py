"""Bars made ahead of playback, in a thread of their own, and never too many of them."""

import contextlib
import queue
import threading
import time
from typing import Protocol

from bridge.source import Bar, BarSource, seconds_in


class Feeder(Protocol):
    """Hands bars to the player without ever letting it wait."""

    @property
    def is_finished(self) -> bool:
        """Whether no bar is left and none will come."""
        ...

    @property
    def error(self) -> BaseException | None:
        """Why no more bars come, if that was a failure."""
        ...

    @property
    def computing_s(self) -> float:
        """Seconds that were spent making bars."""
        ...

    @property
    def music_s(self) -> float:
        """Seconds of music made in that time."""
        ...

    def poll(self) -> Bar | None:
        """The next bar if it is ready."""
        ...

    def ready(self) -> int:
        """How many bars are ready."""
        ...

    def close(self) -> None:
        """Make no more bars."""
        ...


class ThreadFeeder:
    """Asks a source for bars in a thread, at most `bars_ahead` of them ahead of the player.

    Args:
        source: Who makes the bars; closed together with this.
        bars: How many bars to ask for, None for as many as there are.
        bars_ahead: How many finished bars may wait; the source rests while that many do.
    """

    def __init__(self, source: BarSource, bars: int | None, bars_ahead: int) -> None:
        self.error: BaseException | None = None
        self.computing_s = 0.0
        self.music_s = 0.0
        self._source = source
        self._left = bars
        self._bars: queue.Queue[Bar] = queue.Queue(maxsize=bars_ahead)
        self._closed = threading.Event()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bar feeder", daemon=True)
        self._thread.start()

    @property
    def is_finished(self) -> bool:
        """See `Feeder`."""
        return self._done.is_set() and self._bars.empty()

    def poll(self) -> Bar | None:
        """See `Feeder`."""
        with contextlib.suppress(queue.Empty):
            return self._bars.get_nowait()
        return None

    def ready(self) -> int:
        """See `Feeder`."""
        return self._bars.qsize()

    def close(self) -> None:
        """Stop after the bar that is being made; wait for that at most a second."""
        self._closed.set()
        self._source.close()
        self._thread.join(1.0)

    def _run(self) -> None:
        try:
            while self._left != 0 and not self._closed.is_set():
                bar = self._make()
                if bar is None:
                    break
                self._put(bar)
                if self._left is not None:
                    self._left -= 1
        except Exception as err:  # the player raises it, in the caller's thread
            if not self._closed.is_set():
                self.error = err
        finally:
            self._done.set()

    def _make(self) -> Bar | None:
        begun = time.perf_counter()
        bar = self._source.next_bar()
        self.computing_s += time.perf_counter() - begun
        if bar is not None:
            self.music_s += seconds_in(bar)
        return bar

    def _put(self, bar: Bar) -> None:
        while not self._closed.is_set():
            with contextlib.suppress(queue.Full):
                self._bars.put(bar, timeout=0.1)
                return
