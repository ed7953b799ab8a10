"""How soon and how exactly a host is followed, through the jitter that stamps really have.

    python benchmarks/sync.py [--quick] [--json] [--no-ports]

First stamps that are made up after what was measured: exact to the frame (JACK), in clumps of a
period (RtMidi on JACK, or a host that sends its clock once a period), noisy (a process that wakes
up late). Songs of 60 beats at many tempos, whole, half and crooked ones; then a change of tempo in
the middle of a bar, and a clock like Ardour's, whose quarter notes last whole frames. A constant
latency is no jitter and is taken off where stamps are not exact. Beside our way others are measured
that lost (`benchmarks/syncways.py`).

Then a leader of ours is followed over a real JACK server: exact stamps, RtMidi's stamps, JACK's
transport, and two peers of Ableton Link if the extra `link` is there.

Beats until `within`: from then on the error stays below the goal, 2 samples for exact stamps and
1 ms for others. `locked`: when the follower says so.
"""

import argparse
import json
import random
import statistics
import sys
from dataclasses import asdict, dataclass

from syncports import on_ports
from syncways import WAYS, Ours, Stamp, clumped, exact, noisy
from tqdm import tqdm

from bridge.sync.clock import ClockFollower

RATE = 48_000
TICKS = 24
BEATS = 60
SETTLED_BEATS = 8
GOAL_S = {True: 2 / RATE, False: 0.001}


@dataclass(frozen=True)
class Row:
    """One way beside one kind of stamps. Errors are without sign, percentiles over all songs.

    Attributes:
        stamps: Kind of stamps.
        way: Which way to find the line.
        songs: How many were played.
        within_beats: Median and worst number of beats until the error stays within the goal; -1 is
            never.
        locked_beats: Median and worst number of beats until the follower says that it is locked.
        phase_ms: Median, 99th percentile and maximum of the phase error after eight beats.
        locked_phase_ms: 99th percentile of the phase error while locked.
        tempo_percent: 99th percentile of the tempo error after eight beats.
    """

    stamps: str
    way: str
    songs: int
    within_beats: tuple[float, float]
    locked_beats: tuple[float, float] | None
    phase_ms: tuple[float, float, float]
    locked_phase_ms: float | None
    tempo_percent: float


@dataclass
class Song:
    """What one song gave: per tick the phase error in seconds, the tempo error, the lock."""

    errors: list[float]
    tempos: list[float]
    locks: list[bool]


def main() -> int:
    """Measure and print the tables, or JSON as the last line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="6 songs a row instead of 48")
    parser.add_argument("--json", action="store_true", help="print one JSON object as last line")
    parser.add_argument("--no-ports", action="store_true", help="leave the JACK server out")
    arguments = parser.parse_args()
    songs = 6 if arguments.quick else 48
    kinds = ("exact", "clumped-256", "clumped-1024", "noisy")
    pairs = [(kind, way) for kind in kinds for way in WAYS]
    rows = [measure(kind, way, songs) for kind, way in tqdm(pairs, unit="row", file=sys.stderr)]
    print(table(rows))
    result: dict[str, object] = {f"{row.stamps}.{row.way}": asdict(row) for row in rows}
    result["tempo_change"] = changes = {kind: change(kind, songs // 2) for kind in kinds}
    result["whole_frames"] = whole = whole_frames(137.0)
    print(f"\nbeats until within the goal again after a change of tempo: {changes}")
    print(f"a clock of whole frames at 137, ms off the host's bars after 5 minutes: {whole}")
    if not arguments.no_ports:
        result["ports"] = ports = on_ports(quick=arguments.quick)
        for name, figures in ports.items():
            print(f"{name}: {figures}")
    if arguments.json:
        print(json.dumps(result))
    return 0


def tempos(songs: int, rng: random.Random) -> list[float]:
    """Two thirds whole numbers, the rest halves and hundredths; 120 and 137 always."""
    found = [120.0, 137.0]
    while len(found) < songs:
        bpm = rng.uniform(60, 200)
        digits = {0: 2, 1: 0}.get(len(found) % 6, 0)
        found.append(round(bpm * 2) / 2 if len(found) % 6 == 1 else round(bpm, digits))
    return found


def stamps_of(kind: str, rng: random.Random) -> Stamp:
    """How a kind of stamps errs."""
    if kind == "exact":
        return exact(RATE)
    if kind == "noisy":
        return noisy(rng)
    return clumped(RATE, int(kind.partition("-")[2]), rng)


def measure(kind: str, way: str, songs: int) -> Row:
    """Play songs to one way."""
    rng = random.Random(1)
    played = [play(kind, way, bpm, rng) for bpm in tempos(songs, rng)]
    goal = GOAL_S[kind == "exact"]
    late = [abs(error) for song in played for error in song.errors[SETTLED_BEATS * TICKS :]]
    tempo = [error for song in played for error in song.tempos[SETTLED_BEATS * TICKS :]]
    within = [within_beats(song, goal) for song in played]
    locks = [song.locks.index(True) + 1 if any(song.locks) else -TICKS for song in played]
    locked = [
        abs(error)
        for song in played
        for error, lock in zip(song.errors, song.locks, strict=True)
        if lock
    ]
    return Row(
        stamps=kind,
        way=way,
        songs=songs,
        within_beats=(percentile(within, 50), -1.0 if min(within) < 0 else max(within)),
        locked_beats=_beats(locks) if way == "ours" else None,
        phase_ms=(_ms(late, 50), _ms(late, 99), _ms(late, 100)),
        locked_phase_ms=_ms(locked, 99) if way == "ours" else None,
        tempo_percent=round(100 * percentile(tempo, 99), 4),
    )


def play(kind: str, way: str, bpm: float, rng: random.Random) -> Song:
    """One song at one tempo."""
    stamp, follower = stamps_of(kind, rng), WAYS[way](RATE if kind == "exact" else 0)
    start, tick_s = 10 + rng.random(), 60.0 / bpm / TICKS
    song = Song([], [], [])
    for tick in range(BEATS * TICKS):
        truth = start + tick * tick_s
        follower.feed(stamp(truth))
        line = follower.line()
        at, slope = line if line is not None else (truth + 1.0, 1.0)
        song.errors.append(at - truth)
        song.tempos.append(abs(tick_s / slope - 1))
        song.locks.append(isinstance(follower, Ours) and follower.ticks.is_locked)
    if kind != "exact":
        latency = statistics.median(song.errors[len(song.errors) // 2 :])
        song.errors = [error - latency for error in song.errors]
    return song


def within_beats(song: Song, goal: float) -> float:
    """Beats until the error stays below the goal; -1 for never."""
    bad = [k for k, error in enumerate(song.errors) if abs(error) >= goal]
    first = bad[-1] + 1 if bad else 0
    return round((first + 1) / TICKS, 2) if first < len(song.errors) - TICKS else -1.0


def change(kind: str, songs: int) -> tuple[float, float]:
    """Median and worst number of beats until the goal is met again after a change of tempo."""
    rng, found = random.Random(2), []
    for _ in range(songs):
        before, after = rng.sample(range(60, 200), 2)
        follower = ClockFollower(RATE if kind == "exact" else 0)
        stamp, now, errors = stamps_of(kind, rng), 10 + rng.random(), []
        follower.feed(now - 0.01, b"\xfa")
        for tick in range(2 * BEATS * TICKS // 3):
            bpm = before if tick < BEATS * TICKS // 3 + 7 else after
            follower.feed(stamp(now), b"\xf8")
            host = follower.host(now)
            if host is not None:
                errors.append((host.beat_at(now) - tick / TICKS) * 60 / bpm)
            now += 60.0 / bpm / TICKS
        latency = 0.0 if kind == "exact" else statistics.median(errors[-TICKS * 8 :])
        tail = [error - latency for error in errors[BEATS * TICKS // 3 + 7 :]]
        found.append(within_beats(Song(tail, [], []), GOAL_S[kind == "exact"]))
    return percentile(found, 50), -1.0 if min(found) < 0 else max(found)


def whole_frames(bpm: float) -> dict[str, float]:
    """Five minutes of a clock whose quarter note is cut to whole frames: off the host's bars."""
    follower, frames, start = ClockFollower(RATE), int(60 * RATE / bpm), 480_000
    follower.feed(start / RATE, b"\xfa")
    ticks = int(5 * bpm * TICKS)
    worst = last = 0.0
    for tick in range(ticks):
        now = round(start + tick * frames / TICKS) / RATE
        follower.feed(now, b"\xf8")
        host = follower.host(now)
        if host is not None and tick > 2 * TICKS:
            error = start / RATE + host.beat_at(now) * 60 / bpm - now
            worst, last = max(worst, abs(error)), now
    believed = (ticks - 1) / TICKS * 60 / bpm - (last - start / RATE)
    return {"ours": round(1000 * worst, 4), "ticks_as_they_are": round(1000 * believed, 4)}


def percentile(values: list[float], percent: int) -> float:
    """The smallest value that `percent` of the values don't exceed."""
    rising = sorted(values)
    return rising[max(0, -(-len(rising) * percent // 100) - 1)]


def table(rows: list[Row]) -> str:
    """The rows as Markdown."""
    lines = [
        "| stamps | way | within, beats (median / worst) | locked, beats (median / worst) | "
        "phase after 8 beats, ms (median / p99 / max) | while locked, ms (p99) | tempo, % (p99) |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        within = " / ".join("never" if beats < 0 else f"{beats:.2f}" for beats in row.within_beats)
        locked = "-" if row.locked_beats is None else "{:.2f} / {:.2f}".format(*row.locked_beats)
        phase = " / ".join(f"{value:.3f}" for value in row.phase_ms)
        sure = "-" if row.locked_phase_ms is None else f"{row.locked_phase_ms:.3f}"
        lines.append(
            f"| {row.stamps} | {row.way} | {within} | {locked} | {phase} | {sure} | "
            f"{row.tempo_percent:.4f} |"
        )
    return "\n".join(lines)


def _beats(ticks: list[int]) -> tuple[float, float]:
    beats = [tick / TICKS for tick in ticks]
    return round(percentile(beats, 50), 2), round(max(beats), 2) if min(beats) > 0 else -1.0


def _ms(errors: list[float], percent: int) -> float:
    return round(1000 * percentile(errors, percent), 4)


if __name__ == "__main__":
    sys.exit(main())
