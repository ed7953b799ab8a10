"""Bars made ahead of playback, in a thread of their own, and never too many of them."""

import threading
import time
from collections import deque
from typing import Protocol

from bridge.duet.wish import Listening, Wish, hand_over
from bridge.source import Bar, BarSource, seconds_in

_LATELY = 8


class Feeder(Protocol):
    """Hands bars to the player without ever letting it wait."""

    @property
    def is_finished(self) -> bool:
        """Whether no bar is left and none will come."""
        ...

    @property
    def is_made(self) -> bool:
        """Whether no bar will come beyond those that are ready."""
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

    @property
    def bar_s(self) -> float:
        """Seconds of computing that a bar may take, as those did that were made lately."""
        ...

    def poll(self) -> Bar | None:
        """The next bar if it is ready; from then on it is committed."""
        ...

    def ready(self) -> int:
        """How many bars are ready."""
        ...

    def hurry(self, share: float) -> None:
        """Let bars be made with only this share of the usual rounds, 0 to 1, from now on."""
        ...

    def renew(self, wish: Wish | None = None) -> None:
        """Throw away the bars that were not yet taken and make others.

        Args:
            wish: What they are to go on from, if that is another music than was played.
        """
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
        self._ahead = bars_ahead
        self._bars: deque[Bar] = deque()
        self._lately: deque[float] = deque(maxlen=_LATELY)
        self._share = 1.0
        self._renewals = 0
        self._heard = 0  # bars of a source that listens carry this number, or an older one
        self._closed = self._done = False
        self._change = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="bar feeder", daemon=True)
        self._thread.start()

    @property
    def is_finished(self) -> bool:
        """See `Feeder`."""
        with self._change:
            return not self._bars and (self._done or self._left == 0)

    @property
    def is_made(self) -> bool:
        """See `Feeder`."""
        with self._change:
            return self._done or self._left == 0

    @property
    def bar_s(self) -> float:
        """See `Feeder`."""
        with self._change:
            return max(self._lately, default=0.0)

    def poll(self) -> Bar | None:
        """See `Feeder`."""
        with self._change:
            self._change.notify_all()
            return self._bars.popleft() if self._bars else None

    def ready(self) -> int:
        """See `Feeder`."""
        with self._change:
            return len(self._bars)

    def hurry(self, share: float) -> None:
        """See `Feeder`. A source that can't hurry takes its time."""
        hurry = getattr(self._source, "hurry", None)
        if share != self._share and hurry is not None:
            hurry(share)
        self._share = share

    def renew(self, wish: Wish | None = None) -> None:
        """See `Feeder`. A source that can't listen goes on as it was."""
        with self._change:
            if self._left is not None:
                self._left += len(self._bars)
            self._bars.clear()
            if wish is not None and isinstance(self._source, Listening):
                self._heard = hand_over(wish, self._source)
            else:
                self._renewals += 1
            self._change.notify_all()

    def close(self) -> None:
        """Stop after the bar that is being made; wait for that at most a second."""
        with self._change:
            self._closed = True
            self._change.notify_all()
        self._source.close()
        self._thread.join(1.0)

    def _run(self) -> None:
        try:
            while self._wait_for_work():
                renewals = self._renewals
                bar = self._make()
                if bar is None:
                    break
                self._put(bar, renewals)
        except Exception as err:  # the player raises it, in the caller's thread
            if not self._closed:
                self.error = err
        finally:
            with self._change:
                self._done = True

    def _wait_for_work(self) -> bool:
        with self._change:
            self._change.wait_for(lambda: self._closed or self._left != 0)
            return not self._closed

    def _make(self) -> Bar | None:
        hurried = self._share < 1.0
        begun = time.perf_counter()
        bar = self._source.next_bar()
        took = time.perf_counter() - begun
        self.computing_s += took
        if bar is not None:
            self.music_s += seconds_in(bar)
            if not hurried:
                self._lately.append(took)
        return bar

    def _put(self, bar: Bar, renewals: int) -> None:
        """Wait for room; a bar of music that is not wanted any more is thrown away."""
        with self._change:
            self._change.wait_for(
                lambda: (
                    self._closed or self._is_stale(bar, renewals) or len(self._bars) < self._ahead
                )
            )
            if self._closed or self._is_stale(bar, renewals):
                return
            self._bars.append(bar)
            if self._left is not None:
                self._left -= 1

    def _is_stale(self, bar: Bar, renewals: int) -> bool:
        return renewals != self._renewals or getattr(bar, "heard", self._heard) < self._heard
