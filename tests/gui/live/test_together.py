"""Playing together in the window, with a deck and a child that only keep their orders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from gui.live.live import LiveState
from gui.live.together import TogetherState
from gui.live.togetherpanel import TogetherPanel
from gui.live.turnwords import doing_words
from gui.making.engine import EngineState
from gui.making.making import MakingState
from gui.state.document import Document
from gui.state.piece import Piece
from gui.state.selection import SelectionState
from model.roll import Note, Part, Roll
from tests.gui.live.fakes import FakeWorker
from tests.gui.live.test_take import READY, bar

HEARD = {"Fractalroll": ["DAW:in"]}
LENT = {"key": "jack", "remembered": HEARD, "sound": False}


class Stage:
    """A document, a deck, and the child that was made last."""

    def __init__(self) -> None:
        self.document = Document(Piece.empty())
        self.deck = FakeWorker()
        self.children: list[FakeWorker] = []
        self.words: list[str] = []
        self.said: list[str] = []
        self.live = LiveState(self.document, worker=self.deck)
        selection = SelectionState(self.document)
        self.making = MakingState(self.document, selection, engine=EngineState())
        self.together = TogetherState(self.live, self.making, make_worker=self._make)
        for failed in (self.live.failed, self.together.failed):
            failed.connect(self.said.append)

    def _make(self, words: Any, parent: QObject) -> FakeWorker:
        self.words = list(words)
        self.children.append(FakeWorker())
        return self.children[-1]

    @property
    def child(self) -> FakeWorker:
        return self.children[-1]

    def state(self) -> str:
        return self.together.state

    def hears(self, **line: Any) -> None:
        """The child says a line."""
        self.child.received.emit(line)

    def plays(self) -> None:
        """On until everything is open."""
        self.together.start()
        self.hears(loaded={"engine": "onnx"})
        self.deck.received.emit({"lent": LENT})
        self.hears(ready={**READY, "port": "Fractalroll:out", "input": "Keys:out"})

    def status(self, phase: str, left: int | None = None, **more: Any) -> None:
        figures = dict.fromkeys(
            ("sent", "late", "dropped", "jitter_ms", "sounding", "listeners", "bars", "missed"), 0
        )
        told = {**figures, "shortened": 0, "varied": 0, "silent": 0, "slack_ms": 800, **more}
        told |= {"port": "Fractalroll:out", "system": "jack", "remembered": HEARD}
        told["inputs"] = {"jack": ["Keys:out"]}
        told |= {"doing": {"phase": phase, "bars_left": left}}
        source = self.live.sync.source
        sync = {"source": source, "lock": "locked", "bpm": 96.0, "beat": 1.0, "rolling": True}
        sync["bpm"] = 96.0 if source == "internal" else 137.0
        self.hears(status={**told, "sync": sync})


@pytest.fixture
def stage(qapp: object) -> Iterator[Stage]:
    made = Stage()
    yield made
    made.together.close()
    made.live.close()
    made.making.close()


def notes(stage: Stage) -> list[tuple[int, int]]:
    return [(note.part, note.pitch) for note in stage.document.piece.roll.notes()]


# --- The port ------------------------------------------------------------------------------------


def test_the_port_changes_hands_only_when_the_model_is_loaded(stage: Stage) -> None:
    stage.live.start()
    stage.deck.verbs()
    stage.together.start()
    assert stage.state() == "loading"
    assert "lend" not in stage.deck.verbs()
    stage.hears(loaded={"engine": "onnx"})
    assert stage.deck.verbs() == ["lend"]
    assert stage.child.verbs() == []
    stage.deck.received.emit({"lent": LENT})
    assert stage.child.orders == [{"begin": LENT}]
    stage.hears(ready={**READY, "port": "Fractalroll:out", "input": "Keys:out"})
    assert stage.state() == "playing"
    assert stage.live.inputs.status.name == "Keys:out"


def test_afterwards_the_deck_has_the_port_again_for_who_heard_it(stage: Stage) -> None:
    stage.plays()
    stage.status("waiting")
    stage.deck.verbs()
    stage.together.stop()
    assert stage.child.verbs()[-1] == "stop"
    assert stage.state() == "ending"
    stage.hears(ended={"bars": 0})
    assert stage.deck.orders == [{"take_back": HEARD, "inputs": {"jack": ["Keys:out"]}}]
    assert stage.state() == "idle"
    assert stage.live.lending.guest is None


def test_while_the_model_loads_it_can_be_called_off_and_nothing_was_lent(stage: Stage) -> None:
    stage.live.start()
    stage.together.start()
    stage.together.stop()
    stage.hears(loaded={"engine": "onnx"})
    stage.hears(ended=None)
    assert stage.state() == "idle"
    assert "lend" not in stage.deck.verbs()


def test_after_a_crash_the_port_is_taken_back_a_moment_later(stage: Stage, qtbot: QtBot) -> None:
    stage.plays()
    stage.hears(heard=bar(0, (0, 60, 4)))
    stage.status("yours", 4)
    stage.deck.verbs()
    stage.child.is_running = False
    stage.child.failed.emit("it broke down")
    stage.child.ended.emit(-1)
    assert stage.said == ["it broke down"]
    assert notes(stage) == [(0, 60)]
    assert "take_back" not in stage.deck.verbs()
    qtbot.waitUntil(lambda: stage.state() == "idle")
    assert stage.deck.orders[-1] == {"take_back": HEARD, "inputs": {"jack": ["Keys:out"]}}


def test_a_deck_that_starts_meanwhile_leaves_the_port_alone(stage: Stage) -> None:
    stage.plays()
    stage.deck.is_running = False
    stage.deck.verbs()
    stage.live.start()
    assert stage.deck.verbs()[0] == "lend"


def test_where_it_can_not_begin_the_reason_is_told_and_the_port_comes_back(stage: Stage) -> None:
    stage.together.start()
    stage.hears(loaded={"engine": "onnx"})
    stage.deck.received.emit({"lent": LENT})
    stage.hears(failed="tried to listen to 'Keys:out'; it is not there")
    stage.hears(ended=None)
    assert stage.said == ["tried to listen to 'Keys:out'; it is not there"]
    assert stage.state() == "idle"
    assert stage.deck.orders[-1] == {"take_back": {}, "inputs": {}}


def test_a_process_that_does_not_end_is_ended(stage: Stage, qtbot: QtBot) -> None:
    stage.plays()
    stage.status("waiting")
    stage.together.stop()
    stage.together._patience.timeout.emit()
    assert not stage.child.is_running
    qtbot.waitUntil(lambda: stage.state() == "idle")
    assert stage.deck.orders[-1]["take_back"] == HEARD


def test_with_no_input_chosen_our_own_is_listened_to(stage: Stage) -> None:
    assert not stage.live.inputs.listens
    stage.together.start()
    assert stage.live.inputs.key == "own"
    assert "--listen=" in stage.words


# --- Meanwhile -----------------------------------------------------------------------------------


def test_meanwhile_nothing_else_plays_and_stop_ends_it(stage: Stage) -> None:
    stage.plays()
    stage.deck.verbs()
    stage.live.play()
    stage.live.play_roll(stage.document.piece.roll)
    stage.live.test_note()
    stage.live.audition(0, 60, 90, True)
    assert stage.deck.verbs() == []
    assert len(stage.said) == 3
    stage.live.toggle()
    assert stage.child.orders[-1] == {"stop": True}
    assert stage.state() == "ending"


def test_panic_reaches_whoever_plays(stage: Stage) -> None:
    stage.plays()
    stage.child.verbs()
    stage.live.panic()
    assert stage.child.verbs() == ["panic", "stop"]


def test_the_deck_s_own_figures_are_hidden_and_the_child_s_shown(stage: Stage) -> None:
    stage.plays()
    stage.status("ours", 2, sent=17, late=1)
    stage.deck.received.emit({"status": {"port": "nowhere", "sent": 0}})
    assert (stage.live.status.port, stage.live.status.sent) == ("Fractalroll:out", 17)
    assert stage.live.status.slack_ms == 800
    assert stage.live.sync.status.bpm == 96.0


def test_the_playhead_goes_where_the_take_is(stage: Stage) -> None:
    stage.document.replace(Piece.of_roll(Roll.from_notes([Note(0, 0, 50, 8, 90)], 64)))
    stage.live.playhead.rest_at(37.0)
    stage.plays()
    line = {"at": 0.0, "speed": 0.0, "bpm": 96.0, "playing": True}
    stage.hears(position=8.0, **line)
    assert stage.live.playhead.step == 40.0
    stage.deck.received.emit({"position": 1.0, **line, "loop": None})
    assert stage.live.playhead.step == 40.0


def test_a_knob_that_the_child_hears_is_a_knob(stage: Stage) -> None:
    turned: list[tuple[int, int, int]] = []
    stage.live.inputs.control.connect(lambda *knob: turned.append(knob))
    stage.plays()
    stage.hears(control=[0, 74, 33])
    assert turned == [(0, 74, 33)]


def test_what_the_making_panel_asks_goes_to_the_child_once(stage: Stage) -> None:
    stage.plays()
    stage.child.verbs()
    stage.making.set(temperature=1.3)
    stage.making.set(bars=12)
    asked = {"temperature": 1.3, "top_p": stage.making.settings.top_p, "guidance": 1.0}
    assert stage.child.orders == [{"settings": {**asked, "density": 0.0}}]
    stage.child.verbs()
    stage.live.set_tempo(140.0)
    stage.status("waiting")
    assert stage.child.orders == [{"tempo": 140.0}]


def test_what_is_asked_for_is_on_the_command_line(stage: Stage) -> None:
    stage.making.set(style="bach", key="Am", density=3.0, metre="3/4", seed=7)
    stage.live.set_tempo(150.0)
    stage.together.choose(together_mode="accompany", together_bars=2)
    stage.live.inputs.choose("jack|Keys:out")
    stage.live.sync.choose(sync_source="midi-clock", sync_port="jack|DAW:clock", nudge_ms=-5.0)
    stage.together.start()
    words = " ".join(stage.words)
    for piece in (
        "play --events --endless --no-listen",
        "--mode accompany --call-bars 2 --listen=Keys:out",
        "--metre 3/4 --tempo 150",
        "--sync midi-clock --nudge=-5",
        "--sync-port=DAW:clock",
        "--style=bach --key=Am --density=3.0 --seed 7",
    ):
        assert piece in words


# --- The take ------------------------------------------------------------------------------------


def test_what_both_play_is_in_the_piece_while_they_play_and_one_step_to_be_undone(
    stage: Stage, qtbot: QtBot
) -> None:
    stage.plays()
    stage.hears(bar={**bar(0), "kind": "rest"})
    stage.hears(heard=bar(0, (0, 60, 2)))
    qtbot.waitUntil(lambda: notes(stage) == [(0, 60)])
    stage.hears(heard=bar(0, (0, 60, 4), (4, 62, 1)))
    stage.hears(bar={**bar(1, (0, 72, 4)), "kind": "made"})
    qtbot.waitUntil(lambda: len(notes(stage)) == 3)
    stage.hears(heard=bar(2, (0, 64, 4)))
    stage.together.stop()
    stage.hears(ended={"bars": 1})
    assert notes(stage) == [(0, 60), (0, 62), (1, 72), (0, 64)]
    stack = stage.document.undo_stack
    assert (stack.count(), stack.undoText()) == (1, "Play together")
    stack.undo()
    assert notes(stage) == []
    assert [voice.name for voice in stage.document.piece.voices] == ["Piano"]
    stack.redo()
    assert len(notes(stage)) == 4


def test_each_take_is_a_step_of_its_own(stage: Stage) -> None:
    for pitch in (60, 61):
        stage.plays()
        stage.hears(heard=bar(0, (0, pitch, 2)))
        stage.hears(ended={"bars": 0})
    assert stage.document.undo_stack.count() == 2
    assert notes(stage) == [(0, 61)]
    stage.document.undo_stack.undo()
    assert notes(stage) == [(0, 60)]


def test_a_take_in_which_nobody_played_is_no_step(stage: Stage) -> None:
    stage.plays()
    stage.hears(bar={**bar(0), "kind": "rest"})
    stage.hears(ended={"bars": 0})
    assert stage.document.undo_stack.count() == 0


def test_another_piece_ends_it_and_gets_nothing_of_the_take(stage: Stage) -> None:
    stage.plays()
    stage.hears(heard=bar(0, (0, 60, 2)))
    other = Piece.of_roll(Roll.from_notes([Note(0, 0, 50, 8, 90)], 64, parts=(Part("Lead"),)))
    stage.document.replace(other)
    assert stage.child.orders[-1] == {"stop": True}
    stage.hears(heard=bar(1, (0, 61, 2)))
    stage.hears(ended={"bars": 0})
    assert notes(stage) == [(0, 50)]


def test_with_a_host_the_bars_of_the_piece_are_those_of_its_song(stage: Stage) -> None:
    stage.document.replace(Piece.of_roll(Roll.from_notes([Note(0, 0, 50, 8, 90)], 64)))
    stage.live.playhead.rest_at(37.0)
    stage.live.sync.choose(sync_source="jack")
    stage.plays()
    stage.hears(heard=bar(2, (0, 60, 2)))
    stage.hears(ended={"bars": 0})
    found = [note for note in stage.document.piece.roll.notes() if note.pitch == 60]
    assert [note.onset_steps for note in found] == [32]


def test_an_empty_piece_gets_the_host_s_tempo(stage: Stage) -> None:
    stage.live.sync.choose(sync_source="jack")
    stage.plays()
    stage.status("yours", 4)
    stage.hears(heard=bar(0, (0, 60, 2)))
    stage.hears(ended={"bars": 0})
    assert stage.document.piece.roll.tempos[0].bpm == 137.0


# --- In words ------------------------------------------------------------------------------------


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
    for control in (panel.mode, panel.bars, panel.start):
        assert control.accessibleName()
        assert control.toolTip()
        assert control.focusPolicy().value & 1
