"""A program with a drag handle over a small piece: `python -m tests.gui.xvfb.source FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from gui.out.dragging import DragHandle
from gui.out.out import OutState
from gui.state.document import Document
from gui.state.piece import Piece, Voice
from model.roll import Note, Part, Roll, TempoChange
from tests.gui.xvfb.stage import run, tell

if __name__ == "__main__":
    application = QApplication(sys.argv)
    notes = [Note(4 * k, 0, 60 + k, 4, 90) for k in range(4)]
    roll = Roll.from_notes(notes, 32, parts=(Part("any"),), tempos=(TempoChange(0, 96.0),))
    document = Document()
    document.replace(Piece(roll, (Voice("Melody", 0),)))
    out = OutState(document, clips=Path(sys.argv[1]))
    window = QWidget()
    window.move(10, 10)
    window.resize(400, 120)
    handle = DragHandle(out.write_clip)
    handle.dropped.connect(lambda path: tell(taken=path))
    handle.save_requested.connect(lambda: tell(save=True))
    handle.failed.connect(lambda text: tell(failed=text))
    QVBoxLayout(window).addWidget(handle)
    sys.exit(run(application, window, {"handle": handle}))
