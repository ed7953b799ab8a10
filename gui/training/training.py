"""Trainings as the window sees them: a plan, a child process that carries it out, what it tells."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal

from gui.models.models import ModelsState, is_name
from gui.training.facts import Curves, HeartCheck, Sample
from gui.training.music import (
    IsInstalled,
    MakeWorker,
    MusicState,
    fractalroll_worker,
    let_end,
)
from gui.training.plan import CHORALES, Choice, Plan, PlanError, unfinished_plans
from gui.workers import Worker
from model.errors import RollError
from model.installing import is_installed
from model.rolltext import roll_from_json

Phase = Literal["idle", "training", "paused", "finishing", "stopping", "stopped", "done", "crashed"]

MOST_SAMPLES = 12
CLOSE_S = 8.0
"""How long a training may take to leave its checkpoint when the window closes."""
_BUSY = ("training", "paused", "finishing", "stopping")


class TrainingState(QObject):
    """What is trained, and how that goes; at most one training at a time.

    Attributes:
        music: The folder to learn from, and how long that would take.
        can_train: What training needs is installed, as far as was last looked.
        changed: Anything but curves, samples and the verdict is another than before.
        curves_changed: A point was added to the curves.
        samples_changed: There is another sample, or another verdict.
        finished: A model is in the list; its name.
        failed: Something went wrong: one sentence; the details, for who wants them.
    """

    changed = Signal()
    curves_changed = Signal()
    samples_changed = Signal()
    finished = Signal(str)
    failed = Signal(str, str)

    def __init__(
        self,
        models: ModelsState,
        make_worker: MakeWorker | None = None,
        parent: QObject | None = None,
        installed: IsInstalled = is_installed,
    ) -> None:
        super().__init__(parent)
        self.models = models
        self._installed = installed
        self.can_train = installed("training")
        self._make_worker = make_worker or fractalroll_worker
        self._worker: Worker | None = None
        self._told_why = ""
        self.music = MusicState(self._make_worker, self, installed)
        self.music.failed.connect(self.failed)
        self.phase: Phase = "idle"
        self.plan: Plan | None = None
        self.curves = Curves()
        self.samples: list[Sample] = []
        self.heart: HeartCheck | None = None
        self.step = self.total_steps = 0
        self.went_on = False
        self.result = ""

    @property
    def is_training(self) -> bool:
        """Whether a training is there that can be paused, finished or stopped."""
        return self.phase in _BUSY

    def scan(self, source: str | Path) -> None:
        """Look at a folder (or `CHORALES`, the built-in corpus); nothing happens in a training."""
        if not self.is_training:
            self.music.scan(source)

    def look_for_packages(self) -> None:
        """Find out once more whether what training needs is installed."""
        found = self._installed("training")
        if found != self.can_train:
            self.can_train = found
            self.changed.emit()

    # --- A training ------------------------------------------------------------------------------

    def free_name(self, choice: Choice) -> str:
        """A name for the model that nothing has yet, after the music."""
        stem = CHORALES if choice.source == CHORALES else Path(choice.source).name
        stem = re.sub(r"[^\w-]+", "-", stem).strip("-_") or "model"
        number, name = 1, stem
        while self._is_taken(name):
            number += 1
            name = f"{stem}-{number}"
        return name

    def start(self, choice: Choice, name: str = "") -> bool:
        """Train what was chosen.

        Args:
            choice: What.
            name: What the model will be called; empty: `free_name`.

        Returns:
            whether it begins; `failed` says why not.
        """
        name = name.strip() or self.free_name(choice)
        if self.is_training or not self.can_train:
            return False
        if not is_name(name) or self._is_taken(name):
            sentence = self.tr("{0} can't be the model's name: choose another one.")
            self.failed.emit(sentence.format(name), "")
            return False
        plan = Plan(choice, name, self.music.cost(choice))
        try:
            plan.keep()
        except PlanError as err:
            self.failed.emit(str(err), "")
            return False
        self._forget()
        self._begin(plan, resume=False)
        return True

    def recover(self, plan: Plan | None = None) -> None:
        """Go on from the last checkpoint of what was stopped or broke off.

        Args:
            plan: One of `unfinished`; None: the one that is shown.
        """
        plan = plan or self.plan
        if plan is None or self.is_training or not self.can_train:
            return
        if plan is not self.plan:
            self._forget()
        self._begin(plan, resume=plan.can_go_on)

    def unfinished(self) -> list[Plan]:
        """Trainings that broke off (with the window, say) and can go on."""
        return [] if self.is_training else unfinished_plans()

    def discard(self, plan: Plan) -> None:
        """Give up a training that was stopped or broke off; nothing of it remains."""
        shutil.rmtree(plan.folder, ignore_errors=True)
        if self.phase in ("crashed", "stopped") and plan == self.plan:
            self.phase = "idle"
            self._forget()
        self.changed.emit()

    def pause(self) -> None:
        """Stand still after the update under way."""
        if self.phase == "training":
            self._say("pause")

    def resume(self) -> None:
        """Go on after a pause."""
        if self.phase == "paused":
            self._say("resume")

    def finish(self) -> None:
        """End now and take the best model so far."""
        if self.phase in ("training", "paused"):
            self._say("finish")
            self._enter("finishing")

    def stop(self) -> None:
        """End a scan or a training; what was learnt is kept, to go on with or to give up."""
        self.music.cancel()
        if self.is_training:
            self._say("stop")
            self._enter("stopping")

    def close(self) -> None:
        """End every child; a training leaves a checkpoint first. May be called again."""
        self.music.close()
        for worker in self.findChildren(Worker):
            worker.close(CLOSE_S)
        lost = self.plan is not None and not self.plan.can_go_on
        if self.plan is not None and self.is_training and lost:
            shutil.rmtree(self.plan.folder, ignore_errors=True)
        self._let_go()
        if self.is_training:
            self.phase = "idle"

    # --- What the children say -------------------------------------------------------------------

    def _begin(self, plan: Plan, *, resume: bool) -> None:
        self.music.cancel()
        self.plan, self.went_on, self.result = plan, resume, ""
        self.phase = "training"
        self._told_why = ""
        self._worker = self._make_worker(plan.arguments(resume=resume), self)
        self._worker.received.connect(self._receive)
        self._worker.failed.connect(self._break_down)
        self._worker.ended.connect(self._end)
        self._worker.start()
        self.changed.emit()

    def _receive(self, line: dict[str, Any]) -> None:
        try:
            if "failed" in line:
                self._told_why = str(line["failed"])
            else:
                self._hear(line)
        except (KeyError, TypeError, ValueError, RollError) as err:
            self.failed.emit(self.tr("A line of the training can't be read; it is left out."),
                             repr(err))  # fmt: skip

    def _hear(self, line: dict[str, Any]) -> None:
        if "curve" in line:
            self.curves.add(line["curve"])
            self.step = max(self.step, int(line["curve"]["step"]))
            self.curves_changed.emit()
        elif "sample" in line:
            step, told = line["sample"]["step"], line["sample"]["roll"]
            self.samples.append(Sample(step, roll_from_json(told)))
            del self.samples[:-MOST_SAMPLES]
            self.samples_changed.emit()
        elif "by_heart" in line:
            self.heart = HeartCheck.of(line["by_heart"])
            self.samples_changed.emit()
        elif "started" in line:
            self.total_steps = int(line["started"]["total_steps"])
            self.step = max(self.step, int(line["started"].get("step", 0)))
            self.changed.emit()
        elif "paused" in line or "resumed" in line:
            if self.phase in ("training", "paused"):
                self._enter("paused" if "paused" in line else "training")
        elif "finishing" in line and self.phase in ("training", "paused"):
            self._enter("finishing")
        elif "done" in line:
            self._finish(line["done"])

    def _finish(self, report: dict[str, Any]) -> None:
        """The child is done; it ends by itself."""
        if "added" not in report:
            return
        self.step, self.result = int(report["steps"]), Path(report["added"]).name
        if self.plan is not None:
            shutil.rmtree(self.plan.folder, ignore_errors=True)
        self._enter("done")
        self.models.refresh()
        self.finished.emit(self.result)

    def _break_down(self, sentence: str) -> None:
        self._fail(self._told_why or sentence)

    def _end(self, code: int) -> None:
        """The child is gone; `failed` has come before where it broke down."""
        self._let_go()
        if self.phase == "stopping":
            self._stopped()
        elif self.is_training:
            self._fail(self._told_why or self.tr("The training ended by itself; go on with it."))

    def _stopped(self) -> None:
        """It ended as it was told; before the first update there is nothing to keep."""
        if self.plan is not None and self.plan.can_go_on:
            self._enter("stopped")
            return
        if self.plan is not None:
            shutil.rmtree(self.plan.folder, ignore_errors=True)
        self._forget()
        self._enter("idle")

    def _fail(self, sentence: str) -> None:
        """Leave what can go on; nothing else."""
        if self.phase == "stopping":
            return
        details = self._worker.details if self._worker else ""
        can_go_on = self.plan is not None and self.plan.can_go_on
        if not can_go_on and self.plan is not None:
            shutil.rmtree(self.plan.folder, ignore_errors=True)
        self._let_go()
        self._enter("crashed" if can_go_on else "idle")
        self.failed.emit(sentence, details)

    def _let_go(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.received.disconnect(self._receive)
            worker.failed.disconnect(self._break_down)
            worker.ended.disconnect(self._end)
            let_end(worker)

    def _say(self, order: str) -> None:
        if self._worker is not None:
            self._worker.say({order: True})

    def _enter(self, phase: Phase) -> None:
        self.phase = phase
        self.changed.emit()

    def _forget(self) -> None:
        self.curves.clear()
        self.samples.clear()
        self.heart, self.step, self.total_steps = None, 0, 0
        self.curves_changed.emit()
        self.samples_changed.emit()

    def _is_taken(self, name: str) -> bool:
        return (
            self.models.entry(name) is not None
            or Plan(Choice("", "", "quick"), name).folder.exists()
        )
