"""How exactly notes reach the wire: onset errors, late and lost notes, also on a busy machine.

    python benchmarks/live.py [--quick] [--json] [--period 256]

Each row plays note-ons at random intervals of 5 to 26 ms (mean 15.6) through a real port on a JACK
dummy server and hears them through a second client, which knows the frame of every one. Ways to
play: `jack`, the port for JACK and PipeWire; `fallback`, the deadline loop for all other systems,
here over RtMidi on JACK, which by itself adds up to one period (so its constant latency, the
median, is taken off). Machines: `idle`, as it is found; `busy`, with a computing process on every
core; `python`, with a Python thread that computes in the playing program itself.
"""

import argparse
import contextlib
import json
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from tqdm import tqdm

from bridge.dummyjack import DummyJack
from bridge.listener import Listener
from bridge.messages import TimedMessage, is_note_on, note_off, note_on
from bridge.systems import open_output
from bridge.units import ticks_of

ROWS = (
    ("jack", "idle"),
    ("jack", "busy"),
    ("jack", "python"),
    ("fallback", "idle"),
    ("fallback", "busy"),
)
_SYSTEMS = {"jack": "jack", "fallback": "rtmidi-jack"}
_LOOK_AHEAD_S = 0.2
_HOG = "x = 0\nwhile True:\n    x += 1"


@dataclass(frozen=True)
class Row:
    """One way to play on one kind of machine. Errors are of onsets, without sign.

    Attributes:
        way: `jack` or `fallback`.
        machine: `idle`, `busy` or `python`.
        onsets: How many were played.
        lost: How many of those that went out were not heard.
        late: How many the port itself sent late.
        dropped: How many it left out as too late.
        xruns: Cycles in which the server was late.
        p99_samples: 99th percentile of the errors, in frames (the fallback has none).
        max_samples: Their greatest.
    """

    way: str
    machine: str
    onsets: int
    lost: int
    late: int
    dropped: int
    xruns: int
    median_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float
    p99_samples: int | None
    max_samples: int | None


def main() -> int:
    """Measure every row and print the table, or JSON as the last line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="400 onsets a row instead of 2,100")
    parser.add_argument("--json", action="store_true", help="print one JSON object as last line")
    parser.add_argument("--period", type=int, default=256, help="frames per cycle of the server")
    parser.add_argument("--asynchronous", action="store_true", help="let it not wait for clients")
    arguments = parser.parse_args()
    onsets = 400 if arguments.quick else 2100
    with DummyJack(period=arguments.period, synchronous=not arguments.asynchronous) as server:
        rows = [
            measure(server, way, machine, onsets)
            for way, machine in tqdm(ROWS, unit="row", file=sys.stderr)
        ]
    print(table(rows))
    if arguments.json:
        result: dict[str, object] = {f"{row.way}.{row.machine}": asdict(row) for row in rows}
        result |= {
            "load_average": os.getloadavg()[0],
            "period": arguments.period,
            "synchronous": not arguments.asynchronous,
        }
        print(json.dumps(result))
    return 0


def schedule(onsets: int) -> list[tuple[float, bytes]]:
    """(seconds from the start, message): every onset tells itself apart by pitch and velocity."""
    rng, now, events = random.Random(1), 0.0, []
    for k in range(onsets):
        pitch, velocity = k % 120, 1 + k // 120 % 127
        events += [(now, note_on(0, pitch, velocity)), (now + 0.1, note_off(0, pitch))]
        now += rng.uniform(0.0052, 0.026)
    return sorted(events)


def measure(server: DummyJack, way: str, machine: str, onsets: int) -> Row:
    """Play one row."""
    system = server.system(_SYSTEMS[way])
    with open_output(system, "Fractalroll") as port, load(machine):
        listener = Listener(system, port.name, near=ticks_of(port.now(), port.rate), keep=True)
        start = port.now() + 0.5
        waiting = [TimedMessage(start + at, message) for at, message in schedule(onsets)]
        while waiting:
            limit = port.now() + _LOOK_AHEAD_S
            ready = [event for event in waiting if event.at < limit]
            port.send_many(ready)
            waiting = waiting[len(ready) :]
            time.sleep(0.01)
        time.sleep(_LOOK_AHEAD_S + 0.5)
        stats = port.stats()
        listener.close()
    rate = listener.rate
    due = {m: ticks_of(start + at, rate) for at, m in schedule(onsets) if is_note_on(m)}
    heard = {m: tick for tick, m in listener.heard if is_note_on(m)}
    errors = onset_errors(due, heard, exact=system.is_exact)
    return Row(
        way=way,
        machine=machine,
        onsets=onsets,
        lost=stats.notes_sent - len(heard),
        late=stats.late,
        dropped=stats.dropped,
        xruns=stats.xruns,
        median_ms=round(1000 * percentile(errors, 50) / rate, 3),
        p95_ms=round(1000 * percentile(errors, 95) / rate, 3),
        p99_ms=round(1000 * percentile(errors, 99) / rate, 3),
        max_ms=round(1000 * percentile(errors, 100) / rate, 3),
        p99_samples=percentile(errors, 99) if system.is_exact else None,
        max_samples=percentile(errors, 100) if system.is_exact else None,
    )


def onset_errors(due: dict[bytes, int], heard: dict[bytes, int], exact: bool) -> list[int]:
    """Ticks between due and heard, rising; without the constant latency where there is one."""
    differences = [heard[message] - tick for message, tick in due.items() if message in heard]
    latency = 0 if exact else round(statistics.median(differences))
    return sorted(abs(difference - latency) for difference in differences)


def percentile(rising: list[int], percent: int) -> int:
    """The smallest value that `percent` of the values don't exceed."""
    return rising[max(0, -(-len(rising) * percent // 100) - 1)]


@contextlib.contextmanager
def load(machine: str) -> Iterator[None]:
    """Keep the machine, or this process's interpreter, busy."""
    ending = threading.Event()
    hogs = []
    if machine == "busy":
        count = os.cpu_count() or 1
        hogs = [subprocess.Popen([sys.executable, "-c", _HOG]) for _ in range(count)]
    if machine == "python":
        threading.Thread(target=compute, args=(ending,), daemon=True).start()
    try:
        yield
    finally:
        ending.set()
        for hog in hogs:
            hog.kill()
            hog.wait()


def compute(ending: threading.Event) -> None:
    """What a Python thread does that never waits."""
    total = 0
    while not ending.is_set():
        for k in range(1000):
            total += k * k


def table(rows: list[Row]) -> str:
    """The rows as Markdown."""
    lines = [
        "| way | machine | onsets | lost | late | dropped | xruns | median / p95 / p99 / max, ms |"
        " p99 / max, samples |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        milliseconds = (
            f"{row.median_ms:.3f} / {row.p95_ms:.3f} / {row.p99_ms:.3f} / {row.max_ms:.3f}"
        )
        samples = "-" if row.p99_samples is None else f"{row.p99_samples} / {row.max_samples}"
        lines.append(
            f"| {row.way} | {row.machine} | {row.onsets} | {row.lost} | {row.late} | "
            f"{row.dropped} | {row.xruns} | {milliseconds} | {samples} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
