"""Whom a deck's process follows and leads, with hosts and ports that open when a test says so."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from bridge.deck.child import DeckProcess
from bridge.deck.outputs import Outputs
from bridge.deck.sync import DeckSync
from bridge.errors import PortError
from bridge.inputs.inputport import OnEvents
from bridge.messages import is_note_on
from bridge.ports.memoryport import ManualClock, MemoryPort
from bridge.ports.systems import MidiSystem
from bridge.sync.hosttime import HostTime
from bridge.sync.source import SyncWish
from tests.bridge.deck.test_deckchild import PATIENCE_S, piece
from tests.bridge.deck.test_deckoutputs import JACK, Openers
from tests.bridge.hosts import Host
from tests.waiting import until


class Heard:
    """A host that is heard on a clock of its own, `ahead_s` before the system's."""

    name = "the host"

    def __init__(self, host: Host, clock: str = "system", ahead_s: float = 0.0) -> None:
        self.known: Host | None = host
        self.clock = clock
        self.detail = ""
        self.alive, self.closed = True, False
        self.passed_on: OnEvents | None = None
        self.proposed: list[float] = []
        self._ahead_s = ahead_s

    def host(self, now: float) -> HostTime | None:
        if self.known is None:
            return None
        told = self.known.told(now - self._ahead_s)
        return replace(told, at=told.at + self._ahead_s)

    def is_alive(self) -> bool:
        return self.alive

    def propose(self, bpm: float) -> None:
        self.proposed.append(bpm)

    def pass_on(self, on_events: OnEvents | None) -> None:
        self.passed_on = on_events

    def close(self) -> None:
        self.closed = True


class SyncOpeners:
    def __init__(self, clock: ManualClock) -> None:
        self.clock_now = clock
        self.heard = Heard(Host(clock.now()))
        self.wishes: list[SyncWish] = []
        self.clocks: list[MemoryPort] = []
        self.broken = ""
        self.gate = threading.Event()
        self.gate.set()

    def look(self) -> list[MidiSystem]:
        return [JACK]

    def host(self, wish: SyncWish, systems: Sequence[MidiSystem], near: int, bpm: float) -> Heard:
        self.gate.wait(PATIENCE_S)
        self.wishes.append(wish)
        if self.broken:
            raise PortError(self.broken)
        return self.heard

    def clock(self, system: MidiSystem) -> MemoryPort:
        self.clocks.append(MemoryPort(self.clock_now, name="clock"))
        return self.clocks[-1]


class Stage:
    """A deck's process on the built-in sound in memory, all on one clock."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []
        self.clock = ManualClock(10.0)
        self.openers = Openers(JACK)
        self.sync = SyncOpeners(self.clock)
        self.process = DeckProcess(
            self.lines.append,
            Outputs(self.openers, self.clock.now),
            self.clock.now,
            DeckSync(self.sync, self.clock.now),
        )
        self.until(lambda: self.process.deck.port.name == "sound")
        self.openers.ports["sound"]._clock = self.clock
        self.process.obey({"piece": piece(64)})

    @property
    def host(self) -> Host:
        assert self.sync.heard.known is not None
        return self.sync.heard.known

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.01)):
            self.process.turn()
            for port in (self.openers.ports["sound"], *self.sync.clocks):
                port._run(0.01)
            self.clock.advance(0.01)

    def until(self, true: Callable[[], bool]) -> None:
        until(true, turn=self.process.turn, every_s=0.001)

    def follow(self, source: str = "midi-clock", **more: Any) -> None:
        self.process.obey({"sync": {"source": source, **more}})
        self.until(lambda: self.process.sync.detail not in ("opening", "failed"))

    def told(self, what: str) -> list[Any]:
        return [line[what] for line in self.lines if what in line]

    def onsets(self) -> list[tuple[float, int]]:
        """(beat of the host's, pitch)."""
        wire = self.openers.ports["sound"].wire
        return [(self.host.line_at(at).beat_at(at), m[1]) for at, m in wire if is_note_on(m)]


def test_a_host_that_is_chosen_starts_and_stops_the_music() -> None:
    stage = Stage()
    stage.follow(port="jack|Ardour:clock", nudge_ms=0)
    assert stage.sync.wishes[0].port == "jack|Ardour:clock"
    stage.run(0.5)
    assert stage.onsets() == []
    stage.host.start(stage.clock.now(), 0.0)
    stage.run(1.0)
    assert [pitch for _, pitch in stage.onsets()] == list(range(40, 48))
    for beat, pitch in stage.onsets()[1:]:
        assert beat * 4 == pytest.approx(pitch - 40, abs=1e-4)
    told = stage.told("sync")[-1]
    assert (told["source"], told["lock"], told["rolling"]) == ("midi-clock", "locked", True)
    assert (told["bpm"], told["detail"]) == (120.0, "")
    stage.host.stop(stage.clock.now())
    stage.run(0.3)
    assert not stage.told("sync")[-1]["rolling"]
    assert stage.openers.ports["sound"].stats().sounding == 0
    stage.process.close()
    assert stage.sync.heard.closed


def test_what_plays_goes_on_until_a_host_is_heard_and_then_joins_it() -> None:
    stage = Stage()
    stage.process.obey({"play": 0})
    stage.run(0.5)
    stage.sync.gate.clear()
    host, stage.sync.heard.known = stage.host, None
    stage.process.obey({"sync": {"source": "jack"}})
    stage.run(0.3)
    assert stage.told("sync")[-1]["detail"] == "opening"
    assert stage.process.deck.playing
    stage.sync.gate.set()
    stage.until(lambda: stage.process.sync.detail == "silent")
    host.start(stage.clock.now(), 20.3)
    stage.sync.heard.known = host
    stage.run(2.0)
    beat, pitch = stage.onsets()[-1]
    assert (beat * 4 - (pitch - 40)) % 4 == pytest.approx(0.0, abs=1e-4)
    assert pitch < 64
    stage.process.close()


def test_what_rests_waits_for_a_host_that_was_not_heard_yet() -> None:
    stage = Stage()
    host, stage.sync.heard.known = stage.host, None
    stage.process.obey({"sync": {"source": "midi-clock"}})
    stage.until(lambda: stage.process.sync.detail == "silent")
    stage.process.obey({"play": 0})
    stage.run(0.5)
    assert not stage.process.deck.playing
    stage.sync.heard.known = host
    host.start(stage.clock.now(), 0.0)
    stage.run(0.5)
    assert stage.onsets()[1][1] == 41
    stage.process.close()


def test_what_can_not_be_opened_is_told_once_and_tried_again() -> None:
    stage = Stage()
    stage.sync.broken = "there is no such port"
    stage.process.obey({"sync": {"source": "midi-clock", "port": "Nobody"}})
    stage.until(lambda: bool(stage.told("failed")))
    stage.run(12.0)
    stage.until(lambda: len(stage.sync.wishes) >= 2)
    assert stage.told("failed") == ["there is no such port"]
    assert stage.told("sync")[-1]["detail"] == "failed"
    stage.sync.broken = ""
    stage.run(6.0)
    stage.until(lambda: stage.process.sync.detail == "")
    stage.process.close()


def test_a_host_that_goes_away_is_told_and_looked_for_again() -> None:
    stage = Stage()
    stage.follow()
    stage.host.start(stage.clock.now(), 0.0)
    stage.run(0.5)
    stage.sync.heard.alive = False
    stage.run(0.1)
    assert "went away" in stage.told("failed")[-1]
    assert not stage.process.deck.playing
    stage.sync.heard.alive = True
    stage.run(6.0)
    stage.until(lambda: stage.process.deck.playing)
    stage.process.close()


def test_a_host_on_another_clock_is_moved_to_that_of_the_port() -> None:
    stage = Stage()
    stage.sync.heard = Heard(Host(stage.clock.now()), "jack", ahead_s=777.0)
    port = stage.sync.clock(JACK)
    port._clock = ManualClock(stage.clock.now() + 777.0)
    stage.sync.clocks.clear()
    stage.sync.clock = lambda system: port  # type: ignore[method-assign]
    stage.process.outputs.look()
    stage.until(lambda: bool(stage.process.outputs.systems))
    stage.follow()
    stage.host.start(stage.clock.now(), 0.0)
    for _ in range(100):
        stage.run(0.01)
        port._clock.advance(0.01)
    assert len(stage.onsets()) == 8
    for beat, pitch in stage.onsets()[1:]:
        assert beat * 4 == pytest.approx(pitch - 40, abs=0.1)
    stage.process.close()
    assert port.closed


def test_our_own_clock_is_sent_and_ends_when_it_is_not_wanted() -> None:
    stage = Stage()
    stage.process.outputs.look()
    stage.until(lambda: bool(stage.process.outputs.systems))
    stage.process.obey({"sync": {"send_clock": True}})
    stage.until(lambda: stage.process.sync.lead() is not None)
    stage.process.obey({"play": 0})
    stage.run(1.0)
    wire = stage.sync.clocks[0].wire
    assert wire[0].message == b"\xfa"
    assert sum(message == b"\xf8" for _, message in wire) >= 40
    stage.process.obey({"sync": {}})
    stage.run(0.1)
    stage.process.close()
    assert stage.sync.clocks[0].closed


def test_a_clock_port_that_breaks_does_not_take_the_music_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = Stage()
    stage.process.outputs.look()
    stage.until(lambda: bool(stage.process.outputs.systems))
    stage.process.obey({"sync": {"send_clock": True}})
    stage.until(lambda: stage.process.sync.lead() is not None)
    stage.process.obey({"play": 0})
    stage.run(0.5)
    stage.sync.clocks[0].close()
    stage.run(0.5)
    assert "went away" in stage.told("failed")[-1]
    assert stage.process.deck.playing
    assert stage.process.deck.port.name == "sound"
    stage.run(5.5)
    stage.until(lambda: len(stage.sync.clocks) == 2)
    stage.process.close()


def test_a_link_session_waits_for_an_order_and_is_asked_for_a_tempo() -> None:
    stage = Stage()
    stage.sync.heard.known = host = Host(stage.clock.now())
    host.lines = [replace(host.line, rolling=True, lock="locked")]
    stage.follow("link")
    stage.run(0.5)
    assert not stage.process.deck.playing
    stage.process.obey({"start_on": "bar", "bar_beats": 3})
    stage.process.obey({"play": 0})
    stage.run(0.1)
    assert stage.told("waits")[-1] is True
    stage.run(2.0)
    beat, pitch = stage.onsets()[0]
    assert beat % 3 == pytest.approx(0.0, abs=1e-6)
    assert pitch == 40
    stage.process.obey({"tempo": 90})
    assert stage.sync.heard.proposed == [90.0]
    stage.process.close()


def test_another_piece_can_be_ordered_for_the_next_bar() -> None:
    stage = Stage()
    stage.process.obey({"start_on": "bar"})
    stage.process.obey({"play": 0})
    stage.run(0.5)
    told = piece(64)
    told["notes"][1] = [100] * 64
    stage.process.obey({"piece": told, "start": True})
    stage.run(2.0)
    wire = stage.openers.ports["sound"].wire
    pitches = [message[1] for _, message in wire if is_note_on(message)]
    assert pitches[:16] == list(range(40, 56))
    assert pitches[16] == 100
    stage.process.close()


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ({"sync": {"source": "sundial"}}, "sundial"),
        ({"sync": {"source": "jack", "nudge_ms": "late"}}, "malformed"),
        ({"start_on": "sunday"}, "sunday"),
    ],
)
def test_an_order_that_makes_no_sense_is_told(order: dict[str, Any], words: str) -> None:
    stage = Stage()
    stage.process.obey(order)
    assert words in stage.told("failed")[-1]
    stage.process.obey({"sync": {"source": "internal", "nudge_ms": 9999}})
    assert stage.process.deck.nudge_s == 0.5
    stage.process.close()


def test_no_thread_is_left_when_all_is_closed() -> None:
    stage = Stage()
    stage.sync.gate.clear()
    stage.process.obey({"sync": {"source": "jack"}})
    stage.run(0.1)
    stage.process.obey({"sync": {"source": "midi-clock"}})
    stage.run(0.1)
    stage.sync.gate.set()
    stage.process.close()
    assert stage.sync.heard.closed
    assert not any(thread.name == "opening" for thread in threading.enumerate())
