"""Knobs and OSC that move the music of `fractalroll play` while it plays."""

from __future__ import annotations

import argparse
import json
import socket
from dataclasses import replace
from typing import Any

import pytest
from pythonosc.udp_client import SimpleUDPClient

from bridge.commands import add_play_parser, run_play
from bridge.errors import SourceError
from bridge.inputs.learn import Knob
from bridge.inputs.osc import HERE
from bridge.messages import control_change
from bridge.playing.knobs import Knobs, KnobSettings
from bridge.playing.lately import Lately
from bridge.ports.dummyjack import DummyJack
from bridge.ports.systems import open_output
from bridge.source import Bar, CutBar, RollSource
from model.roll import Grid, Note, Part, Roll, TempoChange
from tests.bridge.playing.lossstage import patient
from tests.bridge.playing.test_playsync import Daw, Ear
from tests.waiting import until

VALUES = {"temperature": 1.0, "density": None, "guidance": 1.0, "top_p": 1.0}
CC = Knob(0, 1)
BPM = 300.0


class Moody:
    """Bars of quarter notes whose pitch is fifty times the temperature."""

    engine = "moods"
    grid = Grid()
    parts = (Part(),)

    def __init__(self) -> None:
        self.asked: list[dict[str, float]] = []
        self.given: list[Roll] = []
        self.refuses = False
        self._pitch = 50

    def adjust(self, **values: float) -> None:
        if self.refuses:
            raise ValueError("not in this mood")
        self.asked.append(values)

    def listen(self, given: Roll, **more: object) -> int:
        self.given.append(given)
        asked = self.asked[-1] if self.asked else {}
        self._pitch = round(50 * asked.get("temperature", 1.0))
        return len(self.given)

    def next_bar(self) -> Bar:
        roll = Roll.from_notes([Note(4 * k, 0, self._pitch, 4, 80) for k in range(4)], 16)
        return CutBar(replace(roll, tempos=(TempoChange(0, BPM),)))

    def close(self) -> None:
        pass


class Stage:
    def __init__(self, **knobs: Knob) -> None:
        self.source, self.said = Moody(), list[str]()
        self.knobs = Knobs(KnobSettings(knobs, VALUES), self.source, self.said.append)

    def turned(self, *values: int, channel: int = 0) -> None:
        for value in values:
            self.knobs.hear(control_change(channel, 1, value))


def test_a_turned_knob_asks_once_for_where_it_came_to_rest() -> None:
    stage = Stage(temperature=CC)
    stage.turned(64, 80, 100, 127)
    assert not stage.knobs.turn(10.0)
    stage.turned(102)
    assert not stage.knobs.turn(10.1)
    assert not stage.knobs.turn(10.2)
    assert stage.knobs.turn(10.3)
    assert not stage.knobs.turn(11.0)
    assert stage.source.asked == [{"temperature": 1.3}]
    assert stage.knobs.told() == {**VALUES, "moves": 1, "temperature": 1.3}


def test_a_knob_that_stands_elsewhere_moves_nothing_until_it_has_come_to_the_value() -> None:
    stage = Stage(temperature=CC)
    stage.turned(0, 20)
    stage.turned(127, channel=3)
    stage.knobs.turn(10.0)
    assert not stage.knobs.turn(20.0)
    assert stage.source.asked == []
    stage.turned(70)
    stage.knobs.turn(30.0)
    assert stage.knobs.turn(40.0)
    assert stage.source.asked == [{"temperature": 1.05}]


def test_another_program_moves_at_once_and_its_left_end_is_any_density() -> None:
    stage = Stage(density=CC)
    stage.knobs.move("density", 0.5)
    stage.knobs.move("guidance", 1.0)
    stage.knobs.turn(1.0)
    assert stage.knobs.turn(2.0)
    assert stage.source.asked == [{"density": 6.0, "guidance": 4.0}]
    stage.knobs.move("density", 0.0)
    stage.knobs.turn(3.0)
    assert stage.knobs.turn(4.0)
    assert stage.source.asked[-1] == {"density": 0.0}
    assert stage.knobs.values["density"] is None


def test_what_the_source_refuses_is_said_and_the_music_goes_on() -> None:
    stage = Stage()
    stage.source.refuses = True
    stage.knobs.move("temperature", 1.0)
    stage.knobs.turn(1.0)
    assert not stage.knobs.turn(2.0)
    assert stage.said == ["could not play with {'temperature': 1.5}: not in this mood"]


def test_a_finished_piece_has_no_knobs() -> None:
    source = RollSource(Roll.from_notes([Note(0, 0, 60, 4, 64)], 16))
    with pytest.raises(SourceError, match="leave out --knob"):
        Knobs(KnobSettings({"temperature": CC}, VALUES), source, print)


def test_what_was_played_lately_is_gone_on_from_ties_and_all() -> None:
    lately = Lately()
    assert lately.wish() is None
    lately.take(CutBar(Roll.from_notes([Note(12, 0, 60, 4, 64)], 16)))
    lately.take(CutBar(Roll.from_notes([Note(0, 0, 60, 4, 64)], 16), frozenset({(0, 60)})))
    wish = lately.wish()
    assert wish is not None
    assert wish.first_bar == 2
    assert wish.bars is None
    assert [(note.onset_steps, note.duration_steps) for note in wish.ours.notes()] == [(12, 8)]
    assert (list(wish.played.notes()), wish.played.steps) == ([], 32)
    lately.take(None)  # nobody knows what was there
    assert lately.wish() is None


@pytest.mark.parametrize("words", ["volume=1", "temperature", "temperature=120", "density=1:17"])
def test_a_knob_that_there_isnt_is_refused(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    add_play_parser(parser.add_subparsers())
    with pytest.raises(SystemExit):
        parser.parse_args(["play", "--knob", words])
    assert "temperature=1" in capsys.readouterr().err


@pytest.fixture
def udp_port() -> int:
    """One that is free."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind((HERE, 0))
        return int(one.getsockname()[1])


@pytest.mark.ports
@pytest.mark.xdist_group("ports")
@pytest.mark.parametrize("together", [False, True])
def test_a_real_knob_and_a_real_osc_client_change_what_is_heard(
    on_server: DummyJack, udp_port: int, together: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """The next bar but one at the latest has the new pitch; what was played is gone on from."""
    found: dict[str, Any] = {}

    def pitches(ear: Ear) -> list[int]:
        return [pitch for _, pitch in ear.onsets()]

    def act() -> None:
        ear = Ear(on_server, "Driven:out")
        knob = patient(lambda: open_output(on_server.system(), "Knob", target="Fractalroll in:in"))
        if together:
            knob.send(bytes((0x90, 30, 80)), knob.now() + 0.05)
            knob.send(bytes((0x80, 30, 64)), knob.now() + 0.3)
        until(lambda: 50 in pitches(ear))
        for value in (40, 64, 100, 127):
            knob.send(control_change(4, 1, value), knob.now() + 0.01)
        until(lambda: 75 in pitches(ear))
        client = SimpleUDPClient(HERE, udp_port)
        client.send_message("/fractalroll/temperature", 0.0)
        until(lambda: 25 in pitches(ear))
        client.__exit__(None, None, None)  # closes its socket, which has no other way
        knob.close()
        found.update(pitches=pitches(ear))
        ear.port.close()

    parser = argparse.ArgumentParser()
    add_play_parser(parser.add_subparsers())
    words = ["--knob", "temperature=1:5", "--osc", str(udp_port), "--bars", "12"]
    words += ["--tempo", str(BPM), "--port", "Driven", "--system", "jack", "--json"]
    words += ["--mode", "accompany", "--call-bars", "12"] if together else []
    source = Moody()
    with Daw(act):
        code = run_play(parser.parse_args(["play", *words]), lambda _: source, lambda *_: None)
    captured = capsys.readouterr()
    facts = json.loads(captured.out.splitlines()[-1])
    assert (
        f"It hears you at 'Fractalroll in:in'. OSC moves it on UDP port {udp_port}." in captured.err
    )
    heard = [pitch for pitch in found["pitches"] if pitch in (25, 50, 75)]
    assert code == 0
    assert heard == sorted(heard, key=(50, 75, 25).index)
    assert facts["knobs"] == {**VALUES, "moves": 2, "temperature": 0.5}
    assert (facts["hanging"], facts["missed_deadlines"]) == (0, 0)
    ours = [note.pitch for roll in source.given for note in roll.notes() if note.pitch != 30]
    assert set(ours) <= {50, 75, 25}
