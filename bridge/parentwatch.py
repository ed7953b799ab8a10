"""Notice that the program which started this process is gone, however it went."""

import ctypes
import os
import sys
from collections.abc import Callable

_SYNCHRONIZE = 0x00100000
_WAIT_TIMEOUT = 0x102


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
