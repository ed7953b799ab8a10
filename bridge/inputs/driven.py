"""What a knob can drive of how music is made, and from where to where."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.inputs.learn import Range


@dataclass(frozen=True)
class Driven:
    """What a knob can drive.

    Attributes:
        name: What it is called in orders and OSC.
        range: The values from a knob's left end to its right one.
        step: Values are multiples of this.
        can_be_any: Whether the left end stands for None.
    """

    name: str
    range: Range
    step: float
    can_be_any: bool = False

    def value_of(self, share: float) -> float | int | None:
        """The value at a knob's place, 0..1."""
        if self.can_be_any and share <= 0.0:
            return None
        value = round(round(self.range.value_of(share) / self.step) * self.step, 6)
        return int(value) if self.step == 1 else value

    def share_of(self, value: float | None) -> float:
        """The place of a value."""
        return 0.0 if value is None else self.range.share_of(value)


DRIVEN = (
    Driven("temperature", Range(0.5, 1.5), 0.05),
    Driven("density", Range(0.5, 12.0), 0.5, can_be_any=True),
    Driven("guidance", Range(1.0, 4.0), 0.25),
    Driven("top_p", Range(0.9, 1.0), 0.01),
)
"""As far as the sliders of the window go."""
