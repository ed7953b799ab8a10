"""A host that sends MIDI clock, for tests: it knows where its music really is."""

import math
import random
from collections.abc import Callable

from bridge.sync.clock import ClockFollower
from bridge.sync.hosttime import HostTime

RATE = 48_000
Stamp = Callable[[float], float]


def frames(at: float) -> float:
    """Exact to the frame."""
    return round(at * RATE) / RATE


def clumps(period: int, seed: int = 1) -> Stamp:
    """Stamped with the period in which it arrives, a little late as callbacks are."""
    rng, length = random.Random(seed), period / RATE
    return lambda at: math.floor(at / length) * length + rng.expovariate(1 / 0.0001)


def noise(seed: int = 1) -> Stamp:
    """Half a millisecond late or so, now and then much more."""
    rng = random.Random(seed)

    def stamp(at: float) -> float:
        stray = rng.expovariate(1 / 0.01) if rng.random() < 0.02 else 0.0
        return at + rng.expovariate(1 / 0.0005) + stray

    return stamp


class Host:
    """Plays at a tempo from `beat` on and feeds a follower with what it would send.

    Positions are counted in ticks; `beat_at` is the truth.
    """

    def __init__(
        self, follower: ClockFollower, stamp: Stamp = frames, bpm: float = 120.0, at: float = 10.0
    ) -> None:
        self.follower, self.stamp = follower, stamp
        self.now = at
        self.bpm = bpm
        self.tick = 0
        self.sixth = 6
        """Ticks that it counts as one of song position: 6, or 1 where that is done wrongly."""

    def send(self, message: bytes, at: float | None = None) -> None:
        self.follower.feed(self.stamp(self.now if at is None else at), message)

    def start(self) -> None:
        self.tick = 0
        self.send(b"\xfa")

    def go_on(self) -> None:
        self.send(b"\xfb")

    def stop(self) -> None:
        self.send(b"\xfc")

    def locate(self, tick: int) -> None:
        self.tick = tick
        value = tick // self.sixth
        self.send(bytes((0xF2, value & 0x7F, value >> 7)))

    def ticks(self, count: int, *, lost: tuple[int, ...] = (), counting: bool = True) -> None:
        """Let `count` ticks pass, each at its moment; those in `lost` never arrive."""
        for k in range(count):
            if k not in lost:
                self.send(b"\xf8")
            self.now += 60.0 / self.bpm / 24
            self.tick += counting

    def rest(self, seconds: float) -> None:
        self.now += seconds

    @property
    def beat(self) -> float:
        """Where it is at `now`."""
        return self.tick / 24

    def told(self) -> HostTime:
        host = self.follower.host(self.now)
        assert host is not None
        return host

    def error_s(self, ahead_s: float = 0.0) -> float:
        """By how many seconds the follower is off, `ahead_s` from now if the tempo stays."""
        truth = self.beat + ahead_s * self.bpm / 60
        return (self.told().beat_at(self.now + ahead_s) - truth) * 60 / self.bpm
