"""One period of each tone of the built-in sound, and the noise of its drums.

A tone is a bright wave that dies soon over a dark one that stays longer, as a struck string does.
Shapes: `W` = 2048 samples of a wave, `B` bands of pitches that share a wave.
"""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]

WAVE = 2048
"""Samples of one period, a power of two."""

BAND_PITCHES = 6
"""So many neighbouring pitches have as many overtones."""

BANDS = 128 // BAND_PITCHES + 1
_BRIGHT_OVERTONES = 14
_DARK_OVERTONES = 5
_LIMIT = 0.42
"""Share of the sampling rate that the highest overtone stays below."""


def frequency_of(pitch: float) -> float:
    """Hertz of a MIDI pitch in equal temperament, A4 = 440."""
    return float(440.0 * 2.0 ** ((pitch - 69) / 12))


def tables(rate: int) -> FloatArray:
    """float32[2 * B + 1, W]: the bright waves, the dark waves, then noise."""
    bright = [_wave(band, rate, _BRIGHT_OVERTONES, 1.15) for band in range(BANDS)]
    dark = [_wave(band, rate, _DARK_OVERTONES, 2.1) for band in range(BANDS)]
    noise = np.random.default_rng(7).uniform(-1.0, 1.0, WAVE).astype(np.float32)
    return np.stack([*bright, *dark, noise])


def _wave(band: int, rate: int, overtones: int, slope: float) -> FloatArray:
    """Overtones falling off by 1 / n^slope, none of them near half the sampling rate."""
    highest = frequency_of(min(127, (band + 1) * BAND_PITCHES - 1))
    count = max(1, min(overtones, int(_LIMIT * rate / highest)))
    turn = 2 * np.pi * np.arange(WAVE) / WAVE
    wave = np.zeros(WAVE)
    for n in range(1, count + 1):
        wave += np.sin(n * turn + 0.7 * n * n) / n**slope  # phases spread, so that peaks stay low
    level = float(np.sqrt(np.mean(wave**2)))
    return np.asarray(0.5 / level * wave, np.float32)
