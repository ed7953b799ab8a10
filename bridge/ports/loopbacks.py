"""Windows has no virtual MIDI ports: find a loopback port that its user has made.

WinMM numbers the names that it shows ("loopMIDI Port 2"), so names are matched by their beginning.
"""

import re
from collections.abc import Sequence

from bridge.errors import PortError

_KNOWN = ("loopmidi", "default app loopback", "loopback", "loopbe")
"""Names that loopMIDI, Windows MIDI Services and LoopBe give their ports, best first."""

_OTHER_SIDE = re.compile(r"\((A|B)\)")

ADVICE = (
    "Windows programs can't make MIDI ports of their own. Either install loopMIDI "
    "(tobias-erichsen.de) and add a port named Fractalroll, or, on Windows 11 with Windows MIDI "
    "Services, add a loopback in the MIDI Settings app. Then choose the same port as MIDI input "
    "in your DAW."
)


def known_loopback(ports: Sequence[str], name: str) -> str | None:
    """The port among these that carries `name`, else a loopback known by its usual name."""
    for wanted in (name.lower(), *_KNOWN):
        for port in ports:
            if port.lower().startswith(wanted):
                return port
    return None


def find_loopback(ports: Sequence[str], name: str) -> str:
    """The port to play on: one that carries `name`, else a loopback known by its usual name.

    Raises:
        PortError: If there is neither; it says how to get one.
    """
    known = known_loopback(ports, name)
    if known is not None:
        return known
    there = ", ".join(ports) if ports else "none"
    raise PortError(
        f"tried to find a loopback MIDI port named {name!r} or one of loopMIDI's or Windows MIDI "
        f"Services' own; the ports there are: {there}. {ADVICE}"
    )


def far_end(port: str, inputs: Sequence[str]) -> str | None:
    """The input, among those there are, at which what is played on a loopback port comes out.

    loopMIDI and the basic loopback of Windows MIDI Services have one name for both ends; its other
    kind is a pair, (A) and (B). The number that RtMidi puts at the end may differ between the ends,
    so names are compared with it and, where that finds nothing, without it.
    """
    wanted = _OTHER_SIDE.sub(lambda side: "(B)" if side[0] == "(A)" else "(A)", port)
    exact = [name for name in inputs if name == wanted]
    alike = [name for name in inputs if unnumbered(name) == unnumbered(wanted)]
    return next(iter(exact + alike), None)


def unnumbered(name: str) -> str:
    """A port's name without the number that WinMM gives it, which changes as others come and go."""
    return re.sub(r" \d+$", "", name)
