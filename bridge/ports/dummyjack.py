"""A JACK server of our own, without sound hardware, for machines that have no MIDI system.

The server belongs to a keeper process, which ends it when the program closes it and, a moment
later, when the program dies: the sender's process needs the server to release its notes.
"""

import os
import shutil
import sys
from typing import Self

from bridge.errors import PortError, ServerError
from bridge.ports.jackkeeper import end_orphan
from bridge.ports.systems import MidiSystem, look_at
from bridge.processes.childprocess import ChildProcess

SERVER_NAMES = ("fractalroll", *(f"fractalroll-{number}" for number in range(2, 7)))
"""Few and always the same: JACK knows eight servers on a machine, and one that was killed keeps its
place until a server of the same name starts."""

_START_TIMEOUT_S = 40.0
_PERIOD = 1024
_RATE = 48_000
_CLIENT_TIMEOUT_MS = 4000


def is_possible() -> bool:
    """Whether this machine can run such a server."""
    return sys.platform == "linux" and shutil.which("jackd") is not None


class DummyJack:
    """A running `jackd -d dummy` under the app's name, or the app's name and a number.

    Args:
        period: Frames per cycle. Long is safe and costs no precision: messages carry their frame.
        rate: Frames per second.
        synchronous: Whether the server waits for a late client instead of leaving its notes out.
        timeout_ms: How long it waits for a client's answer to what it tells everybody.

    Attributes:
        name: The name of the server.
        environment: Variables that lead JACK clients to it.

    Raises:
        ServerError: If no server could be started; it says why.
    """

    def __init__(
        self,
        *,
        period: int = _PERIOD,
        rate: int = _RATE,
        synchronous: bool = True,
        timeout_ms: int = _CLIENT_TIMEOUT_MS,
    ) -> None:
        if not is_possible():
            raise ServerError(
                "tried to start a JACK server of our own and there is no `jackd` here; on Debian "
                "or Ubuntu run `sudo apt-get install jackd2`, elsewhere see `fractalroll doctor`"
            )
        spec = {
            "names": SERVER_NAMES,
            "period": period,
            "rate": rate,
            "synchronous": synchronous,
            "timeout_ms": timeout_ms,
            "parent": os.getpid(),
        }
        self.name = ""
        self._keeper = ChildProcess("bridge.ports.jackkeeper", spec)
        try:
            ready = self._keeper.wait_ready(_START_TIMEOUT_S)
        except PortError as err:
            raise ServerError(f"tried to start a JACK server of our own: {err}") from err
        except BaseException:  # Ctrl-C while it starts
            self.close()
            raise
        self.name = str(ready["name"])
        self.environment = {"JACK_DEFAULT_SERVER": self.name, "JACK_NO_START_SERVER": "1"}

    def system(self, name: str = "jack") -> MidiSystem:
        """The server as a system to open ports on; `rtmidi-jack` reaches it through RtMidi."""
        return look_at(name, self.environment)

    def close(self) -> None:
        """Stop the server and wait until it has gone. May be called again."""
        left = bool(self.name) and not self._keeper.is_alive()
        self._keeper.close(timeout_s=10.0)
        if left:
            end_orphan(self.name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
