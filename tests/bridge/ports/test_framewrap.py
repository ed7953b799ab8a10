"""Playing and listening while JACK's 32-bit frame counter wraps, on a stand-in for its client.

At 48 kHz that is once in 24.8 hours, so no server that a test could wait for does it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bridge.inputs import ears
from bridge.inputs.ears import Heard, JackEar
from bridge.messages import is_note_off, is_note_on, note_off, note_on
from bridge.ports import jackchild
from bridge.ports.board import Board, Slot
from bridge.ports.jackchild import JackDriver
from bridge.ports.sender import Sender

WRAP = 1 << 32
PERIOD = 256


class Port:
    """One MIDI port of a client: what was written in this cycle, or what comes in with it."""

    name = "Fractalroll:out"
    is_input = False
    connections: tuple[object, ...] = ()

    def __init__(self) -> None:
        self.events: list[tuple[int, bytes]] = []

    def clear_buffer(self) -> None:
        self.events.clear()

    def write_midi_event(self, offset: int, message: bytes) -> None:
        assert 0 <= offset < PERIOD
        self.events.append((offset, message))

    def incoming_midi_events(self) -> list[tuple[int, bytes]]:
        return self.events


class Client:
    """A client whose server has run for almost a day."""

    samplerate = 48_000
    blocksize = PERIOD

    def __init__(self, frame: int) -> None:
        self.frame = frame  # of the server, never wrapping
        self.port = Port()
        self.midi_outports = self.midi_inports = self
        self.process: Callable[[int], None] = lambda frames: None

    @property
    def last_frame_time(self) -> int:
        return self.frame % WRAP

    def register(self, name: str) -> Port:
        return self.port

    def set_process_callback(self, act: Callable[[int], None]) -> None:
        self.process = act

    def ignore(self, *given: object, **named: object) -> None:
        """What this test has no use for."""

    set_xrun_callback = set_shutdown_callback = ignore
    set_port_registration_callback = set_port_connect_callback = ignore
    connect = deactivate = close = ignore

    def activate(self) -> None:
        for _ in range(3):
            self.cycle()

    def cycle(self) -> None:
        self.process(PERIOD)
        self.frame += PERIOD


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Client:
    client = Client(WRAP - 40 * PERIOD - 77)
    for module in (jackchild, ears):
        monkeypatch.setattr(module, "open_client", lambda name: client)
    return client


def test_every_note_is_at_its_frame_across_the_wrap(client: Client) -> None:
    wire: list[tuple[int, bytes]] = []
    stopped: list[str] = []
    with Board.create() as board:
        spec: dict[str, Any] = {"client": "Fractalroll", "port": "out", "near": client.frame}
        driver = JackDriver(spec, board, stopped.append)
        sender = Sender(late_limit=1440, memory=9600)
        driver._sender = sender  # as `start` does, which waits for a server that runs by itself
        due: list[tuple[int, bytes]] = []
        for k in range(60):
            at = client.frame + 1000 + 331 * k
            due += [(at, note_on(0, 40 + k, 80)), (at + 500, note_off(0, 40 + k))]
        sender.send(due)
        sender.replace(due[60][0], due[59:])  # a plan that is made anew beyond the wrap
        while client.frame < WRAP + 100 * PERIOD:
            client.cycle()
            wire += [(client.frame - PERIOD + offset, one) for offset, one in client.port.events]
            assert board[Slot.CLOCK] == client.frame - PERIOD  # goes on, and never back
        assert (board[Slot.LATE], board[Slot.DROPPED]) == (0, 0)
        assert (board[Slot.SOUNDING], board[Slot.PENDING]) == (0, 0)
    assert stopped == []
    played = [one for one in wire if is_note_on(one[1]) or is_note_off(one[1])]
    assert sorted(played) == sorted(due)
    assert played[0][0] < WRAP < played[-1][0]


def test_what_is_heard_across_the_wrap_is_in_order_and_at_its_frame(client: Client) -> None:
    heard = Heard()
    spec = {"client": "Ear", "source": "", "near": client.frame}
    ear = JackEar(spec, heard, lambda: None)
    sent = []
    for k in range(80):
        client.port.events = [(k, note_on(0, 60, 1 + k))]
        sent.append((client.frame + k, note_on(0, 60, 1 + k)))
        client.cycle()
    ear.close()
    assert list(heard) == sent
    assert sent[0][0] < WRAP < sent[-1][0]
