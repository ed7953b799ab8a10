"""How exactly notes reach the wire, beside other ways to play: onset errors, lost and late notes.

    python benchmarks/timing.py [--quick] [--json] [--period 256] [--asynchronous]

Each row plays note-ons at random intervals of 5 to 26 ms (mean 15.6) through a real port on a JACK
dummy server and hears them through one more client, which knows the frame of every one. Ways to
play: `ours`, the port for JACK and PipeWire; `fallback`, our loop for systems without queues, over
RtMidi on JACK; mido's play loop, isobar's timeline and a thread with deadlines, over RtMidi too,
which by itself adds up to one period. Machines: `idle`, as it is found; `busy`, with a computing
process on every core; `training`, with `fractalroll train` at work; `python` (ours only), with a
Python thread that computes in the playing program itself.

`ours` is held against the frame that was asked for. All other ways know no frames: their constant
latency and the drift of their clock against the server's are taken off. The rivals need the extra
`benchmark`: pip install '.[benchmark]'.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from loads import LOADS
from rivals import CLIENT, EXTRA, TICKS_A_SECOND, WAYS, schedule, timed_messages
from tqdm import tqdm

from bridge.errors import PortError
from bridge.inputs.listener import Listener
from bridge.messages import TimedMessage, is_note_on, note_on
from bridge.ports.dummyjack import DummyJack
from bridge.ports.systems import MidiSystem, open_output
from bridge.units import ticks_of

RIVALS = Path(__file__).with_name("rivals.py")
OWN = {"ours": "jack", "fallback": "rtmidi-jack"}
MACHINES = ("idle", "busy", "training")
GOAL_P99_SAMPLES, GOAL_LOST = 0, 0
_ONSETS, _QUICK_ONSETS = 2100, 100
_LOOK_AHEAD_S = 0.2
_APPEAR_S = 20.0
_LEAVE_S = 20.0


@dataclass(frozen=True)
class Row:
    """One way to play on one kind of machine. Errors are of onsets, without sign.

    Attributes:
        onsets: How many were asked for.
        lost: How many were not heard.
        late: How many were heard more than a period of the server after their time.
        dropped: How many our port left out as too late; None for the others.
        xruns: Cycles that the server reported as broken meanwhile.
        p99_samples: 99th percentile of the errors, in frames at 48 kHz.
    """

    onsets: int
    lost: int
    late: int
    dropped: int | None
    xruns: int
    median_samples: int
    p95_samples: int
    p99_samples: int
    max_samples: int
    p99_ms: float


Found = dict[str, dict[str, Row]]


def main() -> int:
    """Measure every row, print the table; 1 if ours misses its goal."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--quick", action="store_true", help="100 onsets a row, without the fallback"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object as last line")
    parser.add_argument("--period", type=int, default=256, help="frames per cycle of the server")
    parser.add_argument("--asynchronous", action="store_true", help="let it not wait for clients")
    asked = parser.parse_args()
    if importlib.util.find_spec("isobar") is None:
        parser.error(f"isobar is not installed here; run: pip install '.[{EXTRA}]'")
    onsets = _QUICK_ONSETS if asked.quick else _ONSETS
    ways = [way for way in (*OWN, *WAYS) if not (asked.quick and way == "fallback")]
    with DummyJack(period=asked.period, synchronous=not asked.asynchronous) as server:
        found = measure(server, ways, onsets, asked.period)
    print(table(found))
    missed = [
        machine
        for machine, row in found["ours"].items()
        if row.p99_samples > GOAL_P99_SAMPLES or row.lost > GOAL_LOST
    ]
    if asked.json:
        result: dict[str, object] = {
            way: {machine: asdict(row) for machine, row in rows.items()}
            for way, rows in found.items()
        }
        result["load_average"] = round(os.getloadavg()[0], 1)
        result |= {"period": asked.period, "synchronous": not asked.asynchronous, "missed": missed}
        print(json.dumps(result))
    return 1 if missed else 0


def measure(server: DummyJack, ways: list[str], onsets: int, period: int) -> Found:
    """Every way on every machine."""
    found: Found = {way: {} for way in ways}
    with tqdm(total=len(MACHINES) * len(found) + 1, unit="row", file=sys.stderr) as bar:
        for machine in MACHINES:
            with LOADS[machine]():
                for way in found:
                    play = play_own if way in OWN else play_rival
                    found[way][machine] = play(server, way, onsets, period)
                    bar.update()
        with LOADS["python"]():
            found["ours"]["python"] = play_own(server, "ours", onsets, period)
            bar.update()
    return found


def play_own(server: DummyJack, way: str, onsets: int, period: int) -> Row:
    """Through one of our ports; its own clock says what is due."""
    system = server.system(OWN[way])
    notes = schedule(onsets)
    with open_output(system, "Fractalroll") as port:
        ear = Listener(system, port.name, near=ticks_of(port.now(), port.rate), keep=True)
        start = port.now() + 0.5
        waiting = [
            TimedMessage(start + tick / TICKS_A_SECOND, message)
            for tick, message in timed_messages(notes)
        ]
        while waiting:
            limit = port.now() + _LOOK_AHEAD_S
            ready = [event for event in waiting if event.at < limit]
            port.send_many(ready)
            waiting = waiting[len(ready) :]
            time.sleep(0.01)
        time.sleep(_LOOK_AHEAD_S + 0.5)
        stats = port.stats()
        ear.close()
    asked = {note_on(0, n.pitch, n.velocity): start + n.at_s for n in notes}
    row = compared(asked, ear, exact=system.is_exact, period=period)
    return replace(row, dropped=stats.dropped, xruns=stats.xruns)


def play_rival(server: DummyJack, way: str, onsets: int, period: int) -> Row:
    """Another way, in a process of its own."""
    command = [sys.executable, str(RIVALS), way, str(onsets)]
    child = subprocess.Popen(
        command,
        env={**os.environ, **server.environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    said, orders = child.stdout, child.stdin
    if said is None or orders is None:  # never: both were asked for
        raise PortError(f"tried to speak with {way} and it has no pipes")
    try:
        _expect(said.readline(), "ready", way)
        system = server.system("jack")
        ear = Listener(system, rival_port(system, server), keep=True)
        with contextlib.closing(ear), open_output(system, "Watch") as watch:
            orders.write("go\n")
            orders.flush()
            _expect(said.readline(), "played", way)
            time.sleep(0.3)
            xruns = watch.stats().xruns
        child.communicate("end\n", timeout=_LEAVE_S)
    finally:
        child.kill()
        child.wait()
    asked = {note_on(0, n.pitch, n.velocity): n.at_s for n in schedule(onsets)}
    return replace(compared(asked, ear, exact=False, period=period), xruns=xruns)


def rival_port(system: MidiSystem, server: DummyJack) -> str:
    """The port of the rival, as soon as it is there.

    Raises:
        PortError: It does not appear.
    """
    limit = time.monotonic() + _APPEAR_S
    while time.monotonic() < limit:
        for name in system.inputs:
            if name.startswith(CLIENT):
                return name
        system = server.system("jack")
    raise PortError(f"tried to hear {CLIENT} and it opened no port in {_APPEAR_S:.0f} s")


def compared(asked: dict[bytes, float], ear: Listener, *, exact: bool, period: int) -> Row:
    """What was asked for beside what was heard.

    Args:
        asked: When each onset was due, in seconds; on the port's clock if it is `exact`.
        ear: What was heard.
        exact: Whether the way places notes at frames; else latency and drift are taken off.
        period: Frames per cycle.
    """
    rate = 48_000
    heard = {m: tick / ear.rate for tick, m in ear.heard if is_note_on(m)}
    both = [(due, heard[m]) for m, due in asked.items() if m in heard]
    due_s = np.array([due for due, _ in both])
    off_s = np.array([was for _, was in both]) - due_s
    if not exact:
        off_s = off_s - np.polyval(np.polyfit(due_s, off_s, 1), due_s)
        off_s -= np.median(off_s)
    frames = np.rint(off_s * rate).astype(int)
    errors = np.sort(np.abs(frames))
    return Row(
        onsets=len(asked),
        lost=len(asked) - len(both),
        late=int((frames > period).sum()),
        dropped=None,
        xruns=0,
        median_samples=percentile(errors, 50),
        p95_samples=percentile(errors, 95),
        p99_samples=percentile(errors, 99),
        max_samples=percentile(errors, 100),
        p99_ms=round(1000 * percentile(errors, 99) / rate, 3),
    )


def percentile(rising: np.ndarray, percent: int) -> int:
    """The smallest value that `percent` of the values don't exceed."""
    return int(rising[max(0, -(-len(rising) * percent // 100) - 1)])


def table(found: Found) -> str:
    """The rows as Markdown."""
    lines = [
        "| way | machine | onsets | lost | late | dropped | xruns |"
        " median / p95 / p99 / max, samples | p99, ms |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for way, rows in found.items():
        for machine, row in rows.items():
            dropped = "-" if row.dropped is None else row.dropped
            errors = (row.median_samples, row.p95_samples, row.p99_samples, row.max_samples)
            lines.append(
                f"| {way} | {machine} | {row.onsets} | {row.lost} | {row.late} | {dropped} | "
                f"{row.xruns} | {' / '.join(map(str, errors))} | {row.p99_ms:.3f} |"
            )
    return "\n".join(lines)


def _expect(line: str, word: str, way: str) -> None:
    if line.strip() != word:
        raise PortError(
            f"tried to play with {way} and its process ended; run it by hand to see why"
        )


if __name__ == "__main__":
    sys.exit(main())
