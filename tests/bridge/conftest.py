"""Which tests of the bridge are there to be collected."""

import sys

import pytest

# `jackd -d dummy` is how ports are tested without hardware, and it is only there on Linux.
_ON_JACK = [
    "deck/test_decklending.py",
    "deck/test_deckports.py",
    "inputs/test_inputport.py",
    "playing/test_playclicks.py",
    "playing/test_playevents.py",
    "playing/test_playlink.py",
    "playing/test_playports.py",
    "playing/test_playsound.py",
    "playing/test_playsync.py",
    "ports/test_ports.py",
    "ports/test_returning.py",
    "ports/test_silence.py",
]
# alsa-midi is only there on Linux, with or without a sequencer.
_ON_ALSA = ["ports/test_alsaapi.py", "ports/test_alsachild.py", "ports/test_nativesilence.py"]
collect_ignore = [] if sys.platform == "linux" else _ON_JACK + _ON_ALSA


@pytest.fixture(autouse=True)
def nobody_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who was connected to our input in one test is nobody's business in the next."""
    monkeypatch.setattr("bridge.inputs.inputmemory._names", {})
