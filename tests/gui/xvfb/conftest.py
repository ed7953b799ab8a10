"""One display a test session, started when the first test asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.gui.xvfb.display import Display


@pytest.fixture(scope="session")
def display() -> Iterator[Display]:
    """An X server of our own."""
    server = Display()
    yield server
    server.close()
