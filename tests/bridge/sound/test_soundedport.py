"""A port with the built-in sound beside it, both in memory."""

from __future__ import annotations

import pytest

from bridge.messages import TimedMessage, is_note_on, note_off, note_on
from bridge.ports.memoryport import ManualClock, MemoryPort
from bridge.sound.soundedport import SoundedPort
from tests.bridge.deck.test_deckoutputs import Port


@pytest.fixture
def ports() -> tuple[MemoryPort, MemoryPort]:
    return Port(ManualClock(100.0), name="DAW"), Port(ManualClock(7.0), name="sound")


def wire(port: MemoryPort) -> list[tuple[float, bytes]]:
    return [(round(at, 2), message) for at, message in port.wire]


def test_what_is_played_is_heard_on_both_at_the_same_time(
    ports: tuple[MemoryPort, MemoryPort],
) -> None:
    port, sound = ports
    both = SoundedPort(port, sound)
    both.send(note_on(0, 60, 90), 100.5)
    both.send_many([TimedMessage(101.0, note_off(0, 60)), TimedMessage(102.0, note_on(0, 62, 90))])
    both.replace(101.5, [TimedMessage(101.6, note_on(0, 64, 90))])
    for one in ports:
        one.pass_time(1.7)
    assert (both.name, both.now()) == ("DAW", port.now())
    struck = [(at, message[1]) for at, message in wire(port) if is_note_on(message)]
    assert struck == [(100.5, 60), (101.6, 64)]
    assert [(round(at - 93.0, 2), message) for at, message in wire(port)] == wire(sound)


def test_silence_and_the_end_reach_both(ports: tuple[MemoryPort, MemoryPort]) -> None:
    both = SoundedPort(*ports)
    both.send(note_on(0, 60, 90), 100.1)
    for one in ports:
        one.pass_time(0.5)
    both.silence()
    for one in ports:
        one.pass_time(0.5)
        assert one.stats().sounding == 0
    both.close()
    assert all(one.closed for one in ports)


def test_a_musician_is_heard_on_the_sound_alone_and_on_a_channel_of_their_own(
    ports: tuple[MemoryPort, MemoryPort],
) -> None:
    both = SoundedPort(*ports)
    for message in (note_on(3, 60, 90), bytes((0xB3, 64, 127)), bytes((0xB3, 74, 5))):
        both.hear(message)
    for one in ports:
        one.pass_time(0.1)
    assert wire(ports[0]) == []
    assert {message for _, message in wire(ports[1])} == {note_on(15, 60, 90), b"\xbf\x40\x7f"}


def test_where_the_sound_breaks_the_port_goes_on(ports: tuple[MemoryPort, MemoryPort]) -> None:
    both = SoundedPort(*ports)
    ports[1].close()
    both.send(note_on(0, 60, 90), 100.1)
    both.hear(note_on(0, 60, 90))
    ports[0].pass_time(0.5)
    assert len(wire(ports[0])) == 1
