"""The list of models: what is there, which one plays, and changes to the user's own."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from gui.models.entry import ModelEntry, read_entries, read_entry
from model.bundleinfo import CARD, CARD_TEXT, CONFIG, BundleError, user_folder
from model.files import write_text

SETTLE_MS = 300
"""How long the user's folder must be quiet before it is read again: a model arrives in pieces."""


class ModelsState(QObject):
    """Models by name, and which of them is loaded.

    It loads nothing itself: `load` asks, whoever holds the engine answers with `set_loaded`.

    Attributes:
        changed: The list, or a card in it, is another than before.
        load_requested: The model at this path should be loaded.
        loaded_changed: Another model plays now.
        failed: Something that was asked for can't be done, in one sentence.
    """

    changed = Signal()
    load_requested = Signal(str)
    loaded_changed = Signal()
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[ModelEntry, ...] = ()
        self._loaded = ""
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self.refresh)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(lambda _: self._settle.start())
        self._read()

    @property
    def entries(self) -> tuple[ModelEntry, ...]:
        """All models, the bundled one first."""
        return self._entries

    @property
    def loaded(self) -> str:
        """Name of the model that plays; empty before one does."""
        return self._loaded

    def entry(self, name: str) -> ModelEntry | None:
        """The model of that name."""
        return next((entry for entry in self._entries if entry.name == name), None)

    def refresh(self) -> None:
        """Read the list again."""
        self._read()
        self.changed.emit()

    def load(self, name: str) -> None:
        """Ask for a model to be loaded."""
        entry = self.entry(name)
        if entry is None or entry.fault:
            self.failed.emit(entry.fault if entry else self._gone(name))
            return
        self.load_requested.emit(str(entry.path))

    def set_loaded(self, source: str) -> None:
        """Say which model plays now.

        Args:
            source: Its path or its name.
        """
        name = Path(source).name if source else ""
        if name != self._loaded:
            self._loaded = name
            self.loaded_changed.emit()

    def remove(self, name: str) -> None:
        """Delete a model of the user's; raises nothing, says what went wrong through `failed`."""
        entry = self._own(name)
        if entry is None:
            return
        try:
            shutil.rmtree(entry.path)
        except OSError as err:
            self.failed.emit(
                self.tr("Can't remove {path} ({error}): close what uses it and try again.").format(
                    path=entry.path, error=err.strerror or err
                )
            )
        self.refresh()

    def rename(self, name: str, new: str) -> bool:
        """Give a model of the user's another name, in the list and on its card.

        Returns:
            whether it has it now; `failed` says why not.
        """
        entry, new = self._own(name), new.strip()
        if entry is None or new == name:
            return entry is not None
        if not is_name(new):
            self.failed.emit(
                self.tr("{name} can't be a model's name: use letters, digits, - and _.").format(
                    name=new or "''"
                )
            )
            return False
        if self.entry(new) is not None:
            self.failed.emit(
                self.tr("There is a model named {name} already: choose another name.").format(
                    name=new
                )
            )
            return False
        try:
            entry.path.rename(entry.path.with_name(new))
            _name_card(entry.path.with_name(new), new)
        except (OSError, BundleError) as err:
            self.failed.emit(self.tr("Can't rename {name}: {error}.").format(name=name, error=err))
            return False
        if self._loaded == name:
            self._loaded = new
            self.loaded_changed.emit()
        self.refresh()
        return True

    def add(self, folder: Path) -> bool:
        """Copy a bundle from anywhere into the list.

        Returns:
            whether it is there now; `failed` says why not.
        """
        if not (folder / CONFIG).is_file():
            self.failed.emit(
                self.tr("{path} is no model: choose a folder that holds {file}.").format(
                    path=folder, file=CONFIG
                )
            )
            return False
        if self.entry(folder.name) is not None:
            self.failed.emit(
                self.tr("There is a model named {name} already: rename one of them.").format(
                    name=folder.name
                )
            )
            return False
        try:
            user_folder().mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=user_folder(), prefix=".added.") as scratch:
                fresh = Path(scratch) / folder.name
                shutil.copytree(folder, fresh)
                fresh.rename(user_folder() / folder.name)
        except OSError as err:
            self.failed.emit(
                self.tr("Can't copy {path} ({error}): make room and try again.").format(
                    path=folder, error=err.strerror or err
                )
            )
            return False
        self.refresh()
        return True

    def _own(self, name: str) -> ModelEntry | None:
        entry = self.entry(name)
        if entry is None:
            self.failed.emit(self._gone(name))
        elif entry.shipped:
            self.failed.emit(
                self.tr("{name} came with Fractalroll and stays as it is.").format(name=name)
            )
            return None
        return entry

    def _gone(self, name: str) -> str:
        return self.tr("There is no model named {name} any more.").format(name=name)

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # a folder that is not there can't be watched
            user_folder().mkdir(parents=True, exist_ok=True)
        self._entries = read_entries()
        watched = self._watcher.directories()
        wanted = [str(path) for path in _places(self._entries) if path.is_dir()]
        if gone := [path for path in watched if path not in wanted]:
            self._watcher.removePaths(gone)
        if fresh := [path for path in wanted if path not in watched]:
            self._watcher.addPaths(fresh)


def is_name(text: str) -> bool:
    """Whether a model may be called so: it becomes a folder's name on every system."""
    return bool(text) and text[0] not in ".-" and all(c.isalnum() or c in "-_ ." for c in text)


def _places(entries: tuple[ModelEntry, ...]) -> list[Path]:
    """Folders whose change changes the list."""
    return [user_folder(), *(entry.path for entry in entries if not entry.shipped)]


def _name_card(path: Path, name: str) -> None:
    """Let a bundle's card say another name.

    Raises:
        OSError: the disk refuses.
    """
    card = read_entry(path).card
    if card is not None:
        card = replace(card, name=name)
        write_text(path / CARD, card.to_json() + "\n")
        write_text(path / CARD_TEXT, card.to_markdown())
