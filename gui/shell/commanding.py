"""What each command does: the table's names, bound to the states and the window's parts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from gui.shell.keys import VARIATIONS
from gui.shell.topbar import PAGES

if TYPE_CHECKING:
    from gui.shell.window import MainWindow

Handlers = dict[str, Callable[[], object]]


def handlers_of(window: MainWindow) -> Handlers:
    """For every command what to do."""
    return {
        **_file_commands(window),
        **_roll_commands(window),
        **_play_commands(window),
        **_make_commands(window),
        **_view_commands(window),
        **{f"page_{name}": partial(_look_at, window, name) for name in PAGES},
        "help": window.show_help,
        "tour": window.show_tour,
        "about": window.show_about,
        "settings": window.show_settings,
        "quit": window.close,
    }


def _file_commands(window: MainWindow) -> Handlers:
    files = window.files
    return {
        "new": files.new,
        "open": files.open,
        "save": files.save,
        "save_as": files.save_as,
        "save_midi": files.save_midi,
        "save_picture": files.save_picture,
    }


def _roll_commands(window: MainWindow) -> Handlers:
    stack, roll = window.state.document.undo_stack, window.roll
    return {
        "undo": stack.undo,
        "redo": stack.redo,
        "copy": window.state.out.copy,
        "paste": roll.paste,
        "duplicate": roll.duplicate,
        "erase_notes": roll.erase_selected,
        "select_all": roll.select_all,
        "select_bars": roll.select_bars,
        "region_longer": partial(roll.lengthen_region, 1),
        "region_shorter": partial(roll.lengthen_region, -1),
    }


def _play_commands(window: MainWindow) -> Handlers:
    live = window.state.live
    return {
        "play": live.toggle,
        "home": partial(_go_to, window, False),
        "end": partial(_go_to, window, True),
        "loop": live.toggle_loop,
        "test_note": live.test_note,
        "panic": live.panic,
    }


def _make_commands(window: MainWindow) -> Handlers:
    state = window.state
    making = state.making
    variations: Handlers = {
        f"variation_{number}": partial(state.variations.choose, number - 1)
        for number in range(1, VARIATIONS + 1)
    }
    return {
        "generate": partial(_generate, window),
        "go_on": making.go_on,
        "regenerate": making.regenerate,
        "vary": making.vary,
        "escape": partial(_escape, window),
        **variations,
    }


def _view_commands(window: MainWindow) -> Handlers:
    view = window.state.view
    return {
        "tool_select": lambda: view.set_tool("select"),
        "tool_draw": lambda: view.set_tool("draw"),
        "tool_erase": lambda: view.set_tool("erase"),
        "follow": view.toggle_follow,
        "snap": lambda: view.set_snap(not view.snap),
        "coarser": lambda: view.set_detail(max(1, view.detail - 1)),
        "finer": lambda: view.set_detail(view.detail + 1),
        "zoom_selection": window.roll.zoom_to_selection,
    }


def _look_at(window: MainWindow, name: str) -> None:
    """Go to a page, and let the keys go there, too."""
    window.show_page(name)
    window.panels.pages.focus_page()


def _generate(window: MainWindow) -> None:
    """Make music, and look at it: whoever has just trained a model is on another page."""
    window.show_page("make")
    window.state.making.generate()


def _escape(window: MainWindow) -> None:
    """Let go of a drag, making, the notice, what waits for its bar, the selection: the first."""
    state, notices = window.state, window.notices
    if window.roll.cancel():
        return
    if state.making.busy and not notices.has_focus:
        state.making.cancel()
    elif notices.sentence:
        notices.dismiss()
    elif state.variations.waiting is not None:
        state.variations.call_off()
    else:
        state.selection.clear()


def _go_to(window: MainWindow, end: bool) -> None:
    """Put the playhead at the start or the end of the piece, and look there."""
    step = float(window.state.document.piece.roll.steps) if end else 0.0
    window.state.live.seek(step)
    window.roll.go_to(step)
