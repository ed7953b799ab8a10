"""Recorded steps: memory that never moves gives what memory of each call gives.

There is no card here, so nothing is really recorded; all else is as it is with one.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest

from export.onnxengine import OnnxEngine
from export.recording import Recordings
from export.runtime import GraphSession
from model.sampler import Request
from model.settings import SamplingSettings
from tests.export.exported import engine_of_mix, graphs_of
from tests.model.configs import MIXES
from tests.model.pieces import sampled


def recorded_engine(mix: str) -> OnnxEngine:
    """Level by level, all calls with caches through recordings."""
    folder, names = graphs_of(mix)
    sessions = {
        name: GraphSession(folder / f"{name}.onnx", recording=True)
        for name in names
        if not name.startswith("patch")
    }
    return OnnxEngine(MIXES[mix], sessions, "recorded")


@pytest.mark.parametrize("mix", ["ar,ar,ar", "ar,ar,mar,mar", "mar,mar"])
@pytest.mark.parametrize("count", [1, 3])
def test_recorded_steps_play_the_same_notes(mix: str, count: int) -> None:
    request, settings = Request(40, count=count), SamplingSettings(seed=4, guidance=1.5)
    made = sampled(recorded_engine(mix), request, settings)
    np.testing.assert_array_equal(made, sampled(engine_of_mix(mix, whole=False), request, settings))
    assert made.any()


def test_a_recording_is_made_at_the_second_call_of_a_shape_and_only_for_a_few_shapes() -> None:
    recordings = Recordings()
    shapes = [((1, size),) for size in range(20)]
    assert not any(recordings.wants(shape) for shape in shapes)
    assert [recordings.wants(shape) for shape in shapes].count(True) == 8


def test_another_piece_has_recordings_of_its_own() -> None:
    engine = recorded_engine("ar,ar,ar")
    request = Request(24)
    first = sampled(engine, request, SamplingSettings(seed=1))
    sampled(engine, request, SamplingSettings(seed=2))
    np.testing.assert_array_equal(sampled(engine, request, SamplingSettings(seed=1)), first)


def test_every_node_is_where_it_should_be_and_is_told_if_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder, names = graphs_of("ar,ar,ar")
    sessions = [GraphSession(folder / f"{name}.onnx") for name in names]
    assert {tuple(session.strays()) for session in sessions} == {()}
    monkeypatch.setattr(sessions[1], "provider", "CUDAExecutionProvider")
    assert "Attention" in sessions[1].strays()


def test_graphs_that_a_card_records_hold_no_loops_and_no_branches() -> None:
    for mix in MIXES:
        folder, names = graphs_of(mix)
        for name in names:
            if not name.startswith("patch"):
                assert not {"Loop", "If", "Scan"} & kinds(folder / f"{name}.onnx")


def kinds(path: Path) -> set[str]:
    """Kinds of nodes in a graph."""
    return {node.op_type for node in onnx.load(path, load_external_data=False).graph.node}
