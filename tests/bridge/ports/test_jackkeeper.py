"""A JACK server of our own whose keeper was killed: it goes on, and it does not stay for ever."""

import contextlib
import os
import signal
from pathlib import Path

import pytest

from bridge.ports.dummyjack import DummyJack
from tests.bridge.family import descendants, keeper_of, send
from tests.waiting import until

pytestmark = [pytest.mark.ports, pytest.mark.xdist_group("ports")]


@pytest.fixture(autouse=True)
def one_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else's server has it."""
    monkeypatch.setattr("bridge.ports.dummyjack.SERVER_NAMES", ("fractalroll-left",))


def kill_keeper(server: DummyJack) -> int:
    """Kill the keeper; the process id of the server that it leaves."""
    pid, keeper = keeper_of(server.name)
    send(signal.SIGKILL, [keeper])
    until(lambda: pid not in descendants(os.getpid()))
    return pid


def runs(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"jackd")
    return False


def test_closing_ends_a_server_whose_keeper_was_killed() -> None:
    server = DummyJack(period=256)
    pid = kill_keeper(server)
    assert runs(pid)
    assert server.system().ready
    server.close()
    assert not runs(pid)


def test_the_next_server_takes_the_place_of_one_that_was_left() -> None:
    left = DummyJack(period=256)
    pid = kill_keeper(left)
    with DummyJack(period=256) as server:
        assert server.name == left.name
        assert not runs(pid)
        assert server.system().ready
        assert keeper_of(server.name)[0] != pid
    left.close()
