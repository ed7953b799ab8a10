"""The key of a piece, from how long each pitch class sounds.

The method is Krumhansl and Schmuckler's (Krumhansl, Cognitive Foundations of Musical Pitch, 1990,
chapter 4): correlate the twelve durations with a profile of the major and of the minor key in
all twelve rotations, and take the best. Keys are 0..11 major C..B, 12..23 minor C..B, 24 unknown.
"""

import numpy as np
import numpy.typing as npt

PITCH_CLASSES = 12
UNKNOWN_KEY = 24

# Probe-tone ratings as printed in Krumhansl 1990, p. 30, first degree first.
_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)


def _rotations(profile: tuple[float, ...]) -> npt.NDArray[np.float64]:
    centred = np.array(profile) - np.mean(profile)
    unit = centred / np.linalg.norm(centred)
    return np.stack([np.roll(unit, tonic) for tonic in range(PITCH_CLASSES)])


_PROFILES = np.concatenate([_rotations(_MAJOR), _rotations(_MINOR)])  # [24, 12]


def pitch_class_weights(weights: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Sum of weights[128] over the octaves, float64[12]."""
    octaves = np.zeros(132, dtype=np.float64)  # eleven octaves, the last one cut at pitch 127
    octaves[:128] = np.asarray(weights)
    found: npt.NDArray[np.float64] = octaves.reshape(-1, PITCH_CLASSES).sum(axis=0)
    return found


def estimate_key(weights: npt.ArrayLike) -> int:
    """Key that fits pitch-class weights[12] best; unknown where all weights are alike.

    Args:
        weights: How long (or how often) each pitch class C..B sounds, 0 or more.
    """
    found = np.asarray(weights, dtype=np.float64)
    centred = found - found.mean()
    if np.linalg.norm(centred) <= 1e-9 * max(found.sum(), 1.0):
        return UNKNOWN_KEY
    return int(np.argmax(_PROFILES @ centred))


def transposed_key(key: int, semitones: int) -> int:
    """The key after moving every note by that many semitones; unknown stays unknown."""
    if key == UNKNOWN_KEY:
        return UNKNOWN_KEY
    mode, tonic = divmod(key, PITCH_CLASSES)
    return PITCH_CLASSES * mode + (tonic + semitones) % PITCH_CLASSES
