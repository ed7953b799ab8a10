"""The options of `fractalroll play`, group by group, and what their values may be."""

import argparse
from collections.abc import Callable
from typing import Any

from bridge.choices import MODES, START_ON, SYNC_SOURCES
from bridge.inputs.driven import DRIVEN
from bridge.inputs.learn import LAST_KNOB, Knob
from bridge.inputs.osc import DEFAULT_PORT

SYSTEMS = ("auto", "jack", "pipewire", "alsa", "coremidi", "winmm", "dummy", "sound")
PORT_NAME = "Fractalroll"
BARS = 8
"""So many are played where nothing else tells how many."""


def add_playing(group: Any) -> None:
    """How much is played, and where."""
    add = group.add_argument
    add(
        "--bars",
        type=_count,
        metavar="N",
        help=f"how many bars (default: a model's {BARS}, all of a file; with a host or a musician "
        "until Ctrl-C)",
    )
    add("--endless", action="store_true", help="play until Ctrl-C")
    add("--port", metavar="NAME", help=f"name of the port (default: {PORT_NAME})")
    add(
        "--ports",
        choices=("one", "part"),
        default="one",
        help="one port, or one for each part: 'Fractalroll Piano' ... (default: one)",
    )
    add(
        "--system",
        choices=SYSTEMS,
        default="auto",
        help="MIDI system (default: the best), or the built-in sound, without any DAW",
    )
    add(
        "--font",
        default="",
        metavar="FILE",
        help="SoundFont of the built-in sound; none: our own voice (default: what is installed)",
    )
    add("--channel", type=_channel, default=1, metavar="1-16", help="channel of the first part")
    add("--bars-ahead", type=_count, default=8, metavar="N", help="most bars made in advance")
    add("--no-listen", action="store_true", help="don't check what arrives by a second client")


def add_sync(group: Any) -> None:
    """In time with whom, and together with whom."""
    add = group.add_argument
    add(
        "--sync",
        choices=SYNC_SOURCES,
        default="internal",
        help="who leads: our own clock, MIDI clock, JACK's transport, Ableton Link",
    )
    add(
        "--sync-port",
        default="",
        metavar="PORT",
        help="port that sends MIDI clock (default: our own input, 'Fractalroll in')",
    )
    add(
        "--start-stop",
        action="store_true",
        help="with --sync link: start and stop with the session; else it always plays",
    )
    add("--nudge", type=_nudge, default=0.0, metavar="MS", help="sound so much later than the host")
    add(
        "--start-on",
        choices=START_ON,
        default="now",
        help="where we begin under a host that rolls already",
    )
    add("--send-clock", action="store_true", help="send MIDI clock on a port 'Fractalroll clock'")
    add(
        "--listen",
        metavar="PORT",
        help="port of a musician to play together with ('' for our own input, 'Fractalroll in')",
    )
    add(
        "--mode",
        choices=MODES,
        help="go on where the musician stops, answer each call, or play along",
    )
    add(
        "--call-bars",
        type=_count,
        default=4,
        metavar="N",
        help="whose turn lasts how long, or how long we go on alone (default: 4)",
    )
    add(
        "--knob",
        action="append",
        default=[],
        type=_knob,
        metavar="NAME=CC[:CHANNEL]",
        help="let a controller drive temperature, density, guidance or top_p while it plays",
    )
    add(
        "--osc",
        type=_udp_port,
        nargs="?",
        const=DEFAULT_PORT,
        metavar="PORT",
        help=f"let OSC on this UDP port drive the same: /fractalroll/NAME 0..1 ({DEFAULT_PORT})",
    )
    add("--metronome", action="store_true", help="click on each beat, on channel 10")
    add(
        "--count-in",
        type=_count,
        default=0,
        metavar="BARS",
        help="click so many bars before the first one (default: none)",
    )


def add_music(group: Any) -> None:
    """What the music is to be like; whoever makes it reads these."""
    add = group.add_argument
    add("--tempo", type=_positive, metavar="BPM", help="quarter notes a minute")
    add("--metre", type=_metre, metavar="N/D", help="such as 3/4")
    add("--style", help="one of the styles that the model knows")
    add("--key", help="such as C, F#, Am or Ebm")
    add("--density", type=_positive, metavar="NOTES", help="notes per beat, about")
    add("--program", type=_program, metavar="0-127", help="General MIDI instrument")
    add("--temperature", type=_positive, default=1.0, help="above 1 is bolder (default: 1)")
    add("--top-p", type=_share, default=1.0, metavar="P", help="keep the likeliest share P only")
    add(
        "--filter-threshold", type=_share, default=0.0, metavar="P", help="drop what is less likely"
    )
    add("--guidance", type=_positive, default=1.0, help="how closely to follow style, key ... (1)")
    add(
        "--guidance-schedule",
        choices=("constant", "linear"),
        default="constant",
        help="linear: guidance grows from 1 on (default: constant)",
    )
    add("--seed", type=int, metavar="N", help="the same seed gives the same notes (default: new)")


def add_results(group: Any) -> None:
    """What is left afterwards."""
    add = group.add_argument
    add("--save", "--midi-file", dest="midi_file", metavar="OUT.mid", help="write what was played")
    add("--picture", metavar="OUT.png", help="draw what was played as a piano roll")
    add("--json", action="store_true", help="print one JSON object as the last line")
    add(
        "--events",
        action="store_true",
        help="obey JSON lines on stdin and say on stdout what happens, as the window has it",
    )


def _number(text: str, kind: Callable[[str], Any], low: float, high: float, what: str) -> Any:
    try:
        value = kind(text)
    except ValueError:
        value = None
    if value is None or not low <= value <= high:
        raise argparse.ArgumentTypeError(f"{text!r} is not {what}")
    return value


def _count(text: str) -> int:
    return int(_number(text, int, 1, 1_000_000, "a number from 1 up"))


def _channel(text: str) -> int:
    return int(_number(text, int, 1, 16, "a MIDI channel, 1 to 16"))


def _nudge(text: str) -> float:
    return float(_number(text, float, -500.0, 500.0, "a number of milliseconds, -500 to 500"))


def _knob(text: str) -> tuple[str, Knob]:
    """What a controller drives: its name, and the controller."""
    names = [one.name for one in DRIVEN]
    name, _, place = text.partition("=")
    number, _, channel = place.partition(":")
    try:
        found = Knob(int(channel or 1) - 1, int(number))
    except ValueError:
        found = None
    if name not in names or found is None or not found.is_real:
        raise argparse.ArgumentTypeError(
            f"needs something like temperature=1 or density=74:2, got {text!r}; there are "
            f"{', '.join(names)}, controllers 0 to {LAST_KNOB} and channels 1 to 16"
        )
    return name, found


def _udp_port(text: str) -> int:
    return int(_number(text, int, 1, 65535, "a UDP port, 1 to 65535"))


def _program(text: str) -> int:
    return int(_number(text, int, 0, 127, "a General MIDI program, 0 to 127"))


def _positive(text: str) -> float:
    return float(_number(text, float, 1e-6, 1e6, "a number above 0"))


def _share(text: str) -> float:
    return float(_number(text, float, 0.0, 1.0, "a number from 0 to 1"))


def _metre(text: str) -> tuple[int, int]:
    """`3/4` as (3, 4)."""
    above, _, below = text.partition("/")
    if not (above.isdigit() and below.isdigit() and int(above) and int(below)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a metre such as 3/4")
    return int(above), int(below)
