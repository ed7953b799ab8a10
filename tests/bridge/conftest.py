"""What the bridge's tests share: a server whose clients may be killed, a DAW, no memory."""

import sys
from collections.abc import Iterator

import pytest

from bridge.ports.dummyjack import DummyJack
from tests.bridge.daw import Daw

# alsa-midi is only there on Linux, with or without a sequencer.
_ON_ALSA = ["ports/test_alsaapi.py", "ports/test_alsachild.py", "ports/test_nativesilence.py"]
collect_ignore = [] if sys.platform == "linux" else _ON_ALSA


@pytest.fixture(autouse=True)
def nobody_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who was connected to our input in one test is nobody's business in the next."""
    monkeypatch.setattr("bridge.inputs.inputmemory._names", {})


@pytest.fixture
def on_server(jack_server: DummyJack) -> Iterator[DummyJack]:
    """The server of all tests, as the one that `play` finds."""
    with pytest.MonkeyPatch.context() as patch:
        for key, value in jack_server.environment.items():
            patch.setenv(key, value)
        yield jack_server


@pytest.fixture
def killable_server() -> Iterator[DummyJack]:
    """A JACK server for one test that kills its clients.

    It waits for no client, or it would let no new one in, and not long for a dead one's answer.
    """
    with DummyJack(period=256, synchronous=False, timeout_ms=500) as server:
        yield server


@pytest.fixture
def daw(killable_server: DummyJack) -> Iterator[Daw]:
    """A MIDI input on that server; the test ends with no note on the wire that goes on."""
    made = Daw(killable_server)
    yield made
    is_silent = made.falls_silent()
    made.close()
    assert is_silent
