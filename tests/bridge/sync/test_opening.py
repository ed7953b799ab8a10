"""A leader and a follower of ours on a real JACK server: the same beats on the wire."""

import pytest

from bridge.ports.dummyjack import DummyJack
from bridge.ports.systems import open_output
from bridge.sync.lead import CLOCK_PORT_NAME, ClockSender
from bridge.sync.opening import PortFollower
from bridge.sync.source import SyncWish, open_host
from tests.waiting import until

pytestmark = [pytest.mark.ports, pytest.mark.xdist_group("ports")]


def test_a_leader_is_followed_on_a_server_to_two_frames(jack_server: DummyJack) -> None:
    system = jack_server.system()
    others: list[tuple[float, bytes]] = []
    with open_output(system, CLOCK_PORT_NAME) as port:
        follower = PortFollower(system, port.name)
        follower.pass_on(others.extend)
        assert follower.host(port.now()) is None
        start, spb = port.now() + 0.3, 60.0 / 133.0
        sender = ClockSender()
        sender.begin(start, 0.0, spb)
        port.send_many(sender.extend(start + 1.5))
        until(lambda: len(others) >= 48)
        host = follower.host(port.now())
        late = port.stats().late
        follower.close()
    assert host is not None
    assert (host.rolling, host.lock) == (True, "locked")
    error_s = abs(host.beat_at(start + 1.0) - 1.0 / spb) * spb
    assert late or error_s < 2 / port.rate


def test_a_transport_that_nobody_masters_runs_at_the_tempo_that_is_given(
    jack_server: DummyJack,
) -> None:
    follower = open_host(SyncWish("jack"), [jack_server.system()], bpm=90.0)
    try:
        until(lambda: follower.host(0.0) is not None)
        host = follower.host(0.0)
    finally:
        follower.close()
    assert host is not None
    assert (host.rolling, host.bpm) == (False, 90.0)


def test_a_follower_on_its_own_port_waits_for_a_host(jack_server: DummyJack) -> None:
    follower = PortFollower(jack_server.system("rtmidi-jack"))
    assert follower.host(0.0) is None
    assert follower.is_alive()
    assert "Fractalroll in" in follower.name
    follower.close()
    assert not follower.is_alive()
