"""What children tell by code is shown in the window's language; everything else in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from bridge.errors import PortError, no_source
from bridge.errors import told as deck_told
from bridge.ports.systems import MidiSystem
from bridge.sync.source import SyncWish, open_host
from export.errors import DamagedGraphsError
from gui.failures import _words, coded_text, failure_text
from gui.shell.language import wear
from model.bundleinfo import BundleError, find_bundle
from model.errors import ModelError
from model.errors import told as maker_told

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def chinese(qapp: QApplication) -> Iterator[QApplication]:
    wear(qapp, "zh_TW")
    yield qapp
    wear(qapp, "en")


def test_a_failure_of_the_deck_comes_in_the_window_s_language(chinese: QApplication) -> None:
    line = deck_told(PortError("synth went away", "went_away", port="synth"))
    assert line == {"failed": "synth went away", "code": "went_away", "fields": {"port": "synth"}}
    assert failure_text(line) == "synth 已不存在；改由其他輸出繼續播放。"


def test_the_reason_inside_a_failure_is_translated_too(chinese: QApplication) -> None:
    fields = {"system": "jack", "why": "no answer in 5 s", "why_code": "no_answer", "seconds": "5"}
    shown = failure_text({"failed": "tried", "code": "not_ready", "fields": fields})
    assert shown == "無法透過 jack 播放：5 秒內沒有回應。請選擇其他輸出。"


def test_an_input_that_is_not_there_is_told_in_the_window_s_language(
    chinese: QApplication,
) -> None:
    shown = failure_text(deck_told(no_source("Keys:out", ["Piano:out", "Pads:out"])))
    assert shown == "找不到可聆聽的 Keys:out；可聆聽的有：Piano:out, Pads:out。"


def test_a_host_that_can_not_be_followed_is_told_with_its_reason(chinese: QApplication) -> None:
    systems = [MidiSystem("jack", False, "no JACK server answered", code="no_jack")]
    with pytest.raises(PortError) as caught:
        open_host(SyncWish("midi-clock"), systems)
    assert failure_text(deck_told(caught.value)) == (
        "無法跟隨該來源：沒有 JACK 伺服器回應；請啟動 JACK 或 PipeWire。請啟動它，或選擇其他來源。"
    )


def test_a_model_that_is_not_there_is_told_with_its_code(chinese: QApplication) -> None:
    with pytest.raises(BundleError) as caught:
        find_bundle("nowhere")
    assert "nowhere" in failure_text(maker_told(caught.value))
    assert "沒有模型" in failure_text(maker_told(caught.value))


def test_every_error_of_damaged_graphs_has_the_same_words() -> None:
    line = maker_told(DamagedGraphsError("level0.onnx is cut short"))
    assert failure_text(line) == "The model's graphs are damaged; export it again."


@pytest.mark.parametrize(
    "line",
    [
        {"failed": "tried to play on Mars"},
        {"failed": "tried to play on Mars", "code": "mars", "fields": {}},
        {"failed": "tried to play on Mars", "code": "went_away"},
        {"failed": "tried to play on Mars", "code": "went_away", "fields": {"planet": "Mars"}},
        {"failed": "tried to play on Mars", "code": ["went_away"], "fields": 3},
    ],
)
def test_what_has_no_words_here_stays_english(line: dict[str, object]) -> None:
    assert failure_text(line) == "tried to play on Mars"


def test_an_error_without_words_names_its_kind() -> None:
    assert maker_told(ValueError()) == {"failed": "ValueError"}
    assert maker_told(ModelError("no")) == {"failed": "no"}


def test_every_code_that_children_give_has_words_and_none_is_idle() -> None:
    given: set[str] = set()
    for room in ("bridge", "export", "model"):
        for path in sorted((ROOT / room).rglob("*.py")):
            given |= set(re.findall(r'"([a-z]+(?:_[a-z]+)*)"', path.read_text(encoding="utf-8")))
    assert set(_words()) <= given


def test_facts_of_an_output_are_words_too(chinese: QApplication) -> None:
    fields = {"what": "JACK 1.9", "rate": 48000, "period": 256, "ms": "5.3"}
    assert coded_text("x", "jack", fields) == "JACK 1.9，48000 Hz，週期 256（5.3 毫秒）"
