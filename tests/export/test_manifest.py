"""The manifest: what it says, that it comes back as it was, and that nothing wrong gets through."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from export.description import Description
from export.errors import DamagedGraphsError, ManifestError, NoGraphsError
from export.manifest import FORMAT_VERSION, MANIFEST, Manifest, read_manifest
from export.strictjson import differences
from model.bundleinfo import read_info
from model.noise import SAMPLER_VERSION
from tests.export.bundles import (
    MIX,
    bundle_of,
    change_manifest,
    copy_of,
    exported_bundle,
)
from tests.model.configs import MIXES

Change = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    return read_manifest(exported_bundle())


def test_it_comes_back_as_it_was(manifest: Manifest) -> None:
    assert Manifest.from_json(manifest.to_json()) == manifest


def test_it_says_what_somebody_needs_who_runs_the_graphs_elsewhere(manifest: Manifest) -> None:
    said = json.loads(manifest.to_json())
    config = MIXES[MIX]
    assert said["sampler"] == SAMPLER_VERSION
    assert [level["order"] for level in said["levels"]] == ["column", "column"]
    assert said["levels"][0]["patch"] == [16, 1]
    assert len(said["values"]["velocities"]) == config.velocity_bins
    assert said["grid"] == {"steps_per_beat": 4, "velocity_bins": 3}
    assert said["conditions"]["keys"][0] == "C major"
    assert said["conditions"]["metres"][1] == "3/4"
    level = next(graph for graph in said["graphs"] if graph["name"] == "level0")
    assert {"name": "content", "dtype": "uint8", "shape": ["M", "m", 16, 1]} in level["inputs"]
    assert {"name": "flags", "dtype": "float32", "shape": ["M", "m", 3]} in level["outputs"]
    assert {"torch", "onnx", "onnxruntime", "numpy", "fractalroll"} <= set(said["versions"])
    assert 0 < said["parity"]["max_abs_logit_error"] <= 1e-4
    names = {entry["name"] for entry in said["files"]}
    assert names == {"config.json", "weights.safetensors", *(g["file"] for g in said["graphs"])}


def test_lists_of_plain_values_stand_on_one_line(manifest: Manifest) -> None:
    assert '"shape": ["M", "m", 16, 1]' in manifest.to_json()


def test_style_names_with_brackets_come_back(manifest: Manifest) -> None:
    names = dataclasses.replace(manifest.description.conditions, styles=("a]", "[ b", "c\n  d"))
    description = dataclasses.replace(manifest.description, conditions=names)
    odd = dataclasses.replace(manifest, description=description)
    assert Manifest.from_json(odd.to_json()) == odd


def test_every_config_can_be_described() -> None:
    for config in MIXES.values():
        described = Description.of(config)
        assert len(described.levels) == len(config.levels)


WRONG: dict[str, tuple[Change, str]] = {
    "another format": (lambda m: m.update(format="tables"), "not one of"),
    "a format to come": (
        lambda m: m.update(format_version=FORMAT_VERSION + 1),
        r"has format 2, this Fractalroll reads up to 1; update",
    ),
    "no format": (lambda m: m.pop("format_version"), "format None, which there never was"),
    "a format in words": (lambda m: m.update(format_version="1"), "format '1', which there never"),
    "a missing part": (lambda m: m.pop("grid"), "lacks grid"),
    "a part too many": (lambda m: m.update(colour="red"), "unknown fields: colour"),
    "a word for a number": (
        lambda m: m["levels"][0].update(dim="wide"),
        r"levels\[0\]\.dim can't be 'wide'",
    ),
    "true for a number": (
        lambda m: m["levels"][0].update(dim=True),
        r"levels\[0\]\.dim can't be True",
    ),
    "a list that is too short": (
        lambda m: m["levels"][0].update(patch=[1]),
        r"patch must have 2 entries, got 1",
    ),
    "no list": (lambda m: m.update(files={}), "files must be a list"),
    "no object": (lambda m: m.update(parity=3), "parity must be a JSON object, got 3"),
    "a size that is none": (
        lambda m: m["graphs"][0]["inputs"][0].update(shape=[1.5]),
        r"shape\[0\] can't be 1.5",
    ),
    "a graph in another folder": (
        lambda m: m["graphs"][0].update(file="../root.onnx"),
        "'../root.onnx', which is no file beside it",
    ),
    "weights in another folder": (lambda m: m.update(weights="/etc/passwd"), "no file beside it"),
    "weights on another drive": (lambda m: m.update(weights="C:w"), "no file beside it"),
    "the folder itself": (lambda m: m["files"][0].update(name=".."), "no file beside it"),
    "a graph without a hash": (
        lambda m: m["graphs"][0].update(file="other.onnx"),
        "no hash of other.onnx",
    ),
    "a file twice": (lambda m: m["files"].append(m["files"][0]), "the file config.json twice"),
    "a graph twice": (lambda m: m["graphs"].append(m["graphs"][0]), "the graph root twice"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_does_not_match_is_refused_with_what_differs(what: str, tmp_path: Path) -> None:
    change, message = WRONG[what]
    folder = copy_of(exported_bundle(), tmp_path)
    change_manifest(folder, change)
    with pytest.raises(ManifestError, match=message) as caught:
        read_manifest(folder)
    assert str(folder / MANIFEST) in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "\udcff"])
def test_what_is_no_json_object_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ManifestError, match=r"manifest\.json"):
        read_manifest(tmp_path)


def test_a_bundle_without_a_manifest_has_no_graphs() -> None:
    with pytest.raises(NoGraphsError, match="fractalroll export"):
        read_manifest(bundle_of())


def test_every_file_is_as_it_was_exported(manifest: Manifest) -> None:
    manifest.check(exported_bundle())


@pytest.mark.parametrize("name", ["config.json", "weights.safetensors", "root.onnx", "patch.onnx"])
def test_a_file_that_is_missing_cut_short_or_changed_is_told(
    name: str, manifest: Manifest, tmp_path: Path
) -> None:
    folder = copy_of(exported_bundle(), tmp_path)
    whole = (folder / name).read_bytes()
    middle = len(whole) // 2
    turned = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    for content, message in (
        (whole[:-1], f"is cut short: {len(whole) - 1} of {len(whole)} bytes"),
        (b"", "is cut short: 0 of"),
        (turned, "is not the file that was exported"),
        (whole + b"\0", "is not the file that was exported"),
    ):
        (folder / name).write_bytes(content)
        with pytest.raises(DamagedGraphsError, match=message) as caught:
            manifest.check(folder)
        assert str(folder / name) in str(caught.value)
    (folder / name).unlink()
    with pytest.raises(DamagedGraphsError, match="is missing"):
        manifest.check(folder)


def test_another_sampler_is_refused_since_seeds_mean_other_notes(manifest: Manifest) -> None:
    with pytest.raises(ManifestError, match="a seed would make other notes"):
        dataclasses.replace(manifest, sampler="dice-1").check_sampler()


def test_another_config_is_refused_with_what_differs(manifest: Manifest) -> None:
    config = read_info(exported_bundle()).config
    wider = dataclasses.replace(config.levels[0], dim=16)
    other = dataclasses.replace(config, levels=(wider, *config.levels[1:]), styles=("bach",))
    with pytest.raises(
        ManifestError, match=r"levels\[0\]\.dim is 8 instead of 16; conditions\.styles is \[\]"
    ):
        manifest.check_config(other)
    manifest.check_config(config)


def test_differences_name_every_place() -> None:
    ours = {"a": [1, {"b": 2}], "c": 3, "only": 1}
    theirs = {"a": [1, {"b": 4}], "c": [3], "d": None}
    assert differences(ours, theirs) == [
        "a[1].b is 2 instead of 4",
        "c is 3 instead of [3]",
        "only is 1 instead of None",
    ]
