"""A small piece, and parts of Qt that tests stand in for."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDrag

from gui.state.piece import Piece, Voice
from model.roll import MetreChange, Note, Part, Roll, TempoChange

MELODY = [Note(4 * k, 0, 60 + k, 4, 90) for k in range(8)]
BASS = [Note(8 * k, 1, 36, 8, 70) for k in range(4)]


def piece(*, muted: int | None = None) -> Piece:
    """Two voices over two bars of 4/4 at 96 bpm; one of them may be muted."""
    roll = Roll.from_notes(
        [*MELODY, *BASS],
        32,
        parts=(Part("one"), Part("two")),
        metres=(MetreChange(0, 4, 4),),
        tempos=(TempoChange(0, 96.0),),
    )
    names = (("Melody", 0), ("Bass", 32))
    voices = tuple(
        Voice(name, k, muted=k == muted, program=program) for k, (name, program) in enumerate(names)
    )
    return Piece(roll, voices)


class Receiver:
    """Stands for who takes a drag: looks at what is offered, and takes it or not."""

    def __init__(self, *, takes: bool = True) -> None:
        self.takes = takes
        self.paths: list[Path] = []

    def __call__(self, drag: QDrag) -> Qt.DropAction:
        self.paths += [Path(url.toLocalFile()) for url in drag.mimeData().urls()]
        drag.deleteLater()
        return Qt.DropAction.CopyAction if self.takes else Qt.DropAction.IgnoreAction
