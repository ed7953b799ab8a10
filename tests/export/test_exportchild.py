from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from export.exportchild import carry_out
from export.loading import has_graphs
from tests.export.bundles import bundle_of

PATIENCE_S = 120

Line = dict[str, Any]


class Child:
    """The process, spoken to over its pipes."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "export.exportchild"],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def order(self, **order: object) -> None:
        """Say one line to it."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def lines(self) -> Iterator[Line]:
        """What it says, but for its heartbeat, until it ends."""
        assert self._process.stdout is not None
        for text in self._process.stdout:
            line: Line = json.loads(text)
            if "alive" not in line:
                yield line

    def hang_up(self) -> None:
        """Close its stdin."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    def end(self) -> int:
        """Wait for it; its exit code."""
        code = self._process.wait(PATIENCE_S)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        return code


@pytest.fixture
def child() -> Iterator[Child]:
    child = Child()
    yield child
    assert child.end() == 0


def order_for(out: Path) -> Line:
    return {"source": str(bundle_of()), "out": str(out)}


def test_progress_rises_and_the_report_tells_each_kind_of_error(tmp_path: Path) -> None:
    said: list[Line] = []
    carry_out(order_for(tmp_path / "out"), lambda **line: said.append(line))
    shares = [line["progress"] for line in said if "progress" in line]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)
    done = said[-1]["done"]
    assert has_graphs(done["bundle"])
    assert {"flags of level 0", "kinds of cells", "what level 0 hands down"} <= set(done["errors"])
    logits = [error for what, error in done["errors"].items() if "hands down" not in what]
    assert max(logits) == done["parity"]["max_abs_logit_error"]


def test_what_goes_wrong_is_one_sentence(tmp_path: Path) -> None:
    said: list[Line] = []
    carry_out({"source": str(tmp_path), "out": "out"}, lambda **line: said.append(line))
    assert "there is no model at" in said[-1]["failed"]


@pytest.mark.parametrize("how", ["cancel", "hang up"])
def test_stopping_leaves_nothing_behind(child: Child, tmp_path: Path, how: str) -> None:
    child.order(job=5, export=order_for(tmp_path / "out"))
    lines = child.lines()
    assert next(lines)["progress"] == 0.0
    if how == "cancel":
        child.order(cancel=5)
    else:
        child.hang_up()
    last = list(lines)[-1]
    assert last["cancelled"] is True
    assert last["job"] == 5
    assert list(tmp_path.iterdir()) == []


def test_a_child_without_an_order_leaves_with_its_input(child: Child) -> None:
    child.hang_up()
    assert not any("done" in line or "failed" in line for line in child.lines())
