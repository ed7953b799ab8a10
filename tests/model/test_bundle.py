import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

import model.bundleinfo
from model.bundle import load_bundle, save_bundle
from model.bundleinfo import (
    BundleError,
    Card,
    DataSource,
    add_figures,
    find_bundle,
    list_bundles,
    read_info,
)
from model.fractal import Fractal
from tests.model.training_parts import tiny_config

CARD = Card(
    name="small",
    description="Made in a test.",
    licence="CC0-1.0",
    data=(DataSource("tunes", 12, "CC0-1.0", "made on the spot"),),
    figures={"nats per frame": 1.5, "valid": {"songs": 3}},
    command="fractalroll train tunes",
    created="2026-01-01",
)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    path = tmp_path / "small"
    save_bundle(path, Fractal(tiny_config()), CARD, storage="float32")
    return path


def damage_weights(path: Path, change: Callable[[dict[str, torch.Tensor]], object]) -> None:
    weights = load_file(path / "weights.safetensors")
    change(weights)
    save_file(weights, path / "weights.safetensors")


def first_matrix(weights: dict[str, torch.Tensor]) -> str:
    return next(name for name, tensor in sorted(weights.items()) if tensor.ndim == 2)


def test_a_bundle_comes_back_as_it_was(tmp_path: Path) -> None:
    model = Fractal(tiny_config())
    save_bundle(tmp_path / "b", model, CARD, storage="float32")
    bundle = load_bundle(tmp_path / "b")
    assert bundle.info.config == model.config
    assert not bundle.model.training
    mine, theirs = model.state_dict(), bundle.model.state_dict()
    assert all(torch.equal(mine[name], theirs[name]) for name in mine)


def test_the_card_comes_back_with_its_parameters_counted(saved: Path) -> None:
    card = read_info(saved).card
    assert card.parameters == sum(p.numel() for p in load_bundle(saved).model.parameters())
    assert (card.name, card.data, card.figures) == (CARD.name, CARD.data, CARD.figures)


def test_half_precision_halves_the_file_and_is_single_in_memory(tmp_path: Path) -> None:
    model = Fractal(tiny_config())
    sizes = {}
    for storage in ("float32", "float16"):
        save_bundle(tmp_path / storage, model, CARD, storage=storage)
        sizes[storage] = (tmp_path / storage / "weights.safetensors").stat().st_size
    assert sizes["float16"] < 0.7 * sizes["float32"]
    loaded = load_bundle(tmp_path / "float16").model
    for ours, stored in zip(model.parameters(), loaded.parameters(), strict=True):
        assert stored.dtype == torch.float32
        assert torch.equal(ours.half().float(), stored)


def test_weights_that_half_precision_cannot_hold_are_refused(tmp_path: Path) -> None:
    model = Fractal(tiny_config())
    with torch.no_grad():
        next(model.parameters()).view(-1)[0] = 1e6
    with pytest.raises(BundleError, match="not finite"):
        save_bundle(tmp_path / "b", model, CARD, storage="float16")
    assert list(tmp_path.iterdir()) == []


def test_the_card_is_also_a_page_for_people(saved: Path) -> None:
    page = (saved / "card.md").read_text()
    for word in ("# small", "CC0-1.0", "| tunes | 12 |", "1.5", "valid, songs", CARD.command):
        assert word in page


def test_what_is_there_is_not_overwritten_unless_asked(saved: Path) -> None:
    model = Fractal(tiny_config(window_channels=8))
    with pytest.raises(BundleError, match="already"):
        save_bundle(saved, model, CARD)
    save_bundle(saved, model, CARD, replace=True)
    assert load_bundle(saved).info.config.window_channels == 8
    assert [path.name for path in saved.parent.iterdir()] == ["small"]


def test_a_folder_that_is_no_bundle_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.txt").write_text("dear")
    with pytest.raises(BundleError, match="already"):
        save_bundle(tmp_path / "letters", Fractal(tiny_config()), CARD, replace=True)
    assert (tmp_path / "letters" / "letter.txt").exists()


def test_a_disk_that_refuses_leaves_the_old_bundle(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = load_bundle(saved).model.state_dict()
    rename = Path.rename

    def refuse(path: Path, target: Path) -> Path:
        if path.name == "bundle":
            raise OSError("disk full")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(BundleError, match="disk full"):
        save_bundle(saved, Fractal(tiny_config()), CARD, replace=True)
    after = load_bundle(saved).model.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_missing_unknown_and_misshapen_tensors_are_named_at_once(saved: Path) -> None:
    names: list[str] = []

    def change(weights: dict[str, torch.Tensor]) -> None:
        names.extend(sorted(weights)[:2])
        del weights[names[0]]
        weights[names[1]] = torch.zeros(3, 1, 4)
        weights["stranger"] = torch.zeros(1)

    damage_weights(saved, change)
    with pytest.raises(BundleError) as found:
        load_bundle(saved)
    for phrase in (f"{names[0]} is missing", f"{names[1]} is [3, 1, 4]", "stranger is not known"):
        assert phrase in str(found.value)


def test_weights_that_are_no_numbers_are_refused(saved: Path) -> None:
    damage_weights(saved, lambda weights: weights[first_matrix(weights)].fill_(torch.nan))
    with pytest.raises(BundleError, match="not finite"):
        load_bundle(saved)


def test_integers_in_place_of_weights_are_refused(saved: Path) -> None:
    def change(weights: dict[str, torch.Tensor]) -> None:
        name = first_matrix(weights)
        weights[name] = weights[name].long()

    damage_weights(saved, change)
    with pytest.raises(BundleError, match="int64"):
        load_bundle(saved)


@pytest.mark.parametrize("keep", [0, 6, 500])
def test_truncated_weights_are_refused(saved: Path, keep: int) -> None:
    path = saved / "weights.safetensors"
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(BundleError, match="damaged or cut short"):
        load_bundle(saved)


def test_missing_weights_are_named(saved: Path) -> None:
    (saved / "weights.safetensors").unlink()
    with pytest.raises(BundleError, match=r"no weights\.safetensors"):
        load_bundle(saved)


@pytest.mark.parametrize("name", ["config.json", "card.json"])
@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('{"format_version": 99}', "update Fractalroll"),
        ("{", "no JSON"),
        ("[1]", "format|object"),
        ('{"format_version": 1, "colour": 1}', "colour|levels"),
    ],
)
def test_config_and_card_are_checked(saved: Path, name: str, text: str, word: str) -> None:
    (saved / name).write_text(text)
    with pytest.raises(BundleError, match=word):
        load_bundle(saved)


def test_a_card_that_is_missing_is_named(saved: Path) -> None:
    (saved / "card.json").unlink()
    with pytest.raises(BundleError, match=r"card\.json"):
        read_info(saved)


def test_bundles_are_found_by_name_and_the_users_own_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("shipped", "user"):
        monkeypatch.setattr(model.bundleinfo, f"{place}_folder", lambda at=tmp_path / place: at)
        save_bundle(tmp_path / place / "both", Fractal(tiny_config()), CARD)
    save_bundle(tmp_path / "shipped" / "only", Fractal(tiny_config()), CARD)
    assert find_bundle("both") == tmp_path / "user" / "both"
    assert find_bundle("only") == tmp_path / "shipped" / "only"
    assert list_bundles() == {
        "both": tmp_path / "user" / "both",
        "only": tmp_path / "shipped" / "only",
    }
    with pytest.raises(BundleError, match="known by name: both, only"):
        load_bundle("neither")


def test_figures_are_added_to_the_card(saved: Path) -> None:
    add_figures(saved, {"test nats": 2.5, "nats per frame": 1.25})
    figures = read_info(saved).card.figures
    assert figures == {"nats per frame": 1.25, "valid": {"songs": 3}, "test nats": 2.5}
    assert "| test nats | 2.5 |" in (saved / "card.md").read_text()
    assert json.loads((saved / "card.json").read_text())["format_version"] == 1
