"""Which notes are sounding: the ledger that lets their owner release every one of them."""

from bridge.messages import (
    all_notes_off,
    is_all_notes_off,
    is_note_off,
    is_note_on,
    note_key,
    note_off,
)


class Sounding:
    """The notes that were struck and not yet released, fed with messages in the order on the wire.

    A note struck twice needs one release: that is how synthesisers and DAWs treat one pitch of one
    channel.
    """

    def __init__(self) -> None:
        self._notes: set[tuple[int, int]] = set()
        self._channels: set[int] = set()

    def __len__(self) -> int:
        return len(self._notes)

    def __contains__(self, key: object) -> bool:
        return key in self._notes

    def feed(self, message: bytes) -> None:
        """Take note of one message that went over the wire."""
        if is_note_on(message):
            key = note_key(message)
            self._notes.add(key)
            self._channels.add(key[0])
        elif is_note_off(message):
            self._notes.discard(note_key(message))
        elif is_all_notes_off(message):
            channel = message[0] & 0x0F
            self._notes = {note for note in self._notes if note[0] != channel}

    def notes(self) -> list[tuple[int, int]]:
        """(channel, pitch) of every sounding note, in order."""
        return sorted(self._notes)

    def releases(self) -> list[bytes]:
        """A note-off for each sounding note, then controller 123 on each channel ever used.

        The ledger stays as it is until these messages are fed to it, which is when they are out.
        """
        offs = [note_off(channel, pitch) for channel, pitch in self.notes()]
        return offs + [all_notes_off(channel) for channel in sorted(self._channels)]
