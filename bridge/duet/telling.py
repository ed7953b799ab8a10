"""What a wish tells: what both have played, what is known of the bar to come, and the register."""

from __future__ import annotations

import math

from bridge.duet.duetsettings import DuetSettings
from bridge.duet.heard import Heard
from bridge.duet.shared import SharedBars
from bridge.duet.wish import Wish
from bridge.source import CutBar
from model.roll import MetreChange, Note, Part, Roll

_REGISTER_NOTES, _REGISTER_SHARE, _REGISTER_MARGIN = 32, 0.9, 2
"""Of so many notes this share makes the register, and so many semitones around it."""

_KEY_BARS = 4
"""So long we keep to the musician's key; after that our own music carries it on."""

_ONSET_BARS = 4
"""The musician's onsets are counted over so many bars."""


class Telling:
    """Puts into wishes what is remembered.

    Args:
        heard: What the musician played.
        ours: What we played.
        settings: How they play together.
        parts: Of what is made.
        part: Which of them is the musician's.
        bar_steps: Steps of a bar.
    """

    def __init__(
        self,
        heard: Heard,
        ours: SharedBars,
        settings: DuetSettings,
        parts: tuple[Part, ...],
        part: int,
        bar_steps: int,
    ) -> None:
        self.heard, self._ours, self._settings = heard, ours, settings
        self._parts, self._part = parts, part
        self._bar_steps = bar_steps
        self._bar_beats = bar_steps / heard.grid.steps_per_beat

    def wish(self, bar: int, bars: int | None, flow: float, song_bar: int) -> Wish:
        """What is asked for.

        Args:
            bar: The first bar, of the running count.
            bars: See `Wish.bars`.
            flow: The beat that it is, of the running count.
            song_bar: Which bar of the song it is.
        """
        size = self._bar_steps
        start, stop = self._told_bars(bar)
        played = self.heard.cells(
            start * size,
            stop * size,
            flow,
            metre=self._settings.metre,
            parts=self._parts,
            part=self._part,
        )
        accompanies = self._settings.mode == "accompany"
        open_steps = stop * size - math.floor(flow * self.heard.grid.steps_per_beat + 0.5)
        return Wish(
            first_bar=song_bar,
            bars=bars,
            played=played,
            ours=self._ours.roll(start, stop, self.empty(size)),
            open_steps=max(0, open_steps),
            known=self._known(bar, flow),
            left_out=(self._part,) if len(self._parts) > 1 else (),
            register=self._register() if accompanies else None,
            bars_in_key=_KEY_BARS,
            as_dense=not accompanies,
            most_onsets=self._most_onsets(bar) if accompanies else None,
        )

    def _register(self) -> tuple[int, int] | None:
        """The pitches among which the musician plays most, of a part that both share."""
        if len(self._parts) > 1:
            return None
        pitches = sorted(note.pitch for note in self.heard.notes()[-_REGISTER_NOTES:])
        most = math.ceil(len(pitches) * _REGISTER_SHARE)
        spans = [
            (high - low, low, high) for low, high in zip(pitches, pitches[most - 1 :], strict=False)
        ]
        if not spans:
            return None
        _, low, high = min(spans)
        return max(low - _REGISTER_MARGIN, 0), min(high + _REGISTER_MARGIN, 127)

    def _most_onsets(self, bar: int) -> int:
        """How much we play beside the musician, so that what both play doesn't grow and grow."""
        first = max(bar - _ONSET_BARS, 0)
        struck = self.heard.struck_between(first * self._bar_beats, bar * self._bar_beats)
        return max(self._bar_steps, len(struck) // max(bar - first, 1))

    def _told_bars(self, bar: int) -> tuple[int, int]:
        """First bar of the past that is told of, and the one after the last: no empty ones."""
        first = max(bar - self._settings.context_bars, 0)
        full = [own for own in range(first, bar) if self._ours.sounds_in(own) or self._plays(own)]
        return (full[0], full[-1] + 1) if full else (bar, bar)

    def _plays(self, bar: int) -> bool:
        """Whether anything of the musician's sounds in a bar."""
        start, stop = bar * self._bar_beats, (bar + 1) * self._bar_beats
        return any(
            note.onset < stop and (note.end is None or note.end > start)
            for note in self.heard.notes()
        )

    def _known(self, bar: int, flow: float) -> CutBar | None:
        """Keys that stay down through a bar, and notes that were struck a little before it."""
        per_beat, line = self.heard.grid.steps_per_beat, bar * self._bar_steps
        firm = flow - self._settings.firm_beats
        tied = {(self._part, note.pitch) for note in self.heard.held_since(firm)}
        notes = [
            Note(0, self._part, note.pitch, self._bar_steps, note.velocity)
            for note in self.heard.held_since(firm)
        ]
        for note in self.heard.struck_between(line / per_beat, (line + self._bar_steps) / per_beat):
            onset = math.floor(note.onset * per_beat + 0.5) - line
            notes.append(Note(onset, self._part, note.pitch, 1, note.velocity))
            tied.discard((self._part, note.pitch))
        if not notes:
            return None
        empty = self.empty(self._bar_steps)
        roll = Roll.from_notes(notes, empty.steps, empty.grid, empty.parts, empty.metres)
        return CutBar(roll, frozenset(tied))

    def empty(self, steps: int) -> Roll:
        """So many steps of nothing."""
        metres = (MetreChange(0, *self._settings.metre),)
        return Roll.from_notes((), steps, self.heard.grid, self._parts, metres)
