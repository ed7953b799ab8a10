"""What this machine offers the window: whether Qt starts, and on which display."""

from __future__ import annotations

import ctypes
import os
import socket
import sys

from model.finding import Finding
from model.probe import JsonObject, ProbeError, probe

_QT_PACKAGES = "libegl1 libgl1 libxkbcommon0 libfontconfig1 libdbus-1-3"
_XCB_PACKAGES = "libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxkbcommon-x11-0"


def start_qt() -> JsonObject:
    """Start Qt on the platform that the environment names; runs in a process of its own."""
    from PySide6 import __version__
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication([])
    return {"version": __version__, "platform": application.platformName()}


def findings() -> list[Finding]:
    """Whether Qt works at all, and whether it finds the display."""
    try:
        qt = probe(start_qt, environment={"QT_QPA_PLATFORM": "offscreen"})
    except ProbeError as err:
        return [_finding("Qt", False, f"PySide6 does not start: {err}", advice_for(str(err)))]
    return [_finding("Qt", True, f"PySide6 {qt['version']} starts"), _display()]


def _display() -> Finding:
    """Whether Qt opens this session's own display."""
    if not has_display():
        return _finding("display", True, "none here; `fractalroll play` needs none")
    try:
        platform = probe(start_qt)["platform"]
    except ProbeError as err:
        advice = f"On Debian or Ubuntu: sudo apt-get install {_XCB_PACKAGES}"
        return _finding("display", False, f"Qt does not open it: {err}", advice)
    return _finding("display", True, f"Qt opens it as {platform}")


def has_display() -> bool:
    """Whether this session can show a window; macOS and Windows always can."""
    if sys.platform != "linux":
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def display_trouble() -> str:
    """What keeps Qt from an X display, with what to do; empty if nothing is known to.

    Qt itself would end the whole process, so this looks first. It takes no time to speak of.
    """
    display = os.environ.get("DISPLAY", "")
    elsewhere = os.environ.get("QT_QPA_PLATFORM") or os.environ.get("WAYLAND_DISPLAY")
    if sys.platform != "linux" or elsewhere or not display:
        return ""
    try:
        ctypes.CDLL("libxcb-cursor.so.0")
    except OSError:
        return f"a library is missing. On Debian or Ubuntu: sudo apt-get install {_XCB_PACKAGES}"
    if display.startswith(":") and not _x_server_answers(display):
        return (
            f"nobody answers at the display {display}; start one or unset DISPLAY. Without a "
            "window `fractalroll play` plays to a MIDI port"
        )
    return ""


def _x_server_answers(display: str) -> bool:
    """Whether an X server of this machine listens at `display`, such as :0 or :1.0."""
    path = f"/tmp/.X11-unix/X{display[1:].partition('.')[0]}"  # noqa: S108 - where X servers listen
    for address in (path, f"\0{path}"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
            try:
                door.connect(address)
            except OSError:
                continue
            return True
    return False


def advice_for(error: str) -> str:
    """What to do about a Qt that does not load, given what it said."""
    if "cannot open shared object" in error:
        return f"On Debian or Ubuntu: sudo apt-get install {_QT_PACKAGES}"
    return 'Install it again: pip install --force-reinstall "PySide6-Essentials>=6.8,<6.12"'


def _finding(name: str, ok: bool, detail: str, advice: str = "") -> Finding:
    return Finding("gui", name, ok, detail, advice)
