"""A MIDI server that goes away while its inputs and followers are open."""

import signal
from os import kill

import pytest

from bridge.inputs.inputport import InputPort
from bridge.messages import TimedMessage
from bridge.ports.dummyjack import DummyJack
from bridge.ports.systems import open_output
from bridge.sync.hosttime import HostTime
from bridge.sync.lead import ClockSender
from bridge.sync.link import LinkFollower
from bridge.sync.opening import PortFollower
from bridge.sync.source import Heard
from tests.waiting import until

pytestmark = [pytest.mark.ports, pytest.mark.xdist_group("ports")]


def ignore(events: object) -> None:
    """Nobody wants to know."""


def test_inputs_and_peers_of_a_server_that_went_away_end() -> None:
    """Else a new server would find them deaf, or telling the old one's time."""
    with DummyJack(period=256) as server:
        system = server.system()
        port = InputPort(system, "", ignore)
        watch = PortFollower(system, transport=True)
        peer = LinkFollower(system)
        hosts: list[Heard] = [watch, peer]
        try:
            until(lambda: all(host.host(0.0) is not None for host in hosts))
            assert port.is_alive()
            assert all(host.is_alive() for host in hosts)
            server.close()
            until(lambda: not port.is_alive())
            until(lambda: not any(host.is_alive() for host in hosts))
        finally:
            port.close()
            watch.close()
            peer.close()


def test_a_host_whose_input_ended_stands_still(jack_server: DummyJack) -> None:
    system = jack_server.system()

    def host(follower: PortFollower, now: float) -> HostTime:
        found = follower.host(now)
        assert found is not None
        return found

    with open_output(system, "Some clock") as clock:
        follower = PortFollower(system, clock.name)
        try:
            start, sender = clock.now() + 0.2, ClockSender()
            sender.begin(start, 0.0, 0.5)
            events: list[TimedMessage] = sender.extend(start + 2.0)
            clock.send_many(events)
            until(lambda: (found := follower.host(clock.now())) is not None and found.rolling)
            kill(follower.port.pid, signal.SIGTERM)  # a killed client stops a synchronous server
            until(lambda: not follower.is_alive())
            stood = host(follower, clock.now())
            assert (stood.rolling, stood.lock) == (False, "none")
            assert host(follower, clock.now() + 9.0) is stood
        finally:
            follower.close()
