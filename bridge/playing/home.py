"""Where a playing is at home: a MIDI system of this machine, or a JACK server of our own.

A client that is killed may stop a synchronous server for good. It is ours, so another one is
started in its place.
"""

import sys
import threading
from collections.abc import Callable

from bridge.errors import PortError
from bridge.playing.outlet import SOUND_SYSTEM
from bridge.ports.dummyjack import DummyJack, is_possible
from bridge.ports.loopbacks import ADVICE
from bridge.ports.systems import MidiSystem, choose, look_at
from bridge.sound.soundsystem import SOUND

_ANSWER_S = 2.0
_NO_TRANSPORT = (
    "tried to follow JACK's transport and no JACK server answered; start JACK or PipeWire, or let "
    "us start a server of our own with --system dummy"
)


class Home:
    """Finds a system, or starts a server.

    Args:
        wanted: `auto`, a name from `systems.MidiSystem`, `sound`, or `dummy` for our own server.
        say: Told what a person should know.
        may_start: Whether a server of our own will do, where nothing else is there.

    Attributes:
        system: Where ports are opened.

    Raises:
        PortError: There is no such system, and no server could be started.
    """

    def __init__(self, wanted: str, say: Callable[[str], None], *, may_start: bool = True) -> None:
        self._say = say
        self._lock = threading.Lock()
        self._closed = self._doubted = False
        self._server: DummyJack | None = None
        found = SOUND_SYSTEM if wanted == SOUND else None
        if found is None and wanted != "dummy":
            found = choose(wanted)
        if found is None and wanted == "auto" and not (may_start and is_possible()):
            raise PortError(_nothing_there() if may_start else _NO_TRANSPORT)
        self.system = found or self._start()

    def again(self) -> MidiSystem:
        """Where to open a port that was lost; on another server if ours lets nobody in.

        `opened` is to be called when that has succeeded.

        Raises:
            PortError: No server could be started.
        """
        old = self._server
        frozen = self._doubted or (old is not None and not self._answers())
        self._doubted = True
        if old is not None and frozen:
            threading.Thread(target=old.close, name="old server", daemon=True).start()
            self.system = self._start()
        return self.system

    def opened(self) -> None:
        """The system is fine."""
        self._doubted = False

    def _answers(self) -> bool:
        system = self.system
        return look_at(system.name, system.environment, _ANSWER_S).ready

    def close(self) -> None:
        """Stop a server of our own. May be called again."""
        with self._lock:
            self._closed = True
        if self._server is not None:
            self._server.close()

    def _start(self) -> MidiSystem:
        server = DummyJack()
        with self._lock:
            self._server = server
        if self._closed:  # meanwhile
            server.close()
        self._say(f"No MIDI system here: started a JACK server of our own, {server.name!r}.")
        return server.system()


def _nothing_there() -> str:
    if sys.platform == "win32":
        return f"tried to open a MIDI port and found no MIDI system. {ADVICE}"
    return (
        "tried to open a MIDI port and found no MIDI system: no JACK or PipeWire, no ALSA "
        "sequencer. On Debian or Ubuntu `sudo apt-get install jackd2` is enough; "
        "`fractalroll doctor` says more"
    )
