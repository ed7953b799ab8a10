"""The rooms' panels, each given the states that it shows, and the pages that they lie on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from gui.live.transport import TransportBar
from gui.live.voicespanel import VoicesPanel
from gui.making.panel import MakingPanel
from gui.making.variationspanel import VariationsPanel
from gui.out.dragging import DragHandle
from gui.roll.panel import RollPanel
from gui.shell.icons import icon
from gui.shell.makepage import MakePage, scrolled
from gui.shell.pages import Pages

if TYPE_CHECKING:
    from pathlib import Path

    from gui.live.panel import LivePanel
    from gui.models.page import ModelsPage
    from gui.shell.states import WindowState
    from gui.training.page import TrainPage


LIVE_WIDTH = 1160
"""The page Live, in two columns, is no wider than this: a label stays near what it names."""


class Panels:
    """Every panel: those of the first page at once, the others when they are looked at."""

    def __init__(self, state: WindowState) -> None:
        self._state = state
        self.transport = TransportBar(state.live)
        self.handle = DragHandle(state.out.write_clip)
        self.handle.setIcon(icon("drag", "good"))
        self.making = MakingPanel(state.making)
        self.voices = VoicesPanel(state.document)
        self.roll = RollPanel(
            state.document, state.selection, state.view, state.playhead, state.pending
        )
        self.transport.to_start.clicked.connect(self.roll.follow_again)
        self.variations = VariationsPanel(state.variations)
        self.models: ModelsPage | None = None
        self.training: TrainPage | None = None
        self.live: LivePanel | None = None
        self.pages = Pages(
            {
                "make": self._make_page,
                "train": self._train_page,
                "models": self._models_page,
                "live": self._live_page,
            }
        )

    def learn_from(self, folder: Path) -> None:
        """Look at a folder on the page of trainings; that page is there once it was shown."""
        if self.training is not None:
            self.training.look_at(str(folder))

    def close_children(self) -> None:
        """End child processes that a page has of its own."""
        if self.models is not None:
            self.models.close_children()

    def _make_page(self) -> QWidget:
        return MakePage(self.making, self.voices, self.roll, self.variations)

    def _train_page(self) -> QWidget:
        from gui.training.page import TrainPage

        self.training = TrainPage(self._state.training)
        return self.training

    def _models_page(self) -> QWidget:
        from gui.models.page import ModelsPage

        self.models = ModelsPage(self._state.models)
        return self.models

    def _live_page(self) -> QWidget:
        from gui.live.panel import LivePanel
        from gui.live.togetherpanel import TogetherPanel

        state = self._state
        self.live = LivePanel(state.live, learning=state.learning, making=state.making)
        self.live.extra_layout.addWidget(TogetherPanel(state.together, state.live))
        self.live.setMaximumWidth(LIVE_WIDTH)
        return scrolled(self.live)
