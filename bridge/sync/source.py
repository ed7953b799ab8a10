"""Who sets the time, as wished for, and opening that host on the system where it is heard.

Each host is told on the clock of the MIDI system on which it is heard: frames where there is JACK
or PipeWire, else the system's monotonic clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bridge.choices import SyncSource
from bridge.errors import PortError
from bridge.inputs.inputport import OnEvents
from bridge.ports.systems import MidiSystem
from bridge.sync.hosttime import Follower
from bridge.sync.link import LinkFollower
from bridge.sync.opening import PortFollower


@dataclass(frozen=True)
class SyncWish:
    """Who is to set the time, and whether others are told.

    Attributes:
        source: Who sets the time.
        port: The port that sends MIDI clock, as `system|port` or `port`; empty for an input of our
            own that others connect to.
        nudge_s: How much later than the host everything sounds.
        send_clock: Whether our own clock goes to the port "Fractalroll clock".
        bar_beats: Quarter notes in a bar, by which programs in a Link session line up.
        start_stop: Whether a Link session's start and stop count; many programs never tell theirs.
    """

    source: SyncSource = "internal"
    port: str = ""
    nudge_s: float = 0.0
    send_clock: bool = False
    bar_beats: float = 4.0
    start_stop: bool = False


class Heard(Follower, Protocol):
    """A host that is listened to.

    Attributes:
        clock: The system on whose frames times are told, or `SYSTEM_CLOCK`.
    """

    clock: str

    @property
    def detail(self) -> str:
        """A code for what a person should know, or nothing; see `bridge.deck.talk`."""
        ...

    def is_alive(self) -> bool:
        """Whether it can still be heard."""
        ...

    def propose(self, bpm: float) -> None:
        """Ask for another tempo, where a host lets others have a say or tells none."""
        ...

    def pass_on(self, on_events: OnEvents | None) -> None:
        """Let somebody else hear, too, what arrives at the host's port; None: nobody."""
        ...


def open_host(
    wish: SyncWish, systems: Sequence[MidiSystem], *, near: int = 0, bpm: float = 120.0
) -> Heard:
    """Listen to the host that is wished for; not for `internal`.

    Args:
        wish: Who.
        systems: What this machine offers, best first.
        near: A recent time of JACK's clock, in frames.
        bpm: Quarter notes a minute where the host tells no tempo.

    Raises:
        PortError: There is no such system or port.
    """
    name, _, port = wish.port.rpartition("|") if wish.source == "midi-clock" else ("", "", "")
    wanted = [one for one in systems if name in ("", one.name)]
    if wish.source == "jack":
        wanted = [one for one in wanted if one.is_exact]
    system = next((one for one in wanted if one.ready), None)
    if system is None and wish.source == "link":  # it needs no MIDI system
        system = MidiSystem("none", True, "no MIDI system")
    if system is None:
        what = "JACK's transport" if wish.source == "jack" else "MIDI clock"
        best = wanted[0] if wanted else None
        why = best.detail if best else "this machine has no such system"
        raise PortError(
            f"tried to follow {what}: {why}; start it, or choose another source",
            "no_sync_system",
            source=wish.source,
            why=why,
            why_code=best.code if best else "",
            **(best.fields if best else {}),
        )
    if wish.source == "link":
        return LinkFollower(
            system, bpm=bpm, quantum=wish.bar_beats, start_stop=wish.start_stop, near=near
        )
    return PortFollower(system, port, near=near, transport=wish.source == "jack", bpm=bpm)


def heard_by_host(wish: SyncWish, port: str | None) -> bool:
    """Whether the port that a host is heard through is this one, too, as `SyncWish.port`."""
    if wish.source == "jack":  # whose transport is watched by an input of our own
        return port == ""
    return wish.source == "midi-clock" and port == wish.port
