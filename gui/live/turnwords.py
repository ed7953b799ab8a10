"""What playing together does at the moment, in the window's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from gui.live.together import TogetherState


def doing_words(together: TogetherState) -> str:
    """One short sentence; empty while it is off."""
    status = together.status
    on_the_way = {
        "loading": _tr("Loading the model …"),
        "opening": _tr("Taking over the port …"),
        "ending": _tr("Stopping …"),
        "idle": "",
    }
    if together.state in on_the_way:
        return on_the_way[together.state]
    if status.phase == "counting":
        return _tr("Counting in")
    if status.phase == "standing":
        return _tr("Waiting for the host to start")
    if status.phase == "waiting":
        return _tr("Listening: play something")
    return _turn_words(together.mode, status.phase == "ours", status.bars_left)


def _turn_words(mode: str, ours: bool, left: int | None) -> str:
    """Whose turn it is.

    Args:
        mode: One of `playworker.MODES`.
        ours: Whether we play.
        left: For how many more bars; None: open.
    """
    if mode == "accompany":
        return _tr("Accompanying you") if ours else _tr("Listening: it joins in a moment")
    if mode == "continue":
        return _tr("It goes on from what you played") if ours else _tr("Listening to you")
    if left is None:
        return _tr("Its turn") if ours else _tr("Your turn")
    if left == 1:
        return _tr("Its turn, the last bar") if ours else _tr("Your turn, the last bar")
    words = _tr("Its turn, {0} bars left") if ours else _tr("Your turn, {0} bars left")
    return words.format(left)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Together", text)
