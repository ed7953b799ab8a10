"""`fractalroll play` and `ports` on a session that is only pretended."""

import argparse
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bridge.commands import add_play_parser, add_ports_parser, run_play, run_ports
from bridge.errors import BridgeError
from bridge.playing import session
from bridge.playing.player import PlayerReport
from bridge.playing.session import SessionSettings, Summary
from bridge.ports import systems
from bridge.ports.systems import MidiSystem
from bridge.sound import soundsystem
from bridge.source import Bar, BarSource, CutBar, RollSource
from model.roll import Note, Roll

ROLL = Roll.from_notes([Note(0, 0, 60, 4, 64)], 16)
SUMMARY = Summary(
    port="Fractalroll:out",
    system="jack",
    engine="file",
    bars=1,
    missed_deadlines=0,
    varied=0,
    silent=0,
    shortened=0,
    rests=0,
    slack_ms=1500.0,
    notes_sent=1,
    notes_received=1,
    late=0,
    dropped=0,
    jitter_ms=0.0,
    worst_onset_error_ms=0.0,
    worst_onset_error_samples=0,
    hanging=0,
    realtime_factor=None,
    music_s=2.0,
    first_note_s=0.9,
    xruns=0,
    interrupted=False,
    sync={"source": "internal", "lock": None, "bpm": None, "jumps": None, "send_clock": False},
    together=None,
)


class Pretended:
    """A session that plays nothing and remembers what it was asked."""

    asked: SessionSettings
    summary = SUMMARY

    def __init__(self, settings: SessionSettings, *_: Any) -> None:
        type(self).asked = settings
        self.port = self
        self.name = SUMMARY.port

    def __enter__(self) -> "Pretended":
        return self

    def __exit__(self, *error: object) -> None:
        pass

    @property
    def listens_to(self) -> str:
        return "Fractalroll in:in" if self.asked.sync.mode else ""

    def play(
        self, source: BarSource, follow: Any, meet: Callable[[Any], None]
    ) -> tuple[Summary, PlayerReport]:
        meet(None)
        bar = source.next_bar()
        assert bar is not None
        return self.summary, PlayerReport(bars=1, played=[bar] if self.asked.keep else None)


class Made:
    """Bars that have no end."""

    engine = "fake"

    def next_bar(self) -> Bar | None:
        return CutBar(ROLL)

    def close(self) -> None:
        pass


@pytest.fixture(autouse=True)
def pretended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "Session", Pretended)
    monkeypatch.setattr(Pretended, "summary", SUMMARY)


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    add_play_parser(commands)
    add_ports_parser(commands)
    return parser.parse_args(words)


def play(*words: str, saved: list[Roll] | None = None) -> int:
    def save(_: argparse.Namespace, roll: Roll) -> None:
        if saved is not None:
            saved.append(roll)

    return run_play(parsed("play", *words), lambda _: ROLL, save)


def test_json_is_the_last_line_and_has_every_figure(capsys: pytest.CaptureFixture[str]) -> None:
    assert play("--json") == 0
    facts = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert facts["notes_received"] == facts["notes_sent"] == 1
    assert (facts["late"], facts["engine"], facts["first_note_s"]) == (0, "file", 0.9)
    assert {"realtime_factor", "missed_deadlines", "hanging", "saved"} <= facts.keys()


@pytest.mark.parametrize(
    ("words", "made", "bars"),
    [
        ((), "model", 8),
        ((), "file", None),
        (("--bars", "3"), "file", 3),
        (("--endless",), "model", None),
        (("--mode", "respond"), "model", None),
        (("--listen", ""), "model", None),
        (("--sync", "jack"), "model", None),
        (("--sync", "jack", "--bars", "3"), "model", 3),
    ],
)
def test_as_many_bars_are_played_as_make_sense(
    words: tuple[str, ...], made: str, bars: int | None
) -> None:
    source = ROLL if made == "file" else Made()
    run_play(parsed("play", *words), lambda _: source, lambda *_: None)
    assert Pretended.asked.bars == bars


def test_a_person_reads_a_summary(capsys: pytest.CaptureFixture[str]) -> None:
    assert play() == 0
    text = capsys.readouterr().out
    assert "1 sent, 1 received, 0 late" in text
    assert "0 samples" in text


def test_a_person_reads_of_the_musician_and_of_our_own_music_that_came_back(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    together = {"mode": "respond", "heard": 12, "echoes": 7, "wishes": 2}
    monkeypatch.setattr(Pretended, "summary", replace(SUMMARY, together=together, rests=4))
    play()
    text = capsys.readouterr().out
    assert "12 messages heard, 2 times asked for music, 4 bars of rest; 7 messages were" in text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "'Fractalroll:out'."),
        (("--sync", "midi-clock"), "when the sender of MIDI clock starts"),
        (("--sync", "jack"), "when JACK's transport rolls"),
        (("--sync", "link"), "another program is in the Ableton Link session"),
        (("--mode", "respond"), "It hears you at 'Fractalroll in:in'."),
        (("--mode", "respond"), "with your first note, at 120 bpm"),
        (("--mode", "respond", "--tempo", "92.5"), "with your first note, at 92.5 bpm"),
        (("--mode", "respond", "--sync", "jack"), "when JACK's transport rolls"),
    ],
)
def test_it_is_said_who_has_to_begin(
    words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    play(*words)
    line = next(line for line in capsys.readouterr().err.splitlines() if "Playing to" in line)
    assert told in line
    assert ("It begins" in line) == bool(words)


def test_what_was_played_is_saved_only_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    saved: list[Roll] = []
    play(saved=saved)
    assert saved == []
    play("--save", "out.mid", "--picture", "out.png", "--json", saved=saved)
    assert saved[0].same_as(ROLL)
    facts = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert facts["saved"] == ["out.mid", "out.png"]


@pytest.mark.parametrize("option", ["--save", "--picture"])
def test_a_missing_folder_is_seen_before_anything_plays(option: str) -> None:
    saved: list[Roll] = []
    with pytest.raises(BridgeError, match="gone/take"):
        play(option, "gone/take", saved=saved)
    assert saved == []


def test_an_interrupted_session_has_its_own_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pretended, "summary", replace(SUMMARY, interrupted=True))
    assert play() == 130


def test_the_options_reach_the_session() -> None:
    play("--endless", "--port", "Mine", "--channel", "3", "--no-listen", "--system", "dummy")
    asked = Pretended.asked
    assert asked.bars is None
    assert (asked.port, asked.system, asked.listen) == ("Mine", "dummy", False)
    assert asked.player.first_channel == 2


def test_a_source_of_bars_is_played_as_it_is_and_closed() -> None:
    closed = []

    class Source(RollSource):
        def close(self) -> None:
            closed.append(True)

    run_play(parsed("play"), lambda _: Source(ROLL), lambda *_: None)
    assert closed


def test_ports_lists_every_system_for_people_and_machines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    there = [
        MidiSystem("jack", False, "no server answers"),
        MidiSystem("alsa", True, "through RtMidi", outputs=("Synth",), inputs=("Keys",)),
    ]
    monkeypatch.setattr(systems, "detect", lambda: there)
    sound = MidiSystem("sound", True, "the built-in voice through Speakers")
    monkeypatch.setattr(soundsystem, "look_at_sound", lambda: sound)
    assert run_ports(parsed("ports")) == 0
    text = capsys.readouterr().out
    assert "Synth" in text
    assert "no server answers" in text
    assert "through Speakers" in text
    assert run_ports(parsed("ports", "--json")) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["systems"][1]["inputs"] == ["Keys"]
    assert [system["ready"] for system in facts["systems"]] == [False, True, True]
    assert facts["systems"][2]["name"] == "sound"
