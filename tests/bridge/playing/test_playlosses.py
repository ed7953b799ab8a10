"""What a playing loses is opened again beside the music: its processes, and the whole server."""

from __future__ import annotations

import _thread
import os
import signal
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bridge.deck.opening import Opening
from bridge.messages import TimedMessage, note_off, note_on
from bridge.playing import session as session_module
from bridge.playing.ensemble import Ensemble
from bridge.playing.insync import SyncSettings
from bridge.playing.session import Session, SessionSettings
from bridge.playing.steadyport import SteadyPort
from bridge.ports.childport import ChildPort
from bridge.ports.systems import open_output
from bridge.sync.lead import ClockSender
from tests.bridge.playing.lossstage import Band, Ear, Playing, Server, kill
from tests.waiting import until

pytestmark = [pytest.mark.ports, pytest.mark.xdist_group("ports")]


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    with pytest.MonkeyPatch.context() as patch:
        for key, value in server.environment.items():
            patch.setenv(key, value)
        yield server
    server.close()


def heard_again(playing: Playing) -> Ear:
    """A new ear that hears several notes."""
    ear = playing.ear()
    until(lambda: len(ear.onsets()) > 4, "music")
    return ear


def end(playing: Playing, ear: Ear) -> Any:
    summary = playing.end()
    until(lambda: not ear.sounding(), "silence")
    ear.close()
    assert summary.hanging == 0
    assert summary.gave_up == ""
    return summary


def sender_pid(playing: Playing) -> int:
    sender = playing.session.sender
    assert isinstance(sender, ChildPort)
    return sender.pid


def test_a_sender_that_is_killed_is_followed_by_another_one(server: Server) -> None:
    playing = Playing("jack")
    before = heard_again(playing)
    kill(sender_pid(playing))
    playing.is_back("port")
    ear = heard_again(playing)
    summary = end(playing, ear)
    assert playing.said()[:2] == [("port", False), ("port", True)]
    assert summary.losses["port"] == {"lost": 1, "back": 1}
    assert summary.lost_notes >= 1
    steps = [round((at - ear.onsets()[0]) / 0.25, 3) for at in ear.onsets()]
    assert all(abs(step - round(step)) < 0.01 for step in steps)  # on the beat
    gap = (ear.onsets()[0] - before.onsets()[-1]) / 0.25
    assert abs(gap - round(gap)) < 0.2  # and the same beat as before
    before.close()


def test_a_server_that_is_killed_and_started_again_is_played_on_again(server: Server) -> None:
    playing = Playing("jack", sync=SyncSettings(send_clock=True))
    heard_again(playing).close()
    server.kill()
    until(lambda: ("port", False) in playing.said())
    server.start()
    playing.is_back("port")
    playing.is_back("clock")
    ear, clock = heard_again(playing), Ear(server.system(), "Fractalroll clock:out")
    until(lambda: len(clock._listener.heard) > 10, "clock")
    summary = end(playing, ear)
    clock.close()
    assert summary.losses["port"] == {"lost": 1, "back": 1}
    assert summary.losses["clock"] == {"lost": 1, "back": 1}


def test_inputs_clock_and_listener_that_are_killed_are_opened_again(server: Server) -> None:
    sync = SyncSettings(mode="accompany", source="midi-clock", send_clock=True, listen="Keys:out")
    with open_output(server.system(), "Keys") as keys:
        playing = Playing("jack", sync=sync)
        ensemble, inputs = playing.meets(), playing.session._inputs
        witness: Any = playing.session._witness
        children: dict[str, Callable[[], Any]] = {
            "host": lambda: pid_of(inputs._sync._host),
            "musician": lambda: pid_of(inputs._input._port),
            "clock": lambda: pid_of(inputs._sync._out),
            "listener": lambda: witness._opening.thing._child.pid,
        }
        with open_output(server.system(), "DAW", target="Fractalroll in:in") as daw:
            start, sender = daw.now() + 0.2, ClockSender()
            sender.begin(start, 0.0, 0.25)
            daw.send_many(sender.extend(start + 60.0))
            until(lambda: rolls(ensemble), "the host")
            for what, pid in children.items():
                before = pid()
                kill(before)
                playing.is_back(what)
                assert pid() != before
            again, sender = daw.now() + 0.2, ClockSender()
            sender.begin(again, 0.0, 0.25)  # a clock that was missed tells no place
            daw.replace(daw.now(), sender.extend(again + 60.0))
            until(lambda: rolls(ensemble), "the host, again")
            at, ear = keys.now() + 0.1, ensemble.ear
            assert ear is not None
            heard = ear.heard
            keys.send_many(
                [TimedMessage(at, note_on(0, 50, 80)), TimedMessage(at + 0.1, note_off(0, 50))]
            )
            until(lambda: ear.heard > heard, "hearing")
    summary = playing.end()
    assert summary.hanging == 0
    assert set(summary.losses) == set(children)


def pid_of(opening: Opening[Any]) -> int:
    """Of the process of an input, or of the input that a host is heard through."""
    assert opening.thing is not None
    return int(getattr(opening.thing, "port", opening.thing).pid)


def rolls(ensemble: Ensemble) -> bool:
    return ensemble.host is not None and ensemble.host.rolling


def test_a_server_of_our_own_that_froze_is_followed_by_another_one() -> None:
    """As one that waits for its clients may do when one of them is killed."""
    playing = Playing("dummy", sync=SyncSettings(send_clock=True))
    heard_again(playing).close()
    home = playing.session._home
    first, server = home.system, home._server
    assert server is not None
    keeper = server._keeper.pid
    jackd = int(Path(f"/proc/{keeper}/task/{keeper}/children").read_text().split()[0])
    os.kill(jackd, signal.SIGSTOP)
    playing.is_back("port")
    playing.is_back("clock")
    assert home.system.environment != first.environment
    ear = heard_again(playing)
    summary = end(playing, ear)
    assert summary.losses["port"] == {"lost": 1, "back": 1}


def test_a_sender_killed_on_a_server_of_our_own_is_followed_by_another_one() -> None:
    """Whether the server survives it or not."""
    playing = Playing("dummy")
    heard_again(playing).close()
    kill(sender_pid(playing))
    playing.is_back("port")
    end(playing, heard_again(playing))


def test_playing_ends_with_a_sentence_when_nothing_can_be_had(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_module, "SteadyPort", partial(SteadyPort, patience_s=1.5))
    playing = Playing("jack")
    heard_again(playing).close()
    server.kill()
    playing._thread.join(30.0)
    server.start()
    summary = playing.end()
    assert "could not be opened again for 1.5 seconds" in summary.gave_up
    assert summary.losses["port"] == {"lost": 1, "back": 0}


def test_ctrl_c_ends_it_while_nothing_is_open(server: Server) -> None:
    said: list[str] = []
    session = Session(SessionSettings(bars=None, port="Lossy", system="jack"), said.append)

    def act() -> None:
        ear = Ear(server.system(), "Lossy:out")
        until(lambda: len(ear.onsets()) > 2, "music")
        ear.close()
        server.kill()
        until(lambda: said, "the loss")
        _thread.interrupt_main()

    person = threading.Thread(target=act)
    person.start()
    with session:
        summary, _ = session.play(Band())
    person.join()
    server.start()
    assert "the music goes on in silence" in said[0]
    assert (summary.interrupted, summary.gave_up) == (True, "")
    assert summary.losses["port"] == {"lost": 1, "back": 0}
