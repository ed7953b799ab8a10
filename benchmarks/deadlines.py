"""Is every bar there in time? 180 bpm, 1,000 bars, the bundled model, two loaded cores.

    python benchmarks/deadlines.py [--quick] [--bars 1000] [--bpm 180] [--loaded 2] [--json]

The player that `fractalroll play` uses plays in real time into a port in memory, while processes
that only compute keep so many cores loaded. A bar of 180 bpm lasts 1.33 s. Counted are the bar
lines on which the next bar was not ready, what played instead, how long a bar took to make, and
the least time that was left.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, cast

import numpy as np
from tqdm import tqdm

from bridge.commands import add_play_parser
from bridge.playing.feeder import ThreadFeeder
from bridge.playing.player import Player, PlayerEvent, PlayerReport
from bridge.ports.memoryport import ManualClock, MemoryPort
from bridge.source import Bar, BarSource
from export.choosing import add_engine_options, engine_of
from model.livesource import LiveSource, make_source

_HOG = "x = 0\nwhile True:\n    x += 1"


class Timed:
    """A source that takes down how long each bar took."""

    def __init__(self, source: LiveSource) -> None:
        self.engine = source.engine
        self.took_s: list[float] = []
        self._source = source

    def next_bar(self) -> Bar | None:
        """The next bar, timed."""
        begun = time.perf_counter()
        bar = self._source.next_bar()
        self.took_s.append(time.perf_counter() - begun)
        return bar

    def hurry(self, share: float) -> bool:
        """As the source does."""
        return self._source.hurry(share)

    def close(self) -> None:
        """As the source does."""
        self._source.close()


class RealTime:
    """Lets time pass on a port in memory as it passes outside."""

    def __init__(self) -> None:
        self.port = MemoryPort(ManualClock())
        self._seen = time.perf_counter()

    def wait(self, seconds: float) -> None:
        """Sleep, and let the port know how long that really was."""
        time.sleep(seconds)
        now = time.perf_counter()
        self.port.pass_time(now - self._seen)
        self.port.wire.clear()
        self._seen = now


def main() -> int:
    """Play, print the figures, and JSON as the last line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--bars", type=int, default=1000, help="how many bars (default: 1000)")
    parser.add_argument("--bpm", type=float, default=180.0, help="tempo (default: 180)")
    parser.add_argument("--loaded", type=int, default=2, help="computing processes (default: 2)")
    parser.add_argument("--bars-ahead", type=int, default=8, help="bars made in advance at most")
    parser.add_argument("--quick", action="store_true", help="30 bars")
    parser.add_argument("--json", action="store_true", help="print one JSON object as last line")
    arguments = parser.parse_args()
    bars = 30 if arguments.quick else arguments.bars
    source = Timed(_model(arguments.bpm))
    with loaded(arguments.loaded):
        report = play(source, bars, arguments.bars_ahead)
    result = figures(report, source.took_s, bars, 4 * 60.0 / arguments.bpm)
    result |= {"engine": source.engine, "loaded": arguments.loaded, "bpm": arguments.bpm}
    print(told(result))
    if arguments.json:
        print(json.dumps(result))
    return 0


def play(source: BarSource, bars: int, bars_ahead: int) -> PlayerReport:
    """Play so many bars in real time."""
    time_passes = RealTime()
    feeder = ThreadFeeder(source, bars, bars_ahead)
    with tqdm(total=bars, unit="bar", file=sys.stderr, disable=None) as progress:

        def follow(event: PlayerEvent) -> None:
            progress.update(event.kind == "bar")

        player = Player(time_passes.port, feeder, wait=time_passes.wait, on_event=follow)
        report = player.play()
    feeder.close()
    return report


def figures(report: PlayerReport, took_s: list[float], bars: int, bar_s: float) -> dict[str, Any]:
    """What is asked of it, and what happened."""
    took = np.array(took_s[: report.bars])
    lines = report.bars + report.missed_deadlines
    slack = report.least_slack_s
    return {
        "bars": report.bars,
        "missed": report.missed_deadlines,
        "missed_share": round(report.missed_deadlines / max(1, lines), 5),
        "varied": report.varied,
        "silent": report.silent,
        "shortened": report.shortened,
        "bar_s": round(bar_s, 4),
        "computing_median_s": round(float(np.median(took)), 4),
        "computing_p95_s": round(float(np.percentile(took, 95)), 4),
        "computing_p99_s": round(float(np.percentile(took, 99)), 4),
        "computing_max_s": round(float(took.max()), 4),
        "least_slack_s": None if slack is None else round(slack, 3),
        "complete": report.bars == bars,
    }


def told(result: dict[str, Any]) -> str:
    """The result for people."""
    return "\n".join(
        [
            f"{result['bars']} bars of {result['bar_s']:.2f} s at {result['bpm']:.0f} bpm, "
            f"{result['engine']}, {result['loaded']} computing processes beside it",
            f"  not ready   {result['missed']} ({100 * result['missed_share']:.2f} %): "
            f"{result['varied']} varied, {result['silent']} silent; "
            f"{result['shortened']} made in fewer rounds",
            f"  computing   median {result['computing_median_s']:.3f} s, p95 "
            f"{result['computing_p95_s']:.3f} s, max {result['computing_max_s']:.3f} s a bar",
            f"  least slack {result['least_slack_s']} s",
        ]
    )


@contextmanager
def loaded(processes: int) -> Iterator[None]:
    """So many processes that only compute."""
    with ExitStack() as stack:
        for _ in range(processes):
            hog = subprocess.Popen([sys.executable, "-c", _HOG])
            stack.callback(hog.wait)
            stack.callback(hog.kill)
        yield


def _model(bpm: float) -> LiveSource:
    parser = argparse.ArgumentParser()
    add_engine_options(add_play_parser(parser.add_subparsers()))
    arguments = parser.parse_args(["play", "--tempo", str(bpm), "--seed", "1"])
    return cast(LiveSource, make_source(arguments, engine_of))  # no file was named


if __name__ == "__main__":
    sys.exit(main())
