"""Bars for the player, out of the sampler, each as soon as its last cell is decided.

The sampler yields patches; a bar is ready when all its cells are there, whatever order they came
in. Only one thread at a time asks for bars. Between two patches the source hears that it should go
on from something else (`listen`).
"""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.conditions import Conditions, parse_key
from model.listening import Past, TiedRoll, past_of
from model.livebars import bars_of, last_onsets, without_others
from model.pace import Pace
from model.roll import HELD, SILENT, Grid, Part, Roll, TempoChange
from model.sampler import (
    Request,
    Sampler,
    bar_steps,
    condition_ids,
    roll_of,
    without_orphans,
)
from model.settings import SamplingSettings

if TYPE_CHECKING:
    from model.engine import Engine

    OpenEngine = Callable[[argparse.Namespace], Engine]
    """Loads the model that the options name."""

COMMON_TIME = (4, 4)
DEFAULT_BPM = 120.0
MIDI_SUFFIXES = (".mid", ".midi")


@dataclass(frozen=True)
class LiveBar:
    """One bar; `tied` are the (part, pitch) at its first step that go on from the bar before.

    heard: how often the source had listened when it began to make it. shortened: whether it was
    made in fewer rounds than usual, having been told to hurry.
    """

    roll: Roll
    tied: frozenset[tuple[int, int]]
    heard: int = 0
    shortened: bool = False


class LiveSource:
    """An endless source of bars, which listens: it can go on from what others play.

    Args:
        engine: Runs the model.
        conditions: What is asked of the music; the metre gives the length of a bar. Without a key
            the key of what others play is asked for.
        settings: How to sample.
        bpm: Tempo, quarter notes a minute.
        program: General MIDI instrument.

    Raises:
        SamplingError: the model doesn't know the style, or the metre doesn't fit its grid.
    """

    def __init__(
        self,
        engine: Engine,
        conditions: Conditions,
        settings: SamplingSettings,
        bpm: float = DEFAULT_BPM,
        program: int = 0,
    ) -> None:
        self.engine = engine.name
        self.settings = settings
        self._config = engine.config
        self._bpm, self._program = bpm, program
        self._metre = conditions.metre or COMMON_TIME
        self._bar = bar_steps(self._metre, self._config.steps_per_beat)
        condition_ids(self._config, conditions, 1)  # refuse what is unknown before anything plays
        self._conditions = replace(conditions, metre=self._metre)
        self._sampler, self._pace = Sampler(engine), Pace()
        self._start = self._taken = _Start(0, None)
        self._closed = False
        self._bars = self._going_on()
        self._sounding = np.zeros(self._config.height, np.uint8)

    @property
    def grid(self) -> Grid:
        """Of its bars."""
        return Grid(self._config.steps_per_beat, self._config.velocity_bins)

    @property
    def parts(self) -> tuple[Part, ...]:
        """Of its bars."""
        return tuple(Part(program=self._program) for _ in range(self._config.parts))

    def listen(
        self,
        given: Roll,
        *,
        ours: Roll | None = None,
        known: TiedRoll | None = None,
        open_steps: int = 0,
        left_out: Collection[int] = (),
        register: tuple[int, int] | None = None,
        bars_in_key: int = 0,
        as_dense: bool = False,
        most_onsets: int | None = None,
    ) -> int:
        """Go on from this music with the next bar; a bar that is being made is given up.

        May be called from another thread than `next_bar`; it doesn't wait for the model.

        Args:
            given: What was played, up to the line of the next bar; others' notes and ours.
            ours: What of it was ours; what of it sounds at the end may go on.
            known: What is known of the next bar: others' notes, which are left out of it.
            open_steps: So many of the last steps of `given` aren't over: others may play there.
            left_out: Parts that others play; they are made, but left out of the bars.
            register: Lowest and highest pitch between which the next bar is left to others.
            bars_in_key: So many bars keep to the key, and to the pitches that others use.
            as_dense: Whether to make about as many notes as others play, if nobody asked for a
                density.
            most_onsets: So many notes begin in the next bar at most; the quietest are left out,
                and off the beat what a pitch repeats within a beat.

        Returns:
            A number: bars that were made of this, and not before, have it in `LiveBar.heard`.

        Raises:
            SamplingError: the music has a grid or parts that the model can't hear.
        """
        past = past_of(
            self._config,
            self._bar,
            given,
            ours=ours,
            known=known,
            open_steps=open_steps,
            left_out=left_out,
            register=register,
            bars_in_key=bars_in_key,
            key=self._conditions.key,
        )
        self._start = _Start(self._start.number + 1, past, most_onsets, as_dense)
        return self._start.number

    def adjust(
        self,
        *,
        temperature: float | None = None,
        top_p: float | None = None,
        guidance: float | None = None,
        density: float | None = None,
    ) -> None:
        """Make the music otherwise, from when it next begins to go on from something (`listen`).

        May be called from another thread than `next_bar`. None leaves as it is.

        Args:
            temperature: Above 1 is bolder.
            top_p: Keep the likeliest share only.
            guidance: How closely to follow style, key and density.
            density: Notes a beat, about; 0 for as many as there happen to be.

        Raises:
            SamplingError: A value is out of range.
        """
        old = self.settings
        settings = replace(
            old,
            temperature=old.temperature if temperature is None else temperature,
            top_p=old.top_p if top_p is None else top_p,
            guidance=old.guidance if guidance is None else guidance,
        )
        conditions = self._conditions
        if density is not None:
            asked = density / self._config.steps_per_beat if density else None
            conditions = replace(conditions, density=asked)
            condition_ids(self._config, conditions, 1)
        self.settings, self._conditions = settings, conditions

    def hurry(self, share: float) -> bool:
        """Take only this share of the rounds of MAR levels from now on, 0 to 1; 1 takes all.

        Patches that are begun from now on keep to it; a level 0 that is MAR itself is begun when it
        has listened and then once in half a context. From any thread.

        Returns:
            Whether it shortens anything: a model without MAR levels takes what it takes.

        Raises:
            SamplingError: the share is not from 0 to 1.
        """
        self._pace.set(share)
        return self._pace.shortens(self._config, self.settings.rounds)

    def next_bar(self) -> LiveBar | None:
        """The next bar; None once the source is closed."""
        codes = None
        while codes is None and not self._closed:
            if self._taken is not self._start:
                self._begin(self._start)
            codes = next(self._bars, None)
        return None if codes is None or self._closed else self._cut(codes)

    def close(self) -> None:
        """Make no more bars."""
        self._closed = True

    def _begin(self, start: _Start) -> None:
        """Leave the music that is being made and begin to go on from another."""
        self._taken = start
        self._bars = self._going_on()
        if start.past is not None:
            self._sounding = start.past.sounding.copy()

    def _going_on(self) -> Iterator[NDArray[np.uint8]]:
        """Bars of codes [P, bar]; ends when there is something else to go on from."""
        start, seed = self._taken, _seed(self.settings.seed, self._taken.number)
        past, skip = start.past, 0
        request = Request(None, self._conditions)
        if past is not None:
            skip = past.skip
            request = replace(request, conditions=self._asked(start, past), **past.asked)
            if self._config.levels[0].kind == "mar":  # else a bar would wait for many others
                request = replace(request, soon=skip + self._bar)
        made = self._sampler.generate(request, replace(self.settings, seed=seed), pace=self._pace)
        patches = takewhile(lambda _: start is self._start and not self._closed, made)
        bars = bars_of(patches, self._config.height, self._bar, skip)
        if past is not None:
            return without_others(bars, past, self._config.steps_per_beat, start.most_onsets)
        return bars

    def _asked(self, start: _Start, past: Past) -> Conditions:
        """What is asked for by others' playing where nobody asked for anything else."""
        asked = self._conditions
        key = past.key if asked.key is None else asked.key
        density = past.density if asked.density is None and start.as_dense else asked.density
        return replace(asked, key=key, density=density)

    def _cut(self, codes: NDArray[np.uint8]) -> LiveBar:
        """A bar of its own: what sounds on from the bar before is struck again, and named."""
        whole = codes.copy()
        tied = (codes[:, 0] == HELD) & (self._sounding != SILENT)
        whole[tied, 0] = self._sounding[tied]
        last = without_orphans(whole)[:, -1] != SILENT
        self._sounding = np.where(last, last_onsets(whole, self._sounding), np.uint8(SILENT))
        roll = roll_of(self._config, whole, self._metre, self._bpm, self._program)
        rows = np.flatnonzero(tied).tolist()
        pitches = self._config.pitches
        ties = frozenset((row // pitches, row % pitches) for row in rows)
        return LiveBar(roll, ties, self._taken.number, self._pace.take_shortened())


@dataclass(frozen=True)
class _Start:
    """From where the music goes on: the how-manieth time it was told, and what."""

    number: int
    past: Past | None
    most_onsets: int | None = None
    as_dense: bool = False


def _seed(seed: int, number: int) -> int:
    """A seed of its own for each time that the source listened; the first is the user's."""
    if number == 0:
        return seed
    return int(np.random.SeedSequence([seed, number]).generate_state(1, np.uint64)[0])


def make_source(arguments: argparse.Namespace, open_engine: OpenEngine) -> LiveSource | Roll:
    """What `fractalroll play` plays: a MIDI file as it is, or a model's music without end.

    Args:
        arguments: as `bridge.options.add_music` describes them, and `model`.
        open_engine: loads the model that they name, on the engine that they name.

    Raises:
        ModelError: the file or the bundle can't be read, or the model doesn't know what is asked.
    """
    if arguments.model and Path(arguments.model).suffix.lower() in MIDI_SUFFIXES:
        return _file_to_play(arguments)
    engine = open_engine(arguments)
    per_beat = engine.config.steps_per_beat
    conditions = Conditions(
        style=arguments.style,
        key=None if arguments.key is None else parse_key(arguments.key),
        metre=arguments.metre or COMMON_TIME,
        density=None if arguments.density is None else arguments.density / per_beat,
    )
    settings = SamplingSettings(
        temperature=arguments.temperature,
        filter_threshold=arguments.filter_threshold,
        top_p=arguments.top_p,
        guidance=arguments.guidance,
        guidance_schedule=arguments.guidance_schedule,
        seed=secrets.randbelow(2**32) if arguments.seed is None else arguments.seed,
    )
    return LiveSource(
        engine, conditions, settings, arguments.tempo or DEFAULT_BPM, arguments.program or 0
    )


def _file_to_play(arguments: argparse.Namespace) -> Roll:
    """A MIDI file on the finest grid, at its own tempo unless another is asked for."""
    from model.midifile import read_midi

    roll = read_midi(arguments.model, Grid(steps_per_beat=24))
    if arguments.tempo:
        roll = replace(roll, tempos=(TempoChange(0, arguments.tempo),))
    return roll
