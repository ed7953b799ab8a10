"""A program that shows the piano roll: `python -m tests.gui.xvfb.rollpage FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from gui.live.playhead import PlayheadState
from gui.making.pending import PendingState
from gui.out.out import OutState
from gui.roll.panel import RollPanel
from gui.state.document import Document
from gui.state.piece import Piece, Voice
from gui.state.selection import SelectionState
from gui.state.view import ViewState
from model.roll import Note, Part, Roll
from tests.gui.xvfb.stage import run, tell

NOTES = [Note(4 * k, 0, 60 + 2 * k, 4, 90) for k in range(4)]


class Stage:
    """The roll, and what of it is told."""

    def __init__(self, clips: Path) -> None:
        roll = Roll.from_notes(NOTES, 32, parts=(Part("any"),))
        self.document = Document(Piece(roll, (Voice("Melody", 0),)))
        self.selection = SelectionState(self.document)
        out = OutState(self.document, self.selection, clips)
        self.panel = RollPanel(
            self.document, self.selection, ViewState(), PlayheadState(), PendingState()
        )
        self.panel.move(10, 10)
        self.panel.resize(1000, 700)
        self.document.changed.connect(self._tell_notes)
        self.selection.changed.connect(lambda: tell(selected=sorted(self.selection.notes)))
        self.panel.audition.connect(lambda part, pitch, velocity, on: tell(heard=pitch, on=on))
        self.panel.seek_requested.connect(lambda step: tell(seek=step))
        self.panel.drag_out_requested.connect(lambda: tell(taken=out.drag(self.panel.canvas)))

    def _tell_notes(self) -> None:
        notes = self.document.piece.roll.notes()
        tell(notes=[(note.onset_steps, note.pitch, note.duration_steps) for note in notes])

    def tell_places(self) -> None:
        """Say where steps and pitches lie on the screen: of two, so that all others follow."""
        places, canvas = self.panel.scene.places(), self.panel.canvas
        corner = canvas.mapToGlobal(QPoint(0, 0))
        x = [corner.x() + places.x(step) for step in (0, 1)]
        y = [corner.y() + places.y_of_pitch(pitch) for pitch in (60, 61)]
        tell(grid={"x": x, "y": y})


if __name__ == "__main__":
    application = QApplication(sys.argv)
    stage = Stage(Path(sys.argv[1]))
    stage.panel.canvas.setFocus()
    code = run(application, stage.panel, {"canvas": stage.panel.canvas}, ready=stage.tell_places)
    sys.exit(code)
