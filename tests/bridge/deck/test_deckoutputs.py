"""Which port a deck plays on, with ports in memory that open when a test says so."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from bridge.deck.openers import PORT_NAME, DeckPort, HeardBy, Part
from bridge.deck.outputs import Outputs
from bridge.errors import PortError
from bridge.ports.memoryport import ManualClock, MemoryPort
from bridge.ports.systems import MidiSystem

JACK = MidiSystem("jack", True, "JACK", outputs=("synth:in",))
NO_JACK = MidiSystem("jack", False, "no server")
PATIENCE_S = 10.0


class Port(MemoryPort):
    """A port in memory that somebody may listen to, and that may break."""

    heard_by = 0
    alive = True
    moves = 0

    def changes(self) -> int:
        return self.moves

    def listeners(self) -> int:
        return self.heard_by

    def is_alive(self) -> bool:
        return self.alive


class Openers:
    def __init__(self, *systems: MidiSystem) -> None:
        self.systems = list(systems)
        self.opened: list[str] = []
        self.parts: tuple[Part, ...] = ()
        self.font = ""
        self.ports: dict[str, Port] = {}
        self.broken: set[str] = set()
        self.remembered: dict[str, list[str]] = {}
        self.gate = threading.Event()
        self.gate.set()

    def look(self) -> list[MidiSystem]:
        self.opened.append("look")
        return self.systems

    def midi(self, system: MidiSystem, target: str) -> DeckPort:
        return self._open(f"{system.name}|{target}" if target else system.name)

    def sound(self) -> DeckPort:
        return self._open("sound")

    def heard_by(self, system: str) -> HeardBy:
        names = self.remembered.get(system)
        return {PORT_NAME: names} if names else {}

    def remember(self, system: str, names: HeardBy) -> None:
        self.remembered[system] = sorted(names[PORT_NAME])

    def _open(self, key: str) -> Port:
        self.gate.wait(PATIENCE_S)
        self.opened.append(key)
        if key in self.broken:
            raise PortError(f"{key} is broken")
        self.ports[key] = Port(ManualClock(), name=key)
        return self.ports[key]


class Stage:
    def __init__(self, *systems: MidiSystem) -> None:
        self.openers = Openers(*systems)
        self.clock = ManualClock(100.0)
        self.outputs = Outputs(self.openers, self.clock.now)

    def until(self, true: Callable[[str], bool]) -> str:
        """Poll until the port to play on is as it should be; its name."""
        end = time.monotonic() + PATIENCE_S
        while True:
            port = self.outputs.poll()
            name = port.name if port is not None else ""
            if true(name):
                return name
            assert time.monotonic() < end, f"it plays on {name!r}"
            time.sleep(0.001)

    def plays_on(self, name: str) -> None:
        self.until(lambda now: now == name)


def test_the_built_in_sound_plays_until_a_daw_listens() -> None:
    stage = Stage(JACK)
    stage.plays_on("sound")
    stage.until(lambda _: "jack" in stage.openers.ports)
    stage.plays_on("sound")
    stage.openers.ports["jack"].heard_by = 1
    stage.plays_on("jack")
    stage.outputs.tidy(stage.openers.ports["jack"])
    stage.openers.ports["jack"].heard_by = 0
    stage.until(lambda _: stage.openers.opened.count("sound") == 2)
    stage.plays_on("sound")
    stage.outputs.close()
    assert all(port.closed for port in stage.openers.ports.values())


def test_while_nothing_is_open_there_is_nothing_to_play_on() -> None:
    stage = Stage(JACK)
    stage.openers.gate.clear()
    assert stage.outputs.poll() is None
    stage.openers.gate.set()
    stage.plays_on("sound")
    stage.outputs.close()


def test_a_chosen_port_is_opened_and_the_one_before_closed() -> None:
    stage = Stage(JACK)
    stage.outputs.choose("jack|synth:in")
    stage.plays_on("jack|synth:in")
    assert "sound" not in stage.openers.opened
    target = stage.openers.ports["jack|synth:in"]
    stage.outputs.choose("jack")
    stage.plays_on("jack")
    stage.outputs.tidy(stage.openers.ports["jack"])
    stage.until(lambda _: target.closed)
    stage.outputs.close()


@pytest.mark.parametrize("key", ["jack", "alsa", "jack|gone:in"])
def test_what_can_not_be_opened_is_said_once_and_the_built_in_sound_plays(key: str) -> None:
    stage = Stage(JACK if "|" in key else NO_JACK)
    stage.openers.broken.add(key)
    stage.outputs.choose(key)
    stage.plays_on("sound")
    (line,) = stage.outputs.take_failures()
    sentence = str(line["failed"])
    assert key.partition("|")[0] in sentence
    stage.clock.advance(60.0)  # tried again, and not said again
    stage.until(lambda _: stage.openers.opened[-1] != "sound" or "|" not in key)
    assert stage.outputs.take_failures() == []
    stage.outputs.close()


def test_by_itself_it_says_nothing_of_systems_that_are_not_there() -> None:
    stage = Stage(NO_JACK)
    stage.plays_on("sound")
    stage.openers.systems = [JACK]
    stage.openers.broken.add("jack")
    stage.clock.advance(11.0)
    stage.until(lambda _: "jack" in stage.openers.opened)
    stage.plays_on("sound")
    assert stage.outputs.take_failures() == []
    stage.outputs.close()


def test_a_jack_server_that_starts_later_is_found() -> None:
    stage = Stage(NO_JACK)
    stage.plays_on("sound")
    stage.openers.systems = [JACK]
    stage.plays_on("sound")
    assert "jack" not in stage.openers.ports
    stage.clock.advance(11.0)
    stage.until(lambda _: "jack" in stage.openers.ports)
    stage.outputs.close()


def test_a_port_that_dies_is_left_and_tried_again_later() -> None:
    stage = Stage(JACK)
    stage.outputs.choose("jack")
    stage.plays_on("jack")
    stage.openers.ports["jack"].alive = False
    stage.plays_on("sound")
    assert "went away" in str(stage.outputs.take_failures()[0]["failed"])
    stage.clock.advance(11.0)
    stage.plays_on("jack")
    stage.outputs.close()


def test_every_output_can_be_chosen_from_a_list() -> None:
    stage = Stage(JACK, MidiSystem("alsa", False, "no sequencer"))
    stage.plays_on("sound")
    stage.until(lambda _: bool(stage.outputs.systems))
    entries = stage.outputs.entries()
    assert [entry["key"] for entry in entries] == ["auto", "sound", "jack", "jack|synth:in", "alsa"]
    assert entries[-1]["ready"] is False
    stage.outputs.close()


def test_ports_that_come_and_go_are_found_without_being_asked_for() -> None:
    stage = Stage(JACK)
    stage.outputs.choose("jack")
    stage.plays_on("jack")
    looks = stage.openers.opened.count("look")
    stage.openers.systems = [MidiSystem("jack", True, "JACK", outputs=("synth:in", "new:in"))]
    stage.openers.ports["jack"].moves += 3
    stage.until(lambda _: "jack|new:in" in [entry["key"] for entry in stage.outputs.entries()])
    stage.openers.ports["jack"].moves += 1
    stage.outputs.poll()
    assert stage.openers.opened.count("look") == looks + 1
    stage.clock.advance(1.0)
    stage.until(lambda _: stage.openers.opened.count("look") == looks + 2)
    stage.outputs.close()


def test_a_port_is_left_and_closed_before_those_of_the_parts_take_its_place() -> None:
    stage = Stage(JACK)
    stage.outputs.choose("jack")
    stage.until(lambda name: name == "jack")
    first = stage.openers.ports["jack"]
    stage.outputs.spread([("Lead", 0), ("Bass", 1)])
    assert stage.outputs.is_leaving(first)
    assert stage.outputs.poll() is None
    stage.outputs.tidy(first)  # still played on
    was_open = not first.closed
    stage.outputs.tidy(Port(ManualClock()))
    assert was_open
    stage.until(lambda name: name == "jack" and stage.openers.ports["jack"] is not first)
    assert first.closed
    assert stage.openers.parts == (("Lead", 0), ("Bass", 1))
    again = stage.openers.ports["jack"]
    stage.outputs.spread([("Lead", 0), ("Bass", 1)])  # nothing new
    assert stage.outputs.poll() is again
    stage.outputs.close()


def test_another_font_is_taken_even_while_the_sound_is_opening() -> None:
    stage = Stage()
    stage.openers.gate.clear()
    stage.outputs.choose("sound")
    stage.outputs.poll()
    stage.outputs.use_font("grand.sf2")
    stage.openers.gate.set()
    nothing = Port(ManualClock())

    def opened_again(name: str) -> bool:
        stage.outputs.tidy(nothing)
        return name == "sound" and stage.openers.opened.count("sound") == 2

    stage.until(opened_again)
    assert stage.openers.font == "grand.sf2"
    stage.outputs.close()
