"""A document, a selection and a making state over the fake session, closed after each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from gui.making.engine import EngineState
from gui.making.making import MakingState
from gui.making.pending import PendingState
from gui.state.document import Document
from gui.state.selection import SelectionState
from tests.gui.making.fakesession import MODULE


@pytest.fixture
def document(qapp: QApplication) -> Document:
    return Document()


@pytest.fixture
def selection(document: Document) -> SelectionState:
    return SelectionState(document)


@pytest.fixture
def making(document: Document, selection: SelectionState) -> Iterator[MakingState]:
    state = MakingState(
        document,
        selection,
        engine=EngineState(module=MODULE),
        pending=PendingState(reveal_ms=0),
    )
    yield state
    state.close()
