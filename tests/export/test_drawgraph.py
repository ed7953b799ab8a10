"""Drawing inside a graph is drawing with NumPy, value for value."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import onnx
import onnxruntime as ort
from hypothesis import given
from hypothesis import strategies as st

from export.drawgraph import Shaping, draw
from export.graphbuilder import Graph
from export.runtime import GraphSession
from export.weightfile import WeightFile
from model.noise import LARGEST
from model.settings import SamplingSettings, shaped
from model.settings import draw as draw_with_numpy

ROWS = 6


@cache
def drawing(values: int, with_shaping: bool) -> GraphSession:
    """A graph that draws from [6, values]."""
    graph = Graph(WeightFile("none", {}))
    logits = graph.input("logits", "float32", [ROWS, values])
    uniforms = graph.input("uniforms", "float32", [ROWS, 1])
    shaping = Shaping.inputs(graph) if with_shaping else None
    graph.output("drawn", draw(graph, logits, uniforms, values, shaping), "int32", [ROWS, 1])
    path = Path(mkdtemp(prefix="fractalroll-test-")) / "draw.onnx"
    onnx.save(graph.model("draw"), path)
    return GraphSession(path)


@st.composite
def questions(draw_: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Logits [6, F] with some impossible values, never the last, and uniforms [6]."""
    values = draw_(st.sampled_from([3, 32]))
    rng = np.random.default_rng(draw_(st.integers(0, 2**32)))
    logits = (rng.standard_normal((ROWS, values)) * draw_(st.floats(0.1, 6))).astype(np.float32)
    impossible = rng.random((ROWS, values)) < 0.2
    impossible[:, -1] = False
    logits[impossible] = -np.inf
    ends = rng.choice(np.array([0, LARGEST], np.float32), ROWS)
    uniforms = np.where(rng.random(ROWS) < 0.2, ends, rng.random(ROWS, dtype=np.float32))
    return logits, np.minimum(uniforms, LARGEST)


def near_tie(logits: np.ndarray, uniforms: np.ndarray, settings: SamplingSettings) -> np.ndarray:
    """Rows [6] in which rounding decides: a uniform upon a boundary, a value on a filter edge."""
    bounds = []
    for share in (1 - 1e-5, 1.0, 1 + 1e-5):
        moved = replace(
            settings,
            filter_threshold=settings.filter_threshold * share,
            top_p=min(settings.top_p * share, 1.0),
        )
        probs = shaped((logits - logits.max(-1, keepdims=True))[None], moved)[0]
        rising = probs.astype(np.float64).cumsum(-1)
        bounds.append(rising / rising[:, -1:])
    upon_edge = (np.abs(np.diff(bounds, axis=0)) > 1e-4).any((0, 2))
    upon_bound = (np.abs(bounds[1] - uniforms[:, None]) < 3e-6).any(-1)
    return np.asarray(upon_edge | upon_bound)


@given(questions())
def test_plain_drawing_is_numpys(question: tuple[np.ndarray, np.ndarray]) -> None:
    logits, uniforms = question
    settings = SamplingSettings()
    want, _ = draw_with_numpy(logits[None].copy(), uniforms[None], settings)
    got = drawing(logits.shape[1], False).run({"logits": logits, "uniforms": uniforms[:, None]})
    sure = ~near_tie(logits, uniforms, settings)
    np.testing.assert_array_equal(got["drawn"][sure, 0], want[0][sure])


@given(
    questions(),
    st.floats(0.3, 2.0),
    st.floats(0.0, 0.3),
    st.floats(0.2, 1.0),
)
def test_shaped_drawing_is_numpys(
    question: tuple[np.ndarray, np.ndarray], temperature: float, threshold: float, top_p: float
) -> None:
    logits, uniforms = question
    settings = SamplingSettings(temperature, threshold, top_p)
    want, _ = draw_with_numpy(logits[None].copy(), uniforms[None], settings)
    shaping = {
        "inverse_temperature": np.float32(1 / temperature),
        "filter_threshold": np.float32(threshold),
        "top_p": np.float32(top_p),
    }
    feeds = {"logits": logits, "uniforms": uniforms[:, None]}
    feeds |= {name: np.asarray(value) for name, value in shaping.items()}
    got = drawing(logits.shape[1], True).run(feeds)
    sure = ~near_tie(logits, uniforms, settings)
    np.testing.assert_array_equal(got["drawn"][sure, 0], want[0][sure])


def test_the_largest_uniform_never_draws_what_is_impossible() -> None:
    logits = np.full((ROWS, 3), -np.inf, np.float32)
    logits[:, 0] = 0.0
    logits[:, 2] = -30.0
    uniforms = np.full((ROWS, 1), LARGEST, np.float32)
    got = drawing(3, False).run({"logits": logits, "uniforms": uniforms})
    assert (got["drawn"] == 0).all()


def test_sessions_print_nothing_and_do_not_spin() -> None:
    options = drawing(3, False)._session.get_session_options()
    assert options.get_session_config_entry("session.intra_op.allow_spinning") == "0"
    assert options.intra_op_num_threads == 1
    assert options.execution_mode == ort.ExecutionMode.ORT_SEQUENTIAL
