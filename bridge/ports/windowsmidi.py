"""Windows MIDI Services: whether they are there, and a loopback of ours made by their own tool.

Windows 11 brings them as a service that older programs reach through WinMM without knowing. Its
console tool, which is installed with the service's SDK, makes a pair of ports that lasts until the
service ends: what is played on `NAME (A)` comes out at `NAME (B)`.
Source: Microsoft, Windows MIDI Services, "How to create loopback endpoints using the tools".
"""

import importlib
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from typing import Any

_SERVICE = r"SYSTEM\CurrentControlSet\Services\midisrv"
_TOOL = "midi.exe"
_TOOL_TIMEOUT_S = 15.0
_APPEAR_S = 3.0
_POLL_S = 0.1


def has_services() -> bool:
    """Whether Windows MIDI Services are installed."""
    try:
        winreg: Any = importlib.import_module("winreg")
        winreg.CloseKey(winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _SERVICE))
    except (ImportError, OSError):
        return False
    return True


def can_make_loopback() -> bool:
    """Whether a loopback can be made here without asking the user to."""
    return has_services() and shutil.which(_TOOL) is not None


def make_loopback(
    name: str,
    list_ports: Callable[[], Sequence[str]],
    *,
    clock: Callable[[], float] = time.monotonic,
) -> list[str]:
    """Make a pair of loopback ports named after `name`, if that is possible here.

    Args:
        name: The root of both names.
        list_ports: The ports there are; asked until the new one is among them.
        clock: Seconds.

    Returns:
        The ports there are then, with the new one or without.
    """
    if can_make_loopback() and _run(["loopback", "create", "--root-name", name]):
        end = clock() + _APPEAR_S
        while clock() < end:
            if any(port.startswith(name) for port in list_ports()):
                break
            time.sleep(_POLL_S)
    return list(list_ports())


def _run(arguments: list[str]) -> bool:
    """Whether the tool did what it was asked."""
    tool = shutil.which(_TOOL)
    if tool is None:
        return False
    try:
        done = subprocess.run(
            [tool, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TOOL_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
