"""The process that holds the model: what it has loaded, and the one job that it is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from gui.failures import failure_text
from gui.workers import Line, Worker

LOAD_SILENCE_S = 30.0
"""Loading a library may keep the interpreter to itself on a busy machine."""


@dataclass(frozen=True)
class Facts:
    """What the loaded model is and what really runs it.

    Attributes:
        name: Of the model.
        path: Of its bundle.
        engine: What runs it, such as "onnx (cpu)".
        parameters: How many weights.
        hash: Of its weights.
        styles: That it knows.
        patches: Pitches and steps of each level's patches, coarse to fine.
        parts: That it makes; 1 makes one part of any piece.
        steps_per_beat, velocity_bins: Its grid.
    """

    name: str
    path: str
    engine: str
    parameters: int
    hash: str
    styles: tuple[str, ...]
    patches: tuple[tuple[int, int], ...]
    parts: int
    steps_per_beat: int
    velocity_bins: int

    @classmethod
    def of(cls, told: dict[str, Any]) -> Facts:
        """As the session tells them."""
        return cls(
            str(told["name"]),
            str(told["path"]),
            str(told["engine"]),
            int(told["parameters"]),
            str(told["hash"]),
            tuple(str(style) for style in told["styles"]),
            tuple((int(own["patch"][0]), int(own["patch"][1])) for own in told["levels"]),
            int(told["parts"]),
            int(told["steps_per_beat"]),
            int(told["velocity_bins"]),
        )


class EngineState(QObject):
    """Owns the session's process, starts it anew when it is gone, and knows what it holds.

    Args:
        parent: Qt's owner.
        module: What the process runs; tests give another.
    """

    loaded = Signal()
    """A model is loaded: `facts` are another's."""
    answered = Signal(object)
    """A line of the job that runs (a dict)."""
    failed = Signal(str)
    """A model can't be loaded, or the process is gone; one sentence."""
    changed = Signal()
    """Something is loaded or lost, begins or ends loading."""

    def __init__(self, parent: QObject | None = None, *, module: str = "export.session") -> None:
        super().__init__(parent)
        self.facts: Facts | None = None
        self.source, self.device = "", "auto"
        self._asked = self.source, self.device
        name = self.tr("The process that makes the music")
        self._worker = Worker(module, parent=self, name=name, silence_s=LOAD_SILENCE_S)
        self._worker.received.connect(self._receive)
        self._worker.failed.connect(self._break_down)
        self._jobs = 0
        self._loading = 0

    @property
    def is_loading(self) -> bool:
        """Whether a model is being loaded."""
        return self._loading > 0

    @property
    def is_running(self) -> bool:
        """Whether there is a process."""
        return self._worker.is_running

    @property
    def pid(self) -> int:
        """The process's id, 0 where there is none."""
        return self._worker.pid

    @property
    def details(self) -> str:
        """The process's last words."""
        return self._worker.details

    def load(self, source: str = "", device: str = "auto") -> None:
        """Load a model by path or name (empty: the bundled one); the process starts if it must."""
        self._asked = source, device
        if not self._worker.is_running:
            self._worker.start()
        self._loading = self._next_job()
        order = {"source": source or None, "device": device}
        self._worker.say({"job": self._loading, "load": order})
        self.changed.emit()

    def ensure(self) -> None:
        """See that a model is loaded or being loaded."""
        if not self._worker.is_running or (self.facts is None and not self.is_loading):
            self.load(self.source, self.device)

    def fall_back(self) -> bool:
        """Load the bundled model on whatever works; whether that isn't what was just tried."""
        tried, plain = self._asked, ("", "auto")
        if tried != plain and self._worker.is_running:
            self.load(*plain)
        return self.is_loading

    def make(self, order: dict[str, Any]) -> int:
        """Give it something to make; the job's number. It is begun once a model is there."""
        self.ensure()
        job = self._next_job()
        self._worker.say({"job": job, "make": order})
        return job

    def cancel(self, job: int) -> None:
        """Have a job ended; nothing of it is answered any more."""
        self._worker.cancel(job)

    def close(self) -> None:
        """End the process. May be called again."""
        self._worker.close()
        self._loading = 0

    def _next_job(self) -> int:
        self._jobs += 1
        return self._jobs

    def _receive(self, line: Line) -> None:
        if line.get("job") == self._loading and self._loading:
            self._loading = 0
            if "loaded" in line:
                self.facts = Facts.of(line["loaded"])
                self.source, self.device = self._asked
                self.changed.emit()
                self.loaded.emit()
            else:
                self.changed.emit()
                self.failed.emit(failure_text(line))
        elif "loaded" not in line:
            self.answered.emit(line)

    def _break_down(self, sentence: str) -> None:
        """The process is gone; what held a model is started again, what never did is not."""
        worked, self.facts, self._loading = self.facts is not None, None, 0
        self.changed.emit()
        self.failed.emit(sentence)
        if worked and not self.is_loading:
            self.load(self.source, self.device)
