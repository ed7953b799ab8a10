"""Whether the built-in sound can be heard on this machine, told as a MIDI system is."""

import os
from collections.abc import Mapping
from pathlib import Path

from bridge.errors import PortError
from bridge.ports.systems import MidiSystem
from bridge.processes.childprocess import ChildProcess
from bridge.sound.soundfont import FONT_VARIABLE, NO_FONT, usual_fonts

SOUND = "sound"
"""What the built-in sound is called among the systems."""

_TIMEOUT_S = 5.0


def look_at_sound(environment: Mapping[str, str] = os.environ) -> MidiSystem:
    """The built-in sound among the systems: its devices and what plays; ready if it is heard.

    Args:
        environment: May name a font, see `bridge.sound.soundfont`.
    """
    child = ChildProcess(
        "bridge.ports.probe", {"system": "audio"}, {"JACK_NO_START_SERVER": "1", **environment}
    )
    try:
        facts = child.wait_ready(_TIMEOUT_S)
    except PortError as err:
        return MidiSystem(SOUND, False, str(err))
    finally:
        child.close(_TIMEOUT_S)
    devices = ", ".join(map(str, facts["outputs"]))
    if not devices:
        return MidiSystem(SOUND, False, "no sound device; it would keep time in silence")
    return MidiSystem(SOUND, True, f"{_what_plays(environment)} through {devices}")


def _what_plays(environment: Mapping[str, str]) -> str:
    chosen = environment.get(FONT_VARIABLE, "")
    if chosen == NO_FONT:
        return "the built-in voice"
    found = Path(chosen) if chosen else next(usual_fonts(), None)
    return "the built-in voice" if found is None else found.name
