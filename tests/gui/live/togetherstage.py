"""Playing together on a deck and a child that only keep their orders."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject

from gui.live.live import LiveState
from gui.live.together import TogetherState
from gui.making.engine import EngineState
from gui.making.making import MakingState
from gui.state.document import Document
from gui.state.piece import Piece
from gui.state.selection import SelectionState
from tests.gui.live.fakes import FakeWorker
from tests.gui.live.test_take import READY

HEARD = {"Fractalroll": ["DAW:in"]}
LENT = {"key": "jack", "remembered": HEARD, "sound": False}


class Stage:
    """A document, a deck, and the child that was made last."""

    def __init__(self) -> None:
        self.document = Document(Piece.empty())
        self.deck = FakeWorker()
        self.children: list[FakeWorker] = []
        self.words: list[str] = []
        self.said: list[str] = []
        self.live = LiveState(self.document, worker=self.deck)
        selection = SelectionState(self.document)
        self.making = MakingState(self.document, selection, engine=EngineState())
        self.together = TogetherState(self.live, self.making, make_worker=self._make)
        for failed in (self.live.failed, self.together.failed):
            failed.connect(self.said.append)

    def _make(self, words: Any, parent: QObject) -> FakeWorker:
        self.words = list(words)
        self.children.append(FakeWorker())
        return self.children[-1]

    @property
    def child(self) -> FakeWorker:
        return self.children[-1]

    def state(self) -> str:
        return self.together.state

    def hears(self, **line: Any) -> None:
        """The child says a line."""
        self.child.received.emit(line)

    def plays(self) -> None:
        """On until everything is open."""
        self.together.start()
        self.hears(loaded={"engine": "onnx"})
        self.deck.received.emit({"lent": LENT})
        self.hears(ready={**READY, "port": "Fractalroll:out", "input": "Keys:out"})

    def status(self, phase: str, left: int | None = None, **more: Any) -> None:
        figures = dict.fromkeys(
            ("sent", "late", "dropped", "jitter_ms", "sounding", "listeners", "bars", "missed"), 0
        )
        told = {**figures, "shortened": 0, "varied": 0, "silent": 0, "slack_ms": 800, **more}
        told |= {"port": "Fractalroll:out", "system": "jack", "remembered": HEARD}
        told["inputs"] = {"jack": ["Keys:out"]}
        told |= {"doing": {"phase": phase, "bars_left": left}}
        source = self.live.sync.source
        sync = {"source": source, "lock": "locked", "bpm": 96.0, "beat": 1.0, "rolling": True}
        sync["bpm"] = 96.0 if source == "internal" else 137.0
        self.hears(status={**told, "sync": sync})


def notes(stage: Stage) -> list[tuple[int, int]]:
    return [(note.part, note.pitch) for note in stage.document.piece.roll.notes()]
