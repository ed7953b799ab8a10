"""Real ports to test with: one JACK dummy server for all tests that need one."""

import sys
from collections.abc import Iterator

import pytest

from bridge.dummyjack import DummyJack

# `jackd -d dummy` is how ports are tested without hardware, and it is only there on Linux.
collect_ignore = [] if sys.platform == "linux" else ["test_ports.py", "test_silence.py"]


@pytest.fixture(scope="session")
def jack_server() -> Iterator[DummyJack]:
    """A JACK server of our own, in periods of 5.3 ms, waiting for late clients."""
    with DummyJack(period=256) as server:
        yield server
