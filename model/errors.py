"""What can go wrong in this room, under one base so that a caller can catch it in one line."""


class ModelError(Exception):
    """Base of every error that the model room raises on purpose.

    The message says what was attempted, what was got, and what to do about it.
    """


class RollError(ModelError):
    """A roll, or something it is made of, contradicts itself or leaves its range."""


class MidiFileError(ModelError):
    """A MIDI file can't be read or written."""


class CacheError(ModelError):
    """A cache of windows can't be built, opened or asked what it was asked."""
