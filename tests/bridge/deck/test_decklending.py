"""A deck gives its ports to another process and takes them back, in memory and on a JACK server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from bridge.deck.child import DeckProcess
from bridge.inputs.listener import Listener
from bridge.messages import TimedMessage, note_on
from bridge.ports.dummyjack import DummyJack
from bridge.ports.systems import open_output
from bridge.sync.source import SyncWish
from tests.bridge.deck.test_deckchild import Stage, piece
from tests.bridge.ports.test_returning import Daw
from tests.waiting import until


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage()
    made.process.outputs.choose("jack")
    made.until(lambda: made.process.deck.port.name == "jack")
    yield made
    made.process.close()


def lend(stage: Stage) -> None:
    stage.process.obey({"lend": True})
    stage.until(lambda: bool(stage.told("lent")))


def test_the_port_is_closed_before_it_is_said_to_be_lent(stage: Stage) -> None:
    stage.openers.remembered["jack"] = ["DAW:in"]
    stage.process.obey({"piece": piece()})
    stage.process.obey({"play": 0})
    stage.run(0.5)
    lend(stage)
    port = stage.openers.ports["jack"]
    assert port.closed
    assert not stage.process.deck.playing
    heard = {"Fractalroll": ["DAW:in"]}
    told = {"key": "jack", "parts": [], "remembered": heard, "inputs": {}, "sound": False}
    assert stage.told("lent") == [{"lent": told}]


def test_while_it_is_lent_nothing_is_opened(stage: Stage) -> None:
    lend(stage)
    opened = stage.openers.opened.count("jack")
    stage.process.obey({"output": "auto"})
    stage.run(3.0)
    assert stage.openers.opened.count("jack") == opened
    assert len(stage.told("lent")) == 1


def test_who_heard_the_other_process_hears_the_deck_again(stage: Stage) -> None:
    lend(stage)
    stage.process.obey({"take_back": {"Fractalroll": ["DAW:in", "Synth:in"]}})
    stage.until(lambda: stage.process.deck.port.name == "jack")
    assert stage.openers.remembered["jack"] == ["DAW:in", "Synth:in"]
    stage.process.obey({"piece": piece()})
    stage.process.obey({"play": 0})
    stage.run(1.0)
    assert stage.onsets("jack")


def test_what_is_to_be_followed_and_heard_waits_until_it_is_taken_back(stage: Stage) -> None:
    process = stage.process
    lend(stage)
    process.obey({"sync": {"source": "internal", "nudge_ms": 20}})
    process.obey({"input": "jack|Keys:out"})
    process.turn()
    assert (process.sync.wish, process.input.wish) == (SyncWish(), None)
    process.obey({"take_back": {}})
    assert process.sync.wish == SyncWish(nudge_s=0.02)
    assert process.input.wish == "jack|Keys:out"
    process.obey({"input": None})


def test_what_was_never_lent_is_not_taken_back(stage: Stage) -> None:
    port = stage.process.deck.port
    stage.process.obey({"take_back": {"Fractalroll": ["Stranger:in"]}})
    stage.run(0.2)
    assert stage.process.deck.port is port
    assert stage.openers.remembered == {}


# --- On a server ---------------------------------------------------------------------------------


@pytest.fixture
def daw(jack_server: DummyJack) -> Iterator[Daw]:
    with pytest.MonkeyPatch.context() as patch:
        for key, value in jack_server.environment.items():
            patch.setenv(key, value)
        daw = Daw(jack_server)
        yield daw
        daw.quit()


@pytest.fixture
def process(daw: Daw) -> Iterator[DeckProcess]:
    made = DeckProcess(LINES.append)
    LINES.clear()
    made.outputs.choose("jack")
    yield made
    made.close()


LINES: list[dict[str, Any]] = []


@pytest.mark.ports
@pytest.mark.xdist_group("ports")
def test_a_daw_hears_the_deck_then_the_other_then_the_deck_and_no_note_hangs(
    jack_server: DummyJack, daw: Daw, process: DeckProcess
) -> None:
    system = jack_server.system()
    until(lambda: process.deck.port.name == "Fractalroll:out", turn=process.turn)
    daw.connect("Fractalroll:out")
    with closing(Listener.of(process.deck.port, system)) as ear:
        long = piece()
        long["notes"][3] = [16] * 32
        process.obey({"piece": long})
        process.obey({"play": 0})
        until(lambda: process.deck.port.stats().sounding >= 4, turn=process.turn)
        process.obey({"lend": True})
        until(lambda: any("lent" in line for line in LINES), turn=process.turn)
    lent = next(line["lent"] for line in LINES if "lent" in line)
    assert lent["remembered"] == {"Fractalroll": ["DAW:in"]}
    assert (lent["key"], lent["sound"]) == ("jack", False)
    assert ear.report().hanging == 0
    with open_output(system, "Fractalroll", remembered=["DAW:in"]) as other:
        assert other.name == "Fractalroll:out"
        with closing(Listener.of(other, system)) as second:
            until(lambda: daw.hears(other.name), turn=process.turn)
            other.send_many([TimedMessage(other.now() + 0.05, note_on(0, 60, 90))])
            until(lambda: other.stats().sounding == 1, turn=process.turn)
            until(lambda: other.remembered == {"DAW:in"}, turn=process.turn)
            other.close()
    assert second.report().hanging == 0
    process.obey({"take_back": {"Fractalroll": sorted(other.remembered)}})
    until(lambda: process.deck.port.name == "Fractalroll:out", turn=process.turn)
    until(lambda: daw.hears("Fractalroll:out"), turn=process.turn)
