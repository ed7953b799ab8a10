"""Running a graph tells nobody, and leaves nothing in the user's folders that could be told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
from export.loading import load_engine
import os
load_engine("standard", device="cpu")
print(os.environ["ORT_DISABLE_TELEMETRY"])
"""
PLACES = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")


def _open_a_model(home: Path, **words: str) -> str:
    """Open the bundled model in a fresh process with an empty home; what it says."""
    kept = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    own = {name: str(home / name.lower()) for name in PLACES}
    environment = {**kept, **own, "HOME": str(home), "USERPROFILE": str(home), **words}
    return subprocess.run(
        [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_a_model_that_runs_leaves_no_number_of_the_machine(tmp_path: Path) -> None:
    assert _open_a_model(tmp_path) == "1"
    assert [path for path in tmp_path.rglob("*") if "onnxruntime" in path.name] == []


@pytest.mark.parametrize("chosen", ["0", "1"])
def test_who_has_chosen_is_left_alone(tmp_path: Path, chosen: str) -> None:
    assert _open_a_model(tmp_path, ORT_DISABLE_TELEMETRY=chosen) == chosen
