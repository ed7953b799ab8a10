"""MIDI channel messages as bytes: the few that the bridge sends, and how to read them.

Channels are 0..15 here (a musician says 1..16); pitches and velocities are 0..127. Source: MIDI 1.0
Detailed Specification, tables I to III.
"""

from collections.abc import Iterable
from typing import NamedTuple

from bridge.errors import PortError

DRUM_CHANNEL = 9
CHANNELS = 16

_NOTE_OFF = 0x80
_NOTE_ON = 0x90
_CONTROL = 0xB0
_PROGRAM = 0xC0
_LENGTHS = {0x80: 3, 0x90: 3, 0xA0: 3, 0xB0: 3, 0xC0: 2, 0xD0: 2, 0xE0: 3}
_SYSTEM_LENGTHS = {0xF1: 2, 0xF2: 3, 0xF3: 2, 0xF6: 1}
_ALL_NOTES_OFF = 123
_RESET_CONTROLLERS = 121


class TimedMessage(NamedTuple):
    """One MIDI message and when it is due, in seconds on the clock of the port that sends it."""

    at: float
    message: bytes


def moved(events: Iterable[TimedMessage], by_s: float) -> list[TimedMessage]:
    """The same messages so many seconds later."""
    return [TimedMessage(at + by_s, message) for at, message in events]


def note_on(channel: int, pitch: int, velocity: int) -> bytes:
    """Strike a note; `velocity` is 1..127 (0 would mean note-off)."""
    return bytes((_NOTE_ON | channel, pitch, velocity))


def note_off(channel: int, pitch: int) -> bytes:
    """Release a note, with the neutral release velocity 64."""
    return bytes((_NOTE_OFF | channel, pitch, 64))


def program_change(channel: int, program: int) -> bytes:
    """Choose instrument `program` (0..127, General MIDI's table) on a channel."""
    return bytes((_PROGRAM | channel, program))


def control_change(channel: int, number: int, value: int) -> bytes:
    """Set controller `number` (0..127) of a channel."""
    return bytes((_CONTROL | channel, number, value))


def all_notes_off(channel: int) -> bytes:
    """Controller 123: release whatever sounds on the channel."""
    return bytes((_CONTROL | channel, _ALL_NOTES_OFF, 0))


def is_note_on(message: bytes) -> bool:
    """Whether the message strikes a note (a note-on of velocity 0 releases one)."""
    return message[0] & 0xF0 == _NOTE_ON and message[2] > 0


def is_note_off(message: bytes) -> bool:
    """Whether the message releases a single note."""
    kind = message[0] & 0xF0
    return kind == _NOTE_OFF or (kind == _NOTE_ON and message[2] == 0)


def reset_controllers(channel: int) -> bytes:
    """Control change 121: every pedal and wheel of a channel as if nobody touched it."""
    return bytes((_CONTROL | channel, _RESET_CONTROLLERS, 0))


def is_all_notes_off(message: bytes) -> bool:
    """Whether the message is controller 123."""
    return message[0] & 0xF0 == _CONTROL and message[1] == _ALL_NOTES_OFF


def note_key(message: bytes) -> tuple[int, int]:
    """(channel, pitch) of a note-on or note-off."""
    return message[0] & 0x0F, message[1]


def is_whole(message: bytes) -> bool:
    """Whether this is one whole MIDI message without system exclusive data."""
    status = message[0] if message else 0
    expected = _LENGTHS.get(status & 0xF0) or _SYSTEM_LENGTHS.get(status, int(status >= 0xF8))
    return bool(expected) and len(message) == expected and max(message[1:], default=0) <= 0x7F


def checked(message: bytes) -> bytes:
    """The message itself, if it is one whole MIDI message without system exclusive data.

    Raises:
        PortError: The status byte is missing or unknown, the length is wrong for it, or a data
            byte is above 127.
    """
    if not is_whole(message):
        raise PortError(
            f"tried to send {message.hex(' ') or 'nothing'} as a MIDI message; send one complete "
            "channel or system message, data bytes 0 to 127"
        )
    return message
