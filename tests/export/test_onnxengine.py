"""Graphs beside torch: the same notes out of the same seed, with no work that torch skips."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnxruntime as ort
import pytest
from hypothesis import given
from hypothesis import settings as settings_of
from hypothesis import strategies as st

from export.errors import GraphError
from export.levelgraph import most_children
from export.patchgraph import composes
from export.runtime import GraphSession
from model.conditions import Conditions
from model.config import ModelConfig
from model.engine import PatchEngine, RollIds
from model.presets import PRESETS
from model.sampler import Request
from model.settings import SamplingSettings
from model.torchengine import TorchEngine
from tests.export.exported import (
    agree,
    engine_of_mix,
    graphs_of,
    open_graphs,
    write_graphs,
)
from tests.model.configs import EXACT, MIXES, config_of, level
from tests.model.generators import engine_of, lively
from tests.model.pieces import random_codes, sampled

COMPOSED = [name for name, config in MIXES.items() if composes(config)]

MANNERS = {
    "one roll": (Request(24), SamplingSettings(seed=1)),
    "three rolls": (Request(20, count=3), SamplingSettings(seed=2)),
    "guided": (
        Request(20, Conditions(key=3, metre=(3, 4), density=0.5)),
        SamplingSettings(seed=3, guidance=2.0, guidance_schedule="linear"),
    ),
    "shaped": (
        Request(24),
        SamplingSettings(seed=4, temperature=0.8, top_p=0.9, filter_threshold=0.02),
    ),
    "longer than the context": (Request(100), SamplingSettings(seed=5)),
    "without chance": (Request(24), SamplingSettings(temperature=0.0)),
}


@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("mix", MIXES)
def test_the_same_seed_makes_the_same_notes_as_torch(mix: str, manner: str) -> None:
    levels = engine_of_mix(mix, whole=False)
    found = agree(engine_of_mix(mix), levels, engine_of(MIXES[mix]), *MANNERS[manner])
    assert found.patches > 0
    assert found.near_ties <= 1
    assert found.log_prob_error <= 1e-3


@pytest.mark.parametrize("mix", MIXES)
def test_a_prompt_is_gone_on_from_as_torch_does(mix: str) -> None:
    config = MIXES[mix]
    carry = np.zeros((1, config.height), bool)
    prompt = random_codes(np.random.default_rng(1), (1, config.height, 18), 3, carry)[0]
    request = Request(12, prompt=prompt, prompt_places=np.arange(18) % 16)
    levels = engine_of_mix(mix, whole=False)
    assert agree(engine_of_mix(mix), levels, engine_of(config), request).patches > 0


@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("mix", COMPOSED)
def test_whole_patches_are_what_level_by_level_makes(mix: str, manner: str) -> None:
    whole, levels = engine_of_mix(mix), engine_of_mix(mix, whole=False)
    assert isinstance(whole, PatchEngine)
    assert whole.composes()
    assert not levels.composes()
    assert agree(whole, levels, levels, *MANNERS[manner]).near_ties <= 1


def test_generators_that_fill_columns_from_low_to_high_are_composed() -> None:
    assert [name for name, config in PRESETS.items() if composes(config)] == [
        "tiny",
        "small",
        "live",
        "base",
    ]
    assert set(COMPOSED) < set(EXACT)
    upwards = level("ar", (16, 1)), level("ar", (4, 1)), level("ar", (2, 1)), level("ar", (1, 1))
    assert not composes(config_of(level("ar", (16, 2)), level("ar", (1, 1))))
    assert not composes(config_of(level("ar", (16, 1)), level("mar", (4, 1)), level("ar", (1, 1))))
    assert composes(config_of(upwards[0], upwards[1], upwards[3]))


KINDS = {
    "tensor(float)": "f4",
    "tensor(int64)": "i8",
    "tensor(uint8)": "u1",
    "tensor(bool)": "?",
}


def node_runs(mix: str, folder: Path, uniforms: float) -> dict[str, int]:
    """How often each kind of node runs in the patch graph, all uniforms being the same."""
    graphs, _ = graphs_of(mix)
    options = ort.SessionOptions()
    options.enable_profiling = True
    options.profile_file_prefix = str(folder / "profile")
    session = ort.InferenceSession(
        graphs / "patch.onnx", options, providers=["CPUExecutionProvider"]
    )
    feeds = {}
    for entry in session.get_inputs():
        kind = KINDS[entry.type]
        shape = [size if isinstance(size, int) else 4 for size in entry.shape]
        shape = [1 if size == 4 and axis == 0 else size for axis, size in enumerate(shape)]
        feeds[entry.name] = np.zeros(shape, kind)
    rows = feeds["copy_offsets"].shape[1] if "copy_offsets" in feeds else 0
    if rows:
        feeds["past_copy_keys"] = np.zeros((1, *feeds["past_copy_keys"].shape[1:2], rows, 16), "f4")
        feeds["past_contents"] = np.zeros((1, rows, feeds["past_contents"].shape[2]), "f4")
    feeds["length"][:] = 1
    most = most_children(MIXES[mix])
    feeds["first_bias"][:], feeds["end_bias"][:] = most, most + 4
    feeds["uniforms"][:] = uniforms
    session.run(None, feeds)
    counts: dict[str, int] = {}
    for event in json.loads(Path(session.end_profiling()).read_text(encoding="utf-8")):
        if event.get("cat") == "Node" and event["name"].endswith("_kernel_time"):
            kind_of = event["args"]["op_name"]
            counts[kind_of] = counts.get(kind_of, 0) + 1
    return counts


@pytest.mark.parametrize("mix", COMPOSED)
def test_a_silent_patch_is_not_gone_down_into(mix: str, tmp_path: Path) -> None:
    """Uniforms near 0 draw silence, near 1 an active patch."""
    silent, active = node_runs(mix, tmp_path, 0.0), node_runs(mix, tmp_path, 0.999)
    assert silent.get("Loop", 0) == 0
    assert active["Loop"] > 0
    assert active["Attention"] > silent["Attention"]


def test_graphs_hold_no_weights(tmp_path: Path) -> None:
    names = write_graphs(tmp_path, lively(PRESETS["live"]))
    weights = (tmp_path / "weights.safetensors").stat().st_size
    graphs = sum((tmp_path / f"{name}.onnx").stat().st_size for name in names)
    assert graphs < weights / 10


def test_asking_below_before_flags_is_refused() -> None:
    engine = engine_of_mix("ar,ar,ar")
    nothing = np.zeros(1, np.int64)
    state = engine.begin(0, engine.root(RollIds(nothing, nothing, nothing)), 8)
    with pytest.raises(ValueError, match="ask for flags before going down"):
        engine.below(state, nothing, nothing)


def test_an_engine_keeps_nothing_from_one_piece_to_the_next() -> None:
    engine = engine_of_mix("ar,ar,ar")
    first = sampled(engine, Request(16), SamplingSettings(seed=1))
    sampled(engine, Request(23, count=3), SamplingSettings(seed=2, guidance=2.0))
    np.testing.assert_array_equal(sampled(engine, Request(16), SamplingSettings(seed=1)), first)


def test_a_file_that_is_no_graph_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "level0.onnx"
    path.write_bytes(b"music")
    with pytest.raises(GraphError, match=r"can't load the graph .*level0\.onnx"):
        GraphSession(path)


def test_a_torch_engine_is_never_asked_for_whole_patches() -> None:
    assert not isinstance(TorchEngine(lively(MIXES["ar,ar"])), PatchEngine)


@st.composite
def columns(draw: st.DrawFn) -> ModelConfig:
    """Generators that fill columns from low to high, in every size that is small."""
    heights = [1]
    for _ in range(draw(st.integers(1, 3))):
        heights.insert(0, heights[0] * draw(st.integers(2, 3)))
    copy_heads = draw(st.integers(0, 2))
    levels = [
        level("ar", (height, 1), copy_heads=copy_heads if index == 0 else 0)
        for index, height in enumerate(heights)
    ]
    parts = draw(st.sampled_from([1, 2])) if heights[0] % 2 == 0 else 1
    return config_of(
        *levels,
        pitches=heights[0] // parts,
        parts=parts,
        velocity_bins=draw(st.integers(1, 5)),
        window_pitches=draw(st.integers(0, 4)),
        window_steps=(draw(st.integers(1, 3)), draw(st.integers(1, 2))),
    )


@settings_of(max_examples=15, deadline=None)
@given(columns(), st.integers(0, 2**32))
def test_whole_patches_are_right_for_columns_of_any_size(config: ModelConfig, seed: int) -> None:
    with TemporaryDirectory() as folder:
        names = write_graphs(Path(folder), lively(config))
        whole = open_graphs(Path(folder), config, names)
        kept = [name for name in names if not name.startswith("patch")]
        levels = open_graphs(Path(folder), config, kept)
        found = agree(whole, levels, engine_of(config), Request(20), SamplingSettings(seed=seed))
    assert whole.composes() == composes(config)
    assert found.patches > 0
