"""What this machine offers for playing: MIDI systems, a raised priority, sound."""

import sys

from bridge.errors import PortError
from bridge.ports.dummyjack import is_possible
from bridge.ports.loopbacks import ADVICE, find_loopback
from bridge.ports.systems import MidiSystem, detect
from bridge.ports.windowsmidi import can_make_loopback
from bridge.processes.childprocess import ChildProcess
from bridge.processes.priority import may_be_realtime
from model.finding import Finding

_ROOM = "bridge"
_TIMEOUT_S = 5.0
_TITLES = {
    "jack": "JACK",
    "pipewire": "PipeWire",
    "alsa": "ALSA sequencer",
    "coremidi": "CoreMIDI",
    "winmm": "Windows MIDI",
}
_NATIVE = {
    "alsa": "by the kernel's queue",
    "coremidi": "each note stamped with its time",
}
_ADVICE = {
    "jack": "Start your JACK server, or go without: `play` starts one of its own if it has to.",
    "pipewire": "On a PipeWire desktop install the package pipewire-jack for exact timing.",
    "alsa": "Load the sequencer with `sudo modprobe snd-seq`, or use JACK or PipeWire.",
    "coremidi": "Reinstall python-rtmidi: pip install --force-reinstall python-rtmidi",
    "winmm": ADVICE,
}


def findings() -> list[Finding]:
    """Every MIDI system, whether any of them can be played on, priority and sound."""
    systems = detect()
    return [_verdict(systems), *map(_system, systems), _priority(), _sound()]


def _verdict(systems: list[MidiSystem]) -> Finding:
    """Whether `play` finds a port, and on which system."""
    name = "MIDI output"
    best = next((system for system in systems if system.ready), None)
    if best is not None and best.name == "winmm":
        return _loopback(best)
    if best is not None:
        return Finding(_ROOM, name, True, f"{_TITLES[best.name]}, {_timing(best)}", needed=True)
    if is_possible():
        detail = "no MIDI system; `play` starts a JACK server of its own, for itself only"
        advice = "To play into a DAW here, start JACK or PipeWire first."
        return Finding(_ROOM, name, True, detail, advice, needed=True)
    advice = "On Debian or Ubuntu: sudo apt-get install jackd2. Else start JACK or PipeWire."
    if sys.platform == "win32":
        advice = ADVICE
    return Finding(_ROOM, name, False, "no MIDI system and no jackd", advice, needed=True)


def _timing(system: MidiSystem) -> str:
    """How a note finds its moment there."""
    if system.is_exact:
        return "each note at its frame"
    return _NATIVE[system.name] if system.native else "by the deadline loop"


def _loopback(system: MidiSystem) -> Finding:
    """Windows: the loopback port that would be played on."""
    try:
        port = find_loopback(system.outputs, "Fractalroll")
    except PortError:
        if can_make_loopback():
            detail = "`play` makes a loopback port through Windows MIDI Services"
            return Finding(_ROOM, "MIDI output", True, detail, needed=True)
        detail = f"no loopback port among {', '.join(system.outputs) or 'no ports at all'}"
        return Finding(_ROOM, "MIDI output", False, detail, ADVICE, needed=True)
    return Finding(_ROOM, "MIDI output", True, f"loopback port {port}", needed=True)


def _system(system: MidiSystem) -> Finding:
    name = _TITLES[system.name]
    if not system.ready:
        return Finding(_ROOM, name, False, system.detail, _ADVICE[system.name])
    ports = len(system.outputs) + len(system.inputs)
    return Finding(_ROOM, name, True, f"{system.detail}; {ports} ports of other programs")


def _priority() -> Finding:
    """Whether the process that plays may run before ordinary ones (Linux asks for permission)."""
    name = "realtime priority"
    if sys.platform != "linux":
        return Finding(_ROOM, name, True, "given without asking on this system")
    if may_be_realtime():
        return Finding(_ROOM, name, True, "granted")
    advice = (
        "Playing works without; for less jitter join the audio group (`sudo usermod -aG audio "
        "$USER`), give it an rtprio limit in /etc/security/limits.d, and log in again."
    )
    return Finding(_ROOM, name, False, "not permitted to this user", advice)


def _sound() -> Finding:
    """PortAudio and its output devices, for hearing music without a DAW."""
    child = ChildProcess("bridge.ports.probe", {"system": "audio"})
    try:
        facts = child.wait_ready(_TIMEOUT_S)
    except PortError as err:
        advice = "Only for hearing music without a DAW: sudo apt-get install libportaudio2"
        return Finding(_ROOM, "sound", False, str(err), advice)
    finally:
        child.close(_TIMEOUT_S)
    devices = ", ".join(map(str, facts["outputs"]))
    if devices:
        return Finding(_ROOM, "sound", True, f"{facts['detail']}: {devices}")
    advice = "Only for hearing music without a DAW: connect or switch on an output device."
    return Finding(_ROOM, "sound", False, f"{facts['detail']}, no output device", advice)
