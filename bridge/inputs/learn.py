"""MIDI learn: which knob of a controller drives what, and what a turned knob means.

Pure bookkeeping: fed with messages, asked for nothing. A knob gives a share from 0 to 1; what that
is in temperature or notes a beat is the business of whoever asked (`Range`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from bridge.messages import CHANNELS

_CONTROL = 0xB0
LAST_KNOB = 119
"""Behind it controllers are messages to the channel, such as all notes off."""

_TOP = 127
_PICK_UP = 0.04
"""How near a knob must come to a value before it moves it; a knob has 128 places."""


@dataclass(frozen=True)
class Knob:
    """One controller of one channel, both counted from 0."""

    channel: int
    number: int

    @property
    def is_real(self) -> bool:
        """Whether MIDI has such a controller."""
        return 0 <= self.channel < CHANNELS and 0 <= self.number <= LAST_KNOB

    def __str__(self) -> str:
        return f"CC {self.number}, channel {self.channel + 1}"


@dataclass(frozen=True)
class Range:
    """The values that something may have, from a knob's left end to its right one.

    Attributes:
        low: At 0.
        high: At 1.
        curved: Whether equal turns are equal factors, as for a tempo, instead of equal steps.
    """

    low: float
    high: float
    curved: bool = False

    def value_of(self, share: float) -> float:
        """The value at a share from 0 to 1."""
        if self.curved:
            return float(self.low * (self.high / self.low) ** share)
        return self.low + (self.high - self.low) * share

    def share_of(self, value: float) -> float:
        """Where a value lies, 0 to 1; what is outside lies at the end."""
        if self.curved:
            share = math.log(max(value, 1e-9) / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return min(max(share, 0.0), 1.0)


@dataclass
class _Pickup:
    """Soft takeover: a knob that stands elsewhere moves nothing until it has reached the value."""

    holds: bool = False
    last: float | None = None

    def takes(self, share: float, value: float) -> bool:
        last, self.last = self.last, share
        if not self.holds:
            crossed = last is not None and min(last, share) <= value <= max(last, share)
            self.holds = crossed or abs(share - value) <= _PICK_UP
        return self.holds


@dataclass
class MidiLearn:
    """Which knob drives what. Not locked: one thread feeds and asks.

    Attributes:
        targets: What may be driven.
        share_now: The share at which a target stands now, so that a knob picks it up there.
        knobs: Which knob drives a target.
        learning: The target that takes the next knob that is turned.
    """

    targets: tuple[str, ...]
    share_now: Callable[[str], float]
    knobs: dict[str, Knob] = field(default_factory=dict)
    learning: str | None = None

    def __post_init__(self) -> None:
        self._pickups: dict[str, _Pickup] = {}

    def learn(self, target: str | None) -> None:
        """The next knob that is turned drives `target`; None: none does.

        Raises:
            ValueError: Nothing is called so.
        """
        if target is not None and target not in self.targets:
            raise ValueError(f"tried to learn {target!r}; there are {', '.join(self.targets)}")
        self.learning = target

    def forget(self, target: str) -> None:
        """No knob drives `target`."""
        self.knobs.pop(target, None)
        self._pickups.pop(target, None)

    def let_go(self, target: str) -> None:
        """The value was moved otherwise: its knob has to pick it up again."""
        self._pickups.pop(target, None)

    def feed(self, message: bytes) -> list[tuple[str, float]]:
        """What a message moves: targets and their new shares, 0 to 1.

        While something is learnt, the first knob that turns is taken and moves it at once. A knob
        drives one target only: who learns it takes it away from another.
        """
        knob, share = _turned(message)
        if knob is None:
            return []
        if self.learning is not None:
            self._take(self.learning, knob)
        moved = []
        for target, one in self.knobs.items():
            pickup = self._pickups.setdefault(target, _Pickup())
            if one == knob and pickup.takes(share, self.share_now(target)):
                moved.append((target, share))
        return moved

    def _take(self, target: str, knob: Knob) -> None:
        for other in [one for one, taken in self.knobs.items() if taken == knob]:
            self.forget(other)
        self.knobs[target] = knob
        self._pickups[target] = _Pickup(holds=True)
        self.learning = None

    # --- To be kept ------------------------------------------------------------------------------

    def to_json(self) -> dict[str, list[int]]:
        """Plain values: [channel, number] by target."""
        return {target: [knob.channel, knob.number] for target, knob in self.knobs.items()}

    def restore(self, told: Mapping[str, Iterable[int]]) -> None:
        """Take over what `to_json` gave; what makes no sense here is left out."""
        for target, numbers in told.items():
            pair = list(numbers)
            if target in self.targets and len(pair) == 2 and Knob(*pair).is_real:
                self.knobs[target] = Knob(*pair)


def _turned(message: bytes) -> tuple[Knob | None, float]:
    if len(message) != 3 or message[0] & 0xF0 != _CONTROL or message[1] > LAST_KNOB:
        return None, 0.0
    return Knob(message[0] & 0x0F, message[1]), message[2] / _TOP
