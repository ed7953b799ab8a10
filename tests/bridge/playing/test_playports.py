"""A port for each part: their names, what each of them plays, and who hears them all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import fractalroll
from bridge.deck.child import DeckProcess
from bridge.inputs.listener import Listener
from bridge.messages import is_note_on
from bridge.playing.outlet import part_channels, with_more
from bridge.playing.playevents import settings_for
from bridge.playing.session import Session, SessionSettings
from bridge.ports.dummyjack import DummyJack
from bridge.ports.fanport import FanPort
from bridge.source import RollSource
from model.midifile import write_midi
from model.roll import Note, Part, Roll
from tests.bridge.playing.test_playevents import Band, Playing, Window
from tests.bridge.ports.test_returning import Daw
from tests.waiting import until

PATIENCE_S = 40.0
TRIO = (Part("Piano", 0), Part("Bass", 33), Part("Kit", 0, is_drum=True))
PITCHES = (72, 40, 38)


def trio() -> Roll:
    notes = [Note(4 * k, part, PITCHES[part], 2, 80) for part in range(3) for k in range(4)]
    return Roll.from_notes(notes, 16, parts=TRIO)


# --- Names ---------------------------------------------------------------------------------------


def test_parts_without_a_name_are_called_after_their_instrument() -> None:
    parts = (Part(program=0), Part(program=33), Part(program=38), Part("Melody", 73))
    names = {"Piano": [0], "Bass": [1], "Bass 2": [2], "Melody": [3]}
    assert part_channels(parts) == names


def test_drums_share_a_port_and_a_metronome_gets_one_where_there_are_none() -> None:
    kit = Part("Kit", is_drum=True)
    assert part_channels((kit, Part("Lead"), kit), 4) == {"Drums": [9], "Lead": [4]}
    assert part_channels((kit,), metronome=True) == {"Drums": [9]}
    assert part_channels((Part("Lead"),), metronome=True) == {"Lead": [0], "Metronome": [9]}


def test_parts_that_share_a_channel_share_a_port() -> None:
    channels = part_channels([Part(f"Voice {k}") for k in range(20)])
    assert len(channels) == 15
    assert sorted(channel for some in channels.values() for channel in some) == [
        channel for channel in range(16) if channel != 9
    ]


def test_what_is_lent_stays_and_new_channels_get_ports_beside_it() -> None:
    lent = {"Lead": [0, 2], "Kit": [9]}
    own = {"Lead": [2], "Piano": [1, 9], "Kit": [5]}
    assert with_more(lent, own) == {**lent, "Piano": [1], "Kit 2": [5]}


# --- On a server ---------------------------------------------------------------------------------


@pytest.mark.ports
@pytest.mark.xdist_group("ports")
def test_each_part_is_heard_on_its_own_port_and_counted_with_all_others(
    on_server: DummyJack,
) -> None:
    settings = SessionSettings(port="Trio", system="jack", parts=part_channels(TRIO))
    with Session(settings) as session:
        fan = session.sender
        assert isinstance(fan, FanPort)
        system = on_server.system()
        ears = {
            port.name: Listener(system, port.name, near=int(port.now() * port.rate), keep=True)
            for port in fan.ports
        }
        summary, _ = session.play(RollSource(trio()))
    for ear in ears.values():
        ear.close()
    heard = {name: [m[1] for _, m in ear.heard if is_note_on(m)] for name, ear in ears.items()}
    names = ("Trio Piano:out", "Trio Bass:out", "Trio Drums:out")
    assert heard == {name: [pitch] * 4 for name, pitch in zip(names, PITCHES, strict=True)}
    assert summary.port == ", ".join(names)
    assert (summary.notes_sent, summary.notes_received) == (12, 12)
    assert summary.late or summary.xruns or summary.worst_onset_error_samples == 0
    assert summary.hanging == 0


@pytest.mark.ports
@pytest.mark.xdist_group("ports")
def test_the_command_opens_a_port_for_each_track_of_a_file(
    on_server: DummyJack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_midi(trio(), tmp_path / "trio.mid")
    words = ["play", str(tmp_path / "trio.mid"), "--ports", "part", "--port", "Band"]
    assert fractalroll.main([*words, "--system", "jack", "--json"]) == 0
    captured = capsys.readouterr()
    facts = json.loads(captured.out.splitlines()[-1])
    assert sorted(facts["port"].split(", ")) == [
        "Band Bass:out",
        "Band Drums:out",
        "Band Piano:out",
    ]
    assert facts["notes_received"] == facts["notes_sent"] == 12
    assert "to the MIDI ports Band " in captured.err


@pytest.mark.ports
@pytest.mark.xdist_group("ports")
def test_a_daw_hears_a_parts_port_of_the_deck_then_of_the_other_then_of_the_deck(
    on_server: DummyJack,
) -> None:
    lines: list[dict[str, Any]] = []
    deck, daw, window = DeckProcess(lines.append), Daw(on_server), Window()
    try:
        deck.obey({"parts": [["Lead", 0], ["Kit", 9]]})
        deck.outputs.choose("jack")
        until(lambda: "Fractalroll Lead:out" in deck.deck.port.name, turn=deck.turn)
        daw.connect("Fractalroll Lead:out")
        until(lambda: deck.outputs.heard_by(), turn=deck.turn)
        deck.obey({"lend": True})
        until(lambda: any("lent" in line for line in lines), turn=deck.turn)
        lent = next(line["lent"] for line in lines if "lent" in line)
        assert lent["parts"] == [["Lead", 0], ["Kit", 9]]
        assert lent["remembered"] == {"Fractalroll Lead": ["DAW:in"]}
        band = Band()
        settings = settings_for(lent, SessionSettings(bars=None, listen=False), band)
        playing = Playing(window, settings, band)
        until(lambda: any(one["sent"] and one["remembered"] for one in window.told("status")))
        assert window.told("ready")[0]["port"] == "Fractalroll Lead:out, Fractalroll Kit:out"
        assert daw.hears("Fractalroll Lead:out")
        window.orders.put({"stop": True})
        playing.thread.join(PATIENCE_S)
        assert playing.error is None
        remembered = window.told("status")[-1]["remembered"]
        assert remembered == {"Fractalroll Lead": ["DAW:in"]}
        deck.obey({"take_back": remembered})
        until(lambda: "Fractalroll Kit:out" in deck.deck.port.name, turn=deck.turn)
        until(lambda: daw.hears("Fractalroll Lead:out"), turn=deck.turn)
    finally:
        deck.close()
        daw.quit()
