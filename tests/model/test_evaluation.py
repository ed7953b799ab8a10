from pathlib import Path

import numpy as np
import pytest
import torch

from model.batch import Batch
from model.cache import Cache, build_cache
from model.comparison import PIECE_BARS, compare_with_real, real_pieces
from model.conditions import UNKNOWN
from model.evaluation import (
    CONDITIONS,
    EvaluationError,
    bootstrap,
    held_out_likelihood,
    withhold,
)
from model.fractal import Fractal
from model.roll import Grid
from model.sampler import Sampler
from model.torchengine import TorchEngine
from tests.model.training_parts import STEPS, make_cache, splits, tiny_config, write_tunes


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Cache:
    return make_cache(tmp_path_factory.mktemp("music"))


@pytest.fixture(scope="module")
def model() -> Fractal:
    torch.manual_seed(0)
    return Fractal(tiny_config())


def test_every_step_of_every_song_is_scored_once(cache: Cache, model: Fractal) -> None:
    found = held_out_likelihood(model, cache, "train", progress=False)
    songs = [song for song in cache.songs if song.split == "train"]
    assert found.songs == len(songs) == 3
    assert found.frames == sum(song.steps for song in songs)
    assert found.notes == sum(song.onsets for song in songs)


def test_the_figure_is_the_sum_of_scores_over_frames(cache: Cache, model: Fractal) -> None:
    song = next(song for song in cache.songs if song.split == "test")
    found = held_out_likelihood(model, cache, "test", batch_size=3, progress=False)
    windows = cache.windows("test", STEPS, STEPS, "none")
    nats = 0.0
    for window in windows:
        batch = Batch.collate([window], [0], model.config, cache.styles)
        nats += float(model.eval().score(withhold(batch, ("metre", "style")))[0])
    assert found.nats_per_frame.value == pytest.approx(nats / song.steps, rel=1e-5)
    assert found.nats_per_note.value == pytest.approx(nats / song.onsets, rel=1e-5)


def test_levels_and_velocities_add_up_to_the_whole(cache: Cache, model: Fractal) -> None:
    found = held_out_likelihood(model, cache, "test", progress=False)
    assert list(found.levels) == ["level 0 (ar)", "level 1 (cell-ar)", "velocities"]
    assert sum(found.levels.values()) == pytest.approx(found.nats_per_frame.value, rel=1e-5)


@pytest.mark.parametrize(("kinds", "kind"), [("ar,ar", "exact"), ("ar,mar", "bound")])
def test_the_kind_of_likelihood_is_told(cache: Cache, kinds: str, kind: str) -> None:
    found = held_out_likelihood(Fractal(tiny_config(kinds)), cache, "test", progress=False)
    assert found.kind == kind
    assert found.to_json()["kind"] == kind


def test_one_song_may_stand_for_all(cache: Cache, model: Fractal) -> None:
    assert held_out_likelihood(model, cache, "train", songs=1, progress=False).songs == 1


def test_an_empty_split_is_refused(tmp_path: Path, model: Fractal) -> None:
    music = write_tunes(tmp_path, count=3)
    (music / "test.txt").write_text("")
    cache = build_cache(music, tmp_path / "cache", split="lists", workers=0, progress=False)
    with pytest.raises(EvaluationError, match="holds no songs"):
        held_out_likelihood(model, cache, "test", progress=False)
    with pytest.raises(EvaluationError, match="no song with"):
        real_pieces(cache, "test", 1)


def test_music_on_another_grid_is_refused(tmp_path: Path, model: Fractal) -> None:
    music = write_tunes(tmp_path, count=3)
    cache = build_cache(
        music, tmp_path / "cache", Grid(6), split="lists", workers=0, progress=False
    )
    with pytest.raises(EvaluationError, match="6 and 32"):
        held_out_likelihood(model, cache, "test", progress=False)


def test_what_is_not_told_is_unknown(cache: Cache) -> None:
    train, _ = splits(cache, tiny_config())
    batch = train.batch([(0, 0), (1, 0)])
    assert (batch.key != UNKNOWN).all()
    fields = {"metre": ("metre", "place"), "style": ("style",), "key": ("key",),
              "density": ("density",)}  # fmt: skip
    for told in CONDITIONS:
        kept = withhold(batch, (told,))
        for condition, names in fields.items():
            for name in names:
                ours, theirs = getattr(kept, name), getattr(batch, name)
                expected = theirs if condition == told else torch.full_like(theirs, UNKNOWN)
                assert torch.equal(ours, expected)


def test_bootstrap_interval_holds_the_value_and_shrinks_with_songs() -> None:
    rng = np.random.default_rng(0)
    few, many = rng.normal(10, 1, 10), rng.normal(10, 1, 1000)
    small, large = (bootstrap(x, np.ones(len(x)), np.random.default_rng(1)) for x in (few, many))
    for found in (small, large):
        assert found.low < found.value < found.high
    assert large.high - large.low < 0.3 * (small.high - small.low)
    assert str(large).startswith(f"{large.value:.4f} (")


def test_bootstrap_weighs_songs_by_length() -> None:
    found = bootstrap(np.array([10.0, 0.0]), np.array([1.0, 9.0]), np.random.default_rng(0))
    assert found.value == 1.0


def test_real_pieces_are_whole_bars_of_different_places(cache: Cache) -> None:
    found = real_pieces(cache, "train", 3)
    assert len({song.path for song, _ in found}) == 3
    assert {roll.steps for _, roll in found} == {PIECE_BARS * 16}


def test_each_real_piece_is_set_beside_a_generated_one_of_its_kind(
    cache: Cache, model: Fractal
) -> None:
    sampler = Sampler(TorchEngine(model))
    found = compare_with_real(sampler, cache, "train", bars=2 * PIECE_BARS, progress=False)
    assert len(found.pairs) == found.real.rolls == found.generated.rolls == 2
    for pair in found.pairs:
        assert pair.real.steps == pair.generated.steps
        assert pair.real.metres == pair.generated.metres
    again = compare_with_real(sampler, cache, "train", bars=2 * PIECE_BARS, progress=False)
    assert all(
        a.generated.same_as(b.generated) for a, b in zip(found.pairs, again.pairs, strict=True)
    )
