"""CoreMIDI's own calls: a virtual source, or a port that plays on a destination, by ctypes.

A virtual source has no queue: what it is given is delivered at once, and each packet says at which
host time it counts. A DAW that reads the stamps places every note where it belongs.
Signatures: Apple, CoreMIDI MIDIServices.h and MIDISetup.h, CoreFoundation CFString.h and
CFRunLoop.h, mach/mach_time.h. Only the MIDI processes use this.
"""

import ctypes
import time
import zlib
from ctypes import POINTER, c_char_p, c_int32, c_long, c_uint32, c_uint64, c_ulong, c_void_p
from typing import Any, Protocol

from bridge.errors import PortError
from bridge.messages import CHANNELS, all_notes_off

_FRAMEWORKS = "/System/Library/Frameworks/{0}.framework/{0}"
_UTF8 = 0x08000100
_NAME_BYTES = 512
_LIST_BYTES = 1024
_READINGS = 8
_NOT_UNIQUE = -10843  # kMIDIIDNotUnique

SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "MIDIClientCreate": (c_int32, [c_void_p, c_void_p, c_void_p, POINTER(c_uint32)]),
    "MIDIClientDispose": (c_int32, [c_uint32]),
    "MIDISourceCreate": (c_int32, [c_uint32, c_void_p, POINTER(c_uint32)]),
    "MIDIOutputPortCreate": (c_int32, [c_uint32, c_void_p, POINTER(c_uint32)]),
    "MIDIGetNumberOfDestinations": (c_ulong, []),
    "MIDIGetDestination": (c_uint32, [c_ulong]),
    "MIDIObjectGetStringProperty": (c_int32, [c_uint32, c_void_p, POINTER(c_void_p)]),
    "MIDIObjectSetIntegerProperty": (c_int32, [c_uint32, c_void_p, c_int32]),
    "MIDIPacketListInit": (c_void_p, [c_void_p]),
    "MIDIPacketListAdd": (
        c_void_p,
        [c_void_p, c_ulong, c_void_p, c_uint64, c_ulong, c_char_p],
    ),
    "MIDIReceived": (c_int32, [c_uint32, c_void_p]),
    "MIDISend": (c_int32, [c_uint32, c_uint32, c_void_p]),
    "CFStringCreateWithCString": (c_void_p, [c_void_p, c_char_p, c_uint32]),
    "CFStringGetCString": (ctypes.c_ubyte, [c_void_p, c_char_p, c_long, c_uint32]),
    "CFRelease": (None, [c_void_p]),
    "CFRunLoopRunInMode": (c_int32, [c_void_p, ctypes.c_double, ctypes.c_ubyte]),
    "mach_absolute_time": (c_uint64, []),
    "mach_timebase_info": (c_int32, [POINTER(c_uint32 * 2)]),
}
"""C signature of every call: (what it returns, its arguments)."""

CONSTANTS = ("kMIDIPropertyDisplayName", "kMIDIPropertyUniqueID", "kCFRunLoopDefaultMode")
"""Strings of the frameworks that calls want."""


class Calls(Protocol):
    """The functions of `SIGNATURES`, by their names, and the values of `CONSTANTS`."""

    def __getattr__(self, name: str) -> Any: ...


class _Frameworks:
    """The real ones."""

    def __init__(self) -> None:
        libraries = [
            ctypes.CDLL(_FRAMEWORKS.format("CoreMIDI")),
            ctypes.CDLL(_FRAMEWORKS.format("CoreFoundation")),
            ctypes.CDLL(None),
        ]
        for name, (returns, arguments) in SIGNATURES.items():
            function = next(getattr(one, name) for one in libraries if hasattr(one, name))
            function.restype, function.argtypes = returns, arguments
            setattr(self, name, function)
        for name in CONSTANTS:
            library = libraries[name.startswith("kCF")]
            setattr(self, name, c_void_p.in_dll(library, name).value)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


def load_coremidi() -> Calls:
    """The calls of this machine's frameworks.

    Raises:
        PortError: If this isn't macOS, or something is missing there.
    """
    try:
        return _Frameworks()
    except (OSError, AttributeError, StopIteration, ValueError) as err:
        raise PortError(f"CoreMIDI does not load: {err or 'a call is missing'}") from err


class CoreMidiOut:
    """A virtual source that others listen to, or a port that plays on one destination.

    Args:
        calls: CoreMIDI's functions.
        name: What other programs see.
        target: The destination to play on; "" for a virtual source.

    Raises:
        PortError: If CoreMIDI refuses, or there is no such destination.
    """

    def __init__(self, calls: Calls, name: str, target: str = "") -> None:
        self._calls = calls
        self._target = target
        self._ticks = _HostClock(calls)
        self._list = ctypes.create_string_buffer(_LIST_BYTES)
        self._stamp = 0
        self._returned = False
        self._client = self._made("MIDIClientCreate", name, None, None)
        try:
            if target:
                self._port = self._made("MIDIOutputPortCreate", name, first=self._client)
                self._end = destinations(calls).get(target, 0)
                if not self._end:
                    there = list(destinations(calls))
                    raise PortError(f"tried to play on {target!r}; the ports there are {there}")
            else:
                self._port = 0
                self._end = self._made("MIDISourceCreate", name, first=self._client)
                self._keep_identity(name)
        except BaseException:
            self.close()
            raise

    def send(self, at_ns: int, message: bytes) -> None:
        """Hand one message on, stamped with its time; stamps never run backwards.

        Args:
            at_ns: `time.perf_counter_ns` at which it counts.
            message: One MIDI message.

        Raises:
            PortError: If CoreMIDI refuses it.
        """
        if not self._end:
            return  # the destination was unplugged
        if self._returned:
            self._returned = False
            for channel in range(CHANNELS):
                self.send(at_ns, all_notes_off(channel))
        calls = self._calls
        self._stamp = max(self._stamp, self._ticks.at(at_ns))
        packet = calls.MIDIPacketListInit(self._list)
        packet = calls.MIDIPacketListAdd(
            self._list, _LIST_BYTES, packet, self._stamp, len(message), message
        )
        if self._port:
            self._check("MIDISend", calls.MIDISend(self._port, self._end, self._list))
        else:
            self._check("MIDIReceived", calls.MIDIReceived(self._end, self._list))

    def look(self) -> list[str]:
        """Names of the destinations there are now; the one we play on is found again by its name.

        One that was unplugged may have kept a note: it is told to release all when it is back.

        To be called by the thread that opened this: CoreMIDI's news arrive in its run loop.
        """
        self._calls.CFRunLoopRunInMode(self._calls.kCFRunLoopDefaultMode, 0.0, 0)
        there = destinations(self._calls)
        if self._target:
            before, self._end = self._end, there.get(self._target, 0)
            self._returned = self._returned or (self._end != 0 and before == 0)
        return list(there)

    def close(self) -> None:
        """Leave CoreMIDI; ports and sources go with their client."""
        if self._client:
            self._calls.MIDIClientDispose(self._client)
            self._client = 0

    def _made(self, function: str, name: str, *more: object, first: int | None = None) -> int:
        """Call one of the functions that make something named; the reference to it."""
        made = c_uint32()
        text = _string(self._calls, name)
        arguments = [text, *more] if first is None else [first, text, *more]
        try:
            status = getattr(self._calls, function)(*arguments, ctypes.byref(made))
        finally:
            self._calls.CFRelease(text)
        self._check(function, status)
        return made.value

    def _keep_identity(self, name: str) -> None:
        """A DAW knows a source by its unique id: ours has the same each time it appears."""
        unique = (zlib.crc32(name.encode()) & 0x7FFFFFFF) or 1
        key = self._calls.kMIDIPropertyUniqueID
        status = self._calls.MIDIObjectSetIntegerProperty(self._end, key, unique)
        if status != _NOT_UNIQUE:  # another of that name plays now: this one keeps what it got
            self._check("MIDIObjectSetIntegerProperty", status)

    @staticmethod
    def _check(function: str, status: int) -> None:
        if status:
            raise PortError(
                f"tried to play through CoreMIDI and {function} answered {status}; restart the "
                "program, or the computer if that doesn't help"
            )


class _HostClock:
    """Host time for a moment of `time.perf_counter_ns`."""

    def __init__(self, calls: Calls) -> None:
        base = (c_uint32 * 2)()
        calls.mach_timebase_info(ctypes.byref(base))
        self._numerator, self._denominator = base
        self._offset = min(self._reading(calls) for _ in range(_READINGS))[1]

    def at(self, ns: int) -> int:
        """Host ticks."""
        return max(1, (ns + self._offset) * self._denominator // self._numerator)

    def _reading(self, calls: Calls) -> tuple[int, int]:
        """(How long it took, host time less ours in nanoseconds)."""
        before = time.perf_counter_ns()
        host = int(calls.mach_absolute_time()) * self._numerator // self._denominator
        after = time.perf_counter_ns()
        return after - before, host - (before + after) // 2


def destinations(calls: Calls) -> dict[str, int]:
    """Every destination by the name that a DAW shows."""
    found: dict[str, int] = {}
    for index in range(int(calls.MIDIGetNumberOfDestinations())):
        end = int(calls.MIDIGetDestination(index))
        name = c_void_p()
        key = calls.kMIDIPropertyDisplayName
        if end and not calls.MIDIObjectGetStringProperty(end, key, ctypes.byref(name)):
            found.setdefault(_text(calls, name), end)
            calls.CFRelease(name)
    return found


def _string(calls: Calls, text: str) -> c_void_p:
    """A CFString, to be released."""
    return c_void_p(calls.CFStringCreateWithCString(None, text.encode(), _UTF8))


def _text(calls: Calls, string: c_void_p) -> str:
    room = ctypes.create_string_buffer(_NAME_BYTES)
    calls.CFStringGetCString(string, room, _NAME_BYTES, _UTF8)
    return room.value.decode(errors="replace")
