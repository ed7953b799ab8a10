"""A roll panel for each test that asks for one."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from tests.gui.roll.rollparts import Rig


@pytest.fixture
def rig(qapp: QApplication) -> Iterator[Rig]:
    made = Rig()
    yield made
    made.close()
