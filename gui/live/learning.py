"""MIDI learn and OSC: knobs of a controller or of another program move what is asked for."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bridge.errors import BridgeError, told
from bridge.inputs.driven import DRIVEN, Driven
from bridge.inputs.learn import MidiLearn, Range
from gui.failures import failure_text
from gui.live.kept import Kept
from gui.making.wishes import MakingSettings

if TYPE_CHECKING:
    from bridge.inputs.osc import OscIn
    from gui.live.inputs import InputState
    from gui.making.making import MakingState
    from gui.state.settings import SettingsState

_CONTROL = 0xB0


MOVED = (*DRIVEN, Driven("bars", Range(1, 32, curved=True), 1))
"""What knobs move in the window: how music is made, and how much of it."""


class LearnState(QObject):
    """Which knob drives what; what a turned knob says is asked of the music.

    Args:
        inputs: Where knobs are heard.
        making: What they move.
        settings: Where knobs are kept; forgotten if none are given.
        parent: Qt's.
    """

    changed = Signal()
    """A knob was learnt or forgotten, or learning began or ended, or OSC."""

    failed = Signal(str)
    """One sentence about what could not be done."""

    _osc_moved = Signal(str, float)

    def __init__(
        self,
        inputs: InputState,
        making: MakingState,
        settings: SettingsState | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._making = making
        self._kept = Kept(settings)
        self._driven = {one.name: one for one in MOVED}
        self._learn = MidiLearn(tuple(self._driven), self._share_now)
        self._learn.restore(_read_knobs(str(self._kept.get("knobs"))))
        self._settings: MakingSettings = making.settings
        self._osc: OscIn | None = None
        self._osc_moved.connect(self._take_osc)  # queued: it is emitted in a thread of OSC's
        inputs.control.connect(self._turned)
        making.changed.connect(self._moved_otherwise)

    # --- Knobs -----------------------------------------------------------------------------------

    @property
    def learning(self) -> str | None:
        """What takes the next knob that is turned."""
        return self._learn.learning

    def knob_of(self, name: str) -> tuple[int, int] | None:
        """Number of the controller and its channel (1..16) that drive something, or None."""
        knob = self._learn.knobs.get(name)
        return None if knob is None else (knob.number, knob.channel + 1)

    def learn(self, name: str | None) -> None:
        """The next knob that is turned drives this; None: none does."""
        self._learn.learn(name)
        self.changed.emit()

    def forget(self, name: str) -> None:
        """No knob drives this any more."""
        self._learn.forget(name)
        self._keep()

    # --- OSC -------------------------------------------------------------------------------------

    @property
    def osc_is_on(self) -> bool:
        """Whether OSC is heard."""
        return self._osc is not None

    @property
    def osc_wanted(self) -> bool:
        """Whether it is to be heard."""
        return bool(self._kept.get("osc"))

    @property
    def osc_port(self) -> int:
        """The UDP port."""
        return int(self._kept.get("osc_port"))

    def start(self) -> None:
        """Hear OSC if that was asked for."""
        if self.osc_wanted:
            self._open_osc()

    def set_osc(self, on: bool, port: int | None = None) -> None:
        """Hear OSC or not, and on which port."""
        moved = port is not None and self._kept.set("osc_port", port)
        if self._kept.set("osc", on) or moved or on != self.osc_is_on:
            self._close_osc()
            if on:
                self._open_osc()
            self.changed.emit()

    def close(self) -> None:
        """Hear OSC no more. May be called again."""
        self._close_osc()

    # --- Inside ----------------------------------------------------------------------------------

    def _share_now(self, name: str) -> float:
        return self._driven[name].share_of(getattr(self._making.settings, name))

    def _turned(self, channel: int, number: int, value: int) -> None:
        was_learning = self._learn.learning is not None
        moved = self._learn.feed(bytes((_CONTROL | channel, number, value)))
        for name, share in moved:
            self._ask(name, share)
        if was_learning:
            self._keep()

    def _take_osc(self, name: str, share: float) -> None:
        self._learn.let_go(name)
        self._ask(name, share)

    def _ask(self, name: str, share: float) -> None:
        value = self._driven[name].value_of(share)
        self._settings = _with(self._making.settings, name, value)
        self._making.set(**{name: value})

    def _moved_otherwise(self) -> None:
        """What was moved by hand has to be picked up again by its knob."""
        before, self._settings = self._settings, self._making.settings
        for name in self._driven:
            if getattr(before, name) != getattr(self._settings, name):
                self._learn.let_go(name)

    def _keep(self) -> None:
        self._kept.set("knobs", json.dumps(self._learn.to_json()))
        self.changed.emit()

    def _open_osc(self) -> None:
        from bridge.inputs.osc import OscIn

        try:
            self._osc = OscIn(tuple(self._driven), self._osc_moved.emit, self.osc_port)
        except BridgeError as err:
            self._kept.set("osc", False)
            self.failed.emit(failure_text(told(err)))

    def _close_osc(self) -> None:
        if self._osc is not None:
            self._osc.close()
            self._osc = None


def _with(settings: MakingSettings, name: str, value: object) -> MakingSettings:
    return replace(settings, **{name: value})  # type: ignore[arg-type]  # a field by its name


def _read_knobs(text: str) -> dict[str, list[int]]:
    """Knobs by target as they were kept; what was damaged is left out."""
    try:
        kept = json.loads(text or "{}")
    except ValueError:
        return {}
    if not isinstance(kept, dict):
        return {}
    return {
        str(name): numbers
        for name, numbers in kept.items()
        if isinstance(numbers, list) and all(type(number) is int for number in numbers)
    }
