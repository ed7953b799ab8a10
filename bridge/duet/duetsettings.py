"""How a musician and a source play together."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.choices import Mode


@dataclass(frozen=True)
class DuetSettings:
    """How to play together.

    Attributes:
        mode: See the module.
        bars: `respond`: whose turn lasts how long; `accompany`: how long we go on alone.
        metre: Of all bars.
        lead_s: A wish is made this long before the line of its bar: making the bar and handing it
            over has to fit in.
        pause_beats: `continue`: the musician has stopped when nothing sounded for so long.
        at_once: `continue`: don't wait for a pause, go on at the next bar line.
        context_bars: How many bars of the past a wish holds at most.
        firm_beats: Keys that are down for so long are taken to stay down through the next bar.
    """

    mode: Mode = "accompany"
    bars: int = 4
    metre: tuple[int, int] = (4, 4)
    lead_s: float = 0.4
    pause_beats: float = 1.0
    at_once: bool = False
    context_bars: int = 16
    firm_beats: float = 1.0
