"""Errands run beside the music: each in a thread of its own, what came of them taken up later."""

import queue
import threading
from collections.abc import Callable, Iterator


class Errands:
    """What takes long and may fail, done while the caller goes on."""

    def __init__(self) -> None:
        self._done: queue.SimpleQueue[tuple[str, object]] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []

    def start(self, what: str, act: Callable[[], object]) -> None:
        """Run `act`.

        Args:
            what: Under which word `done` tells what came of it.
            act: What to do.
        """
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=self._run, args=(what, act), name=f"errand {what}")
        self._threads.append(thread)
        thread.start()

    def done(self) -> Iterator[tuple[str, object]]:
        """What ended since the last time: its word, and what it returned or the error it raised."""
        while not self._done.empty():
            yield self._done.get()

    def wait(self) -> None:
        """Return when none runs any more."""
        for thread in self._threads:
            thread.join()

    def _run(self, what: str, act: Callable[[], object]) -> None:
        try:
            self._done.put((what, act()))
        except Exception as err:  # taken note of by whoever asks what was done
            self._done.put((what, err))
