"""Which tests of the bridge are there to be collected."""

import sys

import pytest

# `jackd -d dummy` is how ports are tested without hardware, and it is only there on Linux.
_ON_JACK = [
    "test_decklending.py",
    "test_deckports.py",
    "test_inputport.py",
    "test_playevents.py",
    "test_playsync.py",
    "test_ports.py",
    "test_returning.py",
    "test_silence.py",
]
# alsa-midi is only there on Linux, with or without a sequencer.
_ON_ALSA = ["test_alsaapi.py", "test_alsachild.py", "test_nativesilence.py"]
collect_ignore = [] if sys.platform == "linux" else _ON_JACK + _ON_ALSA


@pytest.fixture(autouse=True)
def nobody_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who was connected to our input in one test is nobody's business in the next."""
    monkeypatch.setattr("bridge.inputmemory._names", {})
