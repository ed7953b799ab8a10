"""Windows has no virtual MIDI ports: find a loopback port that its user has made.

WinMM numbers the names that it shows ("loopMIDI Port 2"), so names are matched by their beginning.
"""

from collections.abc import Sequence

from bridge.errors import PortError

_KNOWN = ("loopmidi", "default app loopback", "loopback", "loopbe")
"""Names that loopMIDI, Windows MIDI Services and LoopBe give their ports, best first."""

ADVICE = (
    "Windows programs can't make MIDI ports of their own. Either install loopMIDI "
    "(tobias-erichsen.de) and add a port named Fractalroll, or, on Windows 11 with Windows MIDI "
    "Services, add a loopback in the MIDI Settings app. Then choose the same port as MIDI input "
    "in your DAW."
)


def find_loopback(ports: Sequence[str], name: str) -> str:
    """The port to play on: one that carries `name`, else a loopback known by its usual name.

    Raises:
        PortError: If there is neither; it says how to get one.
    """
    for wanted in (name.lower(), *_KNOWN):
        for port in ports:
            if port.lower().startswith(wanted):
                return port
    there = ", ".join(ports) if ports else "none"
    raise PortError(
        f"tried to find a loopback MIDI port named {name!r} or one of loopMIDI's or Windows MIDI "
        f"Services' own; the ports there are: {there}. {ADVICE}"
    )


def far_end(port: str) -> str:
    """The name of the input at which what is played on a loopback port comes out.

    loopMIDI and the basic loopback of Windows MIDI Services have one name for both ends; its other
    kind is a pair, (A) and (B). The number that WinMM puts at the end differs between inputs and
    outputs and is left out.
    """
    name = port.rstrip("0123456789").rstrip() if port[-1:].isdigit() and " " in port else port
    if name.endswith("(A)"):
        return name[:-3] + "(B)"
    if name.endswith("(B)"):
        return name[:-3] + "(A)"
    return name
