"""OSC in, from a real client over the loopback interface."""

from __future__ import annotations

import queue
import sys

import pytest
from pythonosc.udp_client import SimpleUDPClient

from bridge.inputs.osc import HERE, OscError, OscIn


def test_a_share_arrives_for_its_target_and_nonsense_does_not() -> None:
    moved: queue.SimpleQueue[tuple[str, float]] = queue.SimpleQueue()
    targets = ("temperature", "density")
    with OscIn(targets, lambda name, share: moved.put((name, share)), 0) as osc:
        client = SimpleUDPClient(HERE, osc.port)
        client.send_message("/fractalroll/volume", 0.5)
        client.send_message("/fractalroll/density", "loud")
        client.send_message("/fractalroll/density", [0.1, 0.2])
        client.send_message("/fractalroll/density", float("nan"))
        client.send_message("/fractalroll/temperature", 0.25)
        client.send_message("/fractalroll/density", 7)
        client.__exit__(None, None, None)  # closes its socket, which has no other way
        assert moved.get(timeout=20) == ("temperature", 0.25)
        assert moved.get(timeout=20) == ("density", 1.0)
        assert moved.empty()


def test_a_port_that_is_taken_is_told() -> None:
    with OscIn((), lambda target, share: None, 0) as osc:
        with pytest.raises(OscError, match=f"{HERE}:{osc.port}: .*; choose another port"):
            OscIn((), lambda target, share: None, osc.port)
        osc.close()
        OscIn((), lambda target, share: None, osc.port).close()


def test_without_the_library_it_is_said_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pythonosc.dispatcher", None)
    with pytest.raises(OscError, match=r"fractalroll\[osc\]"):
        OscIn((), lambda target, share: None)
