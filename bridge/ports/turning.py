"""A thread that turns until it is ended: it looks after a sender, and waits for news or a while."""

import threading
import time
from collections.abc import Callable

_AFTER_FAILURE_S = 0.05


class Turning:
    """One thread. What a turn raises ends the playing and not the turns: notes are still released.

    Args:
        name: Of the thread.
        stop: Told why playing has to end.
    """

    def __init__(self, name: str, stop: Callable[[str], None]) -> None:
        self._name, self._stop = name, stop
        self._woken, self._ending = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, turn: Callable[[], None]) -> None:
        """Call `turn` over and over, in the thread."""
        self._thread = threading.Thread(target=self._run, args=(turn,), name=self._name)
        self._thread.start()

    def wake(self) -> None:
        """End the wait. From any thread."""
        self._woken.set()

    def wait(self, at_most_s: float) -> None:
        """In a turn: wait until woken."""
        self._woken.wait(at_most_s)
        self._woken.clear()

    def end(self) -> None:
        """Turn no more; returns when the thread has ended. May be called before it was started."""
        self._ending.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self, turn: Callable[[], None]) -> None:
        while not self._ending.is_set():
            try:
                turn()
            except Exception as err:  # the notes are still released, in the turns that follow
                self._stop(f"playing failed: {err!r}")
                time.sleep(_AFTER_FAILURE_S)
