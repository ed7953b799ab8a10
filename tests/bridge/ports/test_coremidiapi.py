"""What we ask of CoreMIDI, told by a stand-in behind real C calls."""

import pytest

from bridge.errors import PortError
from bridge.messages import all_notes_off, note_off, note_on
from bridge.ports.coremidiapi import CONSTANTS, SIGNATURES, CoreMidiOut, destinations, load_coremidi
from tests.bridge.ports.fakecoremidi import FakeCoreMidi

MS = 1_000_000
HOST_AHEAD_NS = 7_000 * MS


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> FakeCoreMidi:
    monkeypatch.setattr("bridge.ports.coremidiapi.time.perf_counter_ns", lambda: 1_000 * MS)
    return FakeCoreMidi(lambda: 1_000 * MS + HOST_AHEAD_NS)


def ticks(ns: int) -> int:
    """Host ticks of a moment of ours."""
    return (ns + HOST_AHEAD_NS) * 3 // 125


def test_the_stand_in_has_every_call_and_constant(calls: FakeCoreMidi) -> None:
    assert all(hasattr(calls, name) for name in (*SIGNATURES, *CONSTANTS))


def test_a_virtual_source_of_our_name_appears_and_goes_with_its_client(
    calls: FakeCoreMidi,
) -> None:
    out = CoreMidiOut(calls, "Fractalroll")
    assert list(calls.sources.values()) == ["Fractalroll"]
    assert list(calls.clients.values()) == ["Fractalroll"]
    assert calls.strings == {}  # every string was released
    out.close()
    out.close()
    assert not calls.clients


def test_each_packet_carries_the_host_time_that_was_meant(calls: FakeCoreMidi) -> None:
    out = CoreMidiOut(calls, "Fractalroll")
    out.send(1_250 * MS, note_on(0, 60, 0x40))
    out.send(1_300 * MS, bytes((0xB0, 0, 0)))
    assert [(stamp, data) for _, stamp, data in calls.received] == [
        (ticks(1_250 * MS), note_on(0, 60, 0x40)),
        (ticks(1_300 * MS), bytes((0xB0, 0, 0))),
    ]


def test_stamps_never_run_backwards(calls: FakeCoreMidi) -> None:
    out = CoreMidiOut(calls, "Fractalroll")
    out.send(1_250 * MS, note_on(0, 60, 64))
    out.send(1_249 * MS, note_off(0, 60))
    assert [stamp for _, stamp, _ in calls.received] == [ticks(1_250 * MS)] * 2


def test_a_source_has_the_same_identity_each_time(calls: FakeCoreMidi) -> None:
    CoreMidiOut(calls, "Fractalroll")
    CoreMidiOut(calls, "Fractalroll")
    CoreMidiOut(calls, "Fractalroll piano")
    first, second, other = calls.unique.values()
    assert first == second != other
    assert 0 < first < 2**31


def test_a_second_program_of_the_same_name_gets_another_identity(calls: FakeCoreMidi) -> None:
    calls.status["MIDIObjectSetIntegerProperty"] = -10843
    CoreMidiOut(calls, "Fractalroll").send(0, note_on(0, 60, 64))
    assert len(calls.received) == 1


def test_a_destination_is_played_on_by_its_name(calls: FakeCoreMidi) -> None:
    calls.names = {"IAC Driver Bus 1": 7, "Synth – Brücke": 8}
    assert destinations(calls) == calls.names
    out = CoreMidiOut(calls, "Fractalroll", "Synth – Brücke")
    out.send(1_250 * MS, note_on(0, 60, 64))
    assert calls.sent == [(8, ticks(1_250 * MS), note_on(0, 60, 64))]
    assert not calls.sources


def test_a_destination_that_returns_is_found_again_and_hushed(calls: FakeCoreMidi) -> None:
    calls.names = {"Synth": 8}
    out = CoreMidiOut(calls, "Fractalroll", "Synth")
    calls.names = {}
    assert out.look() == []
    out.send(1_250 * MS, note_off(0, 60))
    calls.names = {"Keys": 4, "Synth": 12}
    assert out.look() == ["Keys", "Synth"]
    out.send(1_300 * MS, note_on(0, 64, 64))
    assert [data for _, _, data in calls.sent] == [
        *(all_notes_off(channel) for channel in range(16)),
        note_on(0, 64, 64),
    ]
    assert {end for end, _, _ in calls.sent} == {12}
    assert calls.run_loops == 2


def test_a_destination_that_is_not_there_is_said_so(calls: FakeCoreMidi) -> None:
    calls.names = {"Synth": 8}
    with pytest.raises(PortError, match=r"'Piano'; the ports there are \['Synth'\]"):
        CoreMidiOut(calls, "Fractalroll", "Piano")
    assert not calls.clients


@pytest.mark.parametrize("function", ["MIDIClientCreate", "MIDISourceCreate"])
def test_what_coremidi_refuses_is_named(calls: FakeCoreMidi, function: str) -> None:
    calls.status[function] = -50
    with pytest.raises(PortError, match=f"{function} answered -50"):
        CoreMidiOut(calls, "Fractalroll")
    assert not calls.clients


def test_where_there_is_no_coremidi_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.ports.coremidiapi._FRAMEWORKS", "/nowhere/{0}")
    with pytest.raises(PortError, match="CoreMIDI does not load"):
        load_coremidi()
