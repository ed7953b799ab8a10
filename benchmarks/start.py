"""How long the window takes: until it is there, and until its model is loaded.

    python benchmarks/start.py [--json] [--quick]

Each round is a process of its own, without a display, with settings of its own, beside one that
only starts Python: what the window adds to that. Goal: under two seconds with the model loaded.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GOAL_S = 2.0
ROUNDS, QUICK_ROUNDS = 15, 3
PLACES = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")


def main() -> int:
    """Measure, print a table; 1 if the goal is missed."""
    parser = argparse.ArgumentParser(description="Time the start of the window.")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    parser.add_argument("--quick", action="store_true", help="under a minute")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        return start()
    rounds = [one_round() for _ in range(QUICK_ROUNDS if asked.quick else ROUNDS)]
    found: dict[str, dict[str, float]] = {}
    print("| until | median, s | slowest, s |\n|---|---|---|")
    for name in rounds[0]:
        times = [one[name] for one in rounds]
        found[name] = {
            "median_s": round(statistics.median(times), 3),
            "max_s": round(max(times), 3),
        }
        print(f"| {name} | {found[name]['median_s']} | {found[name]['max_s']} |")
    reached = found["loaded"]["median_s"] < GOAL_S
    if asked.json:
        print(json.dumps({"until": found, "goal_s": GOAL_S, "reached": reached}))
    return 0 if reached else 1


def one_round() -> dict[str, float]:
    """Seconds of one start, by what had happened by then."""
    with tempfile.TemporaryDirectory() as home:
        own = {name: str(Path(home) / name.lower()) for name in PLACES}
        environment = {**os.environ, **own, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", ""], env=environment, check=True)
        python_s = time.perf_counter() - begun
        command = [sys.executable, __file__, "--child"]
        begun = time.perf_counter()
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as child:
            found = {"python alone": python_s}
            for line in child.stdout or ():
                found[line.strip()] = time.perf_counter() - begun
        if child.returncode:
            raise SystemExit(f"the window did not start: exit code {child.returncode}")
    return found


def start() -> int:
    """Open the window as `fractalroll` does; say when it is shown and when the model is there."""
    sys.path.remove(str(Path(__file__).resolve().parent))  # its gui.py would hide the room
    from PySide6.QtCore import QTimer

    import gui.app

    application = gui.app.start_qt()
    window = gui.app.open_window(application)
    QTimer.singleShot(0, lambda: print("shown", flush=True))

    def look() -> None:
        if window.state.making.engine_text:
            print("loaded", flush=True)
            application.quit()

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(5)
    application.exec()
    window.state.autosave.close(keep=False)
    window.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
