"""Metronome and count-in of `fractalroll play`, on a real JACK server of our own."""

from __future__ import annotations

import argparse
import json
import threading
from typing import Any

import pytest

from bridge.commands import add_play_parser, run_play
from bridge.messages import TimedMessage, note_off, note_on
from bridge.playing.metronome import HIGH, LOW
from bridge.ports.dummyjack import DummyJack
from bridge.ports.systems import open_output
from model.roll import Roll
from tests.bridge.playing.test_metronome import BAR
from tests.bridge.playing.test_playsync import Daw, Ear, Waiting
from tests.waiting import until


@pytest.mark.ports
@pytest.mark.xdist_group("ports")
def test_clicks_are_at_their_frames_and_answers_begin_on_them(
    jack_server: DummyJack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The musician plays to the clicks that are heard; what is kept has none of them."""
    for key, value in jack_server.environment.items():
        monkeypatch.setenv(key, value)
    found: dict[str, Any] = {}
    kept: list[Roll] = []

    def act() -> None:
        ear = Ear(jack_server, "Clicker:out")
        until(lambda: any(pitch == HIGH for _, pitch in ear.onsets()))
        high = next(at for at, pitch in ear.onsets() if pitch == HIGH)
        for k in range(8, 40):
            at = high + 0.25 * k
            keys.send_many(
                [TimedMessage(at, note_on(0, 50, 80)), TimedMessage(at + 0.1, note_off(0, 50))]
            )
        until(lambda: any(pitch in range(90, 94) for _, pitch in ear.onsets()))
        until(lambda: not ear.sounding() and done.is_set())
        found.update(onsets=ear.onsets(), rate=ear.port.rate, high=high)
        ear.port.close()

    parser = argparse.ArgumentParser()
    add_play_parser(parser.add_subparsers())
    words = ["--tempo", "240", "--bars", "8", "--mode", "respond", "--call-bars", "1"]
    words += ["--metronome", "--count-in", "2", "--listen", "Counted keys:out"]
    words += ["--port", "Clicker", "--save", "kept.mid", "--system", "jack", "--json"]
    arguments = parser.parse_args(["play", *words])
    ready, done = threading.Event(), threading.Event()
    source = Waiting(ready)
    ready.set()
    with open_output(jack_server.system(), "Counted keys") as keys, Daw(act):
        assert run_play(arguments, lambda _: source, lambda _, roll: kept.append(roll)) == 0
        done.set()
    captured = capsys.readouterr()
    facts = json.loads(captured.out.splitlines()[-1])
    assert "It counts 2 bars in" in captured.err
    beats = [(at - found["high"]) / 0.25 for at, _ in found["onsets"]]
    off_s = max(abs(beat - round(beat)) for beat in beats) * 0.25
    assert facts["late"] or facts["xruns"] or off_s <= 2 / found["rate"]
    heard = [pitch for _, pitch in found["onsets"] if pitch in (HIGH, LOW)]
    first = heard.index(HIGH)
    assert heard[first : first + 16] == [*BAR * 4]
    assert (facts["hanging"], facts["missed_deadlines"]) == (0, 0)
    assert facts["notes_received"] == facts["notes_sent"]
    assert {note.pitch for note in kept[0].notes()} <= set(range(90, 94))
    assert all(
        note.pitch == 50 for roll in source.given for note in roll.notes() if note.pitch < 90
    )
