"""JACK-Client's library, loaded quietly, with its errors in our words.

`import jack` loads the system's libjack, which may be missing, and which prints what it meets on
stderr. Only the MIDI processes load it: it starts threads and can hang with its server.
"""

from types import ModuleType
from typing import Any

from bridge.errors import PortError

_START_IT = "start JACK or PipeWire"


def load_jack() -> ModuleType:
    """The module `jack`, its messages switched off.

    Raises:
        PortError: If there is no libjack.
    """
    try:
        import jack
    except OSError as err:
        raise PortError(f"no libjack on this machine; {_START_IT}", "no_libjack") from err
    jack.set_error_function(lambda text: None)
    jack.set_info_function(lambda text: None)
    module: ModuleType = jack
    return module


def open_client(name: str, server: str | None = None) -> Any:
    """A JACK client on a running server; none is ever started by this.

    Args:
        name: What other programs see; JACK numbers it if it is taken.
        server: Name of the server, by default the one that JACK_DEFAULT_SERVER names.

    Raises:
        PortError: If no server answers.
    """
    jack = load_jack()
    try:
        return jack.Client(name, no_start_server=True, servername=server)
    except jack.JackError as err:
        raise PortError(f"no JACK server answered; {_START_IT}", "no_jack") from err
