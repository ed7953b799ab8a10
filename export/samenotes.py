"""Whether an engine makes the notes that another one made, out of the same noise.

A patch may differ only where the reference itself would have made it so had its logits been a
hair's breadth off (`export.beside.LeaningEngine`): a near-tie, where rounding decides. What follows
in that roll follows from it, and is not compared.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from export.beside import BesideEngine, Differences, LeaningEngine
from export.errors import GraphCellsError, GraphValuesError
from export.paritycases import Case
from model.engine import Engine
from model.sampler import Patch, Sampler

LOG_PROB_TOLERANCE = 1e-3
"""How far a patch's log-probability may be off, as a share of it, or in nats below one nat."""


@dataclass(frozen=True)
class Made:
    """What the reference made of a case, and the question of level 0 behind each patch."""

    case: Case
    patches: list[Patch] = field(default_factory=list)
    questions: list[int] = field(default_factory=list)


@dataclass
class Agreement:
    """Patches that were the same, differing ones at a near-tie, and the largest error in nats."""

    patches: int = 0
    near_ties: int = 0
    log_prob_error: float = 0.0


def make_beside(reference: Engine, other: Engine, case: Case, apart: Differences) -> Made:
    """Let the reference make a case while the other engine is asked the same."""
    engine, made = BesideEngine(reference, other, apart), Made(case)
    for patch in Sampler(engine).generate(case.request, case.settings):
        made.patches.append(patch)
        made.questions.append(engine.questions)
    return made


def check_notes(
    engine: Engine, reference: Engine, made: Made, near: float, found: Agreement
) -> None:
    """Let an engine make a case alone, and lay its patches beside those of the reference.

    Args:
        engine: is checked.
        reference: made what it should make.
        made: that.
        near: logits closer than this are a near-tie.
        found: is added to.

    Raises:
        GraphCellsError: a patch differs and is no near-tie.
        GraphValuesError: it says that its notes have another probability.
    """
    case, parted = made.case, set[int]()
    music = Sampler(engine).generate(case.request, case.settings)
    patches = {_place(patch): patch for patch in music}
    if patches.keys() != {_place(patch) for patch in made.patches}:
        raise GraphCellsError(
            f"{engine.name} fills {len(patches)} patches of {case.name}, {reference.name}"
            f" {len(made.patches)}, or others"
        )
    for index, ours in enumerate(made.patches):
        if ours.roll in parted:
            continue
        theirs = patches[_place(ours)]
        where = f"{case.name}, roll {ours.roll + 1}, step {ours.start_step}"
        if np.array_equal(theirs.codes, ours.codes):
            _check_log_prob(f"{engine.name} ({where})", theirs.log_prob, ours.log_prob, found)
            found.patches += 1
        elif _is_near_tie(reference, made, index, theirs, near):
            found.near_ties += 1
            parted.add(ours.roll)
        else:
            raise GraphCellsError(
                f"{engine.name} makes other notes than {reference.name} out of the same noise"
                f" ({where}), and no choice there is closer than {near:.3g}"
            )


def _place(patch: Patch) -> tuple[int, int, int]:
    return patch.roll, patch.start_step, patch.low_pitch


def _check_log_prob(where: str, theirs: float | None, ours: float | None, found: Agreement) -> None:
    """Hold the log-probabilities of equal notes against each other."""
    if theirs is None or ours is None:  # made in one call, which tells no probability
        return
    apart = abs(theirs - ours)
    found.log_prob_error = max(apart, found.log_prob_error)
    if not apart <= LOG_PROB_TOLERANCE * max(1.0, abs(ours)):
        raise GraphValuesError(
            f"{where} gives notes the log-probability {theirs:.6g} instead of {ours:.6g}"
        )


def _is_near_tie(reference: Engine, made: Made, index: int, theirs: Patch, near: float) -> bool:
    """Whether the reference makes the other's patch with logits that lean a little to one side."""
    for lean in (near, -near):
        engine = LeaningEngine(reference, lean, made.questions[index])
        music = Sampler(engine).generate(made.case.request, made.case.settings)
        leant = next(islice(music, index, None), None)
        if leant is not None and np.array_equal(leant.codes, theirs.codes):
            return True
    return False
