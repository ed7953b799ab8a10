"""What can go wrong in this room, under one base so that a caller can catch it in one line."""

Field = str | int | float


class ModelError(Exception):
    """Base of every error that the model room raises on purpose.

    The message says what was attempted, what was got, and what to do about it.

    Args:
        text: The message, one English sentence.
        code: Short name of what went wrong, for who tells it in another language.
        fields: What the message names.
    """

    usual_code = ""
    """The code of errors of a class that are given none of their own."""

    def __init__(self, text: str = "", code: str = "", **fields: Field) -> None:
        super().__init__(text)
        self.code, self.fields = code or self.usual_code, fields


def told(err: Exception) -> dict[str, object]:
    """An error as the line in which a child process tells it."""
    line: dict[str, object] = {"failed": str(err) or type(err).__name__}
    if isinstance(err, ModelError) and err.code:
        line |= {"code": err.code, "fields": dict(err.fields)}
    return line


class RollError(ModelError):
    """A roll, or something it is made of, contradicts itself or leaves its range."""


class MidiFileError(ModelError):
    """A MIDI file can't be read or written."""


class CacheError(ModelError):
    """A cache of windows can't be built, opened or asked what it was asked."""
