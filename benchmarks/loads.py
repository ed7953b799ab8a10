"""What keeps a machine busy while something else is measured: computing processes, a training."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from model.midifile import write_midi
from model.tunes import make_tunes

ROOT = Path(__file__).resolve().parents[1]
_HOG = "x = 0\nwhile True:\n    x += 1"
_START_S = 180.0
_PIECES = 24


@contextlib.contextmanager
def busy() -> Iterator[None]:
    """A computing process on every core."""
    hogs = [subprocess.Popen([sys.executable, "-c", _HOG]) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()


@contextlib.contextmanager
def python() -> Iterator[None]:
    """A thread of this very process that never waits."""
    ending = threading.Event()

    def compute() -> None:
        total = 0
        while not ending.is_set():
            for k in range(1000):
                total += k * k

    thread = threading.Thread(target=compute, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join()


@contextlib.contextmanager
def training() -> Iterator[None]:
    """`fractalroll train` on a few tunes, from its first updates until the block ends.

    Raises:
        RuntimeError: It did not begin to train.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        music = folder / "music"
        music.mkdir()
        for index, tune in enumerate(make_tunes(_PIECES)):
            write_midi(tune, music / f"{index}.mid")
        with (folder / "log").open("w+b") as log:
            own = ["--out", str(folder / "run"), "--cache", str(folder / "cache")]
            size = ["--preset", "tiny", "--steps", "1000000", "--threads", "1", "--no-graphs"]
            command = [sys.executable, str(ROOT / "fractalroll.py"), "train", str(music)]
            child = subprocess.Popen([*command, *own, *size], cwd=ROOT, stdout=log, stderr=log)
            try:
                _wait_for_curves(child, folder)
                yield
            finally:
                child.kill()
                child.wait()


def _wait_for_curves(child: subprocess.Popen[bytes], folder: Path) -> None:
    limit = time.monotonic() + _START_S
    while not any(folder.glob("run/**/*.csv")):
        if child.poll() is not None or time.monotonic() > limit:
            said = (folder / "log").read_text(errors="replace")[-400:]
            raise RuntimeError(
                f"tried to train beside the measurement and it did not begin: {said}"
            )
        time.sleep(0.1)


LOADS: dict[str, Callable[[], contextlib.AbstractContextManager[None]]] = {
    "idle": contextlib.nullcontext,
    "busy": busy,
    "training": training,
    "python": python,
}
"""What a machine may be busy with; `idle` is as it is found."""
