"""An input port on a real JACK server."""

import threading
from functools import partial

import pytest

from bridge.errors import PortError
from bridge.inputs.inputmemory import all_names, recall, take_over
from bridge.inputs.inputport import INPUT_NAME, InputPort
from bridge.messages import TimedMessage, all_notes_off, note_off, note_on, reset_controllers
from bridge.ports.dummyjack import DummyJack
from bridge.ports.jackapi import open_client
from bridge.ports.systems import open_output
from bridge.units import ticks_of
from tests.waiting import until

pytestmark = [pytest.mark.ports, pytest.mark.xdist_group("ports")]


class Kept:
    """Everything that an input told, as a test likes to have it."""

    def __init__(self) -> None:
        self.events: list[tuple[float, bytes]] = []
        self._lock = threading.Lock()

    def take(self, events: list[tuple[float, bytes]]) -> None:
        with self._lock:
            self.events += events


def test_a_message_is_heard_with_the_frame_at_which_it_was_sent(jack_server: DummyJack) -> None:
    system, kept = jack_server.system(), Kept()
    with open_output(system, "Keyboard") as keys, InputPort(system, keys.name, kept.take) as port:
        start = keys.now() + 0.3
        sent = []
        for k in range(20):
            at = start + 0.0371 * k
            sent += [TimedMessage(at, note_on(0, 40 + k, 90))]
            sent += [TimedMessage(at + 0.02, note_off(0, 40 + k))]
        sent += [TimedMessage(start + 0.01 * k, b"\xf8") for k in range(20)]
        sent += [TimedMessage(start, b"\xf2\x10\x02"), TimedMessage(start, b"\xfb")]
        keys.send_many(sent)
        rate = port.rate
        due = {(ticks_of(one.at, rate), one.message) for one in sent}

        def missing() -> int:
            return len(due - {(ticks_of(at, rate), message) for at, message in kept.events})

        # On a starved machine a late message moves, and after a broken cycle those in it.
        until(lambda: missing() <= 2 * keys.stats().late + 2 * keys.stats().xruns)
    assert sum(message[0] == 0xF8 for _, message in kept.events) >= 20 - missing()


def test_without_a_source_others_find_a_port_of_ours(jack_server: DummyJack) -> None:
    system, kept = jack_server.system(), Kept()
    with InputPort(system, "", kept.take) as port:
        assert port.name == f"{INPUT_NAME}:in"
        with open_output(jack_server.system(), "Keyboard", target=port.name) as keys:
            keys.send(note_on(0, 60, 90), keys.now() + 0.2)
            until(lambda: note_on(0, 60, 90) in [message for _, message in kept.events])


def test_a_source_that_is_not_there_is_named(jack_server: DummyJack) -> None:
    for name in ("jack", "rtmidi-jack"):
        with pytest.raises(PortError, match="Nowhere") as caught:
            InputPort(jack_server.system(name), "Nowhere:out", Kept().take)
        assert caught.value.code == "no_source"
        assert caught.value.fields["port"] == "Nowhere:out"


def test_a_source_that_was_started_again_is_heard_again(jack_server: DummyJack) -> None:
    system, kept = jack_server.system(), Kept()
    keys = open_output(system, "Returning")
    with InputPort(system, keys.name, kept.take):
        keys.close()
        with open_output(system, "Returning") as again:
            until(lambda: again.listeners() == 1)
            again.send(note_on(0, 61, 90), again.now() + 0.1)
            until(lambda: note_on(0, 61, 90) in [message for _, message in kept.events])


def has_come(kept: Kept, message: bytes) -> bool:
    return message in [one for _, one in kept.events]


def test_who_was_connected_to_our_port_is_heard_by_the_next_one(jack_server: DummyJack) -> None:
    system, kept = jack_server.system(), Kept()
    with open_output(system, "Keyboard") as keys:
        hand = open_client("Hand", jack_server.name)
        hand.activate()
        for pitch in (60, 61):
            with InputPort(system, "", kept.take) as port:
                if pitch == 60:
                    hand.connect(keys.name, port.name)
                    until(lambda: recall("jack") == ["Keyboard:out"])
                until(lambda: keys.listeners() == 1)
                keys.send(note_on(0, pitch, 90), keys.now() + 0.1)
                until(partial(has_come, kept, note_on(0, pitch, 90)))
            until(lambda: keys.listeners() == 0)
        hand.deactivate()
        hand.close()


def test_what_one_process_knows_can_be_handed_to_another() -> None:
    take_over({"jack": ["Keyboard:out", "DAW:out"]})
    assert recall("jack") == ["DAW:out", "Keyboard:out"]
    assert all_names() == {"jack": ["DAW:out", "Keyboard:out"]}
    assert recall("alsa") == []


def test_a_listener_that_fails_is_known_to_hear_no_more(jack_server: DummyJack) -> None:
    """Else its process would fill its pipe and stand there, deaf and alive."""
    system = jack_server.system()

    def fail(events: list[tuple[float, bytes]]) -> None:
        raise ValueError("no such note")

    with open_output(system, "Keyboard") as keys, InputPort(system, keys.name, fail) as port:
        assert port.is_alive()
        keys.send(note_on(0, 60, 90), keys.now() + 0.05)
        until(lambda: not port.is_alive())


def test_who_leaves_holds_no_key_any_more(jack_server: DummyJack) -> None:
    system, kept = jack_server.system(), Kept()
    with (
        open_output(system, "Keyboard") as keys,
        InputPort(system, "", kept.take) as port,
        open_client("Patchbay", jack_server.name) as patchbay,
    ):
        patchbay.connect(keys.name, port.name)
        until(lambda: keys.listeners() > 0)
        keys.send_many([TimedMessage(keys.now() + 0.1, note_on(3, 60, 90))])
        until(lambda: any(message == note_on(3, 60, 90) for _, message in kept.events))
        until(lambda: keys.name in recall(system.name))
        patchbay.disconnect(keys.name, port.name)
        until(lambda: any(message == reset_controllers(15) for _, message in kept.events))
        told = [message for _, message in kept.events[-32:]]
        assert told[0::2] == [reset_controllers(channel) for channel in range(16)]
        assert told[1::2] == [all_notes_off(channel) for channel in range(16)]


def test_half_a_message_is_passed_over(jack_server: DummyJack) -> None:
    """A program may write anything into a JACK port."""
    system, kept = jack_server.system(), Kept()
    client = open_client("Careless", jack_server.name)
    out = client.midi_outports.register("out")
    pieces = [b"\xf2\x10", b"\x90", b"\xf0\x01\xf7", b"\xf2\x90\x80", b"\xf8"]

    def write(frames: int) -> None:
        out.clear_buffer()
        if pieces and out.connections:
            out.write_midi_event(0, pieces.pop(0))

    client.set_process_callback(write)
    client.activate()
    try:
        with InputPort(system, out.name, kept.take):
            until(lambda: bool(kept.events))
    finally:
        client.deactivate()
        client.close()
    assert [message for _, message in kept.events] == [b"\xf8"]
