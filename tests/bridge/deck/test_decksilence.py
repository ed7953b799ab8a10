"""However the deck's playing ends, a DAW hears no note go on."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest

from bridge.ports.dummyjack import DummyJack
from bridge.sync.link import LinkFollower
from tests.bridge.daw import ClockHost, Daw
from tests.bridge.deck.silencestage import (
    CHORD,
    PATIENCE_S,
    PORT,
    STEPS,
    DeckChild,
    heard,
    held_chord,
)
from tests.bridge.family import descendants, member, members, send, session_of
from tests.waiting import until

pytestmark = [pytest.mark.ports, pytest.mark.xdist_group("ports")]

CLOSED_S = 1.5
"""How long the lid stays closed."""

REST = {**held_chord(), "notes": [[], [], [], [], []]}
MUTED = [{"channel": 0, "program": 0, "audible": False}]
ERASED = {"start": 0, "stop": STEPS, "notes": [[], [], [], [], []], "steps": STEPS}
PARTS = [["Lead", 0], ["Drums", 9]]


def fall_silent(daw: Daw) -> None:
    until(lambda: daw.sounding() == 0)


def go_on(daw: Daw) -> None:
    """A chord is struck after this moment."""
    onsets = daw.onsets()
    until(lambda: daw.onsets() > onsets and daw.sounding() == len(CHORD))


# --- Orders --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hall() -> Iterator[tuple[DeckChild, Daw]]:
    """A deck and a DAW for all orders, which kill nobody."""
    with DummyJack(period=256) as server, contextlib.closing(Daw(server)) as daw:
        with heard(server, daw) as deck:
            daw.let_go()  # tests between may have servers of their own
            yield deck, daw
        assert daw.falls_silent()


@pytest.fixture
def deck(hall: tuple[DeckChild, Daw]) -> Iterator[DeckChild]:
    """It plays its chord, whatever was ordered before, and is silent in the end."""
    deck, daw = hall
    for order in ({"stop": True}, {"start_on": "now"}, {"loop": None}, {"tempo": None}):
        deck.order(**order)
    fall_silent(daw)
    deck.order(piece=held_chord())
    deck.order(output="jack")
    until(lambda: deck.status["system"] == "jack")
    deck.order(play=0)
    until(lambda: daw.sounding() == len(CHORD))
    yield deck
    deck.order(stop=True)
    fall_silent(daw)


@pytest.fixture
def ear(hall: tuple[DeckChild, Daw]) -> Daw:
    return hall[1]


ENDS: dict[str, list[dict[str, object]]] = {
    "stop": [{"stop": True}],
    "panic": [{"panic": True}],
    "another port": [{"output": "sound"}],
    "mute": [{"voices": MUTED}],
    "seek to the end": [{"seek": STEPS - 1}],
    "the note is erased": [{"change": ERASED}],
    "another piece": [{"piece": REST}],
    "another piece on the beat": [{"start_on": "beat"}, {"piece": REST, "start": True}],
}


@pytest.mark.parametrize("orders", ENDS.values(), ids=ENDS)
def test_an_order_ends_what_sounds(
    deck: DeckChild, ear: Daw, orders: list[dict[str, object]]
) -> None:
    for order in orders:
        deck.order(**order)
    fall_silent(ear)


CHANGES: dict[str, dict[str, object]] = {
    "seek": {"seek": 100},
    "loop": {"loop": [0, 4]},
    "another piece": {"piece": {**held_chord(), "steps_per_beat": 8}},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_a_change_goes_on_with_ends_with_the_stop(
    deck: DeckChild, ear: Daw, change: dict[str, object]
) -> None:
    deck.order(**change)
    if "piece" not in change:  # there the same notes sound on
        go_on(ear)
    deck.order(tempo=300)
    hushes = ear.hushes()
    deck.order(stop=True)
    fall_silent(ear)
    until(lambda: ear.hushes() > hushes)


def test_a_key_pressed_by_hand_ends_with_the_stop(deck: DeckChild, ear: Daw) -> None:
    deck.order(audition={"part": 0, "pitch": 80, "velocity": 90, "on": True})
    until(lambda: ear.sounding() == len(CHORD) + 1)
    deck.order(stop=True)
    fall_silent(ear)


# --- Ports ---------------------------------------------------------------------------------------


def test_from_midi_to_the_sound_and_back_nothing_hangs(
    killable_server: DummyJack, daw: Daw
) -> None:
    with heard(killable_server, daw) as deck:
        deck.order(output="sound")
        until(lambda: deck.status["system"] == "sound")
        fall_silent(daw)
        send(signal.SIGKILL, members(deck.process.pid, "voicechild"))
        deck.order(output="jack")
        go_on(daw)
        deck.order(stop=True)
        fall_silent(daw)


def test_on_another_program_s_port_and_back_nothing_hangs(
    killable_server: DummyJack, daw: Daw
) -> None:
    synth = Daw(killable_server, "Synth")
    with contextlib.closing(synth), heard(killable_server, daw) as deck:
        deck.order(ports=True)
        deck.order(output="jack|Synth:in")
        until(lambda: synth.sounding() == len(CHORD))
        fall_silent(daw)
        deck.order(output="jack")
        go_on(daw)
        fall_silent(synth)
        deck.order(stop=True)
        fall_silent(daw)


@pytest.fixture
def drummer(killable_server: DummyJack) -> Iterator[Daw]:
    with contextlib.closing(Daw(killable_server, "Drummer")) as made:
        yield made


@contextlib.contextmanager
def spread(server: DummyJack, daw: Daw, drummer: Daw) -> Iterator[DeckChild]:
    """A deck on two ports, of which the DAW hears the one that sounds."""
    with heard(server, daw) as deck:
        deck.order(parts=PARTS)
        fall_silent(daw)
        until(lambda: daw.connect("Fractalroll Lead:out"))
        until(lambda: drummer.connect("Fractalroll Drums:out"))
        deck.order(seek=50)
        go_on(daw)
        yield deck


def test_with_a_port_per_part_and_back_nothing_hangs(
    killable_server: DummyJack, daw: Daw, drummer: Daw
) -> None:
    with spread(killable_server, daw, drummer) as deck:
        deck.order(parts=[])
        fall_silent(daw)
        go_on(daw)
        deck.order(stop=True)
        fall_silent(daw)


def test_a_part_s_sender_that_is_killed_is_hushed_by_the_port_that_takes_its_place(
    killable_server: DummyJack, daw: Daw, drummer: Daw
) -> None:
    with spread(killable_server, daw, drummer) as deck:
        os.kill(member(deck.process.pid, '"client": "Fractalroll Lead"'), signal.SIGKILL)
        deck.order(stop=True)
        fall_silent(daw)


# --- Hosts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", [ClockHost.stop, ClockHost.vanish])
def test_a_host_that_stops_or_vanishes_ends_what_sounds(
    killable_server: DummyJack, daw: Daw, end: Callable[[ClockHost], None]
) -> None:
    with heard(killable_server, daw) as deck:
        deck.order(sync={"source": "midi-clock"})
        until(lambda: daw.has("Fractalroll in:in"))
        deck.order(stop=True)
        fall_silent(daw)
        host = ClockHost(killable_server)
        with contextlib.closing(host.port):
            go_on(daw)
            end(host)
            fall_silent(daw)


@pytest.mark.parametrize("helper", ["", "inputchild"], ids=["stop", "input killed"])
def test_a_transport_that_is_heard_no_more_ends_what_sounds(
    killable_server: DummyJack, daw: Daw, helper: str
) -> None:
    with heard(killable_server, daw) as deck:
        daw.client.transport_start()
        deck.order(sync={"source": "jack"})
        until(lambda: members(deck.process.pid, "inputchild"))
        go_on(daw)
        if helper:
            send(signal.SIGKILL, [member(deck.process.pid, helper)])
        daw.client.transport_stop()
        fall_silent(daw)


def test_a_link_session_s_process_that_is_killed_ends_what_sounds(
    killable_server: DummyJack, daw: Daw
) -> None:
    peer = LinkFollower(killable_server.system())
    with contextlib.closing(peer), heard(killable_server, daw) as deck:
        deck.order(sync={"source": "link"})
        until(lambda: members(deck.process.pid, "linkchild"))
        send(signal.SIGKILL, members(deck.process.pid, "linkchild"))
        deck.order(stop=True)
        fall_silent(daw)


# --- Processes -----------------------------------------------------------------------------------


def test_a_closed_pipe_ends_what_sounds(killable_server: DummyJack, daw: Daw) -> None:
    with heard(killable_server, daw) as deck:
        deck.close_pipe()
        fall_silent(daw)
        assert deck.process.wait(PATIENCE_S) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_signal_to_the_deck_ends_what_sounds(
    killable_server: DummyJack, daw: Daw, number: signal.Signals
) -> None:
    with heard(killable_server, daw) as deck:
        deck.process.send_signal(number)
        fall_silent(daw)


BREAKS = """
import time
from bridge.deck import child, deck
turn, begun = deck.Deck.turn, []
def broken(self):
    if self.playing and not begun:
        begun.append(time.monotonic())
    if begun and time.monotonic() > begun[0] + 0.7:
        raise RuntimeError("the deck has had enough")
    turn(self)
deck.Deck.turn = broken
child.main()
"""


def test_an_exception_in_the_deck_ends_what_sounds(killable_server: DummyJack, daw: Daw) -> None:
    with heard(killable_server, daw, "-c", BREAKS) as deck:
        fall_silent(daw)
        assert deck.process.wait(PATIENCE_S) == 1


def test_a_sender_that_ends_releases_and_another_one_goes_on(
    killable_server: DummyJack, daw: Daw
) -> None:
    with heard(killable_server, daw) as deck:
        os.kill(deck.sender(), signal.SIGTERM)
        fall_silent(daw)


def test_a_clock_s_sender_that_is_killed_leaves_the_end_silent(
    killable_server: DummyJack, daw: Daw
) -> None:
    with heard(killable_server, daw) as deck:
        deck.order(sync={"source": "internal", "send_clock": True})
        until(lambda: members(deck.process.pid, "Fractalroll clock"))
        send(signal.SIGKILL, [member(deck.process.pid, "Fractalroll clock")])
        deck.order(seek=50)
        go_on(daw)
        deck.order(stop=True)
        fall_silent(daw)


def test_a_killed_sender_s_notes_are_hushed_by_the_port_that_takes_its_place(
    killable_server: DummyJack, daw: Daw
) -> None:
    with heard(killable_server, daw) as deck:
        os.kill(deck.sender(), signal.SIGKILL)
        deck.order(stop=True)
        fall_silent(daw)


def test_all_that_is_killed_at_once_is_hushed_by_the_next_start(
    killable_server: DummyJack, daw: Daw
) -> None:
    with heard(killable_server, daw) as deck:
        os.killpg(deck.process.pid, signal.SIGKILL)
        until(lambda: not daw.has(PORT))
        assert daw.sounding() == len(CHORD)
    again = DeckChild(killable_server)
    again.order(output="jack")
    until(lambda: again.status.get("system") == "jack")
    until(lambda: daw.connect(PORT))
    fall_silent(daw)
    again.leave()


def test_after_a_closed_lid_nothing_hangs(killable_server: DummyJack, daw: Daw) -> None:
    """All stand still, the server too, so that its clock jumps; then the music is stopped."""
    with heard(killable_server, daw) as deck:
        all_of_them = [*session_of(deck.process.pid), *descendants(os.getpid())]
        send(signal.SIGSTOP, all_of_them)
        time.sleep(CLOSED_S)
        send(signal.SIGCONT, all_of_them)
        deck.order(stop=True)
        fall_silent(daw)
