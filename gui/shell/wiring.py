"""Who hears of what: signals of the states led to the window's parts, and the other way."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from gui.shell.window import MainWindow
    from model.roll import Roll


class Wiring(QObject):
    """Connects everything once; lives as long as the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._state = window.state
        self._connect_errors()
        self._connect_roll()
        self._connect_making()
        self._connect_models()
        self._connect_pages()
        self._connect_document()
        self._connect_status()

    def _connect_errors(self) -> None:
        state, notices = self._state, self._window.notices
        for failed in (
            state.live.failed,
            state.making.failed,
            state.out.failed,
            state.autosave.failed,
            self._window.files.failed,
            self._window.panels.handle.failed,
        ):
            failed.connect(lambda sentence: notices.show_error(sentence))
        for said in (state.out.said, self._window.files.said):
            said.connect(lambda sentence: notices.show_info(sentence))

    def _connect_roll(self) -> None:
        roll, state = self._window.roll, self._state
        roll.seek_requested.connect(state.live.seek)
        roll.audition.connect(state.live.audition)
        handle = self._window.panels.handle
        handle.save_requested.connect(self._window.files.save_midi)
        handle.dropped.connect(lambda _: state.live.stop())
        state.out.dropped.connect(lambda _: state.live.stop())
        roll.drag_out_requested.connect(lambda: state.out.drag(roll))

    def _connect_making(self) -> None:
        state = self._state
        state.making.finished.connect(self._made)
        state.making.changed.connect(self._show_engine)
        self._show_engine()

    def _made(self, worked: bool) -> None:
        """Play what was made, unless something plays already or the user wants quiet."""
        state = self._state
        if worked and state.settings.get("play_when_made") and not state.playhead.playing:
            state.live.play()

    def _connect_models(self) -> None:
        models, making = self._state.models, self._state.making
        models.load_requested.connect(making.load)
        models.failed.connect(lambda text: self._window.notices.show_error(text))
        making.loaded.connect(models.set_loaded)

    def _connect_pages(self) -> None:
        window, pages = self._window, self._window.panels.pages
        window.top.page_chosen.connect(window.show_page)
        pages.shown.connect(window.top.show_page)
        pages.shown.connect(lambda name: window.actions_.roll_is_shown(name == "make"))
        pages.built.connect(self._page_built)

    def _page_built(self, name: str) -> None:
        panels, state = self._window.panels, self._state
        if name == "models" and panels.models is not None:
            panels.models.play_requested.connect(state.live.play_roll)
            panels.models.failed.connect(self._window.notices.show_error)
        if name == "train" and panels.training is not None:
            panels.training.play_sample.connect(self._play_sample)

    def _play_sample(self, roll: Roll) -> None:
        self._state.live.play_roll(roll)

    def _connect_document(self) -> None:
        document, window = self._state.document, self._window
        document.path_changed.connect(self._show_title)
        document.dirty_changed.connect(window.setWindowModified)
        stack, actions = document.undo_stack, window.actions_
        stack.canUndoChanged.connect(actions["undo"].setEnabled)
        stack.canRedoChanged.connect(actions["redo"].setEnabled)
        stack.undoTextChanged.connect(
            lambda text: actions["undo"].setText(self.tr("Undo {0}").format(text).strip())
        )
        stack.redoTextChanged.connect(
            lambda text: actions["redo"].setText(self.tr("Redo {0}").format(text).strip())
        )
        actions["undo"].setEnabled(stack.canUndo())
        actions["redo"].setEnabled(stack.canRedo())
        self._show_title()

    def _show_title(self) -> None:
        path: Path | None = self._state.document.path
        name = path.stem if path is not None else self.tr("Untitled")
        self._window.setWindowTitle(f"{name}[*]")
        self._window.setWindowFilePath(str(path) if path is not None else "")

    def _show_engine(self) -> None:
        self._window.status.set_engine(self._state.making.engine_text)

    def _connect_status(self) -> None:
        self._state.live.changed.connect(self._show_meters)
        self._state.selection.changed.connect(self._show_hint)
        self._state.making.changed.connect(self._show_hint)
        self._state.document.changed.connect(lambda *_: self._show_hint())
        self._show_meters()
        self._show_hint()

    def _show_meters(self) -> None:
        status, bar = self._state.live.status, self._window.status
        bar.set_port(status.port)
        measured = status.sent > 0
        bar.set_meters(
            status.late,
            status.dropped,
            status.jitter_ms if measured else None,
            status.slack_ms if measured else None,
        )

    def _show_hint(self) -> None:
        self._window.status.set_hint(self._hint())

    def _hint(self) -> str:
        state = self._state
        if state.making.busy:
            return self.tr("Making music … Esc stops and leaves everything as it was.")
        if state.selection.region is not None or state.selection.notes:
            return self.tr("R makes the selection again, V varies it, Esc clears it.")
        if not len(state.document.notes()):
            return self.tr("Press Generate, or G.")
        return self.tr("Drag over the roll to select a region, then R to make it again.")
