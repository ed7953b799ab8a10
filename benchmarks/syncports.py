"""The part of `benchmarks/sync.py` that needs a JACK server: real ports, transport and Link."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bridge.errors import PortError
from bridge.ports.dummyjack import DummyJack
from bridge.ports.jackapi import open_client
from bridge.ports.systems import MidiSystem, open_output
from bridge.sync.hosttime import HostTime
from bridge.sync.lead import CLOCK_PORT_NAME, ClockSender
from bridge.sync.link import LinkFollower
from bridge.sync.opening import PortFollower

_PATIENCE_S = 30.0
_LOOK_S = 0.002

Figures = dict[str, Any]


def on_ports(*, quick: bool) -> dict[str, Figures]:
    """Figures of every row, by its name."""
    beats = 16 if quick else 48
    found: dict[str, Figures] = {}
    with DummyJack(period=1024) as server:
        for bpm in (137.0, 123.4) if quick else (120.0, 137.0, 123.4):
            for name in ("jack", "rtmidi-jack"):
                found[f"{name} {bpm:g}"] = follow_clock(server, name, bpm, beats)
        found["transport 137"] = follow_transport(server, 137.0)
        found["link"] = follow_link(server.system("rtmidi-jack"))
    return found


@dataclass(frozen=True)
class Told:
    """What the follower said at a moment.

    Attributes:
        frame_s: The moment on the server's clock, in seconds.
        own_s: The same on the clock of the follower's stamps.
        host: What was said.
    """

    frame_s: float
    own_s: float
    host: HostTime


@dataclass(frozen=True)
class Plan:
    """What the leader plays: from `start` on at one tempo, from beat `half` on at another."""

    start: float
    spb: float
    half: float
    later: float

    @property
    def seam(self) -> float:
        """When the tempo changes."""
        return self.start + self.half * self.spb

    def beat_at(self, at: float) -> float:
        """Where the leader is."""
        if at < self.seam:
            return (at - self.start) / self.spb
        return self.half + (at - self.seam) / self.later


def follow_clock(server: DummyJack, name: str, bpm: float, beats: int) -> Figures:
    """A leader of ours plays, changes its tempo in the middle of a bar, and is followed."""
    client = open_client("Fractalroll benchmark", server.name)
    client.activate()
    told: list[Told] = []
    with open_output(server.system(), CLOCK_PORT_NAME) as port:
        follower = PortFollower(server.system(name), port.name)
        plan = Plan(port.now() + 0.5, 60.0 / bpm, beats / 2 + 0.3, 60.0 / (bpm + 10))
        sender = ClockSender()
        sender.begin(plan.start, 0.0, plan.spb)
        changed = False
        while (now := port.now()) < plan.seam + (beats - plan.half) * plan.later:
            if not changed and now > plan.seam - plan.spb:
                sender.begin(plan.seam, plan.half, plan.later)
                changed = True
            port.send_many(sender.extend(now + 0.4 if changed else min(now + 0.4, plan.seam)))
            frame_s, own_s = client.frame_time / port.rate, time.perf_counter()
            host = follower.host(frame_s if name == "jack" else own_s)
            if host is not None and host.rolling:
                told.append(Told(frame_s, frame_s if name == "jack" else own_s, host))
            time.sleep(_LOOK_S)
        late = port.stats().late
        follower.close()
    client.close()
    return {**_judged(told, plan, exact=name == "jack"), "late": late}


def _judged(told: list[Told], plan: Plan, *, exact: bool) -> Figures:
    """What the follower said beside where the leader was at each moment."""
    errors = []
    for one in told:
        spb = plan.spb if one.frame_s < plan.seam else plan.later
        off_s = (one.host.beat_at(one.own_s) - plan.beat_at(one.frame_s)) * spb
        errors.append((one.frame_s, one.host.lock == "locked", off_s))
    latency = 0.0 if exact else statistics.median(error for _, _, error in errors)
    settled = [
        abs(error - latency)
        for at, locked, error in errors
        if locked and not 0 <= at - plan.seam < 4 * plan.later
    ]
    first = next((at for at, locked, _ in errors if locked), None)
    limit = 2 / 48_000 if exact else 0.001
    bad = [at for at, _, e in errors if at >= plan.seam and abs(e - latency) > limit]
    phase_s = _p99(settled) if settled else float("nan")
    return {
        "locked_beats": None if first is None else round((first - plan.start) / plan.spb, 2),
        "phase_ms_p99": round(1000 * phase_s, 4),
        "phase_samples_p99": round(48_000 * phase_s, 2),
        "again_within_beats": round((max(bad, default=plan.seam) - plan.seam) / plan.later, 2),
    }


def follow_transport(server: DummyJack, bpm: float) -> Figures:
    """The server's own transport without a master, at a tempo that was agreed upon."""
    client = _client(server)
    follower = PortFollower(server.system(), transport=True, bpm=bpm)
    try:
        rate = int(client.samplerate)
        client.transport_locate(0)
        client.transport_start()
        _until(lambda: (host := follower.host(0.0)) is not None and host.rolling)
        worst = 0.0
        for _ in range(200):
            time.sleep(0.01)
            before = client.last_frame_time
            _, position = client.transport_query()
            host = follower.host(0.0)
            if host is None or client.last_frame_time != before:
                continue
            truth = position["frame"] / rate * bpm / 60
            off = abs(host.beat_at(before / rate) - truth) * 60 / bpm * rate
            worst = max(worst, off)
    finally:
        client.transport_stop()
        client.close()
        follower.close()
    return {"phase_samples_max": round(worst, 2)}


def follow_link(system: MidiSystem) -> Figures:
    """Two peers on one clock: how far apart they believe the beat to be."""
    try:
        one, other = LinkFollower(system, bpm=120.0), LinkFollower(system, bpm=97.0)
    except PortError as err:
        return {"left_out": str(err)}
    apart = []
    try:
        _until(lambda: bool(one.peers and other.peers))
        time.sleep(1.0)
        for _ in range(200):
            time.sleep(0.01)
            here, there = one.host(0.0), other.host(0.0)
            if here is not None and there is not None:
                now = time.perf_counter()
                apart.append(abs(here.beat_at(now) - there.beat_at(now)) * 60 / here.bpm)
    finally:
        one.close()
        other.close()
    return {
        "apart_ms_p99": round(1000 * _p99(apart), 4),
        "apart_ms_max": round(1000 * max(apart), 4),
    }


def _client(server: DummyJack) -> Any:
    client = open_client("Fractalroll benchmark", server.name)
    client.activate()
    return client


def _p99(values: list[float]) -> float:
    rising = sorted(values)
    return rising[max(0, -(-len(rising) * 99 // 100) - 1)]


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE_S
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
