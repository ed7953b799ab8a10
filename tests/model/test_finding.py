import pytest

from model.finding import Finding, can_play, report

TORCH = Finding("model", "torch", True, "torch 2.13 on the CPU", needed=True)
NO_PORT = Finding("bridge", "MIDI", False, "no MIDI system", "Install jackd2.", needed=True)
NO_SOUND = Finding("bridge", "audio", False, "no sound card", "Play into a DAW.")


def test_a_finding_that_is_not_ok_must_say_what_to_do() -> None:
    with pytest.raises(ValueError, match="say what to do"):
        Finding("gui", "Qt", False, "libEGL.so.1 is missing")


def test_a_finding_travels_as_plain_values() -> None:
    finding = Finding("model", "torch", True, "torch 2.13 on the CPU", needed=True)
    assert finding.to_json() == {
        "room": "model",
        "name": "torch",
        "ok": True,
        "detail": "torch 2.13 on the CPU",
        "advice": "",
        "needed": True,
    }


def test_a_machine_can_play_when_nothing_that_playing_needs_failed() -> None:
    assert can_play([TORCH, NO_SOUND])
    assert not can_play([TORCH, NO_PORT])


def test_the_report_puts_the_advice_below_its_finding_and_ends_with_the_verdict() -> None:
    lines = report([NO_PORT, NO_SOUND, TORCH]).splitlines()
    assert lines[0] == "bridge"
    assert lines[1] == "  --  MIDI   no MIDI system"
    assert lines[2].strip() == "-> Install jackd2."
    assert lines[-1] == "Can't play yet, for want of: MIDI."
    assert report([TORCH]).splitlines()[-1] == "Ready to play."
