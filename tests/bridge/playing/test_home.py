"""Where a playing is at home when nothing is there."""

from __future__ import annotations

import pytest

from bridge.errors import PortError
from bridge.playing import home
from bridge.playing.home import Home
from bridge.ports.systems import MidiSystem

OURS = MidiSystem("jack", True, "a server of our own", native=True)


class Server:
    """A JACK server that is only pretended."""

    name = "fractalroll"
    closed = False

    def system(self) -> MidiSystem:
        return OURS

    def close(self) -> None:
        self.closed = True


@pytest.fixture(autouse=True)
def nothing_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "choose", lambda wanted: None)
    monkeypatch.setattr(home, "is_possible", lambda: True)
    monkeypatch.setattr(home, "DummyJack", Server)


def test_where_nothing_is_a_server_of_our_own_is_started_and_said() -> None:
    said: list[str] = []
    found = Home("auto", said.append)
    assert found.system is OURS
    assert said == ["No MIDI system here: started a JACK server of our own, 'fractalroll'."]
    found.close()
    found.close()


def test_a_server_of_our_own_has_no_transport_that_anybody_rolls() -> None:
    with pytest.raises(PortError, match=r"JACK's transport.*start JACK.*--system dummy"):
        Home("auto", lambda text: None, may_start=False)
    assert Home("dummy", lambda text: None, may_start=False).system is OURS


def test_without_jackd_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "is_possible", lambda: False)
    with pytest.raises(PortError, match="found no MIDI system"):
        Home("auto", lambda text: None)
