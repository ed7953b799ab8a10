"""Bars for the player, out of the sampler, each as soon as its last cell is decided.

The sampler yields patches; a bar is ready when all its cells are there, whatever order they came
in. Only one thread at a time asks for bars.
"""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.conditions import Conditions, parse_key
from model.roll import FIRST_ONSET, HELD, SILENT, Grid, Roll, TempoChange
from model.sampler import (
    Patch,
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
    """One bar; `tied` are the (part, pitch) at its first step that go on from the bar before."""

    roll: Roll
    tied: frozenset[tuple[int, int]]


class LiveSource:
    """An endless source of bars.

    Args:
        engine: Runs the model.
        conditions: What is asked of the music; the metre gives the length of a bar.
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
        bar = bar_steps(self._metre, self._config.steps_per_beat)
        condition_ids(self._config, conditions, 1)  # refuse what is unknown before anything plays
        request = Request(None, replace(conditions, metre=self._metre))
        self._bars = _bars(Sampler(engine).generate(request, settings), self._config.height, bar)
        self._sounding = np.zeros(self._config.height, np.uint8)

    def next_bar(self) -> LiveBar | None:
        """The next bar; None once the source is closed."""
        codes = next(self._bars, None)
        if codes is None:
            return None
        whole = codes.copy()
        tied = (codes[:, 0] == HELD) & (self._sounding != SILENT)
        whole[tied, 0] = self._sounding[tied]
        last = without_orphans(whole)[:, -1] != SILENT
        self._sounding = np.where(last, _last_onsets(whole, self._sounding), np.uint8(SILENT))
        roll = roll_of(self._config, whole, self._metre, self._bpm, self._program)
        rows = np.flatnonzero(tied).tolist()
        pitches = self._config.pitches
        return LiveBar(roll, frozenset((row // pitches, row % pitches) for row in rows))

    def close(self) -> None:
        """Make no more bars."""
        self._bars = iter(())


def _bars(patches: Iterator[Patch], height: int, bar: int) -> Iterator[NDArray[np.uint8]]:
    """Patches of one endless roll as bars of codes [P, bar], in order."""
    codes, missing = np.zeros((height, 0), np.uint8), np.zeros(0, np.int64)
    first = 0
    for patch in patches:
        tall, wide = patch.codes.shape
        start = patch.start_step - first
        grow = start + wide - codes.shape[1]
        if grow > 0:
            codes = np.pad(codes, ((0, 0), (0, grow)))
            missing = np.pad(missing, (0, grow), constant_values=height)
        codes[patch.low_pitch : patch.low_pitch + tall, start : start + wide] = patch.codes
        missing[start : start + wide] -= tall
        while len(missing) >= bar and not missing[:bar].any():
            yield codes[:, :bar]
            codes, missing, first = codes[:, bar:], missing[bar:], first + bar


def _last_onsets(codes: NDArray[np.uint8], before: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Code of the latest onset of each pitch, [P]; `before` where a bar has none."""
    onset = codes >= FIRST_ONSET
    last = codes.shape[1] - 1 - onset[:, ::-1].argmax(1)
    return np.where(onset.any(1), codes[np.arange(len(codes)), last], before)


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
