"""The deck's process as the window sees it: how it is spoken to and what it tells of itself."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Protocol


class DeckWorker(Protocol):
    """What is used of `gui.workers.Worker`; tests bring a smaller one."""

    received: Any
    failed: Any
    ended: Any

    @property
    def is_running(self) -> bool:
        """Whether the process lives."""
        ...

    def start(self) -> None:
        """Start the process."""
        ...

    def say(self, order: dict[str, object]) -> None:
        """Send one line."""
        ...

    def close(self) -> None:
        """End the process."""
        ...


@dataclass(frozen=True)
class Output:
    """One way to be heard, as the deck offers it.

    Attributes:
        key: What to choose it by.
        label: Name for a person; the two keys "auto" and "sound" are named by the window.
        system: Which MIDI system, or nothing.
        ready: Whether it can be chosen now.
        detail: What stands behind it, or why it can't be chosen, in English.
        code: The same for who tells it in another language.
        fields: What it names.
    """

    key: str
    label: str
    system: str = ""
    ready: bool = True
    detail: str = ""
    code: str = ""
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class LiveStatus:
    """How playing goes. Counts run from the opening of the port.

    Attributes:
        key: Key of the output that was chosen.
        port: Name of the port that really plays.
        system: On which system it is; `sound` for the built-in one.
        sent: Notes that went out.
        late: Of these, how many after their time.
        dropped: Notes left out because they were too late.
        jitter_ms: The worst delay of a note.
        slack_ms: The least time that music was handed over before it was due, lately.
        sounding: Notes that are on.
        listeners: Who listens to our port: a count, or -1 where the system doesn't tell.
        detail: Of the built-in sound: its device, or what the system says where there is none.
        silent: Why the built-in sound can't be heard, as a code; empty where it can.
    """

    key: str = "auto"
    port: str = ""
    system: str = ""
    sent: int = 0
    late: int = 0
    dropped: int = 0
    jitter_ms: float = 0.0
    slack_ms: float = 0.0
    sounding: int = 0
    listeners: int = 0
    detail: str = ""
    silent: str = ""


def known(kind: type, told: dict[str, Any]) -> dict[str, Any]:
    """Of what was told, the fields that `kind` has."""
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in told.items() if name in names}
