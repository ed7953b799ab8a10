"""Uniforms as they are drawn: in single precision, and never so large that they round to 1."""

from __future__ import annotations

import numpy as np
import pytest

from model.engine import Floats
from model.noise import LARGEST, Noise
from tests.model.configs import MIXES

CONFIG = MIXES["ar,mar,ar by rows"]


def test_no_uniform_reaches_one_even_in_single_precision() -> None:
    noise = Noise.draw(CONFIG, 3, 1, 0, 4096)
    every = [*noise.flags, *noise.order, noise.kinds, noise.velocities]
    for uniforms in every:
        assert uniforms.dtype == np.float32
        assert uniforms.max() <= LARGEST < 1
    for total in np.array([1, 3, 7e-3, 12345.678], np.float32):
        assert LARGEST * total < total, "a product with a total stays below it"


def test_the_largest_uniform_that_can_be_drawn_is_held_below_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Highest(np.random.Generator):
        def random(self, size: tuple[int, int], dtype: type = np.float32) -> Floats:  # type: ignore[override]
            return np.full(size, np.nextafter(np.float32(1), np.float32(0)), np.float32)

    monkeypatch.setattr(np.random, "Generator", Highest)
    assert Noise.draw(CONFIG, 3, 1, 0, 16).kinds.max() == LARGEST
