"""However playing together ends, a DAW hears no note go on."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

import pytest

from bridge.messages import CHANNELS
from bridge.ports.dummyjack import DummyJack
from tests.bridge.daw import Daw
from tests.bridge.family import descendants, member, send, session_of
from tests.bridge.playing.silencestage import PATIENCE_S, PORT, Playing, alone, together
from tests.waiting import until

pytestmark = [pytest.mark.ports, pytest.mark.xdist_group("ports")]

CLOSED_S = 1.5
"""How long the lid stays closed."""

ENDS: dict[str, Callable[[Playing], object]] = {
    "stop": lambda playing: playing.say(stop=True),
    "panic": lambda playing: playing.say(panic=True),
    "the window is gone": lambda playing: playing.close_pipe(),
    "SIGTERM": lambda playing: playing.process.send_signal(signal.SIGTERM),
    "SIGHUP": lambda playing: playing.process.send_signal(signal.SIGHUP),
    "SIGKILL": lambda playing: playing.process.send_signal(signal.SIGKILL),
    "its sender is told to end": lambda playing: end_sender(playing, signal.SIGTERM),
}


def end_sender(playing: Playing, number: signal.Signals) -> None:
    send(number, [member(playing.pid, '"client": "Commander"')])


@pytest.mark.parametrize("end", ENDS)
def test_an_end_leaves_nothing(killable_server: DummyJack, daw: Daw, end: str) -> None:
    with together(killable_server, daw) as (playing, _):
        playing.until_it_sounds()
        ENDS[end](playing)
        playing.until_it_is_silent()


def test_orders_while_it_plays_and_its_end_leave_nothing(
    killable_server: DummyJack, daw: Daw
) -> None:
    with together(killable_server, daw) as (playing, _):
        for order in ({"tempo": 300.0}, {"settings": {"temperature": 0.5}}):
            playing.until_it_sounds()
            playing.say(**order)
            playing.until_it_goes_on()
        playing.say(stop=True)
        playing.until_it_is_silent()
        assert playing.process.wait(PATIENCE_S) == 0


@pytest.mark.parametrize("helper", ["inputchild", "voicechild", "Fractalroll clock"])
def test_a_helper_that_is_killed_leaves_nothing(
    killable_server: DummyJack, daw: Daw, helper: str
) -> None:
    with together(killable_server, daw, "--send-clock", sound=True) as (playing, _):
        playing.until_it_sounds()
        send(signal.SIGKILL, [member(playing.pid, helper)])
        if helper != "inputchild":  # without a musician there is nothing to go on with
            playing.until_it_goes_on()
        playing.close_pipe()
        playing.until_it_is_silent()


def test_after_a_musician_vanished_an_end_leaves_nothing(
    killable_server: DummyJack, daw: Daw
) -> None:
    """A key that was down when the keyboard vanished never comes up: we play on until the stop."""
    with together(killable_server, daw) as (playing, keys):
        playing.until_it_sounds()
        os.kill(keys.pid, signal.SIGKILL)
        playing.until_it_goes_on()
        playing.say(stop=True)
        playing.until_it_is_silent()


def test_after_a_closed_lid_nothing_hangs(killable_server: DummyJack, daw: Daw) -> None:
    with together(killable_server, daw) as (playing, _):
        playing.until_it_sounds()
        all_of_them = [*session_of(playing.pid), *descendants(os.getpid())]
        send(signal.SIGSTOP, all_of_them)
        time.sleep(CLOSED_S)
        send(signal.SIGCONT, all_of_them)
        playing.say(stop=True)
        playing.until_it_is_silent()


@pytest.mark.parametrize("alone_killed", [True, False], ids=["the sender", "all at once"])
def test_what_was_killed_is_hushed_by_the_next_port(
    killable_server: DummyJack, daw: Daw, alone_killed: bool
) -> None:
    with together(killable_server, daw) as (playing, _):
        playing.until_it_sounds()
        if alone_killed:
            end_sender(playing, signal.SIGKILL)
            hushes = daw.hushes()  # it opens the port again, or gives up
            until(lambda: playing.process.poll() is not None or daw.hushes() >= hushes + CHANNELS)
            playing.close_pipe()
        else:
            os.killpg(playing.pid, signal.SIGKILL)
    until(lambda: not daw.has(PORT))
    with alone(killable_server, daw, "--sync", "midi-clock", after="Fractalroll in:in") as again:
        again.until_it_is_silent()
