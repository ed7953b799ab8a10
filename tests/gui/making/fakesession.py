"""The making process with an engine of a few lines: starts fast, needs no graphs and no torch."""

from __future__ import annotations

import sys
from typing import Any

from export.session import Session, facts_of
from model.childtalk import Talk
from model.errors import ModelError
from model.roll import PITCHES
from tests.model.configs import config_of, level
from tests.model.fakeengine import FakeEngine

MODULE = "tests.gui.making.fakesession"
MODEL = config_of(
    level("ar", (PITCHES, 4)), level("ar", (16, 4)), level("ar", (1, 1)),
    pitches=PITCHES, velocity_bins=32, styles=("bach", "pop"),
)  # fmt: skip


def load(order: dict[str, Any]) -> tuple[FakeEngine, dict[str, Any]]:
    if order.get("source") == "missing":
        raise ModelError("there is no model at missing")
    engine = FakeEngine(MODEL, flags=(0.5, 0.0, 0.0), kinds=(3.0, 2.0, 0.0))
    name = order.get("source") or "fake"
    return engine, {
        "name": name,
        "path": f"/models/{name}",
        "parameters": 3,
        "hash": "abc",
        **facts_of(engine),
    }


if __name__ == "__main__":
    sys.exit(Session(Talk.on_pipes(), load).run())
