"""OSC in: other programs turn our knobs over the network, if that was asked for.

    /fractalroll/temperature 0.5        a share from 0 to 1, like a knob's

It listens on this machine alone unless another address is given. The library is python-osc, from
the extra `osc`.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from typing import Any, Self

from bridge.errors import BridgeError

PREFIX = "/fractalroll/"
HERE = "127.0.0.1"
DEFAULT_PORT = 9010


class OscError(BridgeError):
    """OSC can't be heard; the message says why and what to do."""


class OscIn:
    """Hears shares for targets, until it is closed.

    Args:
        targets: What may be driven: the last word of an address.
        moved: Told (target, share 0..1), in a thread of its own.
        port: UDP port; 0 takes a free one.
        address: Of the network card to listen on.

    Attributes:
        port: The port that it really listens on.

    Raises:
        OscError: python-osc isn't installed, or the port can't be had.
    """

    def __init__(
        self,
        targets: Sequence[str],
        moved: Callable[[str, float], None],
        port: int = DEFAULT_PORT,
        address: str = HERE,
    ) -> None:
        try:
            from pythonosc.dispatcher import Dispatcher
            from pythonosc.osc_server import BlockingOSCUDPServer
        except ImportError as err:
            raise OscError(
                "tried to listen to OSC and python-osc is not installed; "
                "run: pip install 'fractalroll[osc]'",
                "no_osc",
            ) from err
        self._moved = moved
        dispatcher: Any = Dispatcher()
        for target in targets:
            dispatcher.map(PREFIX + target, self._take, target)
        try:
            self._server: Any = BlockingOSCUDPServer((address, port), dispatcher)
        except OSError as err:
            raise OscError(
                f"tried to listen to OSC on {address}:{port}: {err.strerror}; choose another port",
                "osc_port",
                port=port,
                why=str(err.strerror),
            ) from err
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, name="osc", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Listen no more. May be called again."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _take(self, address: str, fixed: list[str], *values: object) -> None:
        if len(values) == 1 and isinstance(values[0], int | float) and math.isfinite(values[0]):
            self._moved(fixed[0], min(max(float(values[0]), 0.0), 1.0))
