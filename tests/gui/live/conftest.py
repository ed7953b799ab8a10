"""The live page's state on a deck's process that is only pretended."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gui.live.live import LiveState
from gui.state.document import Document
from gui.state.settings import SettingsState
from tests.gui.live.fakes import FakeWorker
from tests.gui.live.togetherstage import Stage


@pytest.fixture
def worker(qapp: object) -> FakeWorker:
    return FakeWorker()


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[SettingsState]:
    made = SettingsState(tmp_path / "settings.json")
    yield made
    made.close()


@pytest.fixture
def live(document: Document, worker: FakeWorker, settings: SettingsState) -> Iterator[LiveState]:
    made = LiveState(document, worker=worker, settings=settings)
    yield made
    made.close()


@pytest.fixture
def stage(qapp: object) -> Iterator[Stage]:
    made = Stage()
    yield made
    made.together.close()
    made.live.close()
    made.making.close()
