"""The curves of a training run: CSV for people and tests, TensorBoard for the eye.

Metric names have the form `kind/name`, for instance `train/loss`; each kind becomes a CSV file of
its own (`train.csv`, `valid.csv`) with the update's number in the first column. When a run is
resumed, rows after the checkpoint's update are cut off: those updates are made again, and the file
reads as if the run had never been broken.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lightning.pytorch.loggers import TensorBoardLogger
from lightning.pytorch.loggers.logger import Logger
from lightning.pytorch.utilities import rank_zero_only
from torch import Tensor

from model.files import write_text

STEP = "step"


def by_kind(metrics: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Metrics named ``KIND/what`` as one row for each kind."""
    rows: dict[str, dict[str, float]] = {}
    for name, value in metrics.items():
        kind, _, rest = name.partition("/")
        rows.setdefault(kind, {})[rest or kind] = float(value)
    return rows


class IntervalMeans:
    """Means of metrics over the updates since the last line of the curves.

    Sums stay tensors where they came as tensors, so that nothing waits for a GPU in between. Its
    state goes into the checkpoint, so that a resumed interval averages over the same updates.
    """

    def __init__(self) -> None:
        self._sums: dict[str, Tensor | float] = {}
        self._updates = 0

    @property
    def updates(self) -> int:
        """Updates added since the last `take`."""
        return self._updates

    def add(self, metrics: Mapping[str, Tensor | float]) -> None:
        """Add the metrics of one update."""
        for name, value in metrics.items():
            detached = value.detach() if isinstance(value, Tensor) else float(value)
            self._sums[name] = self._sums.get(name, 0.0) + detached
        self._updates += 1

    def take(self) -> dict[str, float]:
        """The means since the last call (empty when nothing was added)."""
        means = {name: float(total) / self._updates for name, total in self._sums.items()}
        self._sums, self._updates = {}, 0
        return means

    def state(self) -> dict[str, Any]:
        """What a checkpoint must keep."""
        return {
            "updates": self._updates,
            "sums": {name: float(total) for name, total in self._sums.items()},
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up the state of `state()`."""
        self._updates = int(state["updates"])
        self._sums = dict(state["sums"])


class CsvCurves(Logger):
    """Lightning logger that appends one row per call to `FOLDER/KIND.csv`.

    Args:
        folder: Where the files go; made when needed.
        resume_step: Keep the rows up to this update of files that are there; 0 starts afresh.
    """

    def __init__(self, folder: Path, resume_step: int = 0) -> None:
        super().__init__()
        self._folder = folder
        self._columns: dict[str, list[str]] = {}
        self._cut(resume_step)

    @property
    def name(self) -> str:
        """Lightning's name of this logger."""
        return "csv"

    @property
    def version(self) -> str:
        """Unused: a run's folder holds one run."""
        return ""

    def log_hyperparams(self, *args: Any, **kwargs: Any) -> None:
        """Settings are kept in `training.json` and `config.json`, not in the curves."""

    @rank_zero_only
    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None) -> None:
        """Append one row per kind of metric; a new column rewrites the file with it."""
        for kind, row in by_kind(metrics).items():
            self._append(kind, {STEP: 0 if step is None else step, **row})

    def _path(self, kind: str) -> Path:
        return self._folder / f"{kind}.csv"

    def _append(self, kind: str, row: dict[str, float]) -> None:
        columns = self._columns.setdefault(kind, list(row))
        if new := [name for name in row if name not in columns]:
            columns.extend(new)
            if self._path(kind).exists():
                _write(self._path(kind), columns, read_curve(self._path(kind)))
        if not self._path(kind).exists():
            _write(self._path(kind), columns, [])
        with self._path(kind).open("a", newline="", encoding="utf-8") as file:
            csv.DictWriter(file, columns, restval="").writerow(row)

    def _cut(self, resume_step: int) -> None:
        """Drop the rows that lie after the update from which the run goes on."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for path in self._folder.glob("*.csv"):
            rows = [row for row in read_curve(path) if row[STEP] <= resume_step]
            if not rows:
                path.unlink()
                continue
            columns = list(dict.fromkeys(name for row in rows for name in row))
            self._columns[path.stem] = columns
            _write(path, columns, rows)


class TensorBoardCurves(TensorBoardLogger):
    """Lightning's TensorBoard logger without its YAML file of settings."""

    @rank_zero_only
    def save(self) -> None:
        """Flush what was written."""
        if self._experiment is not None:
            self._experiment.flush()


def read_curve(path: Path) -> list[dict[str, float]]:
    """The rows of a CSV curve; cells that are empty are left out.

    A last line that was cut short by a kill is passed over.
    """
    with path.open(newline="", encoding="utf-8") as file:
        text = file.read()
    whole = text[: text.rfind("\n") + 1]
    rows = csv.DictReader(io.StringIO(whole))
    return [{name: float(cell) for name, cell in row.items() if name and cell} for row in rows]


def _write(path: Path, columns: list[str], rows: Iterable[Mapping[str, float]]) -> None:
    """Write a whole CSV file, atomically; numbers keep every digit."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    for row in rows:
        writer.writerow({**row, STEP: int(row[STEP])})
    write_text(path, text.getvalue())
