"""An input's process: keyboards, DAW tracks and a host's clock, each message with its moment.

What arrives is reported at once, not in batches: a note that is played is to be music soon. On JACK
it also tells, when asked to, where the server's transport is, frame by frame.
"""

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from bridge.errors import PortError
from bridge.inputs.earlife import listen
from bridge.inputs.ears import Ear, Heard, JackEar, open_ear
from bridge.inputs.jacktransport import TransportWatch
from bridge.messages import all_notes_off, reset_controllers
from bridge.ports.jackmeeting import JackMeeting
from bridge.processes.childlife import leave
from bridge.processes.wire import Line

_TURN_S = 0.1
_MOST_REPORTS = 64
_LOOK_S = 0.1
_ALL_KEYS_UP = [
    message
    for channel in range(16)
    for message in (reset_controllers(channel), all_notes_off(channel))
]


class InputJackEar(JackEar):
    """A JACK input that also watches the server's transport."""

    def __init__(self, spec: dict[str, Any], heard: Heard, news: Callable[[], None]) -> None:
        self.reports: deque[list[object]] = deque(maxlen=_MOST_REPORTS)
        self._watch: TransportWatch | None = None
        self._looked = 0.0
        self._source = str(spec["source"])
        self._told: frozenset[str] | None = None
        self._left = 0
        self._hush = False
        super().__init__(spec, heard, news)
        if spec.get("transport"):
            self._watch = TransportWatch(self.client)

    def opened(self, spec: dict[str, Any]) -> None:
        """Whom to connect again: the source, or who was connected to our own input."""
        remembered = (self._source,) if self._source else spec.get("remembered", ())
        self._meeting = JackMeeting(self.client, self._port, remembered, only=self._source)

    def look_after(self) -> list[Line]:
        """Now and then, in the main thread: who was started again is heard again.

        Who left can release no key any more: that is done for it, in the next cycle.

        Returns:
            Who is connected to an input of our own, if that is news.
        """
        now = time.monotonic()
        if now - self._looked <= _LOOK_S or self.gone:
            return []
        self._looked = now
        with contextlib.suppress(self._error):
            self._meeting.look()
        left, self._left = self._left, self._meeting.departures
        self._hush = self._hush or left != self._left
        told, self._told = self._told, self._meeting.remembered
        is_news = told != self._told and not self._source
        return [{"remembered": sorted(self._told)}] if is_news else []

    def cycle(self, start: int, frames: int) -> None:
        """Let go of the keys of who left and look at the transport, in the server's thread."""
        if self._hush:
            self._hush = False
            self._heard.extend((start + frames - 1, message) for message in _ALL_KEYS_UP)
        if self._watch is None:
            return
        report = self._watch.look(start, frames)
        if report is not None:
            self.reports.append(report)
            self._news()


def open_input_ear(spec: dict[str, Any], heard: Heard, news: Callable[[], None]) -> Ear:
    """The ear for a spec: on JACK one that may watch the transport.

    Raises:
        PortError: If there is no such system or source, or no transport where one is asked for.
    """
    if spec["exact"]:
        return InputJackEar(spec, heard, news)
    if spec.get("transport"):
        raise PortError(
            f"tried to follow a transport on {spec['system']}, which has none; "
            "only JACK and PipeWire have, choose MIDI clock or Link"
        )
    return open_ear(spec, heard, news)


def main() -> int:
    """Entry: report until there is nobody to tell."""
    return listen(open_input_ear, _until_news, _turn)


def _until_news(news: threading.Event) -> bool:
    news.wait(_TURN_S)
    return False


def _turn(ear: Ear) -> list[Line]:
    lines: list[Line] = []
    if isinstance(ear, InputJackEar):
        lines += ear.look_after()
        while ear.reports:
            lines.append({"transport": ear.reports.popleft()})
    return lines


if __name__ == "__main__":
    leave(main())
