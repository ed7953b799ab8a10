"""A port whose music is heard on the built-in sound as well: nobody without a DAW hears nothing."""

import contextlib
from collections.abc import Callable, Iterable
from typing import Any

from bridge.errors import PortError
from bridge.messages import TimedMessage, is_note_off, is_note_on, moved
from bridge.ports.port import OutputPort
from bridge.ports.portaround import PortAround
from bridge.ports.portclock import ClockShift

_THEIRS = 15
"""The channel (0..15) on which a musician is heard, away from our parts."""

_CONTROL, _SUSTAIN = 0xB0, 64


class SoundedPort(PortAround):
    """An `OutputPort` that counts, and the built-in sound beside it. Times are the port's.

    Args:
        port: What counts: its clock, its name, its errors.
        sound: Follows it; where it breaks, the port goes on without it.
    """

    def __init__(self, port: OutputPort, sound: OutputPort) -> None:
        super().__init__(port)
        self._sound = sound
        self._shift = ClockShift()

    def send_many(self, events: Iterable[TimedMessage]) -> None:
        """See `OutputPort`."""
        batch = list(events)
        super().send_many(batch)
        self._beside(lambda shift: self._sound.send_many(moved(batch, shift)))

    def cancel(self, after: float) -> None:
        """See `OutputPort`."""
        super().cancel(after)
        self._beside(lambda shift: self._sound.cancel(after + shift))

    def replace(self, after: float, events: Iterable[TimedMessage]) -> None:
        """See `OutputPort`."""
        batch = list(events)
        super().replace(after, batch)
        self._beside(lambda shift: self._sound.replace(after + shift, moved(batch, shift)))

    def silence(self) -> None:
        """See `OutputPort`."""
        super().silence()
        self._beside(lambda _: self._sound.silence())

    def close(self) -> None:
        """See `OutputPort`; both."""
        super().close()
        self._sound.close()

    def hear(self, message: bytes) -> None:
        """Let a musician be heard on the built-in sound, now. From any thread."""
        let_hear(self._sound, message)

    def _beside(self, act: Callable[[float], Any]) -> None:
        with contextlib.suppress(PortError):
            act(self._shift.between(self._port.now(), self._sound.now()))


def let_hear(sound: OutputPort, message: bytes) -> None:
    """Let a note or the pedal of a musician be heard now, away from our parts. From any thread."""
    is_pedal = message[0] & 0xF0 == _CONTROL and message[1] == _SUSTAIN
    if is_pedal or is_note_on(message) or is_note_off(message):
        theirs = bytes((message[0] & 0xF0 | _THEIRS,)) + message[1:]
        with contextlib.suppress(PortError):
            sound.send(theirs, sound.now())
