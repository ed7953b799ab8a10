"""Two decks' processes on a real JACK server: one leads, the other follows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bridge.inputs.listener import Listener
from bridge.messages import is_note_on
from bridge.ports.dummyjack import DummyJack
from bridge.ports.systems import MidiSystem
from tests.bridge.deck.test_deckports import DeckUnderTest, music, own_port
from tests.waiting import until

pytestmark = [pytest.mark.ports, pytest.mark.xdist_group("ports")]

WARM = 12
"""Steps after which the follower has to be locked: three beats."""


@pytest.fixture
def system(jack_server: DummyJack) -> MidiSystem:
    return jack_server.system()


@pytest.fixture
def decks(jack_server: DummyJack) -> Iterator[tuple[DeckUnderTest, DeckUnderTest]]:
    pair = DeckUnderTest(jack_server.environment), DeckUnderTest(jack_server.environment)
    yield pair
    for deck in pair:
        if deck.process.poll() is None:
            deck.close()


def sync(deck: DeckUnderTest) -> dict[str, object]:
    return next((one["sync"] for one in reversed(deck.lines) if "sync" in one), {})


def onsets(listener: Listener) -> dict[int, int]:
    """Pitch to the frame of its first onset."""
    found: dict[int, int] = {}
    for frame, message in listener.heard:
        if is_note_on(message):
            found.setdefault(message[1], frame)
    return found


def test_a_deck_that_follows_the_clock_of_another_plays_on_its_frames(
    decks: tuple[DeckUnderTest, DeckUnderTest], system: MidiSystem
) -> None:
    leader, follower = decks
    listeners = [Listener(system, own_port(deck), keep=True) for deck in decks]
    told = {**music(), "tempos": [[0, 137.0]]}
    for deck in decks:
        deck.say(piece=told)
    leader.say(sync={"source": "internal", "send_clock": True})
    until(lambda: bool(sync(leader).get("sending")), f"{leader.lines[-3:]}")
    follower.say(sync={"source": "midi-clock", "port": "jack|Fractalroll clock:out"})
    until(lambda: sync(follower).get("detail") == "silent", f"{follower.lines[-3:]}")
    leader.say(play=0)
    until(lambda: len(onsets(listeners[1])) >= 32, f"{follower.failures()} {sync(follower)}")
    leader.say(stop=True)
    until(lambda: follower.status()["sounding"] == 0 and not follower.position()["playing"])
    for deck in decks:
        assert deck.failures() == []
        assert deck.close() == 0
    for listener in listeners:
        listener.close()
        assert listener.report().hanging == 0
    ours, theirs = (onsets(listener) for listener in listeners)
    both = sorted(set(ours) & set(theirs))[WARM:]
    assert len(both) >= 12
    assert max(abs(ours[pitch] - theirs[pitch]) for pitch in both) <= 2
