"""The main window: the rooms' panels put together, and what is shown round them."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QMessageBox, QVBoxLayout, QWidget

from gui.shell.actions import Actions, ButtonKeys
from gui.shell.asking import Asking, Dialogs
from gui.shell.carried import Carried
from gui.shell.commanding import handlers_of
from gui.shell.dropping import droppable_path, folder_in, several_tunes, take_a_copy
from gui.shell.ending import try_all
from gui.shell.helpsheet import HelpSheet
from gui.shell.notice import NoticeBar
from gui.shell.panels import Panels
from gui.shell.piecefiles import PieceFiles
from gui.shell.recentmenu import RecentMenu
from gui.shell.settingsdialog import SettingsDialog
from gui.shell.starting import Starting
from gui.shell.statusbar import StatusBar
from gui.shell.topbar import TopBar
from gui.shell.tour import Step, Tour
from gui.shell.wiring import Wiring

if TYPE_CHECKING:
    from gui.roll.panel import RollPanel
    from gui.shell.states import WindowState

SIZE = QSize(1440, 900)
LEAST_SIZE = QSize(900, 600)
FRAME = QSize(16, 48)
"""What a desktop draws round a window, generously: a title, a border."""


def fitting(room: QSize) -> QSize:
    """The size of a new window, in pixels, on a screen with so much room: its frame fits, too."""
    return SIZE.boundedTo(room - FRAME).expandedTo(LEAST_SIZE)


class MainWindow(QMainWindow):
    """One document, four pages.

    Args:
        state: What the window shows and changes.
        asking: How the user is asked; None: Qt's dialogs.
    """

    def __init__(self, state: WindowState, asking: Asking | None = None) -> None:
        super().__init__()
        self.state = state
        self.asking = asking or Dialogs(self)
        self.files = PieceFiles(
            state.document,
            state.recent,
            state.out,
            self.asking,
            extras=state.extras,
            takes=state.variations.takes,
            parent=self,
        )
        self.status = StatusBar()
        self.panels = Panels(state)
        self.actions_ = Actions(self, handlers_of(self))
        self.top = TopBar(self.panels.transport, self.panels.handle, self.actions_)
        self.notices = NoticeBar(self)
        self.carried: Carried | None = None
        """What a new window shall go on with, once this one is closed for it."""
        self._ended = False
        self._help: HelpSheet | None = None
        self._recent = RecentMenu(self.actions_.recent, state.recent, self.files)
        self._arrange()
        self._starting = Starting(self)
        self._wiring = Wiring(self)
        self._button_keys = ButtonKeys(self)
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self._button_keys)

    @property
    def roll(self) -> RollPanel:
        """The piano roll."""
        return self.panels.roll

    @property
    def help_sheet(self) -> HelpSheet | None:
        """The help sheet, once somebody has asked for it."""
        return self._help

    def begin(self, file: Path | None = None) -> None:
        """What takes longer than a picture: children start, what a crash left is offered.

        Args:
            file: A piece or a MIDI file to open.
        """
        if not self._ended:
            self._starting.begin(file)

    def end(self) -> None:
        """End every child and keep what is to be kept, whatever breaks; may be called again."""
        if self._ended:
            return
        self._ended = True
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self._button_keys)
        try_all(self._starting.end, self.panels.close_children, self.state.close)

    def show_page(self, name: str) -> None:
        """Look at a page."""
        self.panels.pages.show_page(name)

    def show_help(self) -> None:
        """Show the help sheet, or take it away."""
        if self._help is not None and self._help.isVisible():
            self._help.close()
            return
        self._help = self._help or HelpSheet(self)
        self._help.show()

    def show_settings(self) -> None:
        """Open the settings."""
        dialog = SettingsDialog(self.state.settings, self)
        dialog.restart_requested.connect(self.restart)
        dialog.open()

    def restart(self) -> None:
        """Give place to a new window that has the same piece, in another language, say."""
        if self.state.training.is_training:
            text = self.tr("A training runs. It stops, and can go on after the restart.")
            answers = [self.tr("Restart"), self.tr("Cancel")]
            if self.asking.choose(self.tr("Restart now?"), text, answers) != 0:
                return
        self.carried = Carried.of(self.state)
        try_all(lambda: self.state.autosave.close(keep=True))
        self.close()

    def show_about(self) -> None:
        """Say what this is, which version, and on whose work it stands."""
        from gui.shell.about import about_text

        QMessageBox.about(self, self.tr("About Fractalroll"), about_text())

    def show_tour(self) -> Tour:
        """Go through the three steps, from the first page."""
        self.show_page("make")
        tour = Tour(self._steps(), self)
        tour.finished.connect(self._starting.tour_was_seen)
        return tour

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Ask about changes that are not saved, then end everything."""
        if self._ended or self.carried is not None or self._may_leave():
            self.hide()  # a training may take a moment to leave its checkpoint
            self.end()
            event.accept()
        else:
            event.ignore()

    def _may_leave(self) -> bool:
        """Whether the piece may be given up; where saving breaks, that is told."""
        try:
            return self.files.may_leave()
        except Exception:  # whatever it is, the piece is still here and can be saved elsewhere
            details = traceback.format_exc()
            print(details, file=sys.stderr)
            self.notices.show_error(
                self.tr("The piece could not be saved; it is open as it was."), details
            )
            return False

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the notice at the lower edge."""
        super().resizeEvent(event)
        self.notices.place()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take a piece, a MIDI file or a folder; of several files it is told what to do instead."""
        mime = event.mimeData()
        if droppable_path(mime) is not None or folder_in(mime) is not None or several_tunes(mime):
            take_a_copy(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Open what was dropped; a folder is music to learn from, on whichever page it lands."""
        mime = event.mimeData()
        path, folder = droppable_path(mime), folder_in(mime)
        take_a_copy(event)
        if path is not None:
            self.files.open(path)
        elif folder is not None:
            self._learn_from(folder)
        else:
            text = self.tr(
                "Several MIDI files were dropped. To open one, drop it alone; to train on all of "
                "them, drop the folder that they are in."
            )
            self.notices.show_info(text)

    def _learn_from(self, folder: Path) -> None:
        """Go to the page of trainings with a folder, unless one runs."""
        self.show_page("train")
        if self.state.training.is_training:
            text = self.tr("A training runs. Drop the folder again when it is done.")
            self.notices.show_info(text)
        else:
            self.panels.learn_from(folder)

    def _arrange(self) -> None:
        self.setAcceptDrops(True)
        self.setMinimumSize(LEAST_SIZE)
        self.resize(fitting(self.screen().availableSize()))
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addWidget(self.panels.pages, 1)
        self.setCentralWidget(middle)
        self.setStatusBar(self.status)
        self.roll.setFocus()

    def _steps(self) -> list[Step]:
        return [
            Step(
                lambda: self.panels.making,
                self.tr("Make music"),
                self.tr(
                    "Press Generate, or the key G. Music appears coarse to fine and plays: into "
                    "your DAW when one listens, else with the built-in sound."
                ),
            ),
            Step(
                lambda: self.panels.roll,
                self.tr("Change what you don't like"),
                self.tr(
                    "Drag over a region and press R: only that is made again. Draw, move and erase "
                    "notes as in any piano roll. Ctrl+Z takes everything back."
                ),
            ),
            Step(
                lambda: self.panels.handle,
                self.tr("Take it into your DAW"),
                self.tr(
                    "Pull this into a track, or choose Fractalroll as the track's MIDI input. "
                    "The key ? shows every other key."
                ),
            ),
        ]
