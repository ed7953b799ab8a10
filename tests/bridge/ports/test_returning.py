"""Who comes and goes while our port plays, on a real JACK server."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bridge.deck.openers import RealOpeners
from bridge.inputs.listener import Listener
from bridge.messages import TimedMessage, note_off, note_on
from bridge.ports.childport import ChildPort
from bridge.ports.dummyjack import DummyJack
from bridge.ports.fanport import open_parts
from bridge.ports.jackapi import open_client
from bridge.ports.systems import open_output
from tests.waiting import until

pytestmark = [pytest.mark.ports, pytest.mark.xdist_group("ports")]

ROOT = Path(__file__).resolve().parents[3]


class Daw:
    """Another program with one MIDI input named `DAW:in`, which can quit and start again."""

    name = "DAW:in"

    def __init__(self, server: DummyJack) -> None:
        self._server = server
        self.client: Any = None
        self.start()

    def start(self) -> None:
        self.client = open_client("DAW", self._server.name)
        self.client.midi_inports.register("in")
        self.client.activate()

    def quit(self) -> None:
        if self.client is not None:
            self.client.deactivate()
            self.client.close()
        self.client = None

    def connect(self, port: str) -> None:
        self.client.connect(port, self.name)

    def hears(self, port: str) -> bool:
        return self.name in [one.name for one in self.client.get_all_connections(port)]


@pytest.fixture
def daw(jack_server: DummyJack) -> Iterator[Daw]:
    daw = Daw(jack_server)
    yield daw
    daw.quit()


def connected(port: ChildPort, daw: Daw) -> None:
    """Connects them, and waits until our port has seen it."""
    daw.connect(port.name)
    until(lambda: daw.name in port.remembered and port.listeners() == 1)


def test_a_daw_that_starts_again_is_connected_again(jack_server: DummyJack, daw: Daw) -> None:
    with open_output(jack_server.system(), "Keeper") as port:
        connected(port, daw)
        for _ in range(2):
            daw.quit()
            until(lambda: port.listeners() == 0)
            assert daw.name in port.remembered
            daw.start()
            until(lambda: daw.hears(port.name))
            until(lambda: port.listeners() == 1)


def test_a_daw_that_is_back_at_once_is_connected_too(jack_server: DummyJack, daw: Daw) -> None:
    with open_output(jack_server.system(), "Keeper") as port:
        connected(port, daw)
        for _ in range(3):
            daw.quit()
            daw.start()
            until(lambda: daw.hears(port.name))
            until(lambda: port.listeners() == 1)


def test_a_daw_that_was_disconnected_by_hand_stays_so(jack_server: DummyJack, daw: Daw) -> None:
    with open_output(jack_server.system(), "Keeper") as port:
        connected(port, daw)
        daw.client.disconnect(port.name, daw.name)
        until(lambda: daw.name not in port.remembered)
        daw.quit()
        changes = port.changes()
        daw.start()
        until(lambda: port.changes() > changes)
        with closing(Listener.of(port, jack_server.system())):  # a later look has seen this one
            until(lambda: port.listeners() == 1)
            assert not daw.hears(port.name)


def test_who_never_listened_is_not_connected(jack_server: DummyJack, daw: Daw) -> None:
    with open_output(jack_server.system(), "Keeper") as port:
        daw.quit()
        changes = port.changes()
        daw.start()
        until(lambda: port.changes() > changes)
        with closing(Listener.of(port, jack_server.system())):
            until(lambda: port.listeners() == 1)
            assert not daw.hears(port.name)
        assert port.remembered == frozenset()


def test_a_port_opened_anew_finds_those_who_heard_the_one_before(
    jack_server: DummyJack, daw: Daw
) -> None:
    with open_output(jack_server.system(), "Keeper") as first:
        connected(first, daw)
    with open_output(jack_server.system(), "Keeper", remembered=first.remembered) as second:
        until(lambda: daw.hears(second.name))


def test_a_port_silences_what_an_earlier_one_left(jack_server: DummyJack, daw: Daw) -> None:
    heard: list[bytes] = []
    daw.quit()
    client = open_client("DAW", jack_server.name)
    ear = client.midi_inports.register("in")
    client.set_process_callback(
        lambda frames: heard.extend(bytes(data) for _, data in ear.incoming_midi_events())
    )
    client.activate()
    try:
        with open_output(jack_server.system(), "Hush", target="DAW:in"):
            until(lambda: len(heard) >= 16)
    finally:
        client.deactivate()
        client.close()
    assert heard[:16] == [bytes((0xB0 | channel, 123, 0)) for channel in range(16)]


def test_a_port_per_part_plays_each_part_on_its_own(jack_server: DummyJack) -> None:
    system = jack_server.system()
    with contextlib.ExitStack() as stack:
        fan = open_parts(system, "Band", {"piano": [0], "drums": [9]})
        stack.callback(fan.close)
        assert [port.name for port in fan.ports] == ["Band piano:out", "Band drums:out"]
        ears = [Listener(system, port.name, keep=True) for port in fan.ports]
        for ear in ears:
            stack.callback(ear.close)
        at = fan.now() + 0.3
        for channel in (0, 9):
            fan.send(note_on(channel, 60, 64), at)
            fan.send_many([TimedMessage(at + 0.1, note_off(channel, 60))])
        until(lambda: all(len(ear.heard) == 2 for ear in ears))
        assert [ear.heard[0][1] for ear in ears] == [note_on(0, 60, 64), note_on(9, 60, 64)]
        assert ears[0].heard[0][0] == ears[1].heard[0][0]
        assert fan.stats().notes_sent == 2
        assert fan.listeners() == 2


ELSEWHERE = """
import os, sys
from bridge.ports.jackapi import open_client
client = open_client("DAW")
ear = client.midi_inports.register("in")
client.activate()
client.connect(sys.argv[1], ear)
sys.stdin.read()
os._exit(0)
"""
"""A DAW in a process of its own, for a server that goes away under it."""


def test_who_listened_is_known_after_the_server_went_away() -> None:
    with DummyJack(period=256) as server:
        port = open_output(server.system(), "Keeper")
        daw = subprocess.Popen(
            [sys.executable, "-c", ELSEWHERE, port.name],
            stdin=subprocess.PIPE,
            env={**os.environ, **server.environment, "PYTHONPATH": str(ROOT)},
        )
        until(lambda: port.listeners() == 1 and "DAW:in" in port.remembered)
    until(lambda: not port.is_alive())
    port.close()
    daw.communicate()
    assert port.remembered == {"DAW:in"}


def test_the_deck_s_port_finds_its_listeners_when_it_is_opened_again(
    jack_server: DummyJack, daw: Daw
) -> None:
    openers, system = RealOpeners(), jack_server.system()
    first = openers.midi(system, "")
    assert isinstance(first, ChildPort)
    connected(first, daw)
    first.close()
    second = openers.midi(system, "")
    until(lambda: daw.hears(second.name))
    second.close()


def test_ports_per_part_find_their_own_listeners_again(jack_server: DummyJack, daw: Daw) -> None:
    openers, system = RealOpeners(), jack_server.system()
    openers.parts = (("piano", 0), ("drums", 9))
    first = openers.midi(system, "")
    daw.connect("Fractalroll drums:out")
    until(lambda: first.listeners() == 1)
    first.close()
    second = openers.midi(system, "")
    until(lambda: daw.hears("Fractalroll drums:out"))
    assert not daw.hears("Fractalroll piano:out")
    second.close()
