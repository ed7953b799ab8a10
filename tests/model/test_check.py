import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch

import fractalroll
import model.check
from model.cache import Cache
from model.check import MUSIC_LIMITS, check_training, guesser_nats, signs_of_trouble
from model.roll import Note, Roll
from tests.model.training_parts import make_cache

SILENT_ROLL = Roll.from_notes([], 16)
GOOD_ROLL = Roll.from_notes([Note(0, 0, 60, 4, 80)], 16)
FULL_ROLL = Roll.from_notes([Note(0, 0, pitch, 16, 80) for pitch in range(128)], 16)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Cache:
    return make_cache(tmp_path_factory.mktemp("music"))


def line(loss: float, gradient_norm: float = 1.0, entropy: float = 0.3) -> dict[str, float]:
    return {"loss": loss, "gradient_norm": gradient_norm, "level0/entropy": entropy}


def test_a_curve_below_its_limit_and_music_show_no_trouble() -> None:
    assert signs_of_trouble([line(9), line(1)], 2.0, [GOOD_ROLL]) == []


@pytest.mark.parametrize(
    ("lines", "sign"),
    [
        ([line(5), line(4), line(9)], "loss rises: it began at 5.00, was 4.00 at best"),
        ([line(5), line(math.nan)], "loss rises"),
        ([line(9), line(4, entropy=0.001)], "entropy collapsed: level0"),
        ([line(9), line(8, gradient_norm=5e3), line(7)], "gradients explode: their norm"),
        ([line(9), line(4)], "loss stuck: 4.00 nats per frame instead of 2.00"),
    ],
)
def test_signs_in_the_curve_are_named(lines: list[dict[str, float]], sign: str) -> None:
    assert any(found.startswith(sign) for found in signs_of_trouble(lines, 2.0, [GOOD_ROLL]))


def test_running_out_of_time_is_told_from_being_stuck() -> None:
    (sign,) = signs_of_trouble([line(9), line(4)], 2.0, [GOOD_ROLL], late=True)
    assert sign.startswith("too slow")


def test_an_error_that_ended_training_is_a_sign() -> None:
    (sign,) = signs_of_trouble([], 2.0, [], broke="update 3: the gradient was not finite")
    assert sign.startswith("gradients explode: update 3")


@pytest.mark.parametrize(
    ("roll", "sign"), [(SILENT_ROLL, "silent output"), (FULL_ROLL, "saturated output: 100%")]
)
def test_silent_and_saturated_music_is_named(roll: Roll, sign: str) -> None:
    (found,) = signs_of_trouble([line(1)], 2.0, [roll])
    assert found.startswith(sign)


def test_the_guesser_knows_each_pitch_by_itself(cache: Cache) -> None:
    nats = 0.0
    cells = np.concatenate([cache.roll(song).cells[0] for song in cache.songs], axis=1)
    for row in cells:
        _, counts = np.unique(np.minimum(row, 2), return_counts=True)
        shares = counts / counts.sum()
        nats -= float((shares * np.log(shares)).sum())
    onsets = cells[cells >= 2]
    _, counts = np.unique(onsets, return_counts=True)
    shares = counts / counts.sum()
    nats -= len(onsets) / cells.shape[1] * float((shares * np.log(shares)).sum())
    assert guesser_nats(cache, 32) == pytest.approx(nats)


def test_both_kinds_learn_from_a_few_tunes(cache: Cache, tmp_path: Path) -> None:
    torch.set_num_threads(1)  # tests share the machine
    limits = {"ar": 0.7, "mar": 1.1}
    reports = check_training(cache, tmp_path / "runs", limits, progress=False)
    assert [report.kind for report in reports] == ["ar", "mar"]
    for report in reports:
        assert report.passed, report.signs
        assert report.loss < report.limit == limits[report.kind] * guesser_nats(cache, 32)
        assert report.notes > 0
        assert 0 < report.sounding_share < 0.25
        assert report.to_json()["loss"] == report.loss


def test_what_cannot_be_reached_in_time_is_called_too_slow(
    cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model.check, "BUDGET_S", 0.1)
    reports = check_training(cache, tmp_path / "runs", {"ar": 0.0, "mar": 0.0}, progress=False)
    for report in reports:
        assert not report.passed
        assert any(sign.startswith(("too slow", "silent")) for sign in report.signs)


def test_the_command_names_the_signs_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(model.check, "BUDGET_S", 0.1)
    monkeypatch.setattr(model.check, "TUNE_LIMITS", dict.fromkeys(MUSIC_LIMITS, 0.0))
    assert fractalroll.main(["train", "--check", "--threads", "1", "--json"]) == 1
    out = capsys.readouterr().out
    assert "sign of trouble: too slow" in out
    report = json.loads(out.splitlines()[-1])
    assert report["passed"] is False
    assert report["ar"]["signs"]
