"""The window brought into one state after another, each with its picture; see screenshots.py."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QWidget

from gui.app import open_window, start_qt
from gui.shell.tour import Tour
from gui.shell.window import SIZE, MainWindow
from gui.state.selection import Region
from gui.training.plan import Choice
from model.extras import TRAINING
from model.midifile import write_midi
from model.roll import Note, Roll

PATIENCE_S = 240.0
SEED = 11
SAMPLES = 3
"""A training is shown when it has let hear so many."""


class PictureError(Exception):
    """The window did not come into a state."""


def take_pictures(folder: Path, look: str, names: list[str]) -> int:
    """Walk the window through its states and take pictures.

    Args:
        folder: Where the pictures go, `window-STATE.png`; `window-STATE-LOOK.png` but for dark.
        look: A key of `screenshots.LOOKS`.
        names: Only pictures whose name begins with one of these; empty: all of this look.

    Returns:
        0 all were taken, 1 one was not.
    """
    application = start_qt()
    window = open_window(application)
    window.resize(SIZE)
    photographer = Photographer(window, folder, look, names)
    try:
        photographer.walk()
    except PictureError as err:
        print(f"screenshots: {err}", file=sys.stderr)
        return 1
    finally:
        window.end()
        window.hide()
    return 0


def write_songs(folder: Path, count: int = 20) -> Path:
    """Songs to train on, chords and a tune above them, and one file that is broken."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(SEED)
    for number in range(count):
        notes = []
        for bar in range(24):
            root = 48 + number % 5 + int(rng.choice([0, 5, 7, 9]))
            notes += [Note(bar * 16, 0, root + above, 16, 70) for above in (0, 4, 7)]
            tune = rng.choice([12, 14, 16, 19, 21], 8)
            notes += [Note(bar * 16 + 2 * k, 0, root + int(t), 2, 90) for k, t in enumerate(tune)]
        roll = Roll.from_notes(notes, steps=24 * 16)
        write_midi(roll, folder / f"song-{number + 1:02}.mid")
    (folder / "cut-short.mid").write_bytes(b"MThd")
    return folder


class Photographer:
    """Takes the pictures of one look."""

    def __init__(self, window: MainWindow, folder: Path, look: str, names: list[str]) -> None:
        self._window, self._state = window, window.state
        self._folder, self._look, self._names = folder, look, names

    def walk(self) -> None:
        """Every state in the order in which a user would meet it."""
        state, window = self._state, self._window
        self._until(lambda: bool(state.making.engine_text), "the model was not loaded")
        self._take("tour")
        for tour in window.findChildren(Tour):
            tour.end()
        state.settings.set("tour_seen", True)
        self._take("empty")
        self._make()
        if self._look == "dark":
            self._play()
        self._choose_region()
        if self._look == "dark":
            self._other_pages()

    def _make(self) -> None:
        """Generate, with a picture half way."""
        state = self._state
        state.settings.set("play_when_made", False)
        state.making.set(seed=SEED, seed_locked=True)
        self._catch("making", state.making.generate)
        self._take("made")

    def _catch(self, name: str, make: Callable[[], None]) -> None:
        """Take a picture when the first notes of what is being made can be seen."""
        state = self._state
        taken: list[str] = []

        def look() -> None:
            cells = state.pending.cells
            if not taken and state.making.busy and cells is not None and cells.any():
                taken.append(name)
                self._take(name, rest_ms=0)

        state.pending.changed.connect(look)
        make()
        self._until(lambda: not state.making.busy, "the music was not finished")
        state.pending.changed.disconnect(look)
        if not taken:
            raise PictureError(f"{name}: nothing was seen before it was finished")

    def _play(self) -> None:
        state = self._state
        state.live.play()
        self._until(lambda: state.playhead.step > 20, "nothing was played")
        self._take("playing")
        state.live.stop()

    def _choose_region(self) -> None:
        state = self._state
        state.selection.set_region(Region(32, 64, 48, 84))
        self._take("region")
        self._catch("again", state.making.regenerate)
        state.selection.clear()

    def _other_pages(self) -> None:
        window, state = self._window, self._state
        for name in ("models", "live"):
            window.show_page(name)
            self._rest(400)
            self._take(name)
        window.show_page("train")
        self._rest(200)
        self._take("train")
        if self._wanted("training") and all(find_spec(name) for name in TRAINING):
            self._train()
        window.show_page("make")
        window.notices.show_error(
            window.tr(
                "Can't load sketch: its manifest names graphs that are not there. Export it again."
            ),
            "ManifestError: level1.onnx: no such file",
        )
        self._take("error")
        window.notices.dismiss()
        window.show_help()
        self._rest(100)
        self._take("help", window.help_sheet)
        window.show_help()
        state.live.stop()

    def _train(self) -> None:
        """Fine-tune on a few songs until there is something to hear."""
        training = self._state.training
        with tempfile.TemporaryDirectory() as folder:
            songs = write_songs(Path(folder) / "evening-tunes")
            training.scan(songs)
            self._until(
                lambda: training.music.findings is not None and not training.music.is_measuring,
                "the folder was not looked at",
            )
            training.start(Choice(str(songs), "standard", "quick"))
            self._until(lambda: len(training.samples) >= SAMPLES, "nothing was learnt")
            self._take("training")
            training.stop()
            self._until(lambda: not training.is_training, "the training did not end")

    def _wanted(self, name: str) -> bool:
        return not self._names or any(name.startswith(one) for one in self._names)

    def _take(self, name: str, widget: QWidget | None = None, rest_ms: int = 60) -> None:
        """Save the picture of the window, or of another widget, as it is now."""
        if not self._wanted(name):
            return
        if rest_ms:
            self._rest(rest_ms)
        ending = "" if self._look == "dark" else f"-{self._look}"
        path = self._folder / f"window-{name}{ending}.png"
        if not (widget or self._window).grab().save(str(path)):
            raise PictureError(f"can't write {path}: check that the folder may be written")
        print(path)

    def _until(self, done: Callable[[], bool], otherwise: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not done():
            if time.monotonic() > deadline:
                said = self._window.notices.sentence
                raise PictureError(f"{otherwise} in {PATIENCE_S:.0f} s; the window says: {said!r}")
            self._rest(5)

    def _rest(self, milliseconds: int) -> None:
        """Let Qt work for a while."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()
