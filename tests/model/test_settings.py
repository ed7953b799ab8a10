"""From logits to choices: temperature, filter threshold, top-p."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.noise import LARGEST
from model.sampler import Request, SamplingError, SamplingSettings, Trace
from model.settings import draw
from tests.model.configs import MIXES
from tests.model.fakeengine import FakeEngine
from tests.model.generators import engine_of
from tests.model.pieces import sampled

Row = NDArray[np.float32]

EVERYWHERE = ((np.arange(4000) + 0.5) / 4000).astype(np.float32)
"""Uniforms spread evenly over 0..1."""


@st.composite
def rows(draw_: st.DrawFn) -> Row:
    """Logits of two to six values, equal or clearly not, some of which may be impossible."""
    sixteenths = draw_(st.lists(st.integers(-80, 80), min_size=2, max_size=6))
    values = [number / 16 for number in sixteenths]
    impossible = draw_(st.sets(st.integers(1, len(values) - 1)))
    row = np.array(values, np.float32)
    row[sorted(impossible)] = -np.inf
    return np.roll(row, draw_(st.integers(0, 5)))


def softmax(row: Row, temperature: float = 1.0) -> NDArray[np.float64]:
    hot = row.astype(np.float64) / temperature
    weights = np.exp(hot - hot.max())
    return weights / weights.sum()  # type: ignore[no-any-return]


def shares(row: Row, settings: SamplingSettings) -> NDArray[np.float64]:
    """How often each value is drawn over all uniforms."""
    drawn, _ = draw(np.tile(row, (1, len(EVERYWHERE), 1)), EVERYWHERE[None], settings)
    return np.bincount(drawn[0], minlength=len(row)) / len(EVERYWHERE)


@given(rows(), st.floats(0.25, 4))
def test_values_are_drawn_as_often_as_their_probability_at_that_temperature(
    row: Row, temperature: float
) -> None:
    found = shares(row, SamplingSettings(temperature=temperature))
    np.testing.assert_allclose(found, softmax(row, temperature), atol=1e-3)


@given(rows(), st.floats(0, float(LARGEST)), st.floats(0, 3), st.floats(0, 0.9), st.floats(0.01, 1))
def test_what_is_impossible_is_never_drawn(
    row: Row, uniform: float, temperature: float, threshold: float, top_p: float
) -> None:
    settings = SamplingSettings(temperature, threshold, top_p)
    drawn, log_probs = draw(row[None, None].copy(), np.array([[uniform]], np.float32), settings)
    assert np.isfinite(row[drawn[0, 0]])
    assert log_probs[0, 0] == pytest.approx(np.log(softmax(row)[drawn[0, 0]]), abs=1e-4)


@given(rows(), st.floats(1e-9, 0.999))
def test_temperature_towards_zero_is_argmax(row: Row, uniform: float) -> None:
    best = np.flatnonzero(row == row.max())
    for temperature in (0.0, 1e-7, 1e-4):
        settings = SamplingSettings(temperature=temperature)
        drawn, _ = draw(row[None, None].copy(), np.array([[uniform]], np.float32), settings)
        assert drawn[0, 0] in best


@given(rows(), st.floats(0.01, 0.99), st.floats(0.5, 2))
def test_a_filter_keeps_what_is_at_least_that_probable_and_the_most_probable(
    row: Row, threshold: float, temperature: float
) -> None:
    probs = softmax(row, temperature)
    found = shares(row, SamplingSettings(temperature, filter_threshold=threshold))
    clear = np.abs(probs - threshold) > 1e-5
    kept = (probs >= threshold) | (probs >= probs.max() - 1e-9)
    if clear[probs < probs.max()].all():
        expected = np.where(kept, probs, 0)
        np.testing.assert_allclose(found, expected / expected.sum(), atol=1e-3)


@given(rows(), st.floats(0.01, 0.99))
def test_top_p_keeps_the_fewest_most_probable_values_that_reach_it(row: Row, top_p: float) -> None:
    probs = softmax(row)
    found = shares(row, SamplingSettings(top_p=top_p))
    drawn = found > 0
    reached = probs[drawn].sum()
    if drawn.sum() < np.isfinite(row).sum():  # a value of a share below 1/4000 may go undrawn
        assert reached >= top_p - 1e-3
        assert probs[drawn].min() >= probs[~drawn].max() - 1e-6
    assert reached - probs[drawn].min() < top_p + 1e-3
    np.testing.assert_allclose(found[drawn], probs[drawn] / reached, atol=2e-3)


def test_the_filter_comes_before_top_p() -> None:
    """Of 0.5, 0.3, 0.2 the filter leaves 0.5 and 0.3; 0.6 of those is the first alone."""
    row = np.log(np.array([0.2, 0.5, 0.3], np.float32))
    assert (shares(row, SamplingSettings(top_p=0.6)) > 0).tolist() == [False, True, True]
    both = SamplingSettings(top_p=0.6, filter_threshold=0.25)
    assert (shares(row, both) > 0).tolist() == [False, True, False]


def test_a_filter_of_one_value_is_the_most_probable_one_everywhere() -> None:
    engine = engine_of(MIXES["ar,ar,ar"])
    coldest = sampled(engine, Request(16), SamplingSettings(temperature=0))
    for settings in (SamplingSettings(filter_threshold=0.999), SamplingSettings(top_p=1e-6)):
        np.testing.assert_array_equal(sampled(engine, Request(16), settings), coldest)


def test_colder_is_more_probable() -> None:
    engine = engine_of(MIXES["ar,ar,ar"])
    found = []
    for temperature in (0.3, 1.0, 3.0):
        trace = Trace()
        settings = SamplingSettings(temperature=temperature)
        sampled(engine, Request(24, count=8), settings, trace)
        found.append(trace.log_probs.mean())
    assert found == sorted(found, reverse=True)


def test_the_plain_settings_draw_from_the_model_as_it_is() -> None:
    engine = FakeEngine(MIXES["ar,ar"])
    plain = sampled(engine, Request(16))
    shaped = SamplingSettings(temperature=1.0000001, filter_threshold=1e-9, top_p=0.9999999)
    np.testing.assert_array_equal(sampled(engine, Request(16), shaped), plain)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("temperature", [-0.1, float("nan"), float("inf")]),
        ("filter_threshold", [-0.1, 1.0, float("nan")]),
        ("top_p", [0.0, 1.1, float("nan")]),
        ("guidance", [-1.0, float("nan"), float("inf")]),
        ("guidance_schedule", ["cosine"]),
        ("rounds", [0]),
    ],
)
def test_settings_out_of_range_are_refused_by_name(name: str, values: list[object]) -> None:
    for value in values:
        with pytest.raises(SamplingError, match=name.replace("_", ".")):
            SamplingSettings(**{name: value})  # type: ignore[arg-type]


def test_fewer_rounds_ask_the_engine_less() -> None:
    asked = []
    for rounds in (2, 6):
        engine = FakeEngine(MIXES["mar,mar"])
        sampled(engine, Request(32), SamplingSettings(rounds=rounds))
        asked.append(len(engine.asked))
    assert asked == [2, 6]
