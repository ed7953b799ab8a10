"""A playing that a window runs: orders in, lines out; before it plays, and on a JACK server."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bridge.errors import PortError
from bridge.inputs.listener import Listener
from bridge.messages import TimedMessage, is_note_on, note_off, note_on
from bridge.playing.insync import SyncSettings
from bridge.playing.player import PlayerEvent, PlayerSettings
from bridge.playing.playevents import PlayEvents, settings_for
from bridge.playing.playlines import bar_line
from bridge.playing.session import SessionSettings
from bridge.ports.dummyjack import DummyJack
from bridge.ports.systems import open_output
from bridge.source import Bar, CutBar
from model.roll import Grid, Note, Part, Roll

PATIENCE_S = 40.0
ANSWER = range(90, 94)
HEARD = {"Fractalroll": ["DAW:in"]}


class Band:
    """A source that answers with the same bar, and keeps what it was asked."""

    engine = "band"
    grid = Grid()
    parts = (Part(program=5),)

    def __init__(self) -> None:
        self.adjusted: list[dict[str, float]] = []
        self.listened = 0

    def next_bar(self) -> Bar | None:
        return CutBar(Roll.from_notes([Note(4 * k, 0, 90 + k, 2, 80) for k in range(4)], 16))

    def listen(self, given: Roll, **more: object) -> int:
        self.listened += 1
        return self.listened

    def adjust(self, **asked: float) -> None:
        if asked.get("temperature", 1.0) < 0:
            raise ValueError("temperature must be 0 or more")
        self.adjusted.append(asked)

    def close(self) -> None:
        """Nothing is held."""


@dataclass
class Window:
    """Whoever orders; keeps the lines."""

    orders: queue.SimpleQueue[Any] = field(default_factory=queue.SimpleQueue)
    lines: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.events = PlayEvents(self.lines.append, self.orders)

    def told(self, what: str) -> list[Any]:
        return [line[what] for line in list(self.lines) if what in line]

    def phases(self) -> set[str]:
        return {status["doing"]["phase"] for status in self.told("status")}

    def until(self, true: Callable[[], object]) -> None:
        end = time.monotonic() + PATIENCE_S
        while not true():
            assert time.monotonic() < end, f"it never happened; told {self.lines[-3:]}"
            time.sleep(0.005)


# --- Before it plays -----------------------------------------------------------------------------


def test_the_model_is_loaded_before_anything_is_opened() -> None:
    window, band = Window(), Band()
    assert window.events.load(lambda: band) is band
    assert window.told("loaded") == [{"engine": "band"}]
    window.orders.put({"settings": {"temperature": 0.5}})
    window.orders.put({"begin": {"key": "jack", "remembered": HEARD}})
    begin = window.events.wait_for_begin(band)
    assert begin == {"key": "jack", "remembered": HEARD}
    assert band.adjusted == [{"temperature": 0.5}]


def test_it_can_be_called_off_while_the_model_is_loaded_and_after() -> None:
    window, gate = Window(), threading.Event()

    def slow() -> Band:
        gate.wait(PATIENCE_S)
        return Band()

    window.orders.put({"stop": True})
    assert window.events.load(slow) is None
    gate.set()
    window.orders.put(None)
    assert window.events.wait_for_begin(Band()) is None
    assert window.told("loaded") == []


def test_what_the_model_s_room_raises_comes_out_of_loading() -> None:
    def broken() -> Band:
        raise RuntimeError("no such bundle")

    with pytest.raises(RuntimeError, match="no such bundle"):
        Window().events.load(broken)


def test_the_port_that_was_given_up_is_played_on() -> None:
    plain = SessionSettings()
    ours = settings_for({"key": "jack", "remembered": HEARD}, plain, Band())
    assert (ours.system, ours.target, ours.remembered) == ("jack", "", HEARD)
    theirs = settings_for({"key": "alsa|Synth:in"}, plain, Band())
    assert (theirs.system, theirs.target) == ("alsa", "Synth:in")
    assert settings_for({}, plain, Band()) == plain


def test_lent_ports_of_parts_are_opened_again_and_what_has_none_gets_one_of_its_own() -> None:
    plain = SessionSettings()
    lent = {"key": "jack", "parts": [["Lead", 0], ["Kit", 9], ["Lead", 2]]}
    assert settings_for(lent, plain, Band()).parts == {"Lead": [0, 2], "Kit": [9]}
    other = {"key": "jack", "parts": [["Lead", 4]]}
    assert settings_for(other, plain, Band()).parts == {"Lead": [4], "Piano": [0]}


def test_a_bar_is_told_with_its_place_its_ties_and_how_it_came_about() -> None:
    bar = CutBar(Roll.from_notes([Note(0, 0, 60, 4, 90)], 16), frozenset({(0, 60)}))
    line = bar_line(PlayerEvent("bar", 3, 32, None, 0, True, bar))
    assert line is not None
    told = line["bar"]
    assert (told["number"], told["kind"], told["tied"]) == (2, "shortened", [[0, 60]])
    assert told["notes"] == [[0], [60], [0], [4], [90]]
    assert bar_line(PlayerEvent("silent", 3, 32, None, 0)) is None


# --- On a server ---------------------------------------------------------------------------------


def duet(**more: Any) -> SessionSettings:
    sync = SyncSettings(mode="respond", call_bars=1, listen="Keys:out")
    return SessionSettings(
        bars=None, port="Together", system="jack", listen=False, sync=sync, bpm=240.0, **more
    )


class Playing:
    """A playing in a thread, and what came of it."""

    def __init__(self, window: Window, settings: SessionSettings, band: Band) -> None:
        self.summary: dict[str, Any] = {}
        self.error: Exception | None = None
        self._args = (window, settings, band)
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        window, settings, band = self._args
        try:
            self.summary = window.events.play(settings, band)
        except Exception as err:
            self.error = err


@pytest.mark.ports
@pytest.mark.xdist_group("ports")
def test_what_both_play_is_told_and_what_is_ordered_happens(on_server: DummyJack) -> None:
    window, band = Window(), Band()
    with open_output(on_server.system(), "Keys") as keys:
        playing = Playing(window, duet(), band)
        window.until(lambda: window.told("ready"))
        ear = Listener(on_server.system(), window.told("ready")[0]["port"], keep=True)
        start = keys.now() + 0.1
        keys.send_many([TimedMessage(start, bytes((0xB2, 74, 33)))])
        for k in range(24):
            at = start + 0.25 * k
            keys.send_many(
                [TimedMessage(at, note_on(0, 50, 80)), TimedMessage(at + 0.1, note_off(0, 50))]
            )
        window.until(lambda: any(bar["kind"] == "made" for bar in window.told("bar")))
        window.orders.put({"tempo": 260.0})
        window.orders.put({"settings": {"temperature": 1.5}})
        window.orders.put({"settings": {"temperature": -1}})
        window.until(lambda: any(is_note_on(message) for _, message in list(ear.heard)))
        window.until(lambda: window.told("failed") and "ours" in window.phases())
        window.orders.put({"stop": True})
        playing.thread.join(PATIENCE_S)
        ear.close()
    ready = window.told("ready")[0]
    assert (ready["input"], ready["system"], ready["programs"]) == ("Keys:out", "jack", [5])
    assert {row for bar in window.told("heard") for row in bar["notes"][1]} == {50}
    made = [bar for bar in window.told("bar") if bar["kind"] == "made"]
    assert made[0]["notes"][1] == list(ANSWER)
    assert window.told("control")[0] == [2, 74, 33]
    assert band.adjusted == [{"temperature": 1.5}]
    assert "temperature must be" in window.told("failed")[0]
    assert {"yours", "ours"} <= window.phases()
    assert window.told("status")[0]["doing"]["phase"] == "waiting"
    assert window.told("status")[-1]["sync"]["bpm"] == 260.0
    assert playing.error is None
    assert ear.report().hanging == 0
    assert playing.summary["interrupted"]


@pytest.mark.ports
@pytest.mark.xdist_group("ports")
def test_a_count_in_is_told_as_such_and_the_song_is_counted_from_behind_it(
    on_server: DummyJack,
) -> None:
    window, settings = Window(), duet(player=PlayerSettings(count_in=2))
    settings = replace(settings, sync=replace(settings.sync, counts_in=True))
    with open_output(on_server.system(), "Keys") as keys:
        playing = Playing(window, settings, Band())
        window.until(lambda: {"counting", "waiting"} <= window.phases())
        start = keys.now() + 0.1
        keys.send_many([TimedMessage(start, note_on(0, 50, 80))])
        keys.send_many([TimedMessage(start + 0.1, note_off(0, 50))])
        window.until(lambda: any(bar["kind"] == "made" for bar in window.told("bar")))
        window.orders.put({"stop": True})
        playing.thread.join(PATIENCE_S)
    assert playing.error is None
    assert window.told("status")[0]["doing"] == {"phase": "counting", "bars_left": None}
    counted = [line for line in window.lines if line.get("playing") and not line["position"]]
    assert counted
    assert all(line["speed"] == 0 for line in counted[:-1])
    assert window.told("bar")[0]["number"] == 0
    assert all(bar["number"] >= 0 for bar in window.told("heard"))
    rests = [bar["number"] for bar in window.told("bar") if bar["kind"] == "rest"]
    answers = [bar["number"] for bar in window.told("bar") if bar["kind"] == "made"]
    assert answers[0] == max(number for number in rests if number < answers[0]) + 1


@pytest.mark.ports
@pytest.mark.xdist_group("ports")
def test_a_port_that_is_not_there_ends_it_with_a_reason(on_server: DummyJack) -> None:
    window = Window()
    playing = Playing(window, duet(), Band())
    playing.thread.join(PATIENCE_S)
    assert isinstance(playing.error, PortError)
    assert "Keys:out" in str(playing.error)
