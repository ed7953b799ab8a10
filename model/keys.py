"""The key of a piece, from how long each pitch class sounds and what sounds last.

Twelve weights are correlated with a profile of the major and of the minor key in all twelve
rotations, and the best fit is the key (the method of Krumhansl and Schmuckler). The profiles are
those that Albrecht and Shanahan counted in a corpus ("The use of large corpora to train a new
type of key-finding algorithm", Music Perception 31, 2013). Square roots keep one long held note
from outweighing the rest, and the closing beats are counted again, for a piece tends to end at
home. Keys are 0..11 major C..B, 12..23 minor C..B, 24 unknown.
"""

import numpy as np
import numpy.typing as npt

from model.notes import PITCHES, SILENT, Cells

PITCH_CLASSES = 12
UNKNOWN_KEY = 24

CLOSING_BEATS = 8
CLOSING_WEIGHT = 0.1  # beside 1 for the whole piece

# Share of each scale degree in a piece, tonic first.
_MAJOR = (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081)
_MINOR = (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052)


def _rotations(profile: tuple[float, ...]) -> npt.NDArray[np.float64]:
    centred = np.array(profile) - np.mean(profile)
    unit = centred / np.linalg.norm(centred)
    return np.stack([np.roll(unit, tonic) for tonic in range(PITCH_CLASSES)])


_PROFILES = np.concatenate([_rotations(_MAJOR), _rotations(_MINOR)])  # [24, 12]


def pitch_class_weights(weights: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Sum of weights[128] over the octaves, float64[12]."""
    octaves = np.zeros(132, dtype=np.float64)  # eleven octaves, the last one cut at pitch 127
    octaves[:PITCHES] = np.asarray(weights)
    found: npt.NDArray[np.float64] = octaves.reshape(-1, PITCH_CLASSES).sum(axis=0)
    return found


def key_of_weights(weights: npt.ArrayLike) -> int:
    """Key whose profile fits pitch-class weights[12] best; unknown where all are alike."""
    found = np.asarray(weights, dtype=np.float64)
    centred = found - found.mean()
    if np.linalg.norm(centred) <= 1e-9 * max(found.sum(), 1.0):
        return UNKNOWN_KEY
    return int(np.argmax(_PROFILES @ centred))


def estimate_key(cells: Cells, steps_per_beat: int) -> int:
    """Key of a whole piece, cells uint8[S, 128], time first; unknown where nothing sounds."""
    sounding = cells != SILENT
    whole = np.sqrt(pitch_class_weights(np.count_nonzero(sounding, axis=0)))
    closing = sounding[-CLOSING_BEATS * steps_per_beat :]
    last = pitch_class_weights(np.count_nonzero(closing, axis=0))
    return key_of_weights(_shares(whole) + CLOSING_WEIGHT * _shares(last))


def _shares(weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return weights / max(float(weights.sum()), 1e-12)


def transposed_key(key: int, semitones: int) -> int:
    """The key after moving every note by that many semitones; unknown stays unknown."""
    if key == UNKNOWN_KEY:
        return UNKNOWN_KEY
    mode, tonic = divmod(key, PITCH_CLASSES)
    return PITCH_CLASSES * mode + (tonic + semitones) % PITCH_CLASSES
