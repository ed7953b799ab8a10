"""A process that holds one model and makes music with it when it is told to.

`python -m export.session` reads orders from stdin and answers on stdout, one JSON object a line
(`model.childtalk`); it leaves when stdin closes. It imports torch only for a model without graphs.

Orders, each with a ``"job"`` of its own: ``{"load": {"source", "device", "engine"}}`` answered by
``loaded`` with what the model is; ``{"make": {...}}`` (`export.sessionwire`) answered by ``patch``
lines as patches of level 0 are finished and ``done`` with the cells of the region. Without a job:
``{"cancel": job}``, obeyed between two patches and answered by ``cancelled``; ``{"close": true}``.
Whatever goes wrong is answered by ``failed``, one sentence.
"""

from __future__ import annotations

import base64
import hashlib
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from export.sessionwire import OrderError, pack_cells, read_task
from model.bundleinfo import DEFAULT_NAME, WEIGHTS, read_info
from model.childtalk import Line, Talk
from model.errors import ModelError, told
from model.fitting import Fitting
from model.notes import FIRST_ONSET, PITCHES
from model.remaking import Remaker

if TYPE_CHECKING:
    from model.engine import Engine
    from model.sampler import Patch

    OpenModel = Callable[[Line], tuple[Engine, Line]]


class Session:
    """Obeys orders one after another; only cancelling is heard meanwhile.

    Args:
        talk: the pipes.
        open_model: loads what a `load` order names, and says what it is.
    """

    def __init__(self, talk: Talk, open_model: OpenModel | None = None) -> None:
        self._talk = talk
        self._open_model = open_model or load_model
        self._orders: queue.Queue[Line | None] = queue.Queue()
        self._cancelled: set[int] = set()
        self._leaving = threading.Event()
        self._engine: Engine | None = None

    def run(self) -> int:
        """Obey until stdin closes or `close` is ordered; the exit code."""
        threading.Thread(target=self._listen, name="orders", daemon=True).start()
        self._talk.beat()
        while (order := self._orders.get()) is not None:
            self._obey(order)
        return 0

    def _listen(self) -> None:
        """Read orders in a thread of their own, so that cancelling is heard at once."""
        for order in self._talk.orders():
            if "close" in order:
                break
            cancelled = order.get("cancel")
            if isinstance(cancelled, int):
                self._cancelled.add(cancelled)
            else:
                self._orders.put(order)
        self._leaving.set()
        self._orders.put(None)

    def _obey(self, order: Line) -> None:
        job = order.get("job")
        answer: Line = {"job": job} if isinstance(job, int) else {}
        try:
            if self._is_cancelled(answer):
                self._talk.say({"cancelled": True, **answer})
            elif isinstance(order.get("load"), dict):
                self._load(order["load"], answer)
            elif isinstance(order.get("make"), dict):
                self._make(order["make"], answer)
            else:
                known = "load, make, cancel or close"
                raise OrderError(f"an order must be {known}, got {', '.join(order) or 'nothing'}")
        except ModelError as err:
            self._talk.say({**told(err), **answer})
        except Exception as err:  # whatever it is, the window is told and the session lives on
            traceback.print_exc(file=sys.stderr)
            why = str(err) or type(err).__name__
            broken = ModelError(f"the engine broke down: {why}", "engine_broke", why=why)
            self._talk.say({**told(broken), **answer})

    def _is_cancelled(self, answer: Line) -> bool:
        return self._leaving.is_set() or answer.get("job") in self._cancelled

    def _load(self, order: Line, answer: Line) -> None:
        begun = time.perf_counter()
        self._engine, facts = self._open_model(order)
        seconds = round(time.perf_counter() - begun, 3)
        self._talk.say({"loaded": {**facts, "seconds": seconds}, **answer})

    def _make(self, order: Line, answer: Line) -> None:
        if self._engine is None:
            raise OrderError("no model is loaded; load one first", "no_model_loaded")
        begun = time.perf_counter()
        task = read_task(order, self._engine.config)
        fitting = Fitting(self._engine.config, task.roll, task.chosen)
        passage = fitting.passage(task.conditions, task.keep_levels)
        remaker = Remaker(self._engine, passage, task.settings)
        free, made = max(int(passage.free.sum()), 1), 0
        for patch in remaker.patches():
            if self._is_cancelled(answer):
                self._talk.say({"cancelled": True, **answer})
                return
            rows = slice(patch.low_pitch, patch.low_pitch + patch.codes.shape[0])
            steps = slice(patch.start_step, patch.start_step + patch.codes.shape[1])
            made += int(passage.free[rows, steps].sum())
            for line in _patch_lines(patch, fitting, made / free):
                self._talk.say({**line, **answer})
        cells = fitting.cells(passage, remaker.codes)
        chosen = fitting.chosen
        own = cells[:, :, chosen.start : chosen.stop]
        done = {
            "seconds": round(time.perf_counter() - begun, 4),
            "notes": int((own[list(chosen.parts)] >= FIRST_ONSET).sum()),
            "start_step": chosen.start,
            "stop_step": chosen.stop,
            "seed": task.settings.seed,
            "cells": pack_cells(own),
        }
        self._talk.say({"done": done, **answer})


def load_model(order: Line) -> tuple[Engine, Line]:
    """What a `load` order names, and what it is.

    Args:
        order: ``source`` (a bundle by path or name), ``engine`` and ``device`` as in
            `export.choosing.open_engine`; each may be missing.

    Raises:
        ModelError: there is no such bundle, or nothing here can play it.
    """
    from export.choosing import open_engine

    source = str(order.get("source") or DEFAULT_NAME)
    info = read_info(source)
    engine = open_engine(
        source,
        engine=_one_of(order, "engine", ("auto", "onnx", "torch")),
        device=_one_of(order, "device", ("auto", "cpu", "cuda")),
    )
    facts = {
        "name": info.card.name or info.path.name,
        "path": str(info.path),
        "parameters": info.card.parameters,
        "hash": _hash_of(info.path / WEIGHTS),
    }
    return engine, {**facts, **facts_of(engine)}


def facts_of(engine: Engine) -> Line:
    """What an engine runs on, and what its model is like."""
    config = engine.config
    return {
        "engine": engine.name,
        "styles": list(config.styles),
        "levels": [{"kind": own.kind, "patch": list(own.patch)} for own in config.levels],
        "parts": config.parts,
        "pitches": config.pitches,
        "steps_per_beat": config.steps_per_beat,
        "velocity_bins": config.velocity_bins,
        "context_steps": config.context_steps,
    }


def _patch_lines(patch: Patch, fitting: Fitting, share: float) -> Iterator[Line]:
    """A finished patch, one line for each part that it spans; its codes on the piece's grid."""
    codes = fitting.fine(patch.codes)
    row = 0
    while row < len(codes):
        part, low = divmod(patch.low_pitch + row, PITCHES)
        height = min(len(codes) - row, PITCHES - low)
        own = codes[row : row + height]
        yield {
            "patch": {
                "part": fitting.target if fitting.config.parts == 1 else part,
                "start_step": patch.start_step * fitting.factor,
                "low_pitch": low,
                "height": height,
                "width": own.shape[1],
                "codes": base64.b64encode(own.tobytes()).decode(),
                "share": round(share, 4),
            }
        }
        row += height


def _one_of(order: Line, name: str, choices: tuple[str, ...]) -> Any:
    """A choice of an order, the first one where it is missing."""
    value = order.get(name) or choices[0]
    if value not in choices:
        raise OrderError(f"{name} is one of {', '.join(choices)}, got {value!r}")
    return value


def _hash_of(path: Path) -> str:
    """What tells these weights from all others, in short; empty where there are none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    except OSError:
        return ""


def main() -> int:
    """Entry of the process."""
    return Session(Talk.on_pipes()).run()


if __name__ == "__main__":
    sys.exit(main())
