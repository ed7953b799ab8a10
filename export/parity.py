"""An export is a claim that is checked: graphs as they lie on disk against the torch model.

In this order, each with an error of its own: names, axes, shapes; then values, while both answer
the questions that the sampler asks torch (teacher-forced); then notes out of the same noise, level
by level and in whole patches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from export.beside import Differences
from export.errors import GraphError, GraphValuesError
from export.manifest import GraphSpec, Parity
from export.onnxengine import OnnxEngine
from export.paritycases import ROLLS, cases, lengths
from export.runtime import GraphSession
from export.samenotes import Agreement, check_notes, make_beside
from export.signature import signatures
from export.signaturecheck import check_signatures
from export.watched import WatchedSession
from model.config import ModelConfig
from model.engine import Engine
from model.errors import ModelError

if TYPE_CHECKING:
    from model.fractal import Fractal

TOLERANCE = 1e-4
"""How far a logit may be off, on the CPU."""
EIGHT_BIT_TOLERANCE = 0.5
"""How far with 8-bit weights; then notes are held against the graphs' own, not against torch's."""
NEAR = 10
"""A near-tie is a margin below so many times the largest error of a logit."""
LEAST_ERROR = 1e-6
"""What a logit is off at least, as far as near-ties go: graphs add up in another order."""

Step = Callable[[str], None]
"""Told what has just been done, for a progress bar."""


def steps_of(config: ModelConfig) -> int:
    """How often `check_parity` says that something is done."""
    return 2 * len(cases(config)) + 1


def check_parity(
    folder: Path,
    model: Fractal,
    specs: Sequence[GraphSpec],
    done: Step = lambda what: None,
    *,
    eight_bit: bool = False,
    apart: Differences | None = None,
) -> Parity:
    """Hold the graphs of a folder against the model that they were made from.

    Args:
        folder: where the graphs lie.
        model: the generator, with the weights that they use.
        specs: what the graphs declare.
        done: called after each part.
        eight_bit: whether level 0 has 8-bit weights, and so its own opinion.
        apart: gathers how far each kind of answer is off, for who wants more than the largest.

    Returns:
        how far they are apart.

    Raises:
        GraphNamesError, GraphAxesError, GraphShapesError, GraphValuesError, GraphCellsError: the
            first kind of disagreement.
        GraphError: a graph can't be loaded or run.
    """
    from model.torchengine import TorchEngine

    config, found = model.config, {spec.name: spec for spec in specs}
    check_signatures(signatures(config), found)
    done("names, axes and shapes")
    levels, whole = _engines(folder, config, found)
    torch, apart = TorchEngine(model, threads=1), Differences() if apart is None else apart
    made = []
    for case in cases(config):
        with _running("the graphs"):
            made.append(make_beside(torch, levels, case, apart))
        done(f"values: {case.name}")
    tolerance = EIGHT_BIT_TOLERANCE if eight_bit else TOLERANCE
    _check_values(apart, tolerance)
    error = 0.0 if eight_bit else apart.largest("logits")
    near = NEAR * max(error, LEAST_ERROR)
    judge: Engine = levels if eight_bit else torch
    by_level, at_once = Agreement(), Agreement()
    for by_torch in made:
        case = by_torch.case
        with _running("the graphs"):
            own = make_beside(levels, levels, case, Differences()) if eight_bit else by_torch
            check_notes(levels, judge, own, near, by_level)
            if whole and case.whole:
                check_notes(whole, judge, own, near, at_once)
        done(f"notes: {case.name}")
    return Parity(
        tolerance,
        apart.largest("logits"),
        apart.largest("hidden"),
        max(by_level.log_prob_error, at_once.log_prob_error),
        apart.count,
        by_level.patches,
        at_once.patches,
        by_level.near_ties + at_once.near_ties,
        ROLLS,
        lengths(config),
    )


def _engines(
    folder: Path, config: ModelConfig, specs: dict[str, GraphSpec]
) -> tuple[OnnxEngine, OnnxEngine | None]:
    """One that goes level by level and watches its graphs, and one for whole patches."""
    by_level = {
        name: WatchedSession(folder / spec.file, spec)
        for name, spec in specs.items()
        if not name.startswith("patch")
    }
    levels = OnnxEngine(config, dict(by_level), "onnx, level by level")
    others = {
        name: GraphSession(folder / spec.file)
        for name, spec in specs.items()
        if name not in by_level
    }
    if not others:
        return levels, None
    return levels, OnnxEngine(config, {**by_level, **others}, "onnx, whole patches")


def _check_values(apart: Differences, tolerance: float) -> None:
    """Refuse logits, and what is handed down, that are too far apart."""
    everything = {**apart.hidden, **apart.logits}
    faults = [f"{what} by {by:.3g}" for what, by in everything.items() if not by <= tolerance]
    if faults:
        raise GraphValuesError(
            f"the graphs differ from the torch model by more than {tolerance:g}:"
            f" {'; '.join(faults)}"
        )


@contextmanager
def _running(what: str) -> Iterator[None]:
    """Translate what onnxruntime raises, whose errors have no common base."""
    try:
        yield
    except ModelError:
        raise
    except Exception as err:
        raise GraphError(f"{what} can't be run: {err}") from err
