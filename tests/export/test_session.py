"""The making process: orders in, music out, cancelled between two patches, no torch."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from export.session import Session, facts_of
from export.sessionwire import OrderError, pack_cells, pack_roll, read_task, unpack_cells
from model.childtalk import Talk
from model.errors import ModelError
from model.fitting import Chosen
from model.roll import PITCHES, Grid, MetreChange, Note, Part, Roll
from model.sampler import Request, Sampler, make_rolls
from model.settings import SamplingSettings
from tests.model.configs import config_of, level
from tests.model.fakeengine import FakeEngine

ROOT = Path(__file__).resolve().parents[2]
MODEL = config_of(
    level("ar", (PITCHES, 4)), level("ar", (16, 4)), level("ar", (1, 1)),
    pitches=PITCHES, velocity_bins=32, styles=("bach",),
)  # fmt: skip
ENGINE = FakeEngine(MODEL, flags=(1.0, 0.0, 0.0), kinds=(3.0, 2.0, 0.0))


def opened(order: dict[str, Any]) -> tuple[FakeEngine, dict[str, Any]]:
    if "source" in order:
        raise ModelError(f"there is no model at {order['source']}")
    return ENGINE, {"name": "fake", **facts_of(ENGINE)}


def answers(*orders: dict[str, Any]) -> list[dict[str, Any]]:
    """What a session says to orders, without a process."""
    reader = io.BytesIO(b"".join(json.dumps(order).encode() + b"\n" for order in orders))
    writer = io.BytesIO()

    class Patient(io.BytesIO):
        def __iter__(self) -> Iterator[bytes]:
            """Orders, and the pipe closes only when all of them have been obeyed."""
            yield from reader
            while len(ended(writer.getvalue())) < len([one for one in orders if "job" in one]):
                pass

    session = Session(Talk(Patient(), writer), opened)
    assert session.run() == 0
    return [json.loads(line) for line in writer.getvalue().splitlines()]


def ended(said: bytes) -> list[dict[str, Any]]:
    """Last lines of jobs."""
    lines = [json.loads(line) for line in said.split(b"\n")[:-1]]
    return [line for line in lines if {"loaded", "done", "failed", "cancelled"} & set(line)]


def whole(lines: list[dict[str, Any]], steps: int, parts: int = 1) -> np.ndarray[Any, Any]:
    """The patches put together."""
    cells = np.zeros((parts, PITCHES, steps), np.uint8)
    for patch in (line["patch"] for line in lines if "patch" in line):
        shape = patch["height"], patch["width"]
        codes = np.frombuffer(base64.b64decode(patch["codes"]), np.uint8).reshape(shape)
        rows = slice(patch["low_pitch"], patch["low_pitch"] + shape[0])
        cells[patch["part"], rows, patch["start_step"] : patch["start_step"] + shape[1]] = codes
    return cells


def test_loading_tells_what_the_model_is() -> None:
    (line,) = [one for one in answers({"job": 1, "load": {}}) if "alive" not in one]
    assert line["job"] == 1
    told = line["loaded"]
    assert told["styles"] == ["bach"]
    assert [own["patch"] for own in told["levels"]] == [[128, 4], [16, 4], [1, 1]]
    assert (told["steps_per_beat"], told["velocity_bins"], told["parts"]) == (4, 32, 1)


def test_bars_from_nothing_are_what_the_sampler_makes() -> None:
    lines = answers({"job": 1, "load": {}}, {"job": 2, "make": {"bars": 2, "seed": 5}})
    done = lines[-1]["done"]
    cells = unpack_cells(done["cells"])
    settings = SamplingSettings(seed=5)
    (roll,) = make_rolls(Sampler(ENGINE), Request(32), settings)
    np.testing.assert_array_equal(cells, roll.cells)
    np.testing.assert_array_equal(whole(lines, 32), roll.cells)
    assert done["notes"] == len(roll.notes())
    patches = [line for line in lines if "patch" in line]
    assert [line["seq"] for line in [*patches, lines[-1]]] == list(range(9))
    assert patches[-1]["patch"]["share"] == 1.0


def test_a_region_of_a_piece_is_made_and_the_rest_comes_back_as_it_was() -> None:
    notes = [Note(0, 0, 60, 30, 80), Note(20, 1, 50, 4, 80)]
    roll = Roll.from_notes(notes, 32, parts=(Part("a"), Part("b")))
    region = {"start_step": 8, "stop_step": 24, "low_pitch": 40, "high_pitch": 90, "parts": [1]}
    make = {"given": pack_roll(roll), "region": region, "seed": 1}
    done = answers({"job": 1, "load": {}}, {"job": 2, "make": make})[-1]["done"]
    assert (done["start_step"], done["stop_step"]) == (8, 24)
    cells = unpack_cells(done["cells"])
    np.testing.assert_array_equal(cells[0], roll.cells[0, :, 8:24])
    assert not cells[1, :40].any()
    assert not cells[1, 91:].any()
    assert (cells[1] != roll.cells[1, :, 8:24]).any()


@pytest.mark.parametrize(
    ("order", "message"),
    [
        ({"make": {"bars": 0}}, "0 bars can't be made"),
        ({"make": {"seed": 1.5}}, "seed must be a whole number"),
        ({"make": {"temperature": "hot"}}, "temperature must be a number, got 'hot'"),
        ({"make": {"temperature": -1}}, "temperature must be 0 or more"),
        ({"make": {"style": "polka"}}, "no style 'polka'"),
        ({"make": {"key": "H"}}, "key 'H' is unknown"),
        ({"make": {"metre": "4/5"}}, "metre '4/5' is none"),
        ({"make": {"given": {"cells": {}}}}, "the cells of the piece can't be read"),
        ({"make": {"keep_levels": 3}}, "can't keep 3 levels of 3"),
        ({"make": {"region": {"parts": ["x"]}}}, "parts must be whole numbers"),
        ({"load": {"source": "nowhere"}}, "there is no model at nowhere"),
        ({"dance": True}, "an order must be load, make, cancel or close"),
    ],
)
def test_what_can_not_be_done_is_told_in_a_sentence(order: dict[str, Any], message: str) -> None:
    line = answers({"job": 1, "load": {}}, {"job": 2, **order})[-1]
    assert line["job"] == 2
    assert message in line["failed"]


def test_making_without_a_model_is_told() -> None:
    assert "load one first" in answers({"job": 1, "make": {}})[-1]["failed"]


def test_orders_that_are_no_json_are_told_and_the_next_one_is_obeyed() -> None:
    writer = io.BytesIO()
    talk = Talk(io.BytesIO(b'nonsense\n[1]\n\n{"job": 1}\n'), writer)
    assert list(talk.orders()) == [{"job": 1}]
    assert writer.getvalue().count(b"could not read an order") == 2


def test_cells_survive_the_wire_and_damage_is_told() -> None:
    cells = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    packed = pack_cells(cells)
    np.testing.assert_array_equal(unpack_cells(json.loads(json.dumps(packed))), cells)
    for damaged in ({**packed, "shape": [2, 3, 5]}, {**packed, "zlib": "@"}, {"shape": [1]}):
        with pytest.raises(OrderError, match="can't be read"):
            unpack_cells(damaged)


def test_a_task_has_the_piece_s_own_grid_and_metre() -> None:
    roll = Roll.from_notes([], 24, Grid(12, 8), metres=(MetreChange(0, 3, 4),))
    task = read_task({"given": pack_roll(roll), "density": 2}, MODEL)
    assert task.roll.same_as(roll)
    assert task.chosen == Chosen(0, 24)
    assert task.conditions.density == 0.5


class Process:
    """A session as the window starts it, over pipes, with the fake of the window's tests."""

    def __init__(self, module: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def say(self, order: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        self.process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line: dict[str, Any] = json.loads(self.process.stdout.readline())
        return self.hear() if "alive" in line else line

    def close(self) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        code = self.process.wait(30)
        self.process.stdout.close()
        return code


def test_a_job_is_cancelled_between_two_patches_and_the_next_one_is_made() -> None:
    session = Process("tests.gui.making.fakesession")
    session.say({"job": 1, "load": {}})
    assert "loaded" in session.hear()
    session.say({"job": 2, "make": {"bars": 1000}})
    assert "patch" in session.hear()
    session.say({"cancel": 2})
    session.say({"job": 3, "make": {"bars": 1}})
    lines = [session.hear()]
    while lines[-1].get("job") != 3 or "done" not in lines[-1]:
        lines.append(session.hear())
    own = [line for line in lines if line["job"] == 2]
    assert own[-1]["cancelled"] is True
    assert len(own) < 4000
    session.say({"cancel": 4})
    session.say({"job": 4, "make": {"bars": 1000}})
    assert session.hear() == {"cancelled": True, "job": 4, "seq": 0}
    assert session.close() == 0


def test_the_process_leaves_in_the_middle_of_a_job_when_its_orders_end() -> None:
    session = Process("tests.gui.making.fakesession")
    session.say({"job": 1, "load": {}})
    assert "loaded" in session.hear()
    session.say({"job": 2, "make": {"bars": 4000}})
    assert "patch" in session.hear()
    assert session.close() == 0


def test_the_bundled_model_is_played_without_torch_and_without_qt() -> None:
    script = (
        "import io, json, sys, threading\n"
        "from export.session import Session\n"
        "from model.childtalk import Talk\n"
        "said = io.BytesIO()\n"
        "def orders():\n"
        '    yield b\'{"job": 1, "load": {}}\\n\'\n'
        '    yield b\'{"job": 2, "make": {"bars": 1, "seed": 3}}\\n\'\n'
        "    while b'done' not in said.getvalue() and b'failed' not in said.getvalue():\n"
        "        threading.Event().wait(0.01)\n"
        "Session(Talk(orders(), said)).run()\n"
        "last = json.loads(said.getvalue().splitlines()[-1])\n"
        "print(json.dumps([last, 'torch' in sys.modules, 'PySide6' in sys.modules]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    last, torch, qt = json.loads(done.stdout)
    assert last["done"]["notes"] > 0
    assert (torch, qt) == (False, False)
