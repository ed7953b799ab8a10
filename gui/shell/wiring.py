"""Who hears of what: signals of the states led to the window's parts, and the other way."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gui.live.turnwords import doing_words
from gui.making.detail import DetailPicture
from gui.shell.listening import Listening

if TYPE_CHECKING:
    from gui.live.deckworker import LiveStatus
    from gui.making.job import Result
    from gui.shell.window import MainWindow
    from gui.state.projects import Project
    from model.roll import Roll


class Wiring(QObject):
    """Connects everything once; lives as long as the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._state = window.state
        self._listening = Listening(window.state.live, self)
        self._heard_last: Roll | None = None
        self._offered = ""
        self._connect_errors()
        self._connect_roll()
        self._connect_making()
        self._connect_models()
        self._connect_pages()
        self._connect_document()
        self._connect_switches()
        self._connect_status()

    def _connect_errors(self) -> None:
        state = self._state
        for failed in (
            state.live.failed,
            state.learning.failed,
            state.together.failed,
            state.out.failed,
            state.autosave.failed,
            self._window.files.failed,
            self._window.panels.handle.failed,
        ):
            failed.connect(self._tell_failure)
        state.making.failed.connect(self._tell_making_failure)
        state.training.failed.connect(self._tell_failure)
        state.training.finished.connect(self._offer_trained)
        self._window.files.opened.connect(self._put_back)
        for said in (state.out.said, self._window.files.said):
            said.connect(self._tell)

    def _put_back(self, project: Project) -> None:
        self._state.put_back(project.takes, project.extra)

    def _tell_failure(self, sentence: str, details: str = "") -> None:
        self._window.notices.show_error(sentence, details)

    def _tell_making_failure(self, sentence: str) -> None:
        self._tell_failure(sentence, self._state.making.details)

    def _offer_trained(self, name: str) -> None:
        """A model is there that was not: to be loaded with one press."""
        load = (self.tr("Load it"), partial(self._state.models.load, name))
        self._offered = name
        self._window.notices.show_info(self.tr("{0} is trained.").format(name), (load,), "trained")

    def _forget_offer(self) -> None:
        """The trained model is loaded, whichever way it was: there is nothing to offer any more."""
        if self._offered and self._state.models.loaded == self._offered:
            self._offered = ""
            self._window.notices.withdraw("trained")

    def _tell(self, sentence: str) -> None:
        self._window.notices.show_info(sentence)

    def _connect_roll(self) -> None:
        roll, state = self._window.roll, self._state
        roll.seek_requested.connect(state.live.seek)
        roll.audition.connect(state.live.audition)
        handle = self._window.panels.handle
        handle.save_requested.connect(self._window.files.save_midi)
        state.selection.changed.connect(lambda: handle.show_part(state.out.is_part))
        for dropped in (handle.dropped, state.out.dropped):
            dropped.connect(self._hush)
        roll.drag_out_requested.connect(self._drag_out)
        roll.hovered.connect(self._show_hovered)
        roll.set_level_picture(DetailPicture(state.document, state.making))

    def _hush(self, _: str) -> None:
        """A clip was dropped into a DAW: were it to play here, too, it would sound twice."""
        self._state.live.stop()

    def _drag_out(self) -> None:
        self._state.out.drag(self._window.roll)

    def _connect_making(self) -> None:
        state = self._state
        state.making.made.connect(self._made)
        state.making.changed.connect(self._show_engine)
        state.variations.changed.connect(self._show_ghost)
        self._window.panels.variations.drag_requested.connect(self._drag_variation)
        self._show_engine()

    def _made(self, result: Result) -> None:
        """Play what was made, unless something plays already or the user wants quiet."""
        state = self._state
        if not len(result.before.note_array()):
            self._window.roll.show_everything()
        if state.settings.get("play_when_made") and not state.playhead.playing:
            state.live.play(float(result.start))

    def _show_ghost(self) -> None:
        """Let the variation that was the piece before show through behind the one that is now."""
        variations = self._state.variations
        current = variations.current
        if current is None:
            return
        roll = variations.roll_of(current)
        if roll is self._heard_last:
            return
        if self._heard_last is not None and variations.variations:
            self._window.roll.ghost.show(self._heard_last)
        self._heard_last = roll

    def _drag_variation(self, index: int) -> None:
        name = self.tr("Original") if index < 0 else self.tr("Variation {0}").format(index + 1)
        roll = self._state.variations.roll_of(index)
        self._state.out.drag(self._window.panels.variations, roll, name)

    def _connect_models(self) -> None:
        models, making = self._state.models, self._state.making
        models.load_requested.connect(making.load)
        models.failed.connect(self._tell_failure)
        making.loaded.connect(self._loaded)
        models.loaded_changed.connect(self._forget_offer)

    def _loaded(self, source: str) -> None:
        """Another model makes the music: its levels are shown."""
        state = self._state
        state.models.set_loaded(source)
        self._window.roll.set_levels(state.making.level_patches)

    def _connect_pages(self) -> None:
        window, pages = self._window, self._window.panels.pages
        window.top.page_chosen.connect(window.show_page)
        pages.shown.connect(self._page_shown)
        pages.built.connect(self._page_built)

    def _page_shown(self, name: str) -> None:
        self._window.top.show_page(name)
        self._window.actions_.roll_is_shown(name == "make")
        self._show_hint()

    def _page_built(self, name: str) -> None:
        panels, state = self._window.panels, self._state
        if name == "models" and panels.models is not None:
            panels.models.play_requested.connect(self._listening.forget)
            panels.models.play_requested.connect(state.live.play_roll)
            panels.models.failed.connect(self._window.notices.show_error)
        if name == "train" and panels.training is not None:
            panels.training.play_sample.connect(self._listening.toggle)
            self._listening.changed.connect(panels.training.samples.show_heard)

    def _connect_document(self) -> None:
        document, window = self._state.document, self._window
        document.path_changed.connect(self._show_title)
        document.dirty_changed.connect(window.setWindowModified)
        stack, actions = document.undo_stack, window.actions_
        stack.canUndoChanged.connect(actions["undo"].setEnabled)
        stack.canRedoChanged.connect(actions["redo"].setEnabled)
        stack.undoTextChanged.connect(self._name_undo)
        stack.redoTextChanged.connect(self._name_redo)
        actions["undo"].setEnabled(stack.canUndo())
        actions["redo"].setEnabled(stack.canRedo())
        self._show_title()

    def _connect_switches(self) -> None:
        """Menus tick what is on, however it was switched."""
        document = self._state.document
        for changed in (self._state.view.changed, document.loop_changed, document.replaced):
            changed.connect(self._show_switches)
        self._show_switches()

    def _show_switches(self) -> None:
        view, actions = self._state.view, self._window.actions_
        actions["follow"].setChecked(view.follow)
        actions["snap"].setChecked(view.snap)
        actions["loop"].setChecked(self._state.document.piece.loop is not None)

    def _name_undo(self, text: str) -> None:
        self._window.actions_["undo"].setText(self.tr("Undo {0}").format(text).strip())

    def _name_redo(self, text: str) -> None:
        self._window.actions_["redo"].setText(self.tr("Redo {0}").format(text).strip())

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
        self._state.together.changed.connect(self._show_hint)
        self._state.document.changed.connect(self._show_hint)
        self._state.variations.changed.connect(self._show_hint)
        self._show_meters()
        self._show_hint()

    def _show_meters(self) -> None:
        status, bar = self._state.live.status, self._window.status
        bar.set_port(self._port_words(status))
        measured = status.sent > 0
        bar.set_meters(
            status.late,
            status.dropped,
            status.jitter_ms if measured else None,
            status.slack_ms if measured else None,
        )

    def _port_words(self, status: LiveStatus) -> str:
        """Where notes go, in the user's words."""
        if status.system != "sound":
            return status.port
        if status.silent:
            return self.tr("no sound device")
        return self.tr("built-in sound: {0}").format(status.detail)

    def _show_hovered(self, words: str) -> None:
        self._window.status.set_hint(words or self._hint())

    def _show_hint(self, *_: object) -> None:
        self._window.status.set_hint(self._hint())

    def _hint(self) -> str:
        if self._state.together.is_on:
            return self.tr("{0} · Space stops it").format(doing_words(self._state.together))
        if self._state.variations.waiting is not None:
            return self._waiting_hint()
        page = self._window.panels.pages.name
        hints = {
            "train": self.tr("A model of your own, from your MIDI files."),
            "models": self.tr("What each model learnt; two compared by ear; graphs."),
            "live": self.tr("Where the music goes, and whether it is on time."),
        }
        return hints[page] if page in hints else self._make_hint()

    def _waiting_hint(self) -> str:
        """Which variation comes when, and how it doesn't."""
        variations = self._state.variations
        index = variations.waiting
        name = self.tr("Original")
        if index is not None and index >= 0:
            number = variations.variations[index].number
            name = self.tr("Variation {0}").format(number)
        comes = {
            "beat": self.tr("{0} comes on the next beat; Esc calls it off."),
            "bar": self.tr("{0} comes on the next bar; Esc calls it off."),
            "four bars": self.tr("{0} comes on the next four bars; Esc calls it off."),
        }
        return comes.get(variations.start_on, "{0}").format(name)

    def _make_hint(self) -> str:
        state = self._state
        if state.making.busy:
            return self.tr("Making music … Esc stops and leaves everything as it was.")
        if state.selection.region is not None or state.selection.notes:
            return self.tr("R makes the selection again, V varies it, Esc clears it.")
        if not len(state.document.notes()):
            return self.tr("Press Generate, or G.")
        return self.tr("Drag over the roll to select a region, then R to make it again.")
