"""Where graphs run: what is chosen, what is said, what is remembered."""

from __future__ import annotations

import time
from pathlib import Path
from typing import cast

import pytest

import export.devices as devices
from export.devices import open_best, providers
from export.errors import GraphError
from export.onnxengine import OnnxEngine
from export.runtime import CPU, CUDA, RECORDED
from export.speeds import Speeds
from tests.model.configs import MIXES
from tests.model.fakeengine import FakeEngine


def no_cuda(monkeypatch: pytest.MonkeyPatch, *, card: bool, reason: str) -> None:
    monkeypatch.setattr(devices, "has_card", lambda: card)
    monkeypatch.setattr(devices, "why_not_cuda", lambda: reason)


def test_cuda_is_believed_only_when_a_session_runs_on_it() -> None:
    """Here there is no card, though onnxruntime lists the provider."""
    reason = devices.why_not_cuda()
    if not devices.has_card():
        assert "its libraries didn't load" in reason or "is built without CUDA" in reason


def test_asking_for_cuda_in_vain_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    devices.why_not_cuda()
    assert capfd.readouterr() == ("", "")


def test_without_a_card_the_cpu_plays_and_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    no_cuda(monkeypatch, card=False, reason="never asked")
    assert providers("auto") == ([CPU], "")


def test_a_card_that_does_not_work_is_named_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    no_cuda(monkeypatch, card=True, reason="no cuDNN 9")
    chosen, reason = providers("auto")
    assert chosen == [CPU]
    assert reason == "the NVIDIA card is not used: no cuDNN 9"


def test_cuda_by_name_fails_where_it_does_not_work(monkeypatch: pytest.MonkeyPatch) -> None:
    no_cuda(monkeypatch, card=True, reason="no cuDNN 9")
    with pytest.raises(GraphError, match=r"can't run on CUDA: no cuDNN 9; take --device cpu"):
        providers("cuda")


def test_cuda_by_name_is_the_only_choice_where_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    no_cuda(monkeypatch, card=True, reason="")
    assert providers("cuda") == ([CUDA, RECORDED], "")
    assert providers("cpu") == ([CPU], "")


class Garage:
    """Engines by provider, with given speeds; remembers which were opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **speeds: float) -> None:
        no_cuda(monkeypatch, card=True, reason="")
        self.opened: list[str] = []
        self.speeds = {CPU: speeds["cpu"], CUDA: speeds["cuda"], RECORDED: speeds["recorded"]}
        self.music = {CPU: b"by the CPU", CUDA: b"by the card", RECORDED: b"by the card"}
        monkeypatch.setattr(devices, "trial", self.measured)

    def open(self, provider: str) -> OnnxEngine:
        self.opened.append(provider)
        engine = FakeEngine(MIXES["ar,ar"])
        engine.name = provider
        return cast(OnnxEngine, engine)

    def measured(self, engine: OnnxEngine, rolls: int) -> tuple[float, bytes]:
        speed = self.speeds[engine.name]
        if speed < 0:
            raise GraphError("out of memory")
        return speed * (1 if engine.name == CPU else rolls), self.music[engine.name]


def test_the_faster_is_taken_for_the_number_of_rolls(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    garage, speeds = (
        Garage(monkeypatch, cpu=5.0, cuda=1.0, recorded=0.5),
        Speeds(tmp_path / "speeds.json"),
    )
    assert open_best(garage.open, rolls=1, key="k", speeds=speeds).name == CPU
    assert open_best(garage.open, rolls=64, key="k", speeds=speeds).name == CUDA


def test_what_was_measured_is_not_measured_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    garage, speeds = (
        Garage(monkeypatch, cpu=5.0, cuda=1.0, recorded=0.5),
        Speeds(tmp_path / "speeds.json"),
    )
    open_best(garage.open, key="k", speeds=speeds)
    everything = [CPU, CUDA, RECORDED]
    assert garage.opened == everything
    assert open_best(garage.open, key="k", speeds=speeds).name == CPU
    assert garage.opened == [*everything, CPU]
    open_best(garage.open, key="another model", speeds=speeds)
    assert garage.opened[4:] == everything


def test_steps_are_recorded_where_that_is_faster_and_plays_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    garage = Garage(monkeypatch, cpu=1.0, cuda=2.0, recorded=3.0)
    assert open_best(garage.open, speeds=Speeds(tmp_path / "one.json")).name == RECORDED
    garage.music[RECORDED] = b"something else"
    assert open_best(garage.open, speeds=Speeds(tmp_path / "two.json")).name == CUDA


def test_a_provider_that_fails_in_the_trial_is_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    garage, speeds = (
        Garage(monkeypatch, cpu=1.0, cuda=-1.0, recorded=-1.0),
        Speeds(tmp_path / "speeds.json"),
    )
    assert open_best(garage.open, key="k", speeds=speeds).name == CPU
    assert open_best(garage.open, key="k", speeds=speeds).name == CPU
    garage.speeds[CPU] = -1.0
    with pytest.raises(GraphError, match=r"no provider can run these graphs: .*out of memory"):
        open_best(garage.open, key="other", speeds=speeds)


def test_a_trial_counts_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 9.0, 10.0, 12.0])
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    engine = cast(OnnxEngine, FakeEngine(MIXES["ar,ar"]))
    speed, made = devices.trial(engine, 2)
    assert speed == 16 / 2, "the second round alone"
    assert len(made) == 2 * engine.config.height * 16


def test_speeds_that_can_not_be_read_or_written_are_no_reason_to_fail(tmp_path: Path) -> None:
    path = tmp_path / "speeds.json"
    path.write_text("{", encoding="utf-8")
    speeds = Speeds(path)
    assert speeds.get("a") is None
    speeds.put("a", 2.0)
    assert speeds.get("a") == 2.0
    path.write_text('{"a": "fast"}', encoding="utf-8")
    assert speeds.get("a") is None
    nowhere = tmp_path / "file"
    nowhere.write_text("")
    Speeds(nowhere / "speeds.json").put("a", 1.0)
