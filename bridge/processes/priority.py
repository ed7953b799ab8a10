"""Ask the system to run this process first, and never be told off for it."""

import ctypes
import os
import sys

_QOS_USER_INTERACTIVE = 0x21  # macOS, sys/qos.h
_HIGH_PRIORITY_CLASS = 0x80  # Windows, processthreadsapi.h


def raise_priority() -> bool:
    """Raise the calling thread, and the threads it starts, above ordinary work.

    Linux: SCHED_FIFO at the lowest realtime level, which root and members of an audio group with
    an rtprio limit may have. macOS: the user-interactive class. Windows: the high priority class,
    and timers of 1 ms instead of 15.6.

    Returns:
        Whether the system granted it; if not, everything still works, with more jitter.
    """
    if sys.platform == "win32":
        kernel = ctypes.windll.kernel32
        ctypes.windll.winmm.timeBeginPeriod(1)
        return bool(kernel.SetPriorityClass(kernel.GetCurrentProcess(), _HIGH_PRIORITY_CLASS))
    if sys.platform == "darwin":
        return _raise_darwin()
    return realtime(1)


def realtime(level: int) -> bool:
    """SCHED_FIFO at `level` (1..99) for this process, where Linux permits it."""
    if sys.platform != "linux":
        return False
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(level))
    except OSError:
        return False
    return True


def may_be_realtime() -> bool:
    """Whether `realtime` would be granted; this thread stays as it is."""
    granted = realtime(1)
    if granted and sys.platform == "linux":
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    return granted


def _raise_darwin() -> bool:
    try:
        return not ctypes.CDLL(None).pthread_set_qos_class_self_np(_QOS_USER_INTERACTIVE, 0)
    except (OSError, AttributeError):
        return False
