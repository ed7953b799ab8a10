"""Fills patches of the cell level over any engine: in order until settled, or in rounds.

AR cells are all drawn at once given the last draw, again and again until it reproduces itself; what
is then there has been drawn in order, each cell given those before it (first-success sampling, see
`model.filler`). MAR cells are revealed round by round.

Shapes: `M` patches, `N` cells of a patch in scan order, `V` velocities.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.area import Area, Layout, guess, scan_state
from model.engine import Codes, Engine, Floats, Ints, Known, State, Told
from model.legality import KIND_ONSET
from model.roll import FIRST_ONSET
from model.rules import CellRules
from model.settings import SamplingSettings, draw


@dataclass(frozen=True)
class CellChance:
    """Uniforms [M, N] for the kinds and the velocities of cells."""

    kinds: NDArray[np.float32]
    velocities: NDArray[np.float32]


@dataclass(frozen=True)
class CellFiller:
    """Fills the patches of an area in place; codes of unknown cells are 0 to begin with."""

    engine: Engine
    settings: SamplingSettings
    area: Area
    layout: Layout
    chance: CellChance

    def in_order(self, told: Told) -> Floats:
        """AR: every cell given those before it; log-probabilities [M, N]."""
        area = self.area
        state = self._look(told)
        given, ranks, visible = scan_state(area, self.layout)
        rules = CellRules.of(area, self.layout, ranks)
        guess(area, self.layout, self.layout.order.column)
        codes, gained = self._until_settled(state, self._codes(), given, visible, rules)
        self._write(codes)
        return gained

    def in_rounds(self, told: Told, ranks: Ints) -> Floats:
        """MAR: every cell given those of earlier rounds, `ranks` [M, N]; log-probs [M, N]."""
        state, codes = self._look(told), self._codes()
        rules = CellRules.of(self.area, self.layout, ranks)
        gained = np.zeros(codes.shape, np.float32)
        for current in range(1, int(ranks.max(initial=0)) + 1):
            known = ranks < current
            logits = self.engine.cells(state, codes * known, known)
            drawn, log_probs = self._draw(logits, codes, known[:, None], rules)
            target = ranks == current
            codes = np.where(target, drawn, codes)
            gained = np.where(target, log_probs, gained)
        self._write(codes)
        return gained

    def _look(self, told: Told) -> State:
        return self.engine.look(told, self.area.codes, self.area.known, self.area.row)

    def _codes(self) -> Codes:
        """What is in the patches now, [M, N]."""
        return self.layout.take(self.area.codes, self.layout.own)[:, :, 0, 0]

    def _write(self, codes: Codes) -> None:
        self.area.codes.reshape(len(codes), -1)[:, self.layout.own[:, 0, 0]] = codes

    def _until_settled(
        self, state: State, codes: Codes, given: Known, visible: Known, rules: CellRules
    ) -> tuple[Codes, Floats]:
        """Draw all cells from the last draw until it reproduces itself; codes and log-probs.

        Every pass settles at least one more cell of each patch, so it ends after N + 1 at most. Of
        the first only the first surprise is kept: cells above it were drawn as if nothing had
        happened yet, and in an active patch something must.
        """
        some_given, scan, first = given.any(), np.arange(codes.shape[1]), True
        while True:
            logits = self.engine.cells(state, codes, None)
            drawn, gained = self._draw(logits, codes, visible, rules)
            if some_given:
                drawn, gained = np.where(given, codes, drawn), np.where(given, 0, gained)
            if drawn.tobytes() == codes.tobytes():
                return codes, gained
            if first:
                surprise = (drawn != codes).argmax(1)
                drawn = np.where(scan <= surprise[:, None], drawn, codes)
            codes, first = drawn, False

    def _draw(
        self, logits: tuple[Floats, Floats], codes: Codes, visible: Known, rules: CellRules
    ) -> tuple[Codes, Floats]:
        """Draw every cell given `codes` as `visible`; codes [M, N] and log-probs [M, N]."""
        settings, chance = self.settings, self.chance
        kinds, gained = draw(rules.apply(logits[0], codes, visible), chance.kinds, settings)
        drawn = kinds.astype(np.uint8)
        onsets = kinds == KIND_ONSET
        if onsets.any():
            velocities, log_probs = draw(
                logits[1][onsets][None], chance.velocities[onsets][None], settings
            )
            drawn[onsets] = FIRST_ONSET + velocities[0]
            gained[onsets] += log_probs[0]
        return drawn, gained
