"""python-rtmidi's ways into each system, with its errors in our words.

Only the MIDI processes import this: a driver that misbehaves then can't take the program with it.
"""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import rtmidi

from bridge.errors import PortError, no_source
from bridge.ports.loopbacks import far_end, find_loopback, known_loopback
from bridge.ports.windowsmidi import make_loopback

APIS = {
    "alsa": rtmidi.API_LINUX_ALSA,
    "coremidi": rtmidi.API_MACOSX_CORE,
    "winmm": rtmidi.API_WINDOWS_MM,
    "rtmidi-jack": rtmidi.API_UNIX_JACK,
}
"""The systems that RtMidi can reach, by our names."""


def open_output(system: str, name: str, target: str = "") -> tuple[Any, str]:
    """An open rtmidi output and the name by which others see it.

    The existing port `target`, if one is named. Else a virtual port called `name`; on Windows,
    which has none, an existing loopback port, or one that Windows MIDI Services make for us.

    Raises:
        PortError: If the system isn't there or gives no port.
    """
    with _opened(rtmidi.MidiOut, system, name) as output:
        if target or system == "winmm":
            ports = output.get_ports()
            if not (target or known_loopback(ports, name)):
                ports = make_loopback(name, output.get_ports)
            chosen = target or find_loopback(ports, name)
            if chosen not in ports:
                raise PortError(
                    f"tried to play on {chosen!r}; the ports there are {ports}",
                    "no_port",
                    port=chosen,
                    ports=", ".join(ports),
                )
            _try(f"open the port {chosen!r}", lambda: output.open_port(ports.index(chosen)))
            return output, chosen
        _try(f"open a virtual port named {name!r}", lambda: output.open_virtual_port(name))
        return output, name


def open_input(system: str, name: str, source: str) -> Any:
    """An rtmidi input that hears what is played on the port `source`.

    Without a source: a virtual port called `name` that others can play on; on Windows, which has
    none, an existing loopback port.

    Raises:
        PortError: If no such port is there.
    """
    with _opened(rtmidi.MidiIn, system, name) as listener:
        listener.ignore_types(sysex=True, timing=False, active_sense=True)
        if not source and system != "winmm":
            _try(f"open a virtual port named {name!r}", lambda: listener.open_virtual_port(name))
            return listener
        ports = listener.get_ports()
        source = source or find_loopback(ports, name)
        if system == "winmm":
            found = far_end(source, ports)
        else:
            found = next((port for port in ports if source in port), None)
        if found is None:
            raise no_source(source, ports)
        _try(f"listen to {found!r}", lambda: listener.open_port(ports.index(found), name="in"))
        return listener


def list_ports(system: str) -> tuple[list[str], list[str]]:
    """(Ports to play on, ports to listen to) of a system.

    Raises:
        PortError: If the system isn't there.
    """
    found = []
    for kind in (rtmidi.MidiOut, rtmidi.MidiIn):
        with _opened(kind, system, "Fractalroll probe") as client:
            found.append(list(client.get_ports()))
            client.delete()
    outputs, inputs = found
    return outputs, inputs


@contextlib.contextmanager
def _opened(kind: Callable[..., Any], system: str, name: str) -> Iterator[Any]:
    """A client of the system; deleted if anything fails, left open if not.

    A client that is left to the end of the interpreter can hold up a JACK server for good.
    """
    api = APIS[system]
    if api not in rtmidi.get_compiled_api():
        raise PortError(f"this python-rtmidi was built without {system}; reinstall it")
    client = _try(f"reach {system}", lambda: kind(rtapi=api, name=name))
    try:
        yield client
    except BaseException:
        client.delete()
        raise


def _try(what: str, act: Callable[[], Any]) -> Any:
    try:
        return act()
    except (rtmidi.RtMidiError, RuntimeError) as err:
        raise PortError(
            f"tried to {what} and the system refused: {err}; see `fractalroll doctor`"
        ) from err
