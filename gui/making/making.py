"""Making music: what is asked, the job that runs, and one undo step when it is done.

Nothing of the document changes before all is made; cancelling only forgets what was pending.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from export.sessionwire import unpack_cells
from gui.failures import failure_text
from gui.making.asking import Asked, AskingError, generate, go_on, regenerate, region_of, vary
from gui.making.engine import EngineState, Facts
from gui.making.job import Job, Result
from gui.making.pending import PendingState
from gui.making.wishes import MakingSettings, throw_dice
from gui.state.selection import NoteId, Region
from gui.workers import Line
from model.errors import ModelError

if TYPE_CHECKING:
    from gui.state.document import Document
    from gui.state.selection import SelectionState
    from gui.state.settings import SettingsState

Ask = Callable[[Facts], Asked]


class MakingState(QObject):
    """What is to be made and what is being made.

    Args:
        document: gets what is made.
        selection: says what Regenerate and Vary are about.
        settings: of the user: where the model runs.
        parent: Qt's owner.
        engine: the process; tests give another.
        pending: what the roll shows meanwhile; tests give one that shows all at once.
    """

    started = Signal()
    """Something is being made."""
    finished = Signal(bool)
    """It is over: whether the document has it."""
    made = Signal(object)
    """It worked: a `Result`."""
    changed = Signal()
    """What is asked, whether something runs, or what runs it is other than before."""
    failed = Signal(str)
    """Something could not be made or loaded: one sentence that says what to do."""
    loaded = Signal(str)
    """This bundle (a path) makes the music from now on."""

    def __init__(
        self,
        document: Document,
        selection: SelectionState,
        settings: SettingsState | None = None,
        parent: QObject | None = None,
        *,
        engine: EngineState | None = None,
        pending: PendingState | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._selection = document, selection
        self._user = settings
        self.pending = pending or PendingState(self)
        self.engine = engine or EngineState(self)
        self.engine.device = self._device()
        self._settings = MakingSettings()
        self._seed_before = self._settings.seed  # as it was before the dice were thrown
        self._job: Job | None = None
        self._waiting: tuple[Ask, MakingSettings] | None = None
        self.pending.settled.connect(self._commit)
        self.engine.answered.connect(self._receive)
        self.engine.failed.connect(self._on_engine_failed)
        self.engine.changed.connect(self.changed)
        self.engine.loaded.connect(self._on_loaded)
        document.replaced.connect(self.cancel)
        selection.changed.connect(self.changed)
        if settings is not None:
            settings.changed.connect(self._on_user_setting)

    # --- What there is ---------------------------------------------------------------------------

    @property
    def settings(self) -> MakingSettings:
        """What is asked of the music."""
        return self._settings

    def set(self, **changes: Any) -> None:
        """Ask for something else, by the names of `MakingSettings`."""
        settings = replace(self._settings, **changes)
        if settings != self._settings:
            self._settings = settings
            self.changed.emit()

    def throw_dice(self) -> None:
        """Take a new seed."""
        self.set(seed=throw_dice())

    @property
    def busy(self) -> bool:
        """Whether something is being made."""
        return self._job is not None or self._waiting is not None

    @property
    def facts(self) -> Facts | None:
        """The model that is loaded."""
        return self.engine.facts

    @property
    def engine_text(self) -> str:
        """The model and what really runs it; empty while none is loaded."""
        facts = self.engine.facts
        return "" if facts is None else f"{facts.name} · {facts.engine}"

    @property
    def details(self) -> str:
        """The last words of the process, for who wants to know more than a sentence."""
        return self.engine.details

    @property
    def level_patches(self) -> tuple[tuple[int, int], ...]:
        """Pitches and steps (of the piece's grid) of each level's patches, coarse to fine."""
        facts = self.engine.facts
        if facts is None:
            return ()
        per_beat = self._document.piece.roll.grid.steps_per_beat
        factor = max(per_beat // facts.steps_per_beat, 1)
        return tuple((height, width * factor) for height, width in facts.patches)

    # --- What can be done ------------------------------------------------------------------------

    def start(self) -> None:
        """Start the process and load a model, unless that is done."""
        self.engine.ensure()

    def load(self, source: str) -> None:
        """Load another model, by path or by name; it runs where the user wants it to."""
        self.cancel()
        self.engine.load(source, self._device())

    def generate(self) -> None:
        """Make the whole piece; locked parts stay."""
        settings = self._thrown()
        self._begin(lambda facts: generate(self._document.piece, settings, facts), settings)

    def go_on(self, step: int | None = None) -> None:
        """Continue from a step: by default from the selection's end, or the bar after all notes."""
        settings, region = self._thrown(), self._selection.region
        if step is None and region is not None:
            step = region.stop_step
        self._begin(lambda _: go_on(self._document.piece, settings, step), settings)

    def regenerate(self) -> None:
        """Make what is selected again; all else stays."""
        settings = self._thrown()
        self._begin(lambda _: regenerate(self._document.piece, self.region), settings)

    def vary(self) -> None:
        """Make what is selected (or everything) again below the levels that are kept."""
        settings = self._thrown()

        def ask(facts: Facts) -> Asked:
            most = len(facts.patches) - 1
            keep = most if settings.keep is None else min(max(settings.keep, 0), most)
            return vary(self._document.piece, self.region, keep)

        self._begin(ask, settings)

    def cancel(self) -> None:
        """Stop making; the document is as it was. Nothing happens where nothing runs."""
        if self.busy:
            if self._job is not None:
                self.engine.cancel(self._job.number)
            self._end(False)

    def close(self) -> None:
        """Stop making and end the process. May be called again."""
        self.cancel()
        self.engine.close()

    def bars_of(self, region: Region) -> tuple[int, int]:
        """Numbers of the first and the last bar of a region, counted from 1."""
        lines = self._document.piece.roll.bar_starts()
        found = np.searchsorted(lines, [region.start_step, region.stop_step - 1], side="right")
        return max(int(found[0]), 1), max(int(found[1]), 1)

    @property
    def region(self) -> Region | None:
        """What is selected as a region: itself, or the box around the selected notes, or None."""
        selection = self._selection
        return region_of(selection.region, selection.notes, self._document.piece.roll)

    # --- Inside ----------------------------------------------------------------------------------

    def _thrown(self) -> MakingSettings:
        """The settings to make with: a new seed, unless it is locked."""
        if not self.busy:
            self._seed_before = self._settings.seed
        if not (self._settings.seed_locked or self.busy):
            self.throw_dice()
        return self._settings

    def _begin(self, ask: Ask, settings: MakingSettings) -> None:
        """Make it now, or as soon as the model is there."""
        if self.busy:
            self.cancel()
        self._waiting = (ask, settings)
        self.started.emit()
        self.changed.emit()
        if self.engine.facts is None or not self.engine.is_running or self.engine.is_loading:
            self.engine.ensure()
        else:
            self._ask()

    def _ask(self) -> None:
        """Hand what waits to the process."""
        facts = self.engine.facts
        if self._waiting is None or facts is None:
            return
        (ask, settings), self._waiting = self._waiting, None
        try:
            asked = ask(facts)
        except (AskingError, ModelError) as err:
            if not settings.seed_locked and settings.seed == self._settings.seed:
                self.set(seed=self._seed_before)  # nothing was made with it
            self._end(False)  # it waits no more: only that is over
            self.failed.emit(str(err))
            return
        job = self.engine.make(asked.order(settings))
        self._job = Job(job, asked, settings)
        region = replace(asked.region, parts=frozenset(asked.parts))
        per_beat = asked.roll.grid.steps_per_beat
        factor = max(per_beat // facts.steps_per_beat, 1)
        levels = [(height, width * factor) for height, width in facts.patches]
        self.pending.begin(region, len(asked.roll.parts), levels, asked.text)
        self.changed.emit()

    def _on_user_setting(self, key: str) -> None:
        """Where the model runs can be changed while it plays."""
        if key == "device" and self.engine.is_running:
            self.load(self.engine.source)

    def _device(self) -> str:
        return "auto" if self._user is None else str(self._user.get("device"))

    def _on_engine_failed(self, sentence: str) -> None:
        """Tell it; where there is no model at all now, the bundled one is better than none."""
        waiting, has_none = self._waiting, self.engine.facts is None and not self.engine.is_loading
        if not (has_none and self.engine.fall_back()):
            self._fail(sentence)
            return
        instead = self.tr("{0}; the bundled model is loaded instead.")
        self._fail(instead.format(sentence.rstrip(". ")))
        self._waiting = waiting

    def _on_loaded(self) -> None:
        facts = self.engine.facts
        if facts is not None:
            self.loaded.emit(facts.path)
        self._ask()

    def _receive(self, line: Line) -> None:
        job = self._job
        if job is None or line.get("job") != job.number:
            return
        if "patch" in line:
            self.pending.put(line["patch"])
        elif "failed" in line:
            self._fail(failure_text(line))
        elif "done" in line:
            try:
                job.cells = unpack_cells(line["done"]["cells"])
            except ModelError as err:
                self._fail(str(err))
                return
            job.start = int(line["done"]["start_step"])
            self.pending.complete()

    def _commit(self) -> None:
        """All is made and shown: one undo step."""
        job, facts = self._job, self.engine.facts
        if job is None or job.cells is None:
            return
        before, asked = self._document.piece.roll, job.asked
        try:
            roll = asked.committed(before, job.cells, job.start)
        except ModelError as err:
            self._fail(str(err))
            return
        made = asked.made(job.settings, facts)
        self._job = None
        chosen = self._selection.notes
        self._document.commit(asked.text, roll, made)
        self._let_go_of(chosen, asked)
        self.pending.clear()
        stop = job.start + job.cells.shape[2]
        self.made.emit(Result(before, self._document.piece.roll, job.start, stop, made))
        self._end(True)

    def _let_go_of(self, chosen: frozenset[NoteId], asked: Asked) -> None:
        """No note stays chosen beside a region that is new; the region stays, to be made again.

        Where notes alone had been chosen the box around them is the region now. Where the whole
        piece is new nothing is chosen: what is saved next is the piece.
        """
        selection = self._selection
        if asked.whole:
            selection.clear()
            return
        selection.drop_notes(replace(asked.region, parts=frozenset(asked.parts)))
        if selection.region is not None:
            selection.select(())
        elif chosen and not selection.notes:
            selection.set_region(asked.region)

    def _fail(self, sentence: str) -> None:
        was_busy = self.busy
        if was_busy:
            self._end(False)
        self.failed.emit(sentence)

    def _end(self, worked: bool) -> None:
        self._job = self._waiting = None
        self.pending.clear()
        self.changed.emit()
        self.finished.emit(worked)
