"""The built-in sound: a handful of struck strings and drums in NumPy, for when no DAW listens.

It is fed with MIDI messages and asked for samples, block by block. Shapes: `V` voices, `F` frames.
"""

import math

import numpy as np
import numpy.typing as npt

from bridge.messages import (
    DRUM_CHANNEL,
    is_all_notes_off,
    is_note_off,
    is_note_on,
    note_key,
)
from bridge.sound.voicetables import BAND_PITCHES, BANDS, WAVE, FloatArray, frequency_of, tables

IntArray = npt.NDArray[np.int64]

VOICES = 48
_ATTACK_S = 0.003
_RELEASE_S = 0.07
_INAUDIBLE = 1e-4
_LOUDNESS = 0.16
_ALL_SOUND_OFF = 120
_FIRST_SUSTAINED = 16
"""General MIDI: from the organs on instruments hold their tone rather than being struck."""

_NOISE = 2 * BANDS
_KICKS = (35, 36)
_LOW_DRUMS = (41, 43, 45, 47, 48, 50)
_DRUM_SECONDS = {42: 0.03, 44: 0.03, 46: 0.18, 49: 0.5, 51: 0.25, 57: 0.5}


class VoiceBank:
    """At most `VOICES` notes at once; one more takes the place of the quietest.

    Not locked: the thread that renders feeds it too.

    Args:
        rate: Frames per second.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._tables = tables(rate).reshape(-1)
        self._programs = [0] * 16
        self._key = np.full(VOICES, -1)
        self._held = np.zeros(VOICES, bool)
        self._phase = np.zeros(VOICES)
        self._speed = np.zeros(VOICES)
        self._bright_at = np.zeros(VOICES, np.int64)
        self._dark_at = np.zeros(VOICES, np.int64)
        self._level = np.zeros((2, VOICES))  # bright, dark
        self._fall = np.zeros((2, VOICES))  # nepers a frame
        self._age = np.zeros(VOICES)
        self._pan = np.zeros((2, VOICES), np.float32)

    def sounding(self) -> int:
        """Voices that can still be heard."""
        return int(np.count_nonzero(self._level[1] > _INAUDIBLE))

    def feed(self, message: bytes) -> None:
        """One MIDI message takes effect before the next frame."""
        if is_note_on(message):
            self._strike(*note_key(message), message[2])
        elif is_note_off(message):
            channel, pitch = note_key(message)
            if channel != DRUM_CHANNEL:
                self._release(self._key == channel * 128 + pitch, _RELEASE_S)
        elif message[0] & 0xF0 == 0xC0:
            self._programs[message[0] & 0x0F] = message[1]
        elif is_all_notes_off(message):
            self._release(self._key // 128 == message[0] & 0x0F, _RELEASE_S)
        elif message[0] & 0xF0 == 0xB0 and message[1] == _ALL_SOUND_OFF:
            self._release(self._key // 128 == message[0] & 0x0F, 0.005)

    def render(self, frames: int) -> FloatArray:
        """float32[F, 2] of the next frames, in -1..1."""
        on = np.flatnonzero(self._level[1] > _INAUDIBLE)
        if not len(on):
            return np.zeros((frames, 2), np.float32)
        time = np.arange(frames)
        place = self._phase[on, None] + self._speed[on, None] * time
        cell = place.astype(np.int64) & (WAVE - 1)
        tone = self._fading(0, on, time) * self._tables[self._bright_at[on, None] + cell]
        tone += self._fading(1, on, time) * self._tables[self._dark_at[on, None] + cell]
        tone *= np.minimum((self._age[on, None] + time) / (_ATTACK_S * self._rate), 1.0)
        self._phase[on] = (self._phase[on] + self._speed[on] * frames) % WAVE
        self._level[:, on] *= np.exp(-self._fall[:, on] * frames)
        self._age[on] += frames
        mixed = tone.T @ self._pan[:, on].T
        return np.asarray(np.tanh(mixed), np.float32)

    def _fading(self, layer: int, on: IntArray, time: IntArray) -> npt.NDArray[np.float64]:
        """float64[V, F]: loudness of one layer of the voices `on`."""
        fall = np.exp(-self._fall[layer, on, None] * time)
        return np.asarray(self._level[layer, on, None] * fall)

    def _release(self, chosen: npt.NDArray[np.bool_], seconds: float) -> None:
        """Fall silent within about `seconds` to a third."""
        struck = chosen & self._held
        self._fall[:, struck] = np.maximum(self._fall[:, struck], 1 / (seconds * self._rate))
        self._held[struck] = False

    def _strike(self, channel: int, pitch: int, velocity: int) -> None:
        self._release(self._key == channel * 128 + pitch, _RELEASE_S)
        index = int(np.argmin(self._level[1]))
        loud = _LOUDNESS * (velocity / 127) ** 1.4
        self._key[index] = channel * 128 + pitch
        self._held[index] = True
        self._phase[index] = self._age[index] = 0.0
        lean = 0.25 * (pitch - 64) / 64
        self._pan[:, index] = (math.sqrt(0.5 - lean), math.sqrt(0.5 + lean))
        if channel == DRUM_CHANNEL:
            self._drum(index, pitch, loud)
        else:
            self._string(index, channel, pitch, velocity, loud)

    def _string(self, index: int, channel: int, pitch: int, velocity: int, loud: float) -> None:
        band = pitch // BAND_PITCHES
        self._bright_at[index], self._dark_at[index] = band * WAVE, (BANDS + band) * WAVE
        self._speed[index] = frequency_of(pitch) * WAVE / self._rate
        high = 2.0 ** (-(pitch - 60) / 18)  # short strings fade sooner
        longer = 3.0 if self._programs[channel] >= _FIRST_SUSTAINED else 1.0
        self._level[:, index] = (loud * (0.25 + 0.75 * velocity / 127), loud)
        self._fall[0, index] = 1 / (0.28 * high * longer * self._rate)
        self._fall[1, index] = 1 / (1.3 * high * longer * self._rate)

    def _drum(self, index: int, pitch: int, loud: float) -> None:
        """Drums ring as long as they do, whatever the note's length."""
        if pitch in _KICKS or pitch in _LOW_DRUMS:
            tone = 52.0 if pitch in _KICKS else 70.0 + 12.0 * (pitch - 41)
            self._bright_at[index] = self._dark_at[index] = BANDS * WAVE
            self._speed[index] = tone * WAVE / self._rate
            self._level[:, index] = (loud, 1.8 * loud)
            seconds = 0.14
        else:
            self._bright_at[index] = self._dark_at[index] = _NOISE * WAVE
            self._speed[index] = 1.0
            self._level[:, index] = (0.5 * loud, 0.6 * loud)
            seconds = _DRUM_SECONDS.get(pitch, 0.09)
        self._fall[0, index] = 4 / (seconds * self._rate)
        self._fall[1, index] = 1 / (seconds * self._rate)
        self._held[index] = False
