"""A host that loops: how much of each pass is missing, and how much sounds that shouldn't.

    python benchmarks/loops.py [--quick] [--json]

A host loops two bars; a deck follows it and plays a note on every twelfth of a beat. First MIDI
clock on a clock turned by hand, with stamps as in `benchmarks/sync.py`: the host sends its song
position and goes on. Then the transport of a real JACK server, which a client sends back in its
process callback, with periods of 256 and 1024 frames. Each row is measured as it is and with
nothing foreseen, as it was before.

A pass's `missing` is the time of the notes that are not there or not within 15 ms of their place;
`extra` that of the notes that the host doesn't come past in it. Constant latency of stamps is taken
off.
"""

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from itertools import pairwise

import numpy as np
from syncways import Stamp, clumped, exact, noisy
from tqdm import tqdm

from bridge.deck.deck import Deck
from bridge.deck.piece import DeckPiece
from bridge.messages import is_note_on
from bridge.ports.dummyjack import DummyJack
from bridge.ports.jackapi import open_client
from bridge.ports.memoryport import ManualClock, MemoryPort
from bridge.ports.systems import open_output
from bridge.sync.clock import ClockFollower
from bridge.sync.hosttime import HostTime
from bridge.sync.opening import PortFollower

RATE, BPM, BEATS, PER_BEAT = 48_000, 120.0, 8, 12
STEP_S = 60.0 / BPM / PER_BEAT
STEPS = BEATS * PER_BEAT
NEAR_S, TURN_S = 0.015, 0.01
BEGINS_S = 10.0


@dataclass(frozen=True)
class Row:
    """What was wrong in a pass, in milliseconds.

    Attributes:
        host: Who looped.
        foreseen: Whether its jumps were.
        missing: Of the second pass, and median and maximum of all from the third on; for JACK,
            whose jumps have to come twice, from the fourth on.
        extra: The same; what still sounds behind a pass's end counts for the next one.
    """

    host: str
    foreseen: bool
    missing: tuple[float, float, float]
    extra: tuple[float, float, float]


def main() -> int:
    """Measure, print the table, and JSON as the last line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="6 passes a row, one period of JACK")
    parser.add_argument("--json", action="store_true", help="print one JSON object as last line")
    arguments = parser.parse_args()
    passes = 6 if arguments.quick else 12
    ways: list[tuple[str, Callable[[bool], Row]]] = [
        (kind, lambda foreseen, kind=kind: by_clock(kind, foreseen, passes))  # type: ignore[misc]
        for kind in ("exact", "clumped-256", "clumped-1024", "noisy")
    ]
    ways += [
        (str(period), lambda foreseen, period=period: by_jack(period, foreseen, passes))  # type: ignore[misc]
        for period in ((256,) if arguments.quick else (256, 1024))
    ]
    pairs = [(way, foreseen) for _, way in ways for foreseen in (False, True)]
    rows = [way(foreseen) for way, foreseen in tqdm(pairs, unit="row", file=sys.stderr)]
    print(table(rows))
    if arguments.json:
        print(json.dumps([asdict(row) for row in rows]))
    return 0


class Follow:
    """A deck on a port in memory, with a scale that names each step by its pitch and channel."""

    def __init__(self, now: float) -> None:
        self.clock = ManualClock(now)
        self.port = MemoryPort(self.clock)
        self.deck = Deck(self.port)
        rows = [(0, k % 120, k, 1, 80) for k in range(STEPS + 2 * PER_BEAT)]
        self.deck.set_piece(
            DeckPiece(np.array(rows, np.int64).T, steps=len(rows), steps_per_beat=12)
        )

    def turn(self, host: HostTime | None, until: float, *, foreseen: bool) -> None:
        """One look at the host, and time goes on."""
        if host is not None:
            self.deck.follow(host if foreseen else replace(host, loop=None))
        self.deck.turn()
        self.port.pass_time(until - self.clock.now())

    def judged(self, host: str, foreseen: bool, begins: list[float], *, late: bool) -> Row:
        """What was wrong in the passes that begin at these seconds, but for the last one."""
        heard = [(at, message[1]) for at, message in self.port.wire if is_note_on(message)]
        if late:
            off = [at - BEGINS_S for at, _ in heard]
            heard = [(at - _latency(off), pitch) for at, pitch in heard]
        missing, extra = [], []
        for begin, end in pairwise(begins):
            here = [one for one in heard if begin - NEAR_S <= one[0] < end - NEAR_S]
            passed = [(begin + k * STEP_S, k % 120) for k in range(STEPS + PER_BEAT)]
            passed = [one for one in passed if one[0] < end]
            due = passed[:STEPS]  # the host itself may come past the end a little
            missing.append(sum(not _is_among(one, here) for one in due) * STEP_S * 1000)
            extra.append(sum(not _is_among(one, passed) for one in here) * STEP_S * 1000)
        settled = 3 if host.startswith("JACK") else 2
        return Row(host, foreseen, _figures(missing, settled), _figures(extra, settled))


def by_clock(kind: str, foreseen: bool, passes: int) -> Row:
    """A host that sends MIDI clock."""
    rng = random.Random(1)
    stamp: Stamp = exact(RATE) if kind == "exact" else noisy(rng)
    if kind.startswith("clumped"):
        stamp = clumped(RATE, int(kind.partition("-")[2]), rng)
    follower = ClockFollower(RATE if kind == "exact" else 0)
    length = BEATS * 60.0 / BPM
    messages = [(stamp(BEGINS_S), b"\xfa")]
    for number in range(passes):
        begin = BEGINS_S + number * length
        ticks = [stamp(begin + k * 60.0 / BPM / 24) for k in range(24 * BEATS)]
        if number:
            messages.append((ticks[0], b"\xf2\x00\x00"))
        messages += [(at, b"\xf8") for at in ticks]
    stage = Follow(BEGINS_S - 0.1)
    while messages:
        now = stage.clock.now()
        while messages and messages[0][0] <= now:
            follower.feed(*messages.pop(0))
        stage.turn(follower.host(now), now + TURN_S, foreseen=foreseen)
    begins = [BEGINS_S + number * length for number in range(passes)]
    return stage.judged(f"MIDI clock, {kind}", foreseen, begins, late=kind != "exact")


def by_jack(period: int, foreseen: bool, passes: int) -> Row:
    """The transport of a real server, sent back by a client that isn't exact to a period."""
    with DummyJack(period=period) as server:
        system = server.system()
        follower = PortFollower(system, transport=True, bpm=BPM)
        port = open_output(system, "Fractalroll loops")
        host = open_client("Fractalroll loops host", server.name)
        begins: list[float] = []
        stop, last = round(BEATS * 60.0 / BPM * RATE), [1]

        def look(frames: int) -> None:
            state, position = host.transport_query_struct()
            rolling, frame = int(state) == 1, int(position.frame)
            if rolling and frame < last[0]:
                begins.append((host.last_frame_time - frame) / RATE)
            if rolling and frame + frames >= stop:
                host.transport_locate(0)
            last[0] = frame if rolling else max(last[0], 1)

        try:
            host.set_process_callback(look)
            host.activate()
            host.transport_locate(0)
            host.transport_start()
            stage = Follow(port.now())
            while len(begins) < passes:
                time.sleep(TURN_S / 2)
                now = port.now()
                stage.turn(follower.host(stage.clock.now()), now, foreseen=foreseen)
        finally:
            host.transport_stop()
            host.deactivate()
            host.close()
            follower.close()
            port.close()
    return stage.judged(f"JACK, period {period}", foreseen, begins, late=False)


def table(rows: list[Row]) -> str:
    """The rows for people, in Markdown."""
    lines = [
        "| host | foreseen | missing, ms: pass 2 / median / max after | extra, ms: the same |",
        "|---|---|---|---|",
    ]
    for row in rows:
        cells = [" / ".join(f"{ms:.0f}" for ms in figures) for figures in (row.missing, row.extra)]
        lines.append(f"| {row.host} | {'yes' if row.foreseen else 'no'} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _figures(values: list[float], settled: int) -> tuple[float, float, float]:
    rest = values[settled:]
    return round(values[1], 1), round(statistics.median(rest), 1), round(max(rest), 1)


def _latency(off_s: list[float]) -> float:
    """By how much notes are late in the median."""
    return statistics.median(off - round(off / STEP_S) * STEP_S for off in off_s)


def _is_among(one: tuple[float, int], others: list[tuple[float, int]]) -> bool:
    return any(abs(one[0] - at) <= NEAR_S and one[1] == pitch for at, pitch in others)


if __name__ == "__main__":
    sys.exit(main())
