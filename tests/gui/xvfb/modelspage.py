"""A program that shows the page of models with its real children."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QAbstractButton, QApplication, QSpinBox, QWidget

from gui.models.models import ModelsState
from gui.models.page import ModelsPage
from model.roll import Roll
from tests.gui.xvfb.stage import run, tell


def tell_compared(page: ModelsPage) -> None:
    """Say when both have been made, and out of which seed."""
    rolls = page.comparing.rolls
    if not page.comparing.busy and all(roll is not None for roll in rolls):
        notes = [len(roll.note_array()) for roll in rolls if roll is not None]
        tell(compared=notes, seed=page.comparing.seed)


def tell_played(roll: Roll) -> None:
    """Say what should be heard."""
    tell(played=roll.parts[0].name)


if __name__ == "__main__":
    application = QApplication(sys.argv)
    models = ModelsState()
    models.load_requested.connect(lambda path: tell(load=path))
    page = ModelsPage(models)
    page.comparing.changed.connect(lambda: tell_compared(page))
    page.play_requested.connect(tell_played)
    page.failed.connect(lambda sentence, details: tell(failed=sentence, details=details))
    page.move(10, 10)
    page.resize(1240, 820)
    named: dict[str, QWidget] = {
        widget.accessibleName(): widget
        for kind in (QAbstractButton, QSpinBox)
        for widget in page.findChildren(kind)
        if widget.accessibleName()
    }
    code = run(application, page, named)
    page.close_children()
    sys.exit(code)
