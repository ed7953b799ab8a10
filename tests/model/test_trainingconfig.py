import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.trainingconfig import TrainingConfig, TrainingConfigError


def test_json_round_trip_is_the_identity() -> None:
    config = TrainingConfig(steps=None, epochs=2.5, betas=(0.8, 0.99), threads=3)
    assert TrainingConfig.from_json(config.to_json()) == config


def test_missing_fields_take_their_defaults() -> None:
    assert TrainingConfig.from_json('{"batch_size": 4}') == TrainingConfig(batch_size=4)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{", "JSON"),
        ("[]", "list"),
        ('{"colour": 1}', "colour"),
        ('{"batch_size": "many"}', "wrong type"),
    ],
)
def test_text_that_is_no_settings_is_refused(text: str, word: str) -> None:
    with pytest.raises(TrainingConfigError, match=word):
        TrainingConfig.from_json(text)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"epochs": 1.0}, "either steps or epochs"),
        ({"steps": None}, "either steps or epochs"),
        ({"steps": 0}, "steps is 0"),
        ({"steps": 100, "warmup_steps": 100}, "warm-up"),
        ({"batch_size": 3, "devices": 2}, "evenly"),
        ({"hop_steps": 200}, "never be seen"),
        ({"learning_rate": 0.0}, "learning_rate"),
        ({"learning_rate": float("nan")}, "learning_rate"),
        ({"betas": (0.9, 1.0)}, "betas"),
        ({"ema_decay": 1.0}, "ema_decay"),
        ({"unshifted_share": 1.5}, "share"),
        ({"shift_range": 7}, "semitones"),
        ({"precision": "8"}, "precision"),
        ({"accelerator": "abacus"}, "accelerator"),
        ({"threads": 0}, "threads"),
    ],
)
def test_contradictions_are_refused_by_name(changes: dict[str, object], word: str) -> None:
    with pytest.raises(TrainingConfigError, match=word):
        TrainingConfig(**changes)  # type: ignore[arg-type]


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(TrainingConfigError, match=r"batch_size.*ema_decay"):
        TrainingConfig(batch_size=0, ema_decay=2.0)


@given(st.integers(1, 1000), st.integers(1, 64))
def test_epochs_are_counted_in_updates(windows: int, batch_size: int) -> None:
    config = TrainingConfig(steps=None, epochs=3, batch_size=batch_size)
    steps = config.total_steps(windows)
    assert (steps - 1) * batch_size < 3 * windows <= steps * batch_size


def test_a_resumed_run_may_be_made_longer_but_not_different() -> None:
    config = TrainingConfig(steps=100, warmup_steps=10)
    assert config.resumed_with({"steps": 200, "seed": 0}).steps == 200
    assert config.resumed_with({"epochs": 3.0}).steps is None
    with pytest.raises(TrainingConfigError, match="seed"):
        config.resumed_with({"seed": 1})


def test_json_is_readable() -> None:
    assert json.loads(TrainingConfig().to_json())["betas"] == [0.9, 0.95]
