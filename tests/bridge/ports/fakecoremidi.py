"""A stand-in for CoreMIDI behind real C calls: every function goes through ctypes and back.

The prototypes are written down here a second time, from Apple's headers, and packet lists lie in
memory as `#pragma pack(push, 4)` lays them out: a wrong type or size shows.
"""

import ctypes
from collections.abc import Callable
from ctypes import CFUNCTYPE, c_char, c_int32, c_ubyte, c_uint16, c_uint32, c_uint64, c_void_p
from dataclasses import dataclass, field
from typing import Any

from bridge.ports.coremidiapi import SIGNATURES

REF = ctypes.POINTER(c_uint32)
OSSTATUS = c_int32
HEADER, STAMP, LENGTH = 4, 8, 2  # numPackets; timeStamp and length of a packet


@dataclass
class FakeCoreMidi:
    """CoreMIDI and what it needs, with a host clock of 3 ticks for 125 ns as on Apple silicon.

    Attributes:
        host_ns: The host's clock, nanoseconds.
        names: Destinations: name to reference.
        received: (source, host ticks, message) of what virtual sources said.
        sent: (destination, host ticks, message) of what was sent to destinations.
        unique: Unique id of each source.
        status: What a function answers instead of success.
    """

    host_ns: Callable[[], int]
    names: dict[str, int] = field(default_factory=dict)
    received: list[tuple[int, int, bytes]] = field(default_factory=list)
    sent: list[tuple[int, int, bytes]] = field(default_factory=list)
    sources: dict[int, str] = field(default_factory=dict)
    unique: dict[int, int] = field(default_factory=dict)
    status: dict[str, int] = field(default_factory=dict)
    strings: dict[int, ctypes.Array[c_char]] = field(default_factory=dict)
    clients: dict[int, str] = field(default_factory=dict)
    run_loops: int = 0

    kMIDIPropertyDisplayName = 0x9000  # noqa: N815  (Apple's names)
    kMIDIPropertyUniqueID = 0x9001  # noqa: N815
    kCFRunLoopDefaultMode = 0x9002  # noqa: N815

    def __post_init__(self) -> None:
        self._references = 100
        self._functions: dict[str, Any] = {}
        for name, prototype, act in self._table():
            function = prototype(act)
            function.restype, function.argtypes = SIGNATURES[name]
            self._functions[name] = function

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["_functions"][name]
        except KeyError:
            raise AttributeError(name) from None

    def _table(self) -> list[tuple[str, Any, Callable[..., Any]]]:
        make = CFUNCTYPE(OSSTATUS, c_uint32, c_void_p, REF)
        string = CFUNCTYPE(c_void_p, c_void_p, c_void_p, c_uint32)
        get = CFUNCTYPE(c_ubyte, c_void_p, c_void_p, ctypes.c_long, c_uint32)
        add_types = (c_void_p, ctypes.c_ulong, c_void_p, c_uint64, ctypes.c_ulong, c_void_p)
        return [
            (
                "MIDIClientCreate",
                CFUNCTYPE(OSSTATUS, c_void_p, c_void_p, c_void_p, REF),
                lambda name, proc, data, out: self._make("MIDIClientCreate", name, out),
            ),
            ("MIDIClientDispose", CFUNCTYPE(OSSTATUS, c_uint32), self._dispose),
            ("MIDISourceCreate", make, lambda c, n, out: self._make("MIDISourceCreate", n, out)),
            (
                "MIDIOutputPortCreate",
                make,
                lambda c, n, out: self._make("MIDIOutputPortCreate", n, out),
            ),
            ("MIDIGetNumberOfDestinations", CFUNCTYPE(ctypes.c_ulong), lambda: len(self.names)),
            (
                "MIDIGetDestination",
                CFUNCTYPE(c_uint32, ctypes.c_ulong),
                lambda index: list(self.names.values())[index],
            ),
            (
                "MIDIObjectGetStringProperty",
                CFUNCTYPE(OSSTATUS, c_uint32, c_void_p, ctypes.POINTER(c_void_p)),
                self._name_of,
            ),
            (
                "MIDIObjectSetIntegerProperty",
                CFUNCTYPE(OSSTATUS, c_uint32, c_void_p, c_int32),
                self._set_integer,
            ),
            ("MIDIPacketListInit", CFUNCTYPE(c_void_p, c_void_p), self._init_list),
            ("MIDIPacketListAdd", CFUNCTYPE(c_void_p, *add_types), self._add_packet),
            ("MIDIReceived", CFUNCTYPE(OSSTATUS, c_uint32, c_void_p), self._receive),
            ("MIDISend", CFUNCTYPE(OSSTATUS, c_uint32, c_uint32, c_void_p), self._send),
            ("CFStringCreateWithCString", string, self._new_string),
            ("CFStringGetCString", get, self._get_string),
            ("CFRelease", CFUNCTYPE(None, c_void_p), lambda ref: self.strings.pop(ref, None)),
            (
                "CFRunLoopRunInMode",
                CFUNCTYPE(c_int32, c_void_p, ctypes.c_double, c_ubyte),
                self._run_loop,
            ),
            ("mach_absolute_time", CFUNCTYPE(c_uint64), lambda: self.host_ns() * 3 // 125),
            (
                "mach_timebase_info",
                CFUNCTYPE(c_int32, ctypes.POINTER(c_uint32 * 2)),
                self._timebase,
            ),
        ]

    def _make(self, function: str, name: int, out: Any) -> int:
        if function in self.status:
            return self.status[function]
        self._references += 1
        out[0] = self._references
        text = self.strings[name].value.decode()
        if function == "MIDIClientCreate":
            self.clients[self._references] = text
        elif function == "MIDISourceCreate":
            self.sources[self._references] = text
        return 0

    def _dispose(self, client: int) -> int:
        self.clients.pop(client)
        self.sources.clear()
        return 0

    def _name_of(self, end: int, key: int, out: Any) -> int:
        if key != self.kMIDIPropertyDisplayName or end not in self.names.values():
            return -10835
        name = next(name for name, one in self.names.items() if one == end)
        out[0] = self._keep(name.encode())
        return 0

    def _set_integer(self, end: int, key: int, value: int) -> int:
        assert key == self.kMIDIPropertyUniqueID
        self.unique[end] = value
        return self.status.get("MIDIObjectSetIntegerProperty", 0)

    def _init_list(self, where: int) -> int:
        c_uint32.from_address(where).value = 0
        return where + HEADER

    def _add_packet(
        self, where: int, size: int, packet: int, stamp: int, length: int, data: int
    ) -> int | None:
        end = packet + STAMP + LENGTH + length
        if end > where + size:
            return None
        ctypes.memmove(packet, bytes(c_uint64(stamp)), STAMP)
        ctypes.memmove(packet + STAMP, bytes(c_uint16(length)), LENGTH)
        ctypes.memmove(packet + STAMP + LENGTH, data, length)
        c_uint32.from_address(where).value += 1
        return end

    def _packets(self, where: int) -> list[tuple[int, bytes]]:
        found, packet = [], where + HEADER
        for _ in range(c_uint32.from_address(where).value):
            stamp = int.from_bytes(ctypes.string_at(packet, STAMP), "little")
            length = int.from_bytes(ctypes.string_at(packet + STAMP, LENGTH), "little")
            found.append((stamp, ctypes.string_at(packet + STAMP + LENGTH, length)))
            packet += STAMP + LENGTH + length
        return found

    def _receive(self, source: int, where: int) -> int:
        if source not in self.sources:
            return -10830
        self.received += [(source, stamp, data) for stamp, data in self._packets(where)]
        return self.status.get("MIDIReceived", 0)

    def _send(self, port: int, end: int, where: int) -> int:
        if end not in self.names.values():
            return -10830
        self.sent += [(end, stamp, data) for stamp, data in self._packets(where)]
        return 0

    def _keep(self, text: bytes) -> int:
        self._references += 1
        self.strings[self._references] = ctypes.create_string_buffer(text)
        return self._references

    def _new_string(self, allocator: object, text: int, encoding: int) -> int:
        assert (allocator, encoding) == (None, 0x08000100)
        return self._keep(ctypes.string_at(text))

    def _get_string(self, string: int, room: int, size: int, encoding: int) -> int:
        text = self.strings[string].raw
        assert len(text) <= size
        ctypes.memmove(room, text, len(text))
        return 1

    def _run_loop(self, mode: int, seconds: float, once: int) -> int:
        assert (mode, seconds) == (self.kCFRunLoopDefaultMode, 0.0)
        self.run_loops += 1
        return 3

    def _timebase(self, out: Any) -> int:
        out.contents[0], out.contents[1] = 125, 3
        return 0
