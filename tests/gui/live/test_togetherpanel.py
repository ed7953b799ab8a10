"""Playing together in the window: its panel, and whose turn it is in words."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from gui.live.panel import LivePanel
from gui.live.togetherpanel import TogetherPanel
from gui.live.turnwords import doing_words
from tests.gui.live.test_take import READY
from tests.gui.live.togetherstage import LENT, Stage


def test_what_it_does_is_said_in_words(stage: Stage) -> None:
    said = [doing_words(stage.together)]
    stage.together.start()
    said.append(doing_words(stage.together))
    stage.hears(loaded={"engine": "onnx"})
    said.append(doing_words(stage.together))
    stage.deck.received.emit({"lent": LENT})
    stage.hears(ready={**READY, "port": "Fractalroll:out", "input": "Keys:out"})
    for phase, left in (("waiting", None), ("yours", 2), ("yours", 1), ("ours", 4)):
        stage.status(phase, left)
        said.append(doing_words(stage.together))
    stage.together.stop()
    said.append(doing_words(stage.together))
    assert said == [
        "",
        "Loading the model …",
        "Taking over the port …",
        "Listening: play something",
        "Your turn, 2 bars left",
        "Your turn, the last bar",
        "Its turn, 4 bars left",
        "Stopping …",
    ]


def test_the_panel_chooses_starts_shows_and_stops(stage: Stage, qtbot: QtBot) -> None:
    panel = TogetherPanel(stage.together, stage.live)
    qtbot.addWidget(panel)
    panel.mode.setCurrentIndex(panel.mode.findData("accompany"))
    panel.mode.activated.emit(panel.mode.currentIndex())
    panel.bars.setValue(2)
    assert (stage.together.mode, stage.together.bars) == ("accompany", 2)
    panel.start.click()
    assert not panel.mode.isEnabled()
    assert panel.start.text() == "Stop playing together"
    stage.hears(loaded={"engine": "onnx"})
    stage.deck.received.emit({"lent": LENT})
    stage.hears(ready={**READY, "port": "Fractalroll:out", "input": "Keys:out"})
    stage.status("ours", None, missed=2, varied=1, silent=1, shortened=3)
    assert panel.doing.text() == "Accompanying you"
    assert "2 bars were not ready in time: 1 varied, 1 silent." in panel.counts.text()
    assert "3 bars were made in a hurry." in panel.counts.text()
    panel.start.click()
    assert not panel.start.isEnabled()
    stage.hears(ended={"bars": 0})
    assert panel.start.text() == "Play together"
    panel.mode.setCurrentIndex(panel.mode.findData("continue"))
    panel.mode.activated.emit(panel.mode.currentIndex())
    assert not panel.bars.isEnabled()
    stage.live.inputs.choose("jack|Keys:out")
    assert "Keys:out" in panel.where.text()


def test_every_control_of_the_panel_can_be_reached_and_has_a_name(
    stage: Stage, qtbot: QtBot
) -> None:
    panel = TogetherPanel(stage.together, stage.live)
    qtbot.addWidget(panel)
    for control in (panel.mode, panel.bars, panel.metronome, panel.count_in, panel.start):
        assert control.accessibleName()
        assert control.toolTip()
        assert control.focusPolicy().value & 1


def test_clicks_are_chosen_and_a_host_begins_without_a_count_in(stage: Stage, qtbot: QtBot) -> None:
    panel = TogetherPanel(stage.together, stage.live)
    qtbot.addWidget(panel)
    stage.together.start()
    assert not {"--metronome", "--count-in"} & set(stage.words)
    stage.together.close()
    panel.metronome.click()
    panel.count_in.setCurrentIndex(2)
    panel.count_in.activated.emit(2)
    stage.together.start()
    assert "--metronome --count-in 2" in " ".join(stage.words)
    assert not panel.metronome.isEnabled()
    assert not panel.count_in.isEnabled()
    stage.together.close()
    stage.live.sync.choose(sync_source="midi-clock")
    assert not panel.count_in.isEnabled()
    assert "host" in panel.count_in.toolTip()
    stage.together.start()
    assert "--metronome" in stage.words
    assert "--count-in" not in stage.words
    stage.together.close()
    stage.live.sync.choose(sync_source="internal")
    assert panel.count_in.currentIndex() == 2, "it is kept"


def test_what_was_lost_while_it_plays_is_said_until_it_is_back(stage: Stage, qtbot: QtBot) -> None:
    panel = TogetherPanel(stage.together, stage.live)
    qtbot.addWidget(panel)
    stage.plays()
    stage.status("yours", 2, missing=["musician", "listener"])
    assert panel.counts.text() == "You are not heard; you are again when your port is back."
    stage.status("yours", 2, missing=[])
    assert panel.counts.text() == ""


def test_meanwhile_ports_and_host_stay_as_they_were_chosen(stage: Stage, qtbot: QtBot) -> None:
    page = LivePanel(stage.live)
    qtbot.addWidget(page)
    stage.live.sync.choose(sync_source="jack")
    controls = (page.outputs.output, page.sync.source, page.sync.nudge, page.inputs.input)
    assert all(control.isEnabled() for control in controls)
    stage.plays()
    stage.status("yours")
    assert not any(control.isEnabled() for control in controls)
    stage.hears(ended={"bars": 0})
    assert all(control.isEnabled() for control in controls)
