"""The end of a MIDI process: noticing that the program is gone, and leaving for good."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

_SYNCHRONIZE = 0x00100000
_WAIT_TIMEOUT = 0x102


def leave(code: int) -> NoReturn:
    """End this process at once, without the interpreter's own tidying.

    Everything was closed before. What an error left open, such as an active JACK client, could
    deadlock the interpreter's end, and the server with it; so the server sees a closed socket.
    """
    os._exit(code)


def ignore_keyboard() -> None:
    """Leave Ctrl-C and Ctrl-Z in the terminal to the program.

    A client that is suspended would hold up a JACK server that waits for it, and the notes of all.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        signal.signal(signal.SIGTSTP, signal.SIG_IGN)


def parent_watch(pid: int) -> Callable[[], bool]:
    """A question that is cheap to ask: does the parent `pid` still live?

    The end of the pipe from the parent says the same, unless another process inherited the pipe
    (a data loader that was forked, for instance). POSIX gives an orphan another parent; Windows
    never does, so there the parent is watched by its handle.
    """
    if sys.platform == "win32":
        return _watch_handle(pid)
    return lambda: os.getppid() == pid


def _watch_handle(pid: int) -> Callable[[], bool]:
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    handle = kernel.OpenProcess(_SYNCHRONIZE, False, pid)
    if not handle:
        return lambda: True  # not permitted to watch: the end of the pipe remains
    return lambda: bool(kernel.WaitForSingleObject(handle, 0) == _WAIT_TIMEOUT)
