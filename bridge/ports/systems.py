"""Which MIDI systems this machine offers, and a port on the best of them.

In order of how well notes can be timed: JACK and PipeWire place each at its frame, ALSA's kernel
queue plays at the time that it was given, CoreMIDI stamps each with its time; RtMidi sends when the
deadline loop says so, on Windows and wherever the system's own part doesn't answer.
"""

import contextlib
import os
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from glob import glob
from pathlib import Path

from bridge.errors import Field, PortError
from bridge.ports.childport import ChildPort
from bridge.processes.childprocess import ChildProcess
from bridge.units import ticks_of

LATE_LIMIT_S = 0.03
"""A note-on later than this is dropped: a listener hears a wrong note rather than a late one."""

SYSTEM_CLOCK = "system"
"""The name of the system's monotonic clock."""

_MEMORY_S = 0.2
_PROBE_TIMEOUT_S = 5.0
_JACK = ("jack", "pipewire")
_NATIVE = {"alsa": "bridge.ports.alsachild", "coremidi": "bridge.ports.coremidichild"}
_CANDIDATES = {
    "linux": ("jack", "pipewire", "alsa"),
    "darwin": ("jack", "coremidi"),
    "win32": ("jack", "winmm"),
}

_latest: dict[tuple[str, str], ChildPort] = {}
"""The port that this process opened last on a JACK server, by system and server: it knows how often
the frames have wrapped."""


@dataclass(frozen=True)
class MidiSystem:
    """One MIDI system and whether it can be played on.

    Attributes:
        name: `jack`, `pipewire`, `alsa`, `coremidi`, `winmm`, or `rtmidi-jack` for tests and
            for who is heard beside the built-in sound.
        ready: Whether it answers.
        detail: What answered, or why nothing did, for a person.
        environment: Variables that a process must have to reach it.
        outputs: Ports of others that can be played on.
        inputs: Ports of others that can be listened to.
        native: Whether the system's own part answered, and not only RtMidi.
        code: What `detail` says, for who tells it in another language; empty: as it is.
        fields: What `detail` names.
    """

    name: str
    ready: bool
    detail: str
    environment: Mapping[str, str] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    native: bool = False
    code: str = ""
    fields: Mapping[str, Field] = field(default_factory=dict)

    @property
    def is_exact(self) -> bool:
        """Whether messages are placed at their frame."""
        return self.name in _JACK

    @property
    def clock(self) -> str:
        """The clock on which it tells times: its own frames, by its name, or `SYSTEM_CLOCK`."""
        return self.name if self.is_exact else SYSTEM_CLOCK


def detect() -> list[MidiSystem]:
    """Every system that this kind of machine may have, best first, ready or not."""
    return [look_at(name) for name in _CANDIDATES.get(sys.platform, ("jack", "alsa"))]


def look_at(
    name: str,
    environment: Mapping[str, str] | None = None,
    patience_s: float = _PROBE_TIMEOUT_S,
) -> MidiSystem:
    """Ask one system whether it is there.

    Args:
        name: As in `MidiSystem.name`.
        environment: Variables that lead to it; by default what the system needs itself.
        patience_s: So long it may take to answer.
    """
    missing, code = _missing(name)
    if missing:
        return MidiSystem(name, False, missing, code=code)
    reach = {"JACK_NO_START_SERVER": "1", **_pipewire_path(name), **(environment or {})}
    child = ChildProcess("bridge.ports.probe", {"system": name}, reach)
    try:
        facts = child.wait_ready(patience_s)
    except PortError as err:
        return MidiSystem(name, False, str(err), reach, code=err.code, fields=err.fields)
    finally:
        child.close(_PROBE_TIMEOUT_S)
    return MidiSystem(
        name=name,
        ready=True,
        detail=str(facts["detail"]),
        environment=reach,
        outputs=tuple(map(str, facts["outputs"])),
        inputs=tuple(map(str, facts["inputs"])),
        native=bool(facts.get("native", False)),
        code=str(facts.get("code", "")),
        fields=facts.get("fields", {}),
    )


def choose(wanted: str = "auto") -> MidiSystem | None:
    """The best system that is ready, or the one called `wanted`; None if none is ready.

    Raises:
        PortError: If `wanted` names a system that isn't ready.
    """
    if wanted == "auto":
        return next((system for system in detect() if system.ready), None)
    system = look_at(wanted)
    if not system.ready:
        raise PortError(
            f"tried to play through {wanted}: {system.detail}. Start it, or choose another system "
            "(`fractalroll ports` lists what is there)"
        )
    return system


def open_output(
    system: MidiSystem,
    name: str,
    late_limit_s: float = LATE_LIMIT_S,
    *,
    realtime: bool = True,
    target: str = "",
    remembered: Collection[str] = (),
    near: int | None = None,
) -> ChildPort:
    """Open the output port `name` on a system, in a process of its own.

    Args:
        system: Where; it must be ready.
        name: What a musician reads in the DAW's list of MIDI inputs.
        late_limit_s: Note-ons later than this are dropped.
        realtime: Whether to ask for a raised priority.
        target: A port of another program to play on, one of `system.outputs`; by default whoever
            connects to ours hears it.
        remembered: Who is connected as soon as it is there: `ChildPort.remembered` of the port that
            this one stands in for.
        near: A recent time of JACK's clock, in frames, which wrap every 24.8 hours; by default that
            of the port that was opened there last, so that all ports count alike.

    Raises:
        PortError: If the system gives no port; on Windows, if there is no loopback port.
    """
    spec = {
        "system": system.name,
        "client": name,
        "port": "out",
        "late_limit_s": late_limit_s,
        "memory_s": _MEMORY_S,
        "parent": os.getpid(),
        "realtime": realtime,
        "target": target,
        "remembered": sorted(remembered),
    }
    if system.is_exact:
        spec["near"] = frames_on(system) if near is None else near
        port = _latest[_server(system)] = ChildPort(
            "bridge.ports.jackchild", spec, system.environment
        )
        return port
    if system.native and system.name in _NATIVE:
        # What the system's own part refuses, RtMidi may still be given; if not, it says why.
        with contextlib.suppress(PortError):
            return ChildPort(_NATIVE[system.name], spec, system.environment)
    return ChildPort("bridge.ports.loopchild", spec, system.environment)


def frames_on(system: MidiSystem) -> int:
    """JACK's clock as this process last saw it there, in frames; 0 if it never did."""
    port = _latest.get(_server(system))
    return 0 if port is None else ticks_of(port.now(), port.rate)


def _server(system: MidiSystem) -> tuple[str, str]:
    return system.name, system.environment.get("JACK_DEFAULT_SERVER", "")


def _missing(name: str) -> tuple[str, str]:
    """Why a system can't be there at all, and the code of it; or nothing."""
    if name == "alsa" and not Path("/dev/snd/seq").exists():
        return "no ALSA sequencer (/dev/snd/seq)", "no_alsa"
    if name == "pipewire" and not _pipewire_path(name):
        return "not running, or its JACK library (package pipewire-jack) is missing", "no_pipewire"
    return "", ""


def _pipewire_path(name: str) -> dict[str, str]:
    """Where PipeWire's own libjack lies, if PipeWire runs and the library isn't the default one.

    Debian keeps it aside for `pw-jack`; a child process gets it by the loader's search path.
    """
    if name != "pipewire":
        return {}
    runtime = os.environ.get("PIPEWIRE_RUNTIME_DIR") or os.environ.get("XDG_RUNTIME_DIR", "")
    remote = Path(runtime) / os.environ.get("PIPEWIRE_REMOTE", "pipewire-0")
    found = sorted(glob("/usr/lib*/pipewire-0.3/jack") + glob("/usr/lib/*/pipewire-0.3/jack"))  # noqa: PTH207
    if not (runtime and remote.exists() and found):
        return {}
    paths = [found[0], *filter(None, [os.environ.get("LD_LIBRARY_PATH")])]
    return {"LD_LIBRARY_PATH": os.pathsep.join(paths)}
