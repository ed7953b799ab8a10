"""Notes played by hand on a deck: keys of the window, a test note."""

import math
from dataclasses import replace

from bridge.deck.piece import ScoreNote
from bridge.deck.struck import SHORTEST_S, Struck
from bridge.deck.tape import Tape

_HAND_S = 4.0
_TEST_S = 0.5
_TEST_PITCH, _TEST_VELOCITY = 60, 96


class Hands:
    """Keys pressed and released by hand, between the notes of a tape.

    Args:
        tape: What plays besides.
    """

    def __init__(self, tape: Tape) -> None:
        self._tape = tape

    def audition(self, part: int, pitch: int, velocity: int, on: bool, at: float) -> None:
        """A key pressed or released; it sounds from second `at` on, for some seconds at most."""
        channel = self._channel(part)
        self._let_go(channel, pitch, 0.0 if on else SHORTEST_S)
        if on:
            self._press(channel, pitch, velocity, _HAND_S)
        self._tape.replan(at)

    def test_note(self, at: float) -> None:
        """One short note on the first part's channel."""
        self._let_go(self._channel(0), _TEST_PITCH, 0.0)
        self._press(self._channel(0), _TEST_PITCH, _TEST_VELOCITY, _TEST_S)
        self._tape.replan(at)

    def _press(self, channel: int, pitch: int, velocity: int, length_s: float) -> None:
        """A note that begins at the next seam."""
        note = ScoreNote(0, 0, channel, pitch, velocity, -1)
        self._tape.struck.append(Struck(math.inf, length_s, note, by_hand=True))

    def _let_go(self, channel: int, pitch: int, least_s: float) -> None:
        """A note ends at the next seam, or when it has lasted `least_s`."""
        struck = self._tape.struck
        for index, one in enumerate(struck):
            if one.by_hand and (one.note.channel, one.note.pitch) == (channel, pitch):
                struck[index] = replace(one, least_s=least_s)

    def _channel(self, part: int) -> int:
        voices = self._tape.piece.voices
        return voices[part].channel if 0 <= part < len(voices) else 0
