"""Where the tracks of a MIDI file end, which symusic doesn't tell.

A clip may end in silence: its length stands only in the end-of-track events. This walks through
the chunks of the file (Standard MIDI Files 1.0) and adds up the delta times.
"""

META, SYSEX, SYSEX_GOES_ON = 0xFF, 0xF0, 0xF7
FIRST_STATUS = 0x80
HEADER_BYTES = 8  # of a chunk: four letters and a length
# Data bytes by the upper half of the status byte, 8 to E.
DATA_BYTES = {0x8: 2, 0x9: 2, 0xA: 2, 0xB: 2, 0xC: 1, 0xD: 1, 0xE: 2}


def end_ticks(data: bytes) -> int:
    """Latest end of a track in ticks, or 0 where the bytes can't be followed.

    Meant for files that a real parser has accepted: it never raises, it gives up.
    """
    if data[:4] != b"MThd":
        return 0
    latest, position = 0, 0
    while position + HEADER_BYTES <= len(data):
        length = int.from_bytes(data[position + 4 : position + HEADER_BYTES], "big")
        begin = position + HEADER_BYTES
        if data[position : position + 4] == b"MTrk":
            try:
                latest = max(latest, _track_ticks(data[begin : begin + length]))
            except (IndexError, KeyError):
                return 0
        position = begin + length
    return latest


def _track_ticks(track: bytes) -> int:
    """Sum of the delta times of one track's events."""
    ticks, status, position = 0, 0, 0
    while position < len(track):
        delta, position = _number(track, position)
        ticks += delta
        if track[position] >= FIRST_STATUS:
            status = track[position]
            position += 1
        if status == META:
            length, position = _number(track, position + 1)
            position += length
        elif status in (SYSEX, SYSEX_GOES_ON):
            length, position = _number(track, position)
            position += length
        else:
            position += DATA_BYTES[status >> 4]
    return ticks


def _number(track: bytes, position: int) -> tuple[int, int]:
    """A number of variable length and the position behind it."""
    value = 0
    while True:
        byte = track[position]
        position += 1
        value = value << 7 | byte & 0x7F
        if byte < FIRST_STATUS:
            return value, position
