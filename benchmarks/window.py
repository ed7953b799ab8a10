"""How smooth the window is: frames of the piano roll with 50,000 notes, and how late its loop is.

    python benchmarks/gui.py [--quick] [--json] [--notes 50000]

Frames: the whole roll (canvas, ruler, keys, velocities, minimap) in a window of 1500 x 900 is
painted by Qt's own event loop while something moves sixty times a second: the playhead; the view
that follows it; thirty times a second a live patch over a moving playhead; the zoom. A row tells
what a frame costs this process and how far frames lie apart. `dense` rows show all notes at once.

Event loop: a timer that should fire every 5 ms tells how late it is while this process has nothing
else to do, while a making child makes music and hands its patches to the roll, and while a training
child trains beside it.
"""

import argparse
import contextlib
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
from loads import training
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication
from tqdm import tqdm
from windowparts import ComingPatches, LoopWatch, many_notes, patches_of

from gui.making.pending import PendingState
from gui.roll.panel import RollPanel
from gui.shell.theme import DARK, theme
from gui.state.document import Document
from gui.state.selection import Region, SelectionState
from gui.state.view import ViewState
from gui.workers import Worker
from tests.gui.fakes import FakePlayhead

FRAME_MS = 16
_FIRST_PATCH_S = 120
WIDTH, HEIGHT = 1500, 900
ROWS = ("playhead", "follow", "patches", "zoom", "playhead.dense", "patches.dense", "zoom.dense")
LOADS = ("idle", "making", "making+training")
_LEVELS = ((128, 1), (16, 1), (1, 1))


@dataclass(frozen=True)
class Frames:
    """One thing that moves.

    Attributes:
        frames: Frames painted.
        visible: Notes in sight, at the end.
        fps: Frames a second.
        cpu_ms: Processor time of this process for each frame.
        cpu_share: The same as a share of one core at the speed reached.
        p99_ms, max_ms: Distances between frames.
    """

    moving: str
    frames: int
    visible: int
    fps: float
    cpu_ms: float
    cpu_share: float
    median_ms: float
    p99_ms: float
    max_ms: float


@dataclass(frozen=True)
class Delay:
    """How late the event loop is beside some load; `patches` arrived and were shown meanwhile."""

    beside: str
    turns: int
    patches: int
    median_ms: float
    p99_ms: float
    max_ms: float


def main() -> int:
    """Measure every row and print the tables, or JSON as the last line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="2 s a row instead of 10")
    parser.add_argument("--json", action="store_true", help="print one JSON object as last line")
    parser.add_argument("--notes", type=int, default=50_000, help="notes in the piece")
    arguments = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication(sys.argv[:1])
    theme().use(DARK)
    seconds = 2.0 if arguments.quick else 10.0
    bench = Bench(arguments.notes)
    frames = [bench.frames(row, seconds) for row in tqdm(ROWS, unit="row", file=sys.stderr)]
    delays = [bench.delay(load, seconds * 2) for load in tqdm(LOADS, unit="row", file=sys.stderr)]
    print(table(frames, delays))
    if arguments.json:
        result: dict[str, object] = {row.moving: asdict(row) for row in frames}
        result |= {f"delay.{row.beside}": asdict(row) for row in delays}
        result |= {"notes": arguments.notes, "load_average": os.getloadavg()[0]}
        print(json.dumps(result))
    bench.close()
    application.processEvents()
    return 0


class Bench:
    """A roll with many notes and everything that moves it."""

    def __init__(self, notes: int) -> None:
        self.document = Document(many_notes(notes))
        self.playhead = FakePlayhead()
        self.pending = ComingPatches()
        self.view = ViewState()
        selection = SelectionState(self.document)
        self.panel = RollPanel(self.document, selection, self.view, self.playhead, self.pending)
        self.panel.resize(WIDTH, HEIGHT)
        self.panel.set_levels(_LEVELS)
        self.panel.show()
        QApplication.processEvents()

    def close(self) -> None:
        """Take the window away."""
        self.panel.close()
        self.panel.deleteLater()

    # --- Frames ---------------------------------------------------------------------------------

    def frames(self, row: str, seconds: float) -> Frames:
        """Let something move and watch the frames."""
        move = self._prepare(row)
        canvas, times = self.panel.canvas, [time.perf_counter()]
        painted = canvas.frames

        def look() -> None:
            nonlocal painted
            if canvas.frames != painted:
                painted = canvas.frames
                times.append(time.perf_counter())

        def turn(count: int) -> None:
            look()
            move(count)

        started = [time.perf_counter(), time.process_time()]
        run_for(seconds, FRAME_MS, turn)
        look()
        wall, cpu = time.perf_counter() - started[0], time.process_time() - started[1]
        apart = np.sort(np.diff(times)) * 1000
        self._rest()
        return Frames(
            moving=row,
            frames=len(apart),
            visible=self._visible(),
            fps=round(len(apart) / wall, 1),
            cpu_ms=round(1000 * cpu / max(len(apart), 1), 2),
            cpu_share=round(cpu / wall, 3),
            median_ms=round(float(np.percentile(apart, 50)), 2),
            p99_ms=round(float(np.percentile(apart, 99)), 2),
            max_ms=round(float(apart[-1]), 2),
        )

    def _prepare(self, row: str) -> Callable[[int], object]:
        """Put the view where it belongs; what one frame moves."""
        what, _, dense = row.partition(".")
        steps = self.document.piece.roll.steps
        width = self.panel.canvas.width()
        self.view.set_px_per_step(width / steps if dense else 10.0)
        self.view.set_first_step(0.0)
        self.view.set_follow(what == "follow")
        self.view.set_px_per_pitch(self.panel.canvas.height() / 88)
        self.view.set_top_pitch(109.0)
        self.playhead.put(0.0)
        across = width / self.view.px_per_step
        if what == "patches":
            region = Region(int(across * 0.3), int(across * 0.3) + 128, 48, 95)
            self.pending.begin(region, patches_of(region, _LEVELS))
        if what == "zoom":
            self.playhead.put(self.playhead.step, playing=False)
        return {
            "playhead": lambda turn: self._go_on(across / 600),
            "follow": lambda turn: self._go_on(0.13),
            "patches": lambda turn: self._live(turn, across),
            "zoom": lambda turn: self._zoom(turn, across),
        }[what]

    def _go_on(self, steps: float) -> None:
        """The music is so much further."""
        self.playhead.put(self.playhead.step + steps, self.playhead.playing)

    def _live(self, turn: int, across: float) -> None:
        """Every other frame one more patch."""
        self._go_on(across / 600)
        if turn % 2 == 0:
            self.pending.more()

    def _zoom(self, turn: int, across: float) -> None:
        """In and out around the middle."""
        factor = 1.03 if turn // 40 % 2 == 0 else 1 / 1.03
        self.view.zoom_at(self.view.first_step + across / 2, factor)

    def _rest(self) -> None:
        self.pending.end()
        self.playhead.put(self.playhead.step, playing=False)

    def _visible(self) -> int:
        places = self.panel.canvas.places()
        last = places.step_at(self.panel.canvas.width())
        return len(self.panel.scene.layer.between(places.step_at(0), last))

    # --- The event loop -------------------------------------------------------------------------

    def delay(self, load: str, seconds: float) -> Delay:
        """Watch the loop beside children; the roll plays and follows meanwhile."""
        move = self._prepare("follow")
        watch = LoopWatch()
        with training() if "training" in load else contextlib.nullcontext():
            making = Making(self.panel) if "making" in load else None
            if making is not None:
                making.wait_until_it_makes()
            watch.start()
            run_for(seconds, FRAME_MS, move)
            watch.stop()
        patches = 0
        if making is not None:
            patches = making.patches
            making.close()
        self._rest()
        late = np.sort(np.array(watch.late_ms))
        return Delay(
            beside=load,
            turns=len(late),
            patches=patches,
            median_ms=round(float(np.percentile(late, 50)), 2),
            p99_ms=round(float(np.percentile(late, 99)), 2),
            max_ms=round(float(late[-1]), 2),
        )


class Making:
    """A real making child that makes one piece after the other into the roll's pending patches."""

    def __init__(self, panel: RollPanel) -> None:
        self.patches = 0
        self._job = 0
        self._state = PendingState()
        self._panel = panel
        self._state.changed.connect(panel.canvas.refresh_pending)
        self._before, panel.scene.pending = panel.scene.pending, self._state
        self._worker = Worker("export.session")
        self._worker.received.connect(self._on_line)
        self._worker.start()
        self._worker.say({"job": 0, "load": {"source": ""}})

    def wait_until_it_makes(self) -> None:
        """Until the first patch is there.

        Raises:
            RuntimeError: None came within two minutes.
        """
        limit = time.perf_counter() + _FIRST_PATCH_S
        while not self.patches:
            if time.perf_counter() > limit:
                raise RuntimeError(
                    f"tried to make music beside the window and no patch came in {_FIRST_PATCH_S} s"
                )
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)

    def close(self) -> None:
        """End the child."""
        self._worker.close()
        self._state.clear()
        self._panel.scene.pending = self._before

    def _on_line(self, line: dict[str, object]) -> None:
        if "loaded" in line or "done" in line:
            self._job += 1
            self._state.clear()
            self._state.begin(Region(64, 192), 1, _LEVELS, "making")
            self._worker.say({"job": self._job, "make": {"bars": 8, "seed": self._job}})
        elif isinstance(line.get("patch"), dict):
            self.patches += 1
            patch = dict(line["patch"])  # type: ignore[call-overload]
            patch["start_step"] = int(patch["start_step"]) + 64
            self._state.put(patch)


def run_for(seconds: float, interval_ms: int, turn: Callable[[int], object]) -> None:
    """Let the event loop run, with `turn(n)` every so many milliseconds."""
    loop, count = QEventLoop(), 0

    def step() -> None:
        nonlocal count
        turn(count)
        count += 1

    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(step)
    timer.start(interval_ms)
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()
    timer.stop()


def table(frames: list[Frames], delays: list[Delay]) -> str:
    """The rows as Markdown."""
    lines = [
        "| moving | notes in sight | frames/s | CPU a frame, ms | of a core |"
        " apart: median / p99 / max, ms |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.moving} | {row.visible} | {row.fps} | {row.cpu_ms} | {row.cpu_share:.1%} | "
        f"{row.median_ms} / {row.p99_ms} / {row.max_ms} |"
        for row in frames
    ]
    lines += [
        "",
        "| beside | turns | patches shown | late: median / p99 / max, ms |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {delay.beside} | {delay.turns} | {delay.patches} | "
        f"{delay.median_ms} / {delay.p99_ms} / {delay.max_ms} |"
        for delay in delays
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
