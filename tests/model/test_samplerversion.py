"""A seed is a promise: while the sampler's version stays, so do the notes of a seed."""

from __future__ import annotations

import hashlib

import pytest

from model.noise import SAMPLER_VERSION, Noise
from model.sampler import Request, SamplingSettings
from tests.model.configs import MIXES
from tests.model.fakeengine import FakeEngine
from tests.model.pieces import sampled

PROMISED = {
    ("philox-1", "ar,ar,ar"): "d72eddf064ab4daa",
    ("philox-1", "ar,mar,ar by rows"): "9ed3c97ba0d78186",
    ("philox-1", "mar,mar,mar,mar"): "485ef2e956f01087",
}
"""Digests of uniforms and notes by version and mix. Where one changes, take a new version."""


@pytest.mark.parametrize("mix", ["ar,ar,ar", "ar,mar,ar by rows", "mar,mar,mar,mar"])
def test_the_notes_of_a_seed_change_only_with_the_samplers_version(mix: str) -> None:
    config = MIXES[mix]
    noise = Noise.draw(config, 7, 2, 16, 16)
    digest = hashlib.sha256()
    for uniforms in (*noise.flags, *noise.order, noise.kinds, noise.velocities):
        digest.update(uniforms.tobytes())
    settings = SamplingSettings(seed=7, temperature=0.9, top_p=0.9)
    for chosen in (SamplingSettings(seed=7), settings):
        digest.update(sampled(FakeEngine(config), Request(80, count=2), chosen).tobytes())
    assert PROMISED[SAMPLER_VERSION, mix] == digest.hexdigest()[:16]
