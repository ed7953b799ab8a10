import numpy as np
import pytest

from model.keys import estimate_key
from model.roll import Grid
from model.statistics import describe
from model.tunes import make_tunes


def test_the_same_seed_makes_the_same_tunes() -> None:
    one, same, other = make_tunes(3), make_tunes(3), make_tunes(3, seed=1)
    assert all(a.same_as(b) for a, b in zip(one, same, strict=True))
    assert not any(a.same_as(b) for a, b in zip(one, other, strict=True))


def test_tunes_sound_like_music_in_numbers() -> None:
    found = describe(make_tunes(8))
    assert found.scale_consistency.mean == pytest.approx(1.0)
    assert 0.5 < found.note_density.mean < 4
    assert 1 < found.polyphony.mean <= 2
    assert found.silence.mean == 0


@pytest.mark.parametrize("steps_per_beat", [4, 6, 24])
def test_tunes_fit_every_grid(steps_per_beat: int) -> None:
    (tune,) = make_tunes(1, bars=4, grid=Grid(steps_per_beat))
    assert tune.steps == 16 * steps_per_beat
    assert tune.sounding().any(axis=(0, 1)).all()


def test_tunes_have_a_key() -> None:
    keys = {estimate_key(np.ascontiguousarray(t.cells[0].T), 4) for t in make_tunes(8)}
    assert len(keys) > 2
