"""Configs: JSON both ways, and contradictions refused by the name of what contradicts."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from model.config import FORMAT_VERSION, ConfigError, LevelConfig, ModelConfig
from model.errors import ModelError
from model.presets import PRESETS, preset
from tests.model.configs import MIXES, config_of, configs, level

TINY = MIXES["ar,ar,ar"]


@given(configs())
def test_a_config_survives_json(config: ModelConfig) -> None:
    again = ModelConfig.from_json(config.to_json())
    assert again == config
    assert hash(again) == hash(config)


@pytest.mark.parametrize("config", [*MIXES.values(), *PRESETS.values()])
def test_mixes_and_presets_survive_json(config: ModelConfig) -> None:
    assert ModelConfig.from_json(config.to_json()) == config


def test_json_is_readable_and_names_its_format() -> None:
    data = json.loads(TINY.to_json())
    assert data["format_version"] == FORMAT_VERSION
    assert data["levels"][0]["patch"] == [16, 1]
    assert "\n" in TINY.to_json()


def changed_json(**changes: Any) -> str:
    return json.dumps({**json.loads(TINY.to_json()), **changes})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is no JSON"),
        ("[1]", "must be a JSON object, got list"),
        (changed_json(format_version=FORMAT_VERSION + 1), "update Fractalroll"),
        (changed_json(format_version=0), "format 0"),
        (changed_json(format_version="1"), "format '1'"),
        (changed_json(levels=None), "no list of levels"),
        (changed_json(levels=[1, 2]), "LevelConfig must be a JSON object, got 1"),
        (changed_json(sparkle=1), "ModelConfig has no field sparkle"),
        (changed_json(levels=[{"shine": 1, "glow": 2}]), "LevelConfig has no field glow, shine"),
        (changed_json(pitches="many"), "ModelConfig.pitches can't be 'many'"),
        (changed_json(pitches=0), "pitches must be at least 1"),
    ],
)
def test_what_is_no_config_is_refused(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        ModelConfig.from_json(text)


def test_fields_that_are_left_out_have_their_defaults() -> None:
    levels = [{"patch": [128, 1]}, {"patch": [1, 1]}]
    config = ModelConfig.from_json(json.dumps({"format_version": 1, "levels": levels}))
    assert config == ModelConfig(levels=(LevelConfig(patch=(128, 1)), LevelConfig()))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"levels": ()}, "two to five levels, this one 0"),
        ({"levels": (level("ar", (1, 1)),)}, "two to five levels, this one 1"),
        ({"levels": (level("ar", (1, 1)),) * 6}, "two to five levels, this one 6"),
        ({"parts": 0}, "parts must be at least 1, got 0"),
        ({"velocity_bins": 0}, "velocity_bins must be at least 1"),
        ({"velocity_bins": 128}, "velocity_bins must be at most 127, got 128"),
        ({"context_steps": 0}, "context_steps must be at least 1"),
        ({"window_channels": 0}, "window_channels must be at least 1"),
        ({"steps_per_beat": 5}, "steps_per_beat must be 4, 6, 8, 12 or 24, got 5"),
        ({"window_pitches": -1}, "cell level must look"),
        ({"window_steps": (0, 1)}, "at least one step before and after"),
        ({"window_steps": (1, 0)}, "at least one step before and after"),
        ({"density_edges": (1.0, 0.5)}, "density_edges must rise"),
        ({"density_edges": (1.0, 1.0)}, "density_edges must rise"),
        ({"styles": ("pop", "pop")}, "styles must differ"),
        ({"dropout": 1.0}, "dropout must lie in 0..1"),
        ({"condition_dropout": -0.1}, "condition_dropout must lie in 0..1"),
    ],
)
def test_contradictions_are_refused_by_name(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        replace(TINY, **change)


@pytest.mark.parametrize(
    ("number", "change", "message"),
    [
        (0, {"patch": (5, 1)}, "level 0: patch 5 x 1 must divide 16 pitches"),
        (0, {"patch": (0, 1)}, "level 0: patch 0 x 1 must divide"),
        (1, {"patch": (4, 2)}, "level 1: patch 4 x 2 must divide its parent's 16 x 1"),
        (1, {"patch": (3, 1)}, "level 1: patch 3 x 1 must divide"),
        (1, {"patch": (16, 1)}, "level 1: patch 16 x 1 is the whole parent"),
        (1, {"patch": (1, 1)}, "level 1: the last level, and only it, has patch 1 x 1"),
        (2, {"patch": (2, 1)}, "level 2: the last level, and only it, has patch 1 x 1"),
        (0, {"kind": "diffusion"}, "level 0: kind is ar or mar"),
        (1, {"order": "spiral"}, "level 1: kind is ar or mar, order row or column"),
        (1, {"heads": 3}, "level 1: 3 heads must divide dim 8"),
        (1, {"depth": 0}, "level 1"),
        (1, {"copy_heads": -1}, "level 1: copy heads"),
        (2, {"copy_heads": 1}, "level 2: copy heads carry patches; the cell level has none"),
        (0, {"rounds": 0}, "level 0: rounds must be 1 or more"),
        (0, {"reach": (-1, 4)}, "level 0: rounds must be 1 or more, reach 0 or more"),
        (0, {"mask_low": 1.0}, "level 0: mask_low must lie in 0..1"),
        (0, {"mask_std": 0.0}, "level 0: mask_low must lie in 0..1 .*mask_std above 0"),
    ],
)
def test_a_level_that_contradicts_is_refused_by_number(
    number: int, change: dict[str, Any], message: str
) -> None:
    levels = list(TINY.levels)
    levels[number] = replace(levels[number], **change)
    with pytest.raises(ConfigError, match=message):
        replace(TINY, levels=tuple(levels))


def test_errors_of_configs_are_errors_of_the_room() -> None:
    assert issubclass(ConfigError, ModelError)


def test_what_follows_from_a_config() -> None:
    config = config_of(
        level("mar", (8, 4)), level("ar", (4, 2)), level("ar", (1, 1)), pitches=8, parts=2
    )
    assert config.height == 16
    assert config.kinds == "mar,ar,ar"
    assert not config.exact
    assert TINY.exact
    assert [config.padded_steps(steps) for steps in (1, 4, 5, 8)] == [4, 4, 8, 8]
    assert config.node_shape(0, 12) == (16, 12)
    assert config.node_shape(2, 12) == (4, 2)


@given(configs())
def test_margins_hold_the_cells_window_and_the_neighbours_of_every_inner_level(
    config: ModelConfig,
) -> None:
    up, before, after = config.margins
    assert up >= config.window_pitches
    assert before >= config.window_steps[0]
    assert after >= config.window_steps[1]
    for own in config.levels[1:-1]:
        assert up >= own.patch[0]
        assert min(before, after) >= own.patch[1]


def test_presets_are_what_the_issue_asks_for() -> None:
    assert {"tiny", "small", "base", "classic"} <= set(PRESETS)
    shapes = [own.patch[0] for own in PRESETS["classic"].levels]
    assert shapes == [128, 16, 4, 1]


def test_a_preset_can_be_changed_but_not_into_nonsense() -> None:
    assert preset("tiny") is not preset("tiny", dropout=0.3)
    assert preset("tiny", dropout=0.3).dropout == 0.3
    assert preset("tiny").dropout != 0.3
    with pytest.raises(ConfigError, match="dropout"):
        preset("tiny", dropout=2.0)
    with pytest.raises(ConfigError, match=r"no preset 'huge'.*base, classic, live, small, tiny"):
        preset("huge")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("styles", "jazz"),
        ("styles", [1]),
        ("dropout", "0.1"),
        ("dropout", True),
        ("context_steps", 2.5),
        ("window_steps", [4]),
        ("gradient_checkpointing", 1),
    ],
)
def test_a_field_of_another_type_is_refused_by_name(field: str, value: object) -> None:
    data = json.loads(PRESETS["tiny"].to_json())
    with pytest.raises(ConfigError, match=field):
        ModelConfig.from_json(json.dumps(data | {field: value}))
