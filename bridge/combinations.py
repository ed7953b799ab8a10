"""Which options of `fractalroll play` make sense together."""

import argparse
from pathlib import Path

from bridge.errors import BridgeError

_SOUND = "sound"


def check_combinations(arguments: argparse.Namespace) -> None:
    """Refuse options that contradict each other, before anything is opened.

    Raises:
        BridgeError: They do; the sentence says which and what to leave out.
    """
    if arguments.system == _SOUND:
        _check_sound(arguments)
    elif arguments.font:
        raise BridgeError(
            f"tried to play with the SoundFont {arguments.font} on a MIDI port, which has no "
            "sound of its own; add --system sound, or leave out --font"
        )
    if arguments.start_stop and arguments.sync != "link":
        raise BridgeError(
            f"tried to start and stop with a Link session under --sync {arguments.sync}; leave out "
            "--start-stop, or choose --sync link"
        )
    if arguments.count_in and arguments.sync != "internal":
        raise BridgeError(
            f"tried to count in with --sync {arguments.sync}, where the host begins; leave out "
            "--count-in, or let the host count in"
        )


def _check_sound(arguments: argparse.Namespace) -> None:
    """The built-in sound is no port that others see."""
    wrong = {
        "--ports part": arguments.ports == "part",
        "--port": arguments.port is not None,
        "--send-clock": arguments.send_clock,
        "--sync jack": arguments.sync == "jack",
    }
    found = [option for option, is_there in wrong.items() if is_there]
    if found:
        raise BridgeError(
            f"tried to play on the built-in sound with {' and '.join(found)}: that needs a MIDI "
            "port; leave it out, or leave out --system sound"
        )
    font = arguments.font
    if font not in ("", "none") and not Path(font).expanduser().is_file():
        raise BridgeError(
            f"tried to play with the SoundFont {font}: no such file; name an .sf2 or .sf3 file, or "
            "leave out --font"
        )
