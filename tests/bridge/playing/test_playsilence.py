"""However `fractalroll play` ends, a DAW hears no note go on."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable

import pytest

from bridge.messages import CHANNELS
from bridge.ports.dummyjack import DummyJack
from bridge.sync.link import LinkFollower
from tests.bridge.daw import ClockHost, Daw
from tests.bridge.family import descendants, keeper_of, member, send
from tests.bridge.playing.silencestage import PATIENCE_S, PORT, alone
from tests.waiting import until

pytestmark = [pytest.mark.ports, pytest.mark.xdist_group("ports")]

CLOSED_S = 1.5
"""How long the lid stays closed."""

JACK = ("--sync", "jack")
CLOCK = ("--sync", "midi-clock")
LINK = ("--sync", "link")


def test_what_is_played_to_its_end_leaves_nothing(killable_server: DummyJack, daw: Daw) -> None:
    with alone(killable_server, daw, "--bars", "1") as playing:
        playing.until_it_sounds()
        assert playing.process.wait(PATIENCE_S) == 0
        playing.until_it_is_silent()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_signal_to_play_leaves_nothing(
    killable_server: DummyJack, daw: Daw, number: signal.Signals
) -> None:
    with alone(killable_server, daw, "--send-clock") as playing:
        playing.until_it_sounds()
        playing.process.send_signal(number)
        playing.until_it_is_silent()
        until(lambda: not daw.has(PORT))


@pytest.mark.parametrize("way", ["dies", "player", "deck"])
def test_an_exception_in_a_thread_leaves_nothing(
    killable_server: DummyJack, daw: Daw, way: str
) -> None:
    with alone(killable_server, daw, way=way) as playing:
        playing.until_it_sounds()
        playing.process.wait(PATIENCE_S)
        playing.until_it_is_silent()


@pytest.mark.parametrize(
    ("helper", "words"),
    [("listenchild", ()), ("Fractalroll clock", ("--send-clock",)), ("inputchild", JACK)],
    ids=["listener", "clock", "input"],
)
def test_a_helper_that_is_killed_leaves_nothing(
    killable_server: DummyJack, daw: Daw, helper: str, words: tuple[str, ...]
) -> None:
    daw.client.transport_start()
    with alone(killable_server, daw, *words) as playing:
        playing.until_it_sounds()
        send(signal.SIGKILL, [member(playing.pid, helper)])
        if helper == "inputchild":  # with the host the music ends
            playing.until_it_is_silent()
        else:
            playing.until_it_goes_on()
        playing.interrupt()
        playing.until_it_is_silent()


def test_a_server_s_keeper_that_is_killed_leaves_nothing(
    killable_server: DummyJack, daw: Daw
) -> None:
    with alone(killable_server, daw) as playing:
        playing.until_it_sounds()
        send(signal.SIGKILL, [keeper_of(killable_server.name)[1]])
        playing.until_it_goes_on()
        playing.interrupt()
        playing.until_it_is_silent()


def test_a_link_session_s_process_that_is_killed_leaves_nothing(
    killable_server: DummyJack, daw: Daw
) -> None:
    peer = LinkFollower(killable_server.system())
    with contextlib.closing(peer), alone(killable_server, daw, *LINK) as playing:
        playing.until_it_sounds()
        send(signal.SIGKILL, [member(playing.pid, "linkchild")])
        playing.until_it_is_silent()


def test_a_transport_that_stops_or_jumps_leaves_nothing(
    killable_server: DummyJack, daw: Daw
) -> None:
    with alone(killable_server, daw, *JACK) as playing:
        for frame in (0, 400_000):
            daw.client.transport_frame = frame
            daw.client.transport_start()
            playing.until_it_sounds()
            daw.client.transport_stop()
            playing.until_it_is_silent()


@pytest.mark.parametrize("end", [ClockHost.stop, ClockHost.vanish])
def test_a_host_that_stops_or_vanishes_leaves_nothing(
    killable_server: DummyJack, daw: Daw, end: Callable[[ClockHost], None]
) -> None:
    with alone(killable_server, daw, *CLOCK) as playing:
        until(lambda: daw.has("Fractalroll in:in"))
        host = ClockHost(killable_server)
        with contextlib.closing(host.port):
            playing.until_it_sounds()
            end(host)
            playing.until_it_is_silent()


def test_after_a_closed_lid_nothing_hangs(killable_server: DummyJack, daw: Daw) -> None:
    """All stand still, the server too, so that its clock jumps; then the music is stopped."""
    with alone(killable_server, daw) as playing:
        playing.until_it_sounds()
        all_of_them = [playing.pid, *descendants(playing.pid), *descendants(os.getpid())]
        send(signal.SIGSTOP, all_of_them)
        time.sleep(CLOSED_S)
        send(signal.SIGCONT, all_of_them)
        playing.until_it_goes_on()
        playing.interrupt()
        playing.until_it_is_silent()


def test_ctrl_z_silences_and_the_music_goes_on_with_the_program(
    jack_server: DummyJack,
) -> None:
    """On a server that waits for its clients: a suspended one would hold up all."""
    with contextlib.closing(Daw(jack_server)) as daw:
        with alone(jack_server, daw, "--sync", "jack", in_terminal=True) as playing:
            daw.client.transport_start()
            playing.until_it_sounds()
            os.killpg(playing.pid, signal.SIGTSTP)
            playing.until_it_is_silent()
            os.killpg(playing.pid, signal.SIGCONT)
            playing.until_it_sounds()
            playing.interrupt()
        daw.client.transport_stop()
        assert daw.falls_silent()


@pytest.mark.parametrize("ports", ["one", "part"])
def test_a_killed_sender_s_notes_are_hushed_by_the_next_port(
    killable_server: DummyJack, daw: Daw, ports: str
) -> None:
    port = {"one": PORT, "part": "Commander Piano:out"}[ports]
    with alone(killable_server, daw, "--ports", ports, port=port) as playing:
        playing.until_it_sounds()
        send(signal.SIGKILL, [member(playing.pid, "jackchild")])
        hushes = daw.hushes()
        until(lambda: playing.process.poll() is not None or daw.hushes() >= hushes + CHANNELS)
        playing.interrupt()
    hush_by_another_start(killable_server, daw)


def test_all_that_is_killed_at_once_is_hushed_by_the_next_start(
    killable_server: DummyJack, daw: Daw
) -> None:
    with alone(killable_server, daw) as playing:
        playing.until_it_sounds()
        os.killpg(playing.pid, signal.SIGKILL)
        playing.process.wait(PATIENCE_S)
        until(lambda: not daw.has(PORT))
        assert daw.sounding()
    hush_by_another_start(killable_server, daw)


def hush_by_another_start(server: DummyJack, daw: Daw) -> None:
    """It waits for a host and plays nothing; the DAW is connected when it has long been open."""
    with alone(server, daw, *CLOCK, after="Fractalroll in:in") as again:
        again.until_it_is_silent()
