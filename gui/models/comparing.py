"""Two models side by side on one seed: made one after the other by a child process, then heard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from export.sessionwire import unpack_cells
from gui.failures import failure_text
from gui.models.entry import ModelEntry
from gui.state.declared import TOP_P
from gui.workers import Worker
from model.errors import ModelError
from model.roll import Grid, Part, Roll

BARS = 4
"""How much of each is made: enough to judge, made in a few seconds."""
SIDES = ("A", "B")
MakeWorker = Callable[[QObject], Worker]
"""Makes the child's owner; tests give another."""


class CompareState(QObject):
    """Makes the same request with two models, and remembers both answers.

    Attributes:
        changed: Anything below is another than before.
        compare_requested: It begins: path of A, path of B, seed.
        play_requested: This roll should be heard, from its beginning.
        failed: Why there is nothing to hear, in one sentence; the details, for who wants them.
    """

    changed = Signal()
    compare_requested = Signal(str, str, int)
    play_requested = Signal(object)
    failed = Signal(str, str)

    def __init__(
        self, parent: QObject | None = None, make_worker: MakeWorker | None = None
    ) -> None:
        super().__init__(parent)
        self._make_worker = make_worker or _session
        self._worker: Worker | None = None
        self._models: list[ModelEntry] = []
        self._rolls: list[Roll | None] = [None, None]
        self._made: list[float] = [0.0, 0.0]
        self._grid = Grid()
        self._seed, self._side, self._job, self._playing = 0, 0, 0, -1

    @property
    def busy(self) -> bool:
        """Whether one of the two is being made."""
        return self._worker is not None

    @property
    def shares(self) -> tuple[float, float]:
        """How much of A and of B is made, 0..1."""
        return self._made[0], self._made[1]

    @property
    def rolls(self) -> tuple[Roll | None, Roll | None]:
        """What A and B made; None: not yet."""
        return self._rolls[0], self._rolls[1]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the two models that made it."""
        return tuple(entry.name for entry in self._models)

    @property
    def seed(self) -> int:
        """The seed that both got."""
        return self._seed

    @property
    def playing(self) -> int:
        """Which of the two was asked to be heard last: 0, 1, or -1 for none."""
        return self._playing

    def start(self, a: ModelEntry, b: ModelEntry, seed: int) -> None:
        """Let both make the same bars; what runs is given up for it."""
        self.cancel()
        self._models, self._seed, self._playing = [a, b], seed, -1
        self._rolls, self._made = [None, None], [0.0, 0.0]
        self._worker = self._make_worker(self)
        self._worker.received.connect(self._receive)
        self._worker.failed.connect(self._break_down)
        self._worker.start()
        self.compare_requested.emit(str(a.path), str(b.path), seed)
        self._begin(0)
        self.changed.emit()

    def play(self, side: int) -> None:
        """Ask for A (0) or B (1) to be heard, if it is made."""
        roll = self._rolls[side]
        if roll is not None:
            self._playing = side
            self.play_requested.emit(roll)
            self.changed.emit()

    def cancel(self) -> None:
        """Give up what is being made; what is there stays."""
        if self._worker is not None:
            worker, self._worker = self._worker, None
            worker.received.disconnect(self._receive)
            worker.failed.disconnect(self._break_down)
            worker.close()
            worker.deleteLater()
            self.changed.emit()

    def close(self) -> None:
        """Leave no child behind. May be called again."""
        self.cancel()

    def _begin(self, side: int) -> None:
        self._side = side
        self._order(load={"source": str(self._models[side].path), "device": "auto"})

    def _order(self, **order: dict[str, Any]) -> None:
        self._job += 1
        if self._worker is not None:
            self._worker.say({"job": self._job, **order})

    def _receive(self, line: dict[str, Any]) -> None:
        if "failed" in line:
            text = self.tr("Can't compare with {name}: {reason}")
            name = self._models[self._side].name
            self._fail(text.format(name=name, reason=failure_text(line)), "")
        elif "loaded" in line:
            facts = line["loaded"]
            self._grid = Grid(int(facts["steps_per_beat"]), int(facts["velocity_bins"]))
            self._order(make={"bars": BARS, "seed": self._seed, "top_p": TOP_P})
        elif "patch" in line:
            self._made[self._side] = float(line["patch"]["share"])
            self.changed.emit()
        elif "done" in line:
            self._finish(line["done"])

    def _finish(self, done: dict[str, Any]) -> None:
        name, side = self._models[self._side].name, self._side
        try:
            cells = unpack_cells(done["cells"])
            parts = tuple(Part(f"{SIDES[side]}: {name}") for _ in cells)
            self._rolls[side] = Roll(cells, self._grid, parts)
        except (ModelError, KeyError) as err:
            self._fail(self.tr("What {name} made can't be read.").format(name=name), str(err))
            return
        self._made[side] = 1.0
        if side == 0:
            self._begin(1)
            self.changed.emit()
        else:
            self.cancel()

    def _break_down(self, sentence: str) -> None:
        self._fail(sentence, self._worker.details if self._worker else "")

    def _fail(self, sentence: str, details: str) -> None:
        self.cancel()
        self.failed.emit(sentence, details)


def _session(parent: QObject) -> Worker:
    return Worker("export.session", parent=parent, silence_s=30.0)
