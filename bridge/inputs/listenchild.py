"""A listener's process: hears what a port plays and when, and reports it in small batches.

On JACK the time of a message is its frame, exact to the sample; through RtMidi it is the moment of
arrival on the system's monotonic clock, in nanoseconds.
"""

import threading
import time

from bridge.inputs.earlife import listen
from bridge.inputs.ears import open_ear
from bridge.processes.childlife import leave

_BATCH_S = 0.02


def main() -> int:
    """Entry: listen until there is nobody to tell."""
    return listen(open_ear, _batch, lambda ear: [])


def _batch(news: threading.Event) -> bool:
    time.sleep(_BATCH_S)
    return False


if __name__ == "__main__":
    leave(main())
