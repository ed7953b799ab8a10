import pytest

from bridge.errors import PortError
from bridge.messages import (
    all_notes_off,
    checked,
    is_all_notes_off,
    is_note_off,
    is_note_on,
    note_key,
    note_off,
    note_on,
    program_change,
)


def test_a_note_on_of_velocity_zero_is_a_release() -> None:
    message = note_on(3, 60, 0)
    assert is_note_off(message)
    assert not is_note_on(message)


def test_channel_and_pitch_are_read_back() -> None:
    assert note_key(note_on(15, 127, 1)) == (15, 127)
    assert note_key(note_off(0, 0)) == (0, 0)


def test_all_notes_off_is_known_from_other_controllers() -> None:
    assert is_all_notes_off(all_notes_off(2))
    assert not is_all_notes_off(bytes((0xB2, 64, 0)))


@pytest.mark.parametrize(
    "message",
    [note_on(0, 60, 100), program_change(9, 5), b"\xf8", b"\xf2\x01\x02", b"\xe0\x00\x40"],
)
def test_whole_messages_pass(message: bytes) -> None:
    assert checked(message) == message


@pytest.mark.parametrize(
    "message",
    [b"", b"\x3c\x40", b"\x90\x3c", b"\x90\x3c\x80", b"\xc0\x01\x02", b"\xf0\x01\xf7", b"\xf4"],
)
def test_what_is_no_whole_message_is_refused(message: bytes) -> None:
    with pytest.raises(PortError, match="one complete"):
        checked(message)
