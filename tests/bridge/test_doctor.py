import pytest

from bridge import doctor
from bridge.ports.systems import MidiSystem
from model.finding import Finding

JACK = MidiSystem("jack", True, "JACK 1.9.21, 48000 Hz, period 256 (5.3 ms)")
NO_JACK = MidiSystem("jack", False, "no server answers")
ALSA = MidiSystem("alsa", True, "through RtMidi", outputs=("Midi Through",))


def found(
    monkeypatch: pytest.MonkeyPatch, *systems: MidiSystem, jackd: bool = True
) -> dict[str, Finding]:
    """The findings by name on a machine with these systems."""
    monkeypatch.setattr(doctor, "detect", lambda: list(systems))
    monkeypatch.setattr(doctor, "is_possible", lambda: jackd)
    return {finding.name: finding for finding in doctor.findings()}


def test_the_best_system_that_is_ready_is_what_notes_go_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    output = found(monkeypatch, NO_JACK, ALSA)["MIDI output"]
    assert output.ok
    assert "ALSA" in output.detail
    assert "frame" in found(monkeypatch, JACK, ALSA)["MIDI output"].detail


def test_without_any_system_a_server_of_our_own_is_enough_to_play(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    findings = found(monkeypatch, NO_JACK)
    assert findings["MIDI output"].ok
    assert not findings["JACK"].ok
    assert findings["JACK"].advice


def test_without_jackd_either_playing_is_impossible_and_the_cure_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    output = found(monkeypatch, NO_JACK, jackd=False)["MIDI output"]
    assert not output.ok
    assert output.needed
    assert "jackd2" in output.advice


def test_on_windows_a_loopback_is_what_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    synth = MidiSystem("winmm", True, "through RtMidi", outputs=("Microsoft GS Wavetable Synth",))
    loopback = MidiSystem("winmm", True, "through RtMidi", outputs=("loopMIDI Port 1",))
    assert "loopMIDI" in found(monkeypatch, synth, jackd=False)["MIDI output"].advice
    assert found(monkeypatch, loopback)["MIDI output"].detail == "loopback port loopMIDI Port 1"


def test_a_loopback_that_can_be_made_is_no_obstacle(monkeypatch: pytest.MonkeyPatch) -> None:
    synth = MidiSystem("winmm", True, "through Windows MIDI Services", outputs=("Synth",))
    monkeypatch.setattr(doctor, "can_make_loopback", lambda: True)
    output = found(monkeypatch, synth)["MIDI output"]
    assert output.ok
    assert "makes a loopback" in output.detail


def test_a_system_s_own_part_is_told_from_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    native = MidiSystem("alsa", True, "played by the kernel's own queue", native=True)
    assert "kernel's queue" in found(monkeypatch, native)["MIDI output"].detail
    assert "deadline loop" in found(monkeypatch, ALSA)["MIDI output"].detail


def test_only_a_missing_output_stands_in_the_way_of_playing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    needed = [finding.name for finding in found(monkeypatch, JACK).values() if finding.needed]
    assert needed == ["MIDI output"]
