"""Step by step equals all at once: caches against the parallel pass, the sampler against the score.

Shapes: `B` rolls, `P` rows, `T` steps, `N` children of a node.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from model.batch import Batch
from model.config import ModelConfig
from model.engine import Codes, Floats, Ints, Known, Question, RollIds
from model.fractal import Fractal
from model.patchlevel import Asked, Told
from model.roll import FIRST_ONSET
from model.sampler import Request, SamplingSettings, Trace
from model.torchengine import TorchEngine
from tests.model.configs import EXACT, MIXES, TIME_FIRST, VELOCITIES, config_of, configs, level
from tests.model.generators import batch_of, engine_of, plan_of
from tests.model.pieces import is_canonical, sampled

NATS_A_FRAME = 1e-4


@dataclass
class Call:
    """What a patch level was asked in the parallel pass, and which flags it gave.

    target: bool [M, N], children that it was to predict; all of them are active.
    """

    asked: Asked
    flags: Tensor
    target: Known


def parallel_calls(model: Fractal, batch: Batch) -> list[Call]:
    """What all patch levels are asked when rolls full of onsets are learnt."""
    calls: list[Call] = []

    def listen(module: object, given: tuple[object, ...], said: Told) -> None:
        asked = next(thing for thing in given if isinstance(thing, Asked))
        every = np.ones(said.flags.shape[:2], bool)
        calls.append(
            Call(asked, said.flags, every if asked.known is None else ~asked.known.numpy())
        )

    hooks = [part.register_forward_hook(listen) for part in model.patch_levels]
    with torch.no_grad():
        model(batch, torch.Generator().manual_seed(0))
    for hook in hooks:
        hook.remove()
    return calls


def question(asked: Asked, rows: Ints, start: int, stop: int) -> Question:
    """The question about children `start` .. `stop` of some nodes."""

    def cut(tensor: Tensor | None) -> Any:
        return None if tensor is None else tensor[rows, start:stop].numpy()

    return Question(
        cut(asked.content),
        cut(asked.known),
        cut(asked.around),
        cut(asked.around_known),
        cut(asked.row),
        asked.column[start:stop].numpy(),
        cut(asked.metre),
        cut(asked.place),
    )


@dataclass
class Replay:
    """Asks an engine step by step what the parallel pass was asked all at once.

    stride: how many children an AR level is asked about at a time. bluff: whether all further ones
    are asked about first, with wrong contents, as the sampler does when it guesses ahead.
    """

    engine: TorchEngine
    calls: list[Call]
    stride: int
    bluff: bool

    def run(self, index: int, told: Any, rows: Ints) -> None:
        """Compare the flags of nodes `rows` of a level, and of all that lies below them."""
        call = self.calls[index]
        size = call.flags.shape[1]
        state = self.engine.begin(index, told, size)
        is_ar = call.asked.known is None
        for start in range(0, size, self.stride if is_ar else size):
            stop = min(start + self.stride, size) if is_ar else size
            if self.bluff and is_ar:
                ahead = question(call.asked, rows, start, size)
                self.engine.flags(state, replace(ahead, content=(ahead.content + 1) % 4), start)
            flags = self.engine.flags(state, question(call.asked, rows, start, stop), start)
            expected = call.flags[rows, start:stop].numpy()
            np.testing.assert_allclose(flags, expected, atol=1e-5, rtol=1e-5)
            if index + 1 < len(self.calls):
                node, child = call.target[rows, start:stop].nonzero()
                below = self.engine.below(state, node, child + start)
                number = np.cumsum(call.target).reshape(call.target.shape) - 1
                self.run(index + 1, below, number[rows[node], child + start])


@pytest.mark.parametrize("mix", MIXES)
@pytest.mark.parametrize(("stride", "bluff"), [(1, True), (3, False)])
def test_every_level_says_step_by_step_what_it_says_all_at_once(
    mix: str, stride: int, bluff: bool
) -> None:
    engine = engine_of(MIXES[mix])
    shape = (2, engine.config.height, 8)
    codes = np.random.default_rng(0).integers(FIRST_ONSET, FIRST_ONSET + VELOCITIES, shape)
    calls = parallel_calls(engine.model, batch_of(codes.astype(np.uint8)))
    assert len(calls) == len(engine.config.levels) - 1
    nothing = np.zeros(2, np.int64)
    root = engine.root(RollIds(nothing, nothing, nothing))
    Replay(engine, calls, stride, bluff).run(0, root, np.arange(2))


def nats(model: Fractal, codes: Codes, trace: Trace | None = None, **told: Any) -> Floats:
    """Score of codes [B, P, T]."""
    plan = None if trace is None else plan_of(trace)
    return model.score(batch_of(codes, **told), plan).numpy()


@pytest.mark.parametrize("steps", [19, 1])
@pytest.mark.parametrize("mix", MIXES)
def test_the_sampler_adds_up_the_probability_that_the_score_gives(mix: str, steps: int) -> None:
    engine = engine_of(MIXES[mix])
    for seed in range(2):
        trace = Trace()
        codes = sampled(engine, Request(steps, count=3), SamplingSettings(seed=seed), trace)
        assert is_canonical(codes) or not engine.config.exact
        expected = nats(engine.model, codes, trace)
        assert (expected > 0).all()
        np.testing.assert_allclose(-trace.log_probs, expected, atol=NATS_A_FRAME * steps, rtol=0)


@settings(max_examples=12)
@given(config=configs(), steps=st.integers(1, 20), seed=st.integers(0, 99))
def test_sampler_and_score_agree_for_any_levels(config: ModelConfig, steps: int, seed: int) -> None:
    engine, trace = engine_of(replace(config, context_steps=64), seed), Trace()
    codes = sampled(engine, Request(steps, count=2), SamplingSettings(seed=seed), trace)
    expected = nats(engine.model, codes, trace)
    np.testing.assert_allclose(-trace.log_probs, expected, atol=NATS_A_FRAME * steps, rtol=0)


@pytest.mark.parametrize(
    "shaped",
    [
        SamplingSettings(temperature=0.5, seed=4),
        SamplingSettings(temperature=2.0, seed=4),
        SamplingSettings(top_p=0.7, filter_threshold=0.1, seed=4),
        SamplingSettings(rounds=1, seed=4),
        SamplingSettings(rounds=50, seed=4),
    ],
    ids=str,
)
@pytest.mark.parametrize("mix", ["ar,ar,ar", "mar,mar,mar,mar", "ar,ar,mar,mar"])
def test_the_probability_is_that_of_the_model_however_it_was_sampled(
    mix: str, shaped: SamplingSettings
) -> None:
    engine, trace = engine_of(MIXES[mix]), Trace()
    codes = sampled(engine, Request(12, count=2), shaped, trace)
    expected = nats(engine.model, codes, trace)
    np.testing.assert_allclose(-trace.log_probs, expected, atol=NATS_A_FRAME * 12, rtol=0)


@pytest.mark.parametrize("mix", sorted(set(EXACT) & set(TIME_FIRST)))
def test_a_continuation_has_the_probability_that_it_adds_to_its_prompt(mix: str) -> None:
    engine, trace = engine_of(MIXES[mix]), Trace()
    prompt = sampled(engine, Request(8), SamplingSettings(seed=9))[0]
    request = Request(12, prompt=prompt, prompt_places=np.arange(8), count=2)
    codes = sampled(engine, request, SamplingSettings(seed=3), trace)
    whole = np.concatenate([np.repeat(prompt[None], 2, 0), codes], 2)
    added = nats(engine.model, whole) - nats(engine.model, prompt[None])
    np.testing.assert_allclose(-trace.log_probs, added, atol=NATS_A_FRAME * 20, rtol=0)


@pytest.mark.parametrize("mix", sorted(set(EXACT) & set(TIME_FIRST)))
def test_a_stretch_beyond_the_context_carries_what_sounds_into_it(mix: str) -> None:
    """The second stretch is scored as a window of its own that begins in the middle of notes."""
    config = replace(MIXES[mix], context_steps=16)
    engine, first, both = engine_of(config), Trace(), Trace()
    sampled(engine, Request(16, count=6), SamplingSettings(seed=1), first)
    codes = sampled(engine, Request(24, count=6), SamplingSettings(seed=1), both)
    told = {"carry": codes[:, :, 7] != 0, "first_step": 8}
    assert told["carry"].any()
    added = nats(engine.model, codes[:, :, 8:], **told)
    added -= nats(engine.model, codes[:, :, 8:16], **told)
    np.testing.assert_allclose(
        first.log_probs - both.log_probs, added, atol=NATS_A_FRAME * 24, rtol=0
    )


@pytest.mark.parametrize("mix", MIXES)
def test_rolls_scored_together_score_as_each_does_alone(mix: str) -> None:
    engine, trace = engine_of(MIXES[mix]), Trace()
    codes = sampled(engine, Request(13, count=3), None, trace)
    together = nats(engine.model, codes, trace)
    for roll in range(3):
        alone = Trace({index: rounds[roll : roll + 1] for index, rounds in trace.plan.items()})
        one = nats(engine.model, codes[roll : roll + 1], alone)
        np.testing.assert_allclose(one, together[roll : roll + 1], atol=1e-4)


def test_parts_are_sampled_as_they_are_scored() -> None:
    config = config_of(
        level("ar", (16, 2), copy_heads=1),
        level("mar", (8, 2)),
        level("ar", (1, 1)),
        pitches=8,
        parts=2,
    )
    engine, trace = engine_of(config), Trace()
    codes = sampled(engine, Request(11, count=3), None, trace)
    expected = nats(engine.model, codes, trace)
    np.testing.assert_allclose(-trace.log_probs, expected, atol=NATS_A_FRAME * 11, rtol=0)


def test_deeper_and_wider_levels_are_sampled_as_they_are_scored() -> None:
    levels = [
        replace(own, depth=2, dim=12, heads=3, reach=(0, 2))
        for own in MIXES["ar,ar,mar,mar"].levels
    ]
    config = config_of(*levels, window_steps=(5, 3), window_pitches=0)
    engine, trace = engine_of(config), Trace()
    codes = sampled(engine, Request(14, count=2), None, trace)
    expected = nats(engine.model, codes, trace)
    np.testing.assert_allclose(-trace.log_probs, expected, atol=NATS_A_FRAME * 14, rtol=0)
