"""What MIDI systems answer on this machine, asked in a process of its own.

Opening drivers can hang, print or crash; here that ends a probe and not the program. The answer is
one JSON line: {"ready": {"detail": "...", "outputs": [...], "inputs": [...], ...}}.
"""

import json
import os
import sys
from typing import Any

from bridge.errors import PortError
from bridge.wire import Line, encode


def probe(system: str) -> Line:
    """Facts about one system: its name for a person, and its ports.

    Raises:
        PortError: If it isn't there.
    """
    if system in ("jack", "pipewire"):
        return _probe_jack()
    from bridge.rtmidiapi import list_ports

    outputs, inputs = list_ports(system)
    return {"detail": f"through RtMidi, {len(outputs)} ports", "outputs": outputs, "inputs": inputs}


def _probe_jack() -> Line:
    try:
        import jack
    except OSError as err:
        raise PortError("no libjack on this machine") from err
    jack.set_error_function(lambda text: None)
    jack.set_info_function(lambda text: None)
    try:
        client = jack.Client("Fractalroll probe", no_start_server=True)
    except jack.JackError as err:
        raise PortError("no server answers") from err
    try:
        return _describe(client, str(jack.version_string()))
    finally:
        client.close()


def _describe(client: Any, version: str) -> Line:
    rate, period = int(client.samplerate), int(client.blocksize)
    what = "PipeWire" if "PipeWire" in version else f"JACK {version}"
    return {
        "detail": f"{what}, {rate} Hz, period {period} ({1000 * period / rate:.1f} ms)",
        "pipewire": "PipeWire" in version,
        "rate": rate,
        "period": period,
        "outputs": [port.name for port in client.get_ports(is_midi=True, is_input=True)],
        "inputs": [port.name for port in client.get_ports(is_midi=True, is_output=True)],
    }


def main() -> int:
    """Entry: {"system": name} as the only argument."""
    spec = json.loads(sys.argv[1])
    try:
        answer = {"ready": probe(str(spec["system"]))}
    except Exception as err:  # a driver may raise anything; the program wants to know what
        answer = {"failed": str(err) or type(err).__name__}
    os.write(1, encode(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
