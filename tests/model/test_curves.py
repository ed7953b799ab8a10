from pathlib import Path

import pytest
import torch

from model.curves import CsvCurves, IntervalMeans, read_curve


def test_means_are_taken_over_the_updates_since_the_last_line() -> None:
    means = IntervalMeans()
    means.add({"loss": torch.tensor(1.0), "notes": 2})
    means.add({"loss": torch.tensor(3.0), "notes": 4})
    assert means.take() == {"loss": 2.0, "notes": 3.0}
    assert means.take() == {}


def test_a_resumed_interval_averages_over_the_same_updates() -> None:
    whole, first, second = IntervalMeans(), IntervalMeans(), IntervalMeans()
    for value in (1.0, 2.0):
        whole.add({"loss": value})
        first.add({"loss": value})
    second.restore(first.state())
    for means in (whole, second):
        means.add({"loss": 6.0})
    assert whole.take() == second.take() == {"loss": 3.0}


def test_each_kind_of_metric_has_a_file_of_its_own(tmp_path: Path) -> None:
    curves = CsvCurves(tmp_path)
    curves.log_metrics({"train/loss": 1.5, "valid/loss": 2.5}, step=10)
    curves.log_metrics({"train/loss": 0.1 + 0.2}, step=20)
    assert read_curve(tmp_path / "train.csv") == [
        {"step": 10, "loss": 1.5},
        {"step": 20, "loss": 0.1 + 0.2},
    ]
    assert read_curve(tmp_path / "valid.csv") == [{"step": 10, "loss": 2.5}]


def test_a_new_metric_becomes_a_new_column(tmp_path: Path) -> None:
    curves = CsvCurves(tmp_path)
    curves.log_metrics({"train/loss": 1.0}, step=1)
    curves.log_metrics({"train/loss": 2.0, "train/level0/nats": 3.0}, step=2)
    curves.log_metrics({"train/level0/nats": 4.0}, step=3)
    assert read_curve(tmp_path / "train.csv") == [
        {"step": 1, "loss": 1.0},
        {"step": 2, "loss": 2.0, "level0/nats": 3.0},
        {"step": 3, "level0/nats": 4.0},
    ]


@pytest.mark.parametrize("tail", ["", "30,0.", "\n"])
def test_resuming_cuts_off_what_will_be_made_again(tmp_path: Path, tail: str) -> None:
    first = CsvCurves(tmp_path)
    for step in (10, 20, 30):
        first.log_metrics({"train/loss": float(step)}, step)
    with (tmp_path / "train.csv").open("a") as file:
        file.write(tail)  # what a kill in the middle of a line leaves
    second = CsvCurves(tmp_path, resume_step=20)
    second.log_metrics({"train/loss": 31.0}, step=30)
    assert [row["loss"] for row in read_curve(tmp_path / "train.csv")] == [10.0, 20.0, 31.0]


def test_resuming_before_the_first_line_starts_afresh(tmp_path: Path) -> None:
    CsvCurves(tmp_path).log_metrics({"valid/loss": 1.0}, step=5)
    CsvCurves(tmp_path, resume_step=3)
    assert not (tmp_path / "valid.csv").exists()
