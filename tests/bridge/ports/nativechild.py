"""A sender's process as on ALSA or macOS, whole but for the system itself, which is a stand-in.

When it ends it writes what the system played, one message in hex a line, to the file that its spec
names. What still lay in the kernel's queue by then is lost, as it would be.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from bridge.ports.childhost import OpenDriver, main


def alsa() -> tuple[OpenDriver, Any]:
    """ALSA's driver, and what it played so far."""
    import alsa_midi

    from bridge.ports.alsachild import AlsaDriver
    from tests.bridge.ports.fakealsa import Kernel

    kernel = Kernel()
    alsa_midi.SequencerClient = kernel.client
    return AlsaDriver, lambda: [message for _, message in kernel.played]


def coremidi() -> tuple[OpenDriver, Any]:
    """CoreMIDI's driver, and what it played so far."""
    from bridge.ports.coremidichild import CoreMidiDriver
    from tests.bridge.ports.fakecoremidi import FakeCoreMidi

    calls = FakeCoreMidi(time.perf_counter_ns)
    return (
        lambda spec, board, stop: CoreMidiDriver(spec, board, stop, lambda: calls),
        lambda: [data for _, _, data in calls.received],
    )


if __name__ == "__main__":
    spec = json.loads(sys.argv[1])
    driver, played = {"alsa": alsa, "coremidi": coremidi}[spec["system"]]()
    code = main(driver)
    Path(spec["wire"]).write_text("\n".join(message.hex() for message in played()))
    sys.exit(code)
