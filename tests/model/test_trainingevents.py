"""A training as a child process: what it says, what it obeys, and what it leaves when it dies."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from model.bundle import load_bundle, save_bundle
from model.bundleinfo import Card
from model.fractal import Fractal
from model.rolltext import roll_from_json
from tests.model.training_parts import tiny_config, write_tunes

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 120.0
SHORT = (
    "--batch-size", "2", "--window-steps", "32", "--warmup-steps", "2", "--validation-interval",
    "5", "--validation-windows", "4", "--log-interval", "2", "--checkpoint-interval", "4",
    "--threads", "1", "--accelerator", "cpu", "--no-graphs", "--seed", "3",
)  # fmt: skip
Line = dict[str, Any]


class Child:
    """A training, its lines and its stdin."""

    def __init__(self, *words: str, home: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "fractalroll", "train", "--events", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env={**os.environ, "XDG_DATA_HOME": str(home), "OMP_NUM_THREADS": "1"},
        )
        self.lines: list[Line] = []

    def until(self, key: str) -> Line:
        """Read lines up to one with `key`."""
        assert self.process.stdout is not None
        deadline = time.monotonic() + PATIENCE_S
        for text in self.process.stdout:
            line: Line = json.loads(text)
            self.lines.append(line)
            if key in line:
                return line
            assert time.monotonic() < deadline, f"no {key} in {self.lines[-5:]}"
        raise AssertionError(f"it ended without {key}: {self.lines[-5:]}")

    def say(self, **order: object) -> None:
        """Send an order."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        self.process.stdin.flush()

    def close_stdin(self) -> None:
        """Let it know that nobody listens any more."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    def end(self) -> None:
        """Leave nothing of it behind."""
        self.process.kill()
        self.process.wait(PATIENCE_S)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()

    def of(self, key: str) -> list[Any]:
        """What it said under `key`."""
        return [line[key] for line in self.lines if key in line]


Start = Callable[..., Child]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts trainings on a few tunes; none outlives the test."""
    music = write_tunes(tmp_path / "music", count=5)
    (music / "noise.mid").write_bytes(b"nothing of the kind")
    (tmp_path / "model.json").write_text(tiny_config(styles=()).to_json())
    children: list[Child] = []

    def begin(*words: str, config: bool = True) -> Child:
        shape = ["--config", str(tmp_path / "model.json")] if config else []
        out, cache = str(tmp_path / "run"), str(tmp_path / "cache")
        child = Child(
            str(music), "--out", out, "--cache", cache, *SHORT, *shape, *words,
            home=tmp_path / "data",
        )  # fmt: skip
        children.append(child)
        return child

    yield begin
    for child in children:
        child.end()


def test_a_training_tells_curves_samples_and_its_end(start: Start, tmp_path: Path) -> None:
    child = start("--steps", "6", "--add-as", "mine", "--sample-top-p", "0.9")
    done = child.until("done")["done"]
    assert child.process.wait(PATIENCE_S) == 0
    assert (done["end"], done["steps"]) == ("finished", 6)
    begun = child.of("started")[0]
    assert (begun["total_steps"], begun["levels"], begun["resumed"]) == (6, ["ar", "ar"], False)
    rows = child.of("curve")
    assert [row["step"] for row in rows if "train" in row] == [2, 4, 6]
    assert [row["step"] for row in rows if "valid" in row] == [5, 6]
    assert {"loss", "level0/nats", "level1/nats"} <= set(rows[0]["train"])
    rolls = [roll_from_json(sample["roll"]) for sample in child.of("sample")]
    assert rolls[0].steps == 64
    assert rolls[-1].steps == 512
    assert child.of("by_heart")[-1]["held_out"] > 0
    assert load_bundle(tmp_path / "data/fractalroll/bundles/mine").info.card.name == "mine"


def test_it_pauses_goes_on_and_finishes_early_with_a_result(start: Start) -> None:
    child = start("--steps", "100000")
    child.until("curve")
    child.say(pause=True)
    paused = child.until("paused")["paused"]
    child.until("alive")
    child.until("alive")
    child.say(resume=True)
    assert child.until("resumed")["resumed"] == paused
    child.until("curve")
    child.say(finish=True)
    done = child.until("done")["done"]
    assert done["end"] == "cut short"
    assert paused < done["steps"] < 100000
    assert Path(done["bundle"]).is_dir()


def test_a_killed_training_goes_on_from_its_checkpoint(start: Start) -> None:
    child = start("--steps", "100000")
    while len(child.of("curve")) < 6:
        child.until("curve")
    child.process.kill()
    child.process.wait(PATIENCE_S)
    again = start("--steps", "100000", "--resume", config=False)
    begun = again.until("started")["started"]
    assert begun["resumed"]
    assert begun["step"] >= 4
    while again.until("curve")["curve"]["step"] <= begun["step"]:
        pass  # the earlier curve
    again.close_stdin()
    done = again.until("done")["done"]
    assert done["end"] == "interrupted"
    assert done["steps"] > begun["step"]
    last = start("--steps", str(done["steps"] + 2), "--resume", config=False)
    assert last.until("done")["done"]["end"] == "finished"


def test_a_pause_can_be_killed_and_goes_on_at_its_update_with_the_earlier_curve(
    start: Start,
) -> None:
    seldom = (
        "--checkpoint-interval",
        "1000",
        "--validation-interval",
        "900",
        "--log-interval",
        "1",
    )
    child = start("--steps", "100000", *seldom)
    for _ in range(3):
        child.until("curve")
    child.say(pause=True)
    paused = child.until("paused")["paused"]
    child.process.kill()
    child.process.wait(PATIENCE_S)
    again = start("--steps", "100000", "--resume", *seldom, config=False)
    begun = again.until("started")["started"]
    assert (begun["resumed"], begun["step"]) == (True, paused)
    steps = [again.until("curve")["curve"]["step"] for _ in range(paused + 2)]
    assert steps == list(range(1, paused + 3)), "what was drawn before, then what is new"


def test_the_end_of_the_orders_ends_it_before_it_has_begun(start: Start, tmp_path: Path) -> None:
    child = start("--steps", "100000")
    child.close_stdin()
    assert child.process.wait(PATIENCE_S) == 130
    assert not (tmp_path / "run" / "training.json").exists()


def test_a_time_limit_ends_it_with_a_result_and_fine_tuning_begins_with_the_bundle(
    start: Start, tmp_path: Path
) -> None:
    save_bundle(tmp_path / "first", Fractal(tiny_config()), Card(name="first"))
    child = start(
        "--steps", "100000", "--seconds", "1", "--from", str(tmp_path / "first"),
        "--learning-rate", "1e-9", config=False,
    )  # fmt: skip
    done = child.until("done")["done"]
    assert done["end"] == "cut short"
    assert 0 < done["seconds"] < 60
    before = load_bundle(tmp_path / "first").model.state_dict()
    after = load_bundle(done["bundle"]).model.state_dict()
    assert all((before[name] - after[name]).abs().max() < 1e-3 for name in before)


def test_a_scan_tells_what_is_there_and_what_was_refused(start: Start) -> None:
    found = start("--scan").until("done")["done"]
    assert (found["songs"], found["refused"], found["train"]) == (5, 1, 3)
    assert found["refusals"][0][0].endswith("noise.mid")
    assert found["windows"] > 0
    assert found["styles"] == {"tunes": 5}


def test_a_measurement_says_how_long_it_would_take(start: Start) -> None:
    done = start("--measure", "--steps", "100").until("done")["done"]
    assert done["steps"] == 100
    assert done["high_s"] > done["low_s"] >= 100 * done["update_s"] > 0
    assert min(done[part] for part in ("validation_s", "sample_s", "verdict_s", "opening_s")) > 0


def test_what_goes_wrong_is_told_in_one_sentence(start: Start, tmp_path: Path) -> None:
    child = start("--from", str(tmp_path / "nowhere"), config=False)
    assert "there is no model at" in child.until("failed")["failed"]
    assert child.process.wait(PATIENCE_S) == 1
