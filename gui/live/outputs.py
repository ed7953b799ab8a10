"""Where the music goes: the outputs there are, the chosen one, its ports and its sound."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from bridge.playing.performance import channels_of
from gui.live.deckworker import LiveStatus, Output, known
from gui.live.kept import Kept

if TYPE_CHECKING:
    from gui.state.document import Document

Say = Callable[[dict[str, object]], None]

_TELLING = ("jack", "pipewire", "alsa")

BEST_FONT, NO_FONT = "", "none"
"""Instead of a SoundFont's path: the best there is, or no font but our own voice."""


class OutputState(QObject):
    """The outputs and how the chosen one does.

    Args:
        document: Its voices name the ports where each part has its own.
        say: Hands an order to the deck, if it runs.
        kept: Where choices are kept; the output itself is kept by the window.
        parent: Qt's.
    """

    changed = Signal()
    """Outputs, a choice or the status are other than before."""

    def __init__(self, document: Document, say: Say, kept: Kept, parent: QObject | None) -> None:
        super().__init__(parent)
        self._document, self._say, self._kept = document, say, kept
        self.entries: tuple[Output, ...] = (Output("auto", ""), Output("sound", ""))
        self.status = LiveStatus()
        self.key = "auto"
        self._parts: list[list[object]] = []
        for parts_changed in (document.voices_changed, document.replaced, document.changed):
            parts_changed.connect(self._parts_may_differ)

    @property
    def port_per_part(self) -> bool:
        """Whether each part has a port of its own instead of a channel."""
        return bool(self._kept.get("port_per_part"))

    @property
    def font(self) -> str:
        """The built-in sound's SoundFont: its path, `BEST_FONT` or `NO_FONT`."""
        return str(self._kept.get("soundfont"))

    @property
    def hears_of_ports(self) -> bool:
        """Whether a system tells us of ports that come and go: one on which we have a port."""
        telling = (one for one in self.entries if one.ready and one.system in _TELLING)
        return self.key != "sound" and any(telling)

    def choose(self, key: str) -> None:
        """Play on another output: the key of an entry."""
        if key != self.key:
            self.key = key
            self._say({"output": key})
            self.changed.emit()

    def set_port_per_part(self, on: bool) -> None:
        """A port for each part, or one port with a channel for each."""
        if self._kept.set("port_per_part", on):
            self._tell_parts()
            self.changed.emit()

    def set_font(self, font: str) -> None:
        """Another SoundFont for the built-in sound."""
        if self._kept.set("soundfont", font):
            self._say({"font": font})
            self.changed.emit()

    # --- The deck --------------------------------------------------------------------------------

    def orders(self) -> list[dict[str, object]]:
        """What a deck that has just been started has to know before anything else."""
        found: list[dict[str, object]] = []
        if self.port_per_part:
            self._parts = self._wanted_parts()
            found.append({"parts": self._parts})
        if self.font != BEST_FONT:
            found.append({"font": self.font})
        return [*found, {"output": self.key}]

    def take(self, line: dict[str, Any]) -> bool:
        """A line of the deck; whether it was for us."""
        if "status" in line:
            status = LiveStatus(**known(LiveStatus, line["status"]))
            if status != self.status:
                self.status = status
                self.changed.emit()
        elif "outputs" in line:
            self.entries = tuple(Output(**known(Output, entry)) for entry in line["outputs"])
            self.changed.emit()
        else:
            return False
        return True

    def forget(self) -> None:
        """The deck has ended."""
        self.status = LiveStatus(key=self.key)
        self.changed.emit()

    def _parts_may_differ(self) -> None:
        if self.port_per_part and self._wanted_parts() != self._parts:
            self._tell_parts()

    def _tell_parts(self) -> None:
        self._parts = self._wanted_parts()
        self._say({"parts": self._parts})

    def _wanted_parts(self) -> list[list[object]]:
        """Name and channel of each part that is to have a port of its own."""
        if not self.port_per_part:
            return []
        piece = self._document.piece
        channels = channels_of(piece.roll.parts)
        return [[v.name, channel] for v, channel in zip(piece.voices, channels, strict=True)]
