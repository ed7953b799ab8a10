"""What a deck hears of controllers: an input port, and the little that is told of what arrives.

The port opens and closes in threads of its own, and what arrives is counted in its thread: neither
holds the music up.
"""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from bridge.deck.openers import is_ours
from bridge.deck.opening import Opening
from bridge.errors import PortError, told
from bridge.inputs.inputport import InputPort, OnEvents
from bridge.messages import is_note_on
from bridge.ports.systems import MidiSystem
from bridge.processes.wire import Line

_TELL_S = 0.04
_CONTROL = 0xB0
_FIRST_MODE = 120


class Hearing(Protocol):
    """An input port as it is used here; see `bridge.inputs.inputport.InputPort`."""

    name: str

    def is_alive(self) -> bool:
        """Whether it can still hear."""
        ...

    def close(self) -> None:
        """Hear no more."""
        ...


OpenInput = Callable[[MidiSystem, str, OnEvents], Hearing]


class Hears(Protocol):
    """Who hears what arrives."""

    def take(self, events: list[tuple[float, bytes]]) -> None:
        """Messages, each with its moment; in the input's thread."""
        ...

    def lines(self) -> list[Line]:
        """What is to be told of it since this was last asked."""
        ...


class Heard:
    """Counts what arrives, in the input's thread; what is new of it is told in the deck's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._notes = 0
        self._latest: tuple[int, int] = (0, 0)
        self._controls: dict[tuple[int, int], int] = {}

    def take(self, events: Sequence[tuple[float, bytes]]) -> None:
        """Messages, each with its moment."""
        with self._lock:
            for _, message in events:
                if is_note_on(message):
                    self._notes += 1
                    self._latest = (message[1], message[2])
                elif message[0] & 0xF0 == _CONTROL and message[1] < _FIRST_MODE:
                    self._controls[message[0] & 0x0F, message[1]] = message[2]

    def lines(self) -> list[Line]:
        """What came since this was last asked: at most one line for all notes, one for a knob."""
        with self._lock:
            notes, controls = self._notes, self._controls
            (pitch, velocity), self._notes, self._controls = self._latest, 0, {}
        found: list[Line] = []
        if notes:
            found.append({"heard": {"notes": notes, "pitch": pitch, "velocity": velocity}})
        found += [{"control": [*knob, value]} for knob, value in controls.items()]
        return found


class DeckInput:
    """Keeps the input open that was wished for.

    Args:
        open_input: How an input port comes to be; called in a thread.
        clock: Seconds.
        heard: Who hears it; by default it is counted.

    Attributes:
        heard: Takes what arrives; also from an input that somebody else keeps open.
        wish: `system|port` or `port`; empty for our own input, which others connect to; None for
            no input at all.
    """

    def __init__(
        self,
        open_input: OpenInput = InputPort,
        clock: Callable[[], float] = time.perf_counter,
        heard: Hears | None = None,
    ) -> None:
        self.heard: Hears = heard or Heard()
        self.wish: str | None = None
        self._open_input = open_input
        self._clock = clock
        self._port: Opening[Hearing] = Opening(clock)
        self._shared = False
        self._tell_at = 0.0
        self._lines: list[Line] = []

    def choose(self, wish: str | None) -> None:
        """Hear another port, or none; one that failed is tried again."""
        if wish != self.wish:
            self._port.drop()
        self.wish = wish
        self._port.soon()

    def turn(self, systems: Sequence[MidiSystem], *, shared: bool = False) -> None:
        """Open and close what has to be. Called on each turn.

        Args:
            systems: What this machine offers, as far as it was looked.
            shared: Somebody else keeps this very port open and hands on what it hears.
        """
        port, wish, known = self._port, self.wish, list(systems)
        failure = port.take_news()
        if port.thing is not None and not port.thing.is_alive():
            gone = PortError(f"{self.name} went away", "input_gone", port=self.name)
            failure = gone if port.fail(gone) else failure
        if failure is not None:
            self._lines.append(told(failure))
        self._shared = shared and wish is not None
        if wish is None or shared:
            if port.is_wanted:
                port.drop()
        elif known:
            port.ensure(lambda: self._open(wish, known))

    def take_lines(self) -> list[Line]:
        """What is to be told: failures at once, what arrived 25 times a second at most."""
        lines, self._lines = self._lines, []
        if self._clock() >= self._tell_at:
            news = self.heard.lines()
            if news:
                self._tell_at = self._clock() + _TELL_S
            lines += news
        return lines

    @property
    def name(self) -> str:
        """Name of the port that is open; empty if none is."""
        return "" if self._port.thing is None else self._port.thing.name

    @property
    def error(self) -> Exception | None:
        """Why no port is open."""
        return self._port.error

    @property
    def is_busy(self) -> bool:
        """Whether the port is being opened or closed."""
        return self._port.is_busy

    @property
    def is_closed(self) -> bool:
        """Whether no port is open, being opened or being closed."""
        return self._port.is_closed

    @property
    def state(self) -> str:
        """`off`, `opening`, `open` or `failed`."""
        if self.wish is None:
            return "off"
        if self._port.thing is not None or self._shared:
            return "open"
        return "failed" if self._port.failed else "opening"

    def drop(self) -> None:
        """Open the port anew."""
        self._port.drop()
        self._port.soon()

    def close(self) -> None:
        """Let go of the port; returns when it is closed. May be called again."""
        self.wish = None
        self._port.close()

    def _open(self, wish: str, systems: list[MidiSystem]) -> Hearing:
        name, _, port = wish.rpartition("|")
        return self._open_input(_system(name, systems), port, self._hear)

    def _hear(self, events: list[tuple[float, bytes]]) -> None:
        self.heard.take(events)


def input_entries(systems: Sequence[MidiSystem]) -> list[dict[str, object]]:
    """Every port of others that can be listened to, for a person to choose from."""
    return [
        {"key": f"{system.name}|{port}", "label": port, "system": system.name}
        for system in systems
        if system.ready
        for port in system.inputs
        if not is_ours(system.name, port)
    ]


def _system(name: str, systems: Sequence[MidiSystem]) -> MidiSystem:
    wanted = [one for one in systems if name in ("", one.name)]
    found = next((one for one in wanted if one.ready), None)
    if found is None:
        best = wanted[0] if wanted else None
        why = best.detail if best else "this machine has no such system"
        raise PortError(
            f"tried to listen to a MIDI input: {why}; start it, or choose another input",
            "no_input",
            why=why,
            why_code=best.code if best else "",
            **(best.fields if best else {}),
        )
    return found
