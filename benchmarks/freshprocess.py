"""One engine in a process of its own: how soon it is ready, and how much memory it takes.

    python benchmarks/freshprocess.py torch|levels|whole FOLDER ROLLS BARS

Started by `engines.py`. It imports what its engine needs and nothing else, so that a process that
plays graphs is measured without torch. The last line is JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.engine import Engine

_BEGIN = time.perf_counter()


@dataclass(frozen=True)
class Fresh:
    """A fresh process.

    Attributes:
        imports_s: Importing what the engine needs, the interpreter's own start left out.
        load_s: From the file to an engine that is ready.
        peak_mib: Peak resident memory after making music; None where it can't be asked.
        torch_there: Whether torch was imported.
    """

    imports_s: float
    load_s: float
    peak_mib: float | None
    torch_there: bool


def fresh(engine: str, folder: Path, rolls: int, bars: int) -> Fresh:
    """Start a process and hear what it tells."""
    command = [sys.executable, __file__, engine, str(folder), str(rolls), str(bars)]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=environment)
    return Fresh(**json.loads(done.stdout.splitlines()[-1]))


def peak_memory_mib() -> float | None:
    """Peak resident memory of this process in MiB.

    Linux hands the parent's peak down to `ru_maxrss` of a child, so there the kernel's own mark of
    this program is read.
    """
    if sys.platform == "win32":
        return None  # asked of the task manager there; Python has no call for it
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
        return round(int(line.split()[1]) / 1024, 1)
    import resource

    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 1)


def main() -> int:
    """Load one engine, make music, and tell."""
    name, folder, (rolls, bars) = sys.argv[1], Path(sys.argv[2]), map(int, sys.argv[3:])
    from pieces import piece

    from model.sampler import Sampler

    load = torch_loader() if name == "torch" else graph_loader(whole=name == "whole")
    ready = time.perf_counter()
    engine = load(folder)
    loaded = time.perf_counter()
    piece(Sampler(engine), 0, bars, rolls)
    told = Fresh(
        imports_s=round(ready - _BEGIN, 3),
        load_s=round(loaded - ready, 3),
        peak_mib=peak_memory_mib(),
        torch_there="torch" in sys.modules,
    )
    print(json.dumps(asdict(told)))
    return 0


def torch_loader() -> Callable[[Path], Engine]:
    """Import torch; what then makes an engine of a bundle."""
    import torch

    from model.bundle import load_bundle
    from model.torchengine import TorchEngine

    torch.set_num_threads(1)
    return lambda folder: TorchEngine(load_bundle(folder).model)


def graph_loader(*, whole: bool) -> Callable[[Path], Engine]:
    """Import onnxruntime; what then makes an engine of a bundle with graphs."""
    from exported import open_graphs

    return partial(open_graphs, whole=whole)


if __name__ == "__main__":
    sys.exit(main())
