"""Whom a JACK port is connected to again, on a stand-in for a client of the server's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from bridge.ports.jackmeeting import JackMeeting

OURS, KEYS, OTHER = "Fractalroll in:in", "Keys:out", "Other:out"


@dataclass(frozen=True)
class Port:
    name: str


@dataclass
class OurPort:
    is_input: bool
    connections: list[Port] = field(default_factory=list)


class Client:
    """Calls back as JACK does; ports of others are on the other side of ours."""

    def __init__(self, port: OurPort) -> None:
        self.port = port
        self.there: list[str] = []
        self.asked: list[tuple[object, object]] = []

    def set_port_registration_callback(self, act: Callable[..., None], **more: object) -> None:
        self.registered = act

    def set_port_connect_callback(self, act: Callable[..., None], **more: object) -> None:
        self.moved = act

    def get_ports(self, *, is_midi: bool, is_input: bool, is_output: bool) -> list[Port]:
        assert (is_input, is_output) == (not self.port.is_input, self.port.is_input)
        return [Port(name) for name in self.there]

    def connect(self, one: object, other: object) -> None:
        self.asked.append((one, other))
        self.join(str(one if self.port.is_input else other))

    # --- What people do --------------------------------------------------------------------------

    def appear(self, name: str) -> None:
        self.there.append(name)
        self.registered(Port(name), True)

    def join(self, name: str) -> None:
        self.port.connections.append(Port(name))
        self.moved(None, None, True)

    def part(self, name: str) -> None:
        self.port.connections.remove(Port(name))
        self.moved(None, None, False)

    def vanish(self, name: str) -> None:
        if Port(name) in self.port.connections:
            self.part(name)
        self.there.remove(name)
        self.registered(Port(name), False)


def meeting(is_input: bool, **more: Any) -> tuple[Client, JackMeeting]:
    client = Client(OurPort(is_input))
    return client, JackMeeting(client, client.port, **more)


@pytest.mark.parametrize("is_input", [True, False])
def test_who_starts_again_is_connected_the_right_way_round(is_input: bool) -> None:
    client, ours = meeting(is_input)
    client.appear(KEYS)
    client.join(KEYS)
    assert ours.look() == 1
    client.vanish(KEYS)
    assert ours.look() == 0
    client.appear(KEYS)
    ours.look()
    assert client.asked == [(KEYS, client.port) if is_input else (client.port, KEYS)]
    assert (ours.look(), set(ours.remembered), ours.changes) == (1, {KEYS}, 3)


def test_a_source_that_the_musician_disconnects_stays_so() -> None:
    client, ours = meeting(True, remembered=(KEYS,), only=KEYS)
    client.appear(KEYS)
    client.join(KEYS)  # which whoever opens the input does
    ours.look()
    client.part(KEYS)
    ours.look()
    ours.look()
    client.vanish(KEYS)
    client.appear(KEYS)
    assert ours.look() == 0
    client.join(KEYS)  # by hand again
    ours.look()
    client.vanish(KEYS)
    client.appear(KEYS)
    ours.look()
    assert client.asked == [(KEYS, client.port)]


def test_an_input_for_one_source_connects_nobody_else() -> None:
    client, ours = meeting(True, remembered=(KEYS,), only=KEYS)
    for name in (KEYS, OTHER):
        client.appear(name)
        client.join(name)
    ours.look()
    for name in (KEYS, OTHER):
        client.vanish(name)
        ours.look()
        client.appear(name)
        ours.look()
    assert client.asked == [(KEYS, client.port)]
