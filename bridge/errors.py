"""What can go wrong between the program and the wire: one base class, few children."""

from collections.abc import Sequence

Field = str | int | float


class BridgeError(Exception):
    """Base of every error this room raises on purpose; its text says what to do.

    Args:
        text: One English sentence.
        code: Short name of what went wrong, for who tells it in another language.
        fields: What the sentence names.
    """

    def __init__(self, text: str = "", code: str = "", **fields: Field) -> None:
        super().__init__(text)
        self.code, self.fields = code, fields


def told(err: Exception) -> dict[str, object]:
    """An error as the line in which a child process tells it."""
    line: dict[str, object] = {"failed": str(err) or type(err).__name__}
    if isinstance(err, BridgeError) and err.code:
        line |= {"code": err.code, "fields": dict(err.fields)}
    return line


class PortError(BridgeError):
    """A MIDI port could not be opened, or went away while it was in use."""


class ServerError(BridgeError):
    """A JACK server could not be started or does not answer."""


class SourceError(BridgeError):
    """Whatever makes the bars failed while they were being played."""


def no_source(name: str, there: Sequence[str]) -> PortError:
    """Nobody of that name can be listened to.

    Args:
        name: Who was to be heard.
        there: Who could be.
    """
    names = ", ".join(there) or "none"
    return PortError(
        f"tried to listen to {name!r} and it isn't there; what can be heard: {names}",
        "no_source",
        port=name,
        ports=names,
    )
