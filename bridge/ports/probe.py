"""What MIDI systems answer on this machine, asked in a process of its own.

Opening drivers can hang, print or crash; here that ends a probe and not the program. The answer is
one JSON line: {"ready": {"detail": "...", "outputs": [...], "inputs": [...], ...}}.
"""

import contextlib
import json
import os
import sys
from typing import Any

from bridge.errors import PortError, told
from bridge.ports.jackapi import load_jack, open_client
from bridge.ports.windowsmidi import has_services
from bridge.processes.childlife import leave
from bridge.processes.wire import Line, encode


def probe(system: str) -> Line:
    """Facts about one system: its name for a person, and its ports.

    Raises:
        PortError: If it isn't there.
    """
    if system in ("jack", "pipewire"):
        return _probe_jack()
    if system == "audio":
        return _probe_audio()
    if system in _NATIVE:
        with contextlib.suppress(PortError):  # RtMidi may still get in, and says why if not
            return {**_NATIVE[system](), "native": True}
    return _probe_rtmidi(system)


def _probe_alsa() -> Line:
    from bridge.ports.alsaapi import list_ports

    outputs, inputs = list_ports()
    detail, code = "played by the kernel's own queue", "kernel_queue"
    return {"detail": detail, "code": code, "outputs": outputs, "inputs": inputs}


def _probe_coremidi() -> Line:
    """Inputs are RtMidi's: it is what listens there."""
    from bridge.ports.coremidiapi import destinations, load_coremidi

    outputs = list(destinations(load_coremidi()))
    inputs = _probe_rtmidi("coremidi")["inputs"]
    detail, code = "each note stamped with its time", "stamped"
    return {"detail": detail, "code": code, "outputs": outputs, "inputs": inputs}


def _probe_rtmidi(system: str) -> Line:
    from bridge.ports.rtmidiapi import list_ports

    outputs, inputs = list_ports(system)
    facts: Line = {"outputs": outputs, "inputs": inputs}
    if system == "winmm" and has_services():
        return {"detail": "through Windows MIDI Services", "code": "midi_services", **facts}
    return {"detail": "through RtMidi", "code": "rtmidi", **facts}


_NATIVE = {"alsa": _probe_alsa, "coremidi": _probe_coremidi}
"""How a system's own part is asked, where there is one."""


def _probe_audio() -> Line:
    """What PortAudio offers, for hearing music without a DAW."""
    try:
        import sounddevice
    except OSError as err:
        raise PortError(f"PortAudio does not load: {err}", "no_portaudio", why=str(err)) from err
    try:
        devices = [dict(device) for device in sounddevice.query_devices()]
        version = str(sounddevice.get_portaudio_version()[1])
    finally:  # on JACK it is a client, and a server may wait for ever for one that just vanished
        sounddevice._terminate()
    outputs = [str(d["name"]) for d in devices if d["max_output_channels"]]
    return {"detail": version, "outputs": outputs, "inputs": []}


def _probe_jack() -> Line:
    client = open_client("Fractalroll probe")
    try:
        return _describe(client, str(load_jack().version_string()))
    finally:
        client.close()


def _describe(client: Any, version: str) -> Line:
    rate, period = int(client.samplerate), int(client.blocksize)
    what = "PipeWire" if "PipeWire" in version else f"JACK {version}"
    period_ms = f"{1000 * period / rate:.1f}"
    return {
        "detail": f"{what}, {rate} Hz, period {period} ({period_ms} ms)",
        "code": "jack",
        "fields": {"what": what, "rate": rate, "period": period, "ms": period_ms},
        "pipewire": "PipeWire" in version,
        "rate": rate,
        "period": period,
        "outputs": [port.name for port in client.get_ports(is_midi=True, is_input=True)],
        "inputs": [port.name for port in client.get_ports(is_midi=True, is_output=True)],
    }


def main() -> int:
    """Entry: {"system": name} as the only argument."""
    spec = json.loads(sys.argv[1])
    answer: Line
    try:
        answer = {"ready": probe(str(spec["system"]))}
    except Exception as err:  # a driver may raise anything; the program wants to know what
        answer = told(err)
    os.write(1, encode(answer))
    return 0


if __name__ == "__main__":
    leave(main())
