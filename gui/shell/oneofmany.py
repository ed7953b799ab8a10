"""One button of several that exclude each other: ticked by the program, and found by Tab."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton


def tick(chosen: QAbstractButton, others: Iterable[QAbstractButton]) -> None:
    """Tick `chosen`, and let `Tab` lead to it; arrows lead to the others.

    Qt lets `Tab` lead to whichever of them had the focus last, so that somebody who goes by keys
    meets one that is not ticked.
    """
    chosen.setChecked(True)
    chosen.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    for other in others:
        if other is not chosen:
            other.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
