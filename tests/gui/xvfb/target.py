"""A program that files are dropped on: `python -m tests.gui.xvfb.target X Y`."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from model.midifile import read_midi
from tests.gui.xvfb.stage import run, tell


class Target(QWidget):
    """Takes files, and says what came with them."""

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.resize(300, 200)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        if event.mimeData().hasUrls():
            tell(entered=event.possibleActions().name)
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        path = Path(event.mimeData().urls()[0].toLocalFile())
        roll = read_midi(path)
        event.acceptProposedAction()
        tell(
            dropped=str(path),
            notes=[(note.onset_steps, note.pitch) for note in roll.notes()],
            names=[part.name for part in roll.parts],
            bpm=roll.tempos[0].bpm,
        )


if __name__ == "__main__":
    application = QApplication(sys.argv)
    target = Target()
    target.move(int(sys.argv[1]), int(sys.argv[2]))
    sys.exit(run(application, target, {"target": target}))
