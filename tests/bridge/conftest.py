"""Real ports to test with: one JACK dummy server for all tests that need one."""

from collections.abc import Iterator

import pytest

from bridge.dummyjack import DummyJack


@pytest.fixture(scope="session")
def jack_server() -> Iterator[DummyJack]:
    """A JACK server of our own, in periods of 5.3 ms, waiting for late clients."""
    with DummyJack(period=256) as server:
        yield server
