"""Which MIDI channel each part of a piece plays on."""

from collections.abc import Sequence

from bridge.messages import CHANNELS, DRUM_CHANNEL
from model.roll import Part


def channels_of(parts: Sequence[Part], first: int = 0) -> list[int]:
    """A MIDI channel (0..15) for each part.

    Drum parts share channel 9 (a musician's 10). The others get one each, counted up from `first`
    and around without 9; from the sixteenth part on they share.
    """
    melodic = [c for c in range(CHANNELS) if c != DRUM_CHANNEL]
    turn = melodic.index(first) if first in melodic else 0
    channels = []
    for part in parts:
        channels.append(DRUM_CHANNEL if part.is_drum else melodic[turn % len(melodic)])
        turn += not part.is_drum
    return channels
