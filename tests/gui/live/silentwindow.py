"""The window's own process without its widgets, for tests that end it and what belongs to it.

    python -m tests.gui.live.silentwindow

It plays a chord that goes on and on, and has a model loaded beside it. It prints `port` when its
port is open and `model` when a model is loaded, and obeys `play`, `stop`, `panic` and `load`, a
line each, on stdin.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QSocketNotifier
from PySide6.QtWidgets import QApplication

from gui.app import _close_on_signals
from gui.live.live import LiveState
from gui.making.making import MakingState
from gui.state.document import Document
from gui.state.piece import Piece
from gui.state.selection import SelectionState
from model.roll import Note, Roll

CHORD = (48, 55, 60, 64)
STEPS = 4000


def main() -> int:
    """Run until stdin closes, or a signal ends it."""
    app = QApplication(sys.argv)
    notes = [Note(0, 0, pitch, STEPS, 90) for pitch in CHORD]
    document = Document(Piece.of_roll(Roll.from_notes(notes, STEPS)))
    live, making = LiveState(document), MakingState(document, SelectionState(document))

    said: list[str] = []

    def tell_port() -> None:
        if live.status.system == "jack" and not said:
            said.append("port")
            print("port", flush=True)

    def obey() -> None:
        word = sys.stdin.readline().strip()
        acts = {"play": lambda: live.play(0), "stop": live.stop, "panic": live.panic}
        if not word:
            app.quit()
        elif word == "load":
            making.load(making.facts.path if making.facts is not None else "")
        else:
            acts[word]()

    notifier = QSocketNotifier(0, QSocketNotifier.Type.Read)
    notifier.activated.connect(obey)
    live.changed.connect(tell_port)
    making.loaded.connect(lambda path: print("model", flush=True))
    live.set_output("jack")
    live.start()
    making.start()
    release = _close_on_signals(app)
    app.exec()
    release()
    live.close()
    making.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
