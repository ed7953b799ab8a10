"""Which port a deck plays on: into the DAW when one listens, else the built-in sound.

Ports open and close in threads of their own, so that the music never waits for them. A key names
an output: `auto`, `sound`, a system (`jack`: our own port there, which others may connect to), or
a system and a port of another program (`jack|synth:in`).
"""

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bridge.deck.errands import Errands
from bridge.deck.openers import (
    PORT_NAME,
    DeckPort,
    HeardBy,
    Openers,
    Part,
    RealOpeners,
    is_ours,
)
from bridge.errors import PortError, told
from bridge.inputs.inputport import INPUT_NAME
from bridge.ports.port import OutputPort
from bridge.ports.systems import MidiSystem
from bridge.processes.wire import Line

AUTO, SOUND = "auto", "sound"
_GONE = "gone "
_RETRY_S, _SOON_S = 10.0, 0.5
_GLANCE_S = 1.0


@dataclass
class _Place:
    """One output: its port if it is open, and what is being done about it.

    Attributes:
        leaving: A port that is to be closed before another one is opened in its place.
        closing: It is being closed.
        stale: What is being opened is not what is wanted any more.
    """

    port: DeckPort | None = None
    leaving: DeckPort | None = None
    closing: bool = False
    opening: bool = False
    stale: bool = False
    failed: str = ""
    again_at: float = 0.0
    lost_at: float = -math.inf
    changes: int = 0


@dataclass
class Outputs:
    """Keeps the ports that are needed open, and says which one to play on.

    Attributes:
        openers: How ports come to be.
        clock: Seconds.
        wanted: The key that was chosen.
        systems: What was found when it was last looked.
    """

    openers: Openers = field(default_factory=RealOpeners)
    clock: Callable[[], float] = time.monotonic
    wanted: str = AUTO
    systems: list[MidiSystem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._places: dict[str, _Place] = {}
        self._errands = Errands()
        self._looking = False
        self._look_at = 0.0
        self._looked = False
        self._moved = False
        self._glance_at = 0.0
        self._told: list[Line] = []
        self._lent = False

    def choose(self, key: str) -> None:
        """Play on another output as soon as it is open; one that failed is tried again."""
        self.wanted = key
        if key in self._places:
            self._places[key].again_at = 0.0

    def spread(self, parts: Iterable[Part]) -> None:
        """A port of our own for each of these parts; none: one port for all of them."""
        wanted = tuple(parts)
        if wanted != self.openers.parts:
            self.openers.parts = wanted
            self._renew(lambda key: key != SOUND and "|" not in key)

    def use_font(self, font: str) -> None:
        """Another SoundFont for the built-in sound, see `deckopeners.open_sound`."""
        if font != self.openers.font:
            self.openers.font = font
            self._renew(lambda key: key == SOUND)

    def is_leaving(self, port: OutputPort) -> bool:
        """Whether a port waits to be left, so that another one can be opened in its place."""
        return any(place.leaving is port for place in self._places.values())

    def lend(self) -> None:
        """Close every MIDI port, for another process that opens its like; until `take_back`.

        It takes some turns of `poll` and `tidy`, see `has_lent`.
        """
        self._lent = True
        self._renew(lambda key: key != SOUND)

    def has_lent(self) -> bool:
        """Whether every MIDI port is closed."""
        places = [place for key, place in self._places.items() if key != SOUND]
        busy = any(place.port or place.leaving or place.opening for place in places)
        return self._lent and not busy

    def take_back(self, names: HeardBy) -> None:
        """Open ports again; those who heard the other process's are to hear ours."""
        self._lent = False
        if names:
            self.openers.remember(self.midi_key.partition("|")[0], names)

    @property
    def midi_key(self) -> str:
        """The MIDI port that is chosen, else our own on the best system; empty without a system."""
        return self._own_key() if self.wanted in (AUTO, SOUND) else self.wanted

    @property
    def parts(self) -> tuple[Part, ...]:
        """Who has a port of its own; none: one port for all."""
        return self.openers.parts

    def heard_by(self) -> HeardBy:
        """Who hears our MIDI ports, or did before they were closed."""
        return self.openers.heard_by(self.midi_key.partition("|")[0])

    def look(self) -> None:
        """Look for systems and ports again; `poll` takes the answer."""
        if not self._looking:
            self._looking = True
            self._errands.start("look", self.openers.look)

    def poll(self) -> DeckPort | None:
        """What to play on now, or None while nothing is open yet. Called several times a second."""
        self._take_news()
        self._drop_dead()
        self._notice_changes()
        if self._lent:
            return None
        if self.wanted == AUTO:
            self._look_now_and_then()
            if self._own_key():
                self._ensure(self._own_key())
        for key in self._in_order():
            port = self._ensure(key)
            if port is not None:
                return port
            if self._place(key).opening or (key != SOUND and self._looking):
                return None
            if self._place(key).leaving is not None:
                return None
        return None

    def tidy(self, used: OutputPort) -> None:
        """Close what is open for nothing: the built-in sound, and ports of others not chosen."""
        for key, place in self._places.items():
            if place.leaving is not None and place.leaving is not used and not place.closing:
                place.closing = True
                self._errands.start(_GONE + key, place.leaving.close)
            needless = key == SOUND or "|" in key
            if place.port is not None and place.port is not used and needless:
                if key in self._in_order()[:1]:
                    continue
                port, place.port = place.port, None
                self._errands.start("closed", port.close)

    def lose(self, port: OutputPort) -> None:
        """A port failed while it was used: close it, and open it again; soon, if it is rare.

        What the one before may have left sounding is hushed by the one that takes its place.
        """
        now = self.clock()
        for key, place in self._places.items():
            if place.port is port:
                wait_s = _SOON_S if now - place.lost_at > _RETRY_S else _RETRY_S
                place.port, place.again_at, place.lost_at = None, now + wait_s, now
                self._errands.start("closed", port.close)
                if key != SOUND:
                    self._look_at = now + wait_s
                    self._looked = False

    def take_failures(self) -> list[Line]:
        """What could not be opened, in the lines in which it is told, each once."""
        failures, self._told = self._told, []
        return failures

    def key_of(self, port: OutputPort) -> str:
        """Under which key a port is open."""
        return next((key for key, place in self._places.items() if place.port is port), "")

    def entries(self) -> list[dict[str, object]]:
        """Every output for a person to choose from."""
        found: list[dict[str, object]] = [
            {"key": AUTO, "label": ""},
            {"key": SOUND, "label": ""},
        ]
        for system in self.systems:
            common = {
                "system": system.name,
                "ready": system.ready,
                "detail": system.detail,
                "code": system.code,
                "fields": dict(system.fields),
            }
            found.append({"key": system.name, "label": PORT_NAME, **common})
            found += [
                {"key": f"{system.name}|{port}", "label": port, **common}
                for port in system.outputs
                if not is_ours(system.name, port, INPUT_NAME)
            ]
        return found

    def close(self) -> None:
        """Close every port; returns when all notes are released."""
        self._errands.wait()
        self._take_news()
        for place in self._places.values():
            for port in (place.port, place.leaving):
                if port is not None:
                    port.close()
            place.port = place.leaving = None

    # --- Inside ----------------------------------------------------------------------------------

    def _own_key(self) -> str:
        """Our own port on the best system that is ready."""
        return next((system.name for system in self.systems if system.ready), "")

    def _in_order(self) -> list[str]:
        """Keys to play on, the best first."""
        if self.wanted != AUTO:
            return [self.wanted, SOUND] if self.wanted != SOUND else [SOUND]
        own = self._places.get(self._own_key())
        if own is not None and own.port is not None and own.port.listeners() > 0:
            return [self._own_key(), SOUND]
        return [SOUND]

    def _place(self, key: str) -> _Place:
        return self._places.setdefault(key, _Place())

    def _ensure(self, key: str) -> DeckPort | None:
        """The port of a key; if it isn't open, it is being opened from now on."""
        place = self._place(key)
        is_busy = place.opening or place.leaving is not None
        if place.port is None and not is_busy and self.clock() >= place.again_at:
            if key != SOUND and not self._looked:
                self.look()
                return None
            place.opening = True
            self._errands.start(key, lambda: self._open(key))
        return place.port

    def _renew(self, which: Callable[[str], bool]) -> None:
        """Close these ports, once they are not played on, and open them anew if they are needed."""
        for key, place in self._places.items():
            if which(key):
                place.again_at, place.stale = 0.0, place.opening
                if place.port is not None:
                    place.leaving, place.port = place.port, None

    def _open(self, key: str) -> DeckPort:
        if key == SOUND:
            return self.openers.sound()
        name, _, target = key.partition("|")
        system = next((one for one in self.systems if one.name == name), None)
        if system is None or not system.ready:
            why = system.detail if system else "this machine has no such system"
            raise PortError(
                f"tried to play through {name}: {why}; start it or choose another output",
                "not_ready" if system else "no_system",
                system=name,
                why=why,
                why_code=system.code if system else "",
                **(system.fields if system else {}),
            )
        return self.openers.midi(system, target)

    def _look_now_and_then(self) -> None:
        """A JACK server may be started after us."""
        if not self._own_key() and not self._looking and self.clock() >= self._look_at:
            self._look_at = self.clock() + _RETRY_S
            self.look()

    def _notice_changes(self) -> None:
        """Ports of others came or went: look again, once a second at most."""
        for place in self._places.values():
            if place.port is not None and place.port.changes() != place.changes:
                place.changes = place.port.changes()
                self._moved = True
        if self._moved and not self._looking and self.clock() >= self._glance_at:
            self._moved = False
            self._glance_at = self.clock() + _GLANCE_S
            self.look()

    def _drop_dead(self) -> None:
        for place in self._places.values():
            if place.port is not None and not place.port.is_alive():
                name = place.port.name
                text = f"{name} went away; playing goes on elsewhere"
                self._told.append(told(PortError(text, "went_away", port=name)))
                self.lose(place.port)

    def _take_news(self) -> None:
        for what, news in self._errands.done():
            if what == "look":
                self._take_systems(news)
            elif what.startswith(_GONE):
                place = self._place(what.removeprefix(_GONE))
                place.leaving, place.closing = None, False
            elif what != "closed":
                self._take_port(what, news)

    def _take_systems(self, news: object) -> None:
        self._looking, self._looked = False, True
        if isinstance(news, list):
            self.systems = news

    def _take_port(self, key: str, news: object) -> None:
        place = self._place(key)
        place.opening = False
        if isinstance(news, Exception):
            place.again_at = self.clock() + _RETRY_S
            if str(news) != place.failed and (self.wanted != AUTO or key == SOUND):
                self._told.append(told(news))
            place.failed = str(news)
        elif place.stale:
            place.leaving = news  # type: ignore[assignment]  # what `_open` returned
        else:
            place.failed, place.changes = "", 0
            place.port = news  # type: ignore[assignment]  # what `_open` returned
        place.stale = False
