"""Who is connected to one JACK port of ours, and connecting those again who left and came back."""

import contextlib
import time
from collections import deque
from collections.abc import Iterable
from typing import Any

from bridge.ports.jackapi import load_jack
from bridge.ports.reconnect import Reunion

_LEAVING_S = 0.02
"""A client that leaves loses its connections first and its ports a moment later."""


class JackMeeting:
    """Made before the client is active; asked in the main thread.

    Whom somebody disconnected by hand stays disconnected, see `bridge.ports.reconnect`.

    Args:
        client: Ours.
        port: Ours.
        remembered: Who was connected to the port that this one stands in for.
        only: Nobody else is connected again; empty: whoever was connected.

    Attributes:
        changes: How often ports of others appeared or vanished.
    """

    def __init__(
        self, client: Any, port: Any, remembered: Iterable[str] = (), only: str = ""
    ) -> None:
        self._error: type[Exception] = load_jack().JackError
        self._client, self._port, self._only = client, port, only
        self._reunion = Reunion(remembered)
        self._new: deque[str] = deque()
        self.changes = 0
        self._moves = 1
        self._looked = 0
        client.set_port_registration_callback(self._registered, only_available=False)
        client.set_port_connect_callback(self._connected, only_available=False)

    @property
    def remembered(self) -> frozenset[str]:
        """Who is connected, and who left while connected."""
        return self._reunion.remembered

    @property
    def arrivals(self) -> int:
        """How often somebody was connected."""
        return self._reunion.arrivals

    @property
    def departures(self) -> int:
        """How often somebody was connected no more."""
        return self._reunion.departures

    def look(self) -> int:
        """Connect again whoever came back; one that isn't ready yet is tried at the next look.

        Returns:
            How many are connected, as the server's shared memory has it.
        """
        connected = [port.name for port in self._port.connections]
        if self._looked != self._moves:
            self._meet(connected)
        return len(connected)

    def _meet(self, connected: list[str]) -> None:
        looked = self._moves
        time.sleep(_LEAVING_S)
        new = {self._new.popleft() for _ in range(len(self._new))}
        ours_hears = bool(self._port.is_input)
        others = self._client.get_ports(is_midi=True, is_input=not ours_hears, is_output=ours_hears)
        present = [port.name for port in others]
        missing = self._reunion.see(self._kept(connected), self._kept(present), new)
        for name in missing:
            ends = (name, self._port) if ours_hears else (self._port, name)
            with contextlib.suppress(self._error):
                self._client.connect(*ends)
        if not missing:
            self._looked = looked

    def _kept(self, names: list[str]) -> list[str]:
        return [name for name in names if self._only in ("", name)]

    def _registered(self, port: Any, register: bool) -> None:
        if register and port is not None:
            self._new.append(str(port.name))
        self.changes += 1
        self._moves += 1

    def _connected(self, one: object, other: object, connect: bool) -> None:
        self._moves += 1
