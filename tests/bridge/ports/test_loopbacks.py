import pytest

from bridge.errors import PortError
from bridge.ports.loopbacks import far_end, find_loopback

SYNTH = "Microsoft GS Wavetable Synth 0"


@pytest.mark.parametrize(
    ("ports", "chosen"),
    [
        ([SYNTH, "loopMIDI Port 1"], "loopMIDI Port 1"),
        ([SYNTH, "loopMIDI Port 1", "Fractalroll 2"], "Fractalroll 2"),
        ([SYNTH, "Default App Loopback (A) 1", "USB Keys 2"], "Default App Loopback (A) 1"),
        ([SYNTH, "Default App Loopback (A) 1", "loopMIDI Port 2"], "loopMIDI Port 2"),
    ],
)
def test_our_own_name_comes_first_then_the_usual_loopbacks(ports: list[str], chosen: str) -> None:
    assert find_loopback(ports, "Fractalroll") == chosen


def test_without_a_loopback_the_error_names_both_ways_to_get_one() -> None:
    with pytest.raises(PortError, match=r"(?s)Wavetable.*loopMIDI.*Windows MIDI Services"):
        find_loopback([SYNTH], "Fractalroll")


@pytest.mark.parametrize(
    ("port", "inputs", "end"),
    [
        ("Fractalroll", ["Keys", "Fractalroll"], "Fractalroll"),
        ("loopMIDI Port 1", ["Keys 0", "loopMIDI Port 2"], "loopMIDI Port 2"),
        ("loopMIDI Port 1", ["loopMIDI Port 0", "loopMIDI Port 1"], "loopMIDI Port 1"),
        (
            "Default App Loopback (A) 3",
            ["Default App Loopback (B) 1"],
            "Default App Loopback (B) 1",
        ),
        ("Default App Loopback (B)", ["Default App Loopback (A)"], "Default App Loopback (A)"),
        ("Fractalroll", ["Keys 0"], None),
    ],
)
def test_the_other_end_of_a_loopback_is_found(port: str, inputs: list[str], end: str) -> None:
    assert far_end(port, inputs) == end
