"""Playing together in the window: who has the port, what is ordered, how it ends."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from gui.state.piece import Piece
from model.roll import Note, Roll
from tests.gui.live.test_take import READY, bar
from tests.gui.live.togetherstage import HEARD, LENT, Stage, notes


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
