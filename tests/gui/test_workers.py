"""A child process is started, spoken to and ended; whatever becomes of it, the window is told."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from gui.workers import TURN_MS, Worker

CHILD = "tests.gui.talkingchild"
PATIENCE_MS = 20_000


class Heard:
    """What a worker's signals told."""

    def __init__(self, worker: Worker) -> None:
        self.lines: list[dict[str, Any]] = []
        self.failures: list[str] = []
        self.codes: list[int] = []
        worker.received.connect(self.lines.append)
        worker.failed.connect(self.failures.append)
        worker.ended.connect(self.codes.append)


@pytest.fixture
def start(qtbot: QtBot) -> Iterator[Callable[..., tuple[Worker, Heard]]]:
    workers: list[Worker] = []

    def begin(module: str = CHILD, **options: Any) -> tuple[Worker, Heard]:
        worker = Worker(module, **options)
        workers.append(worker)
        heard = Heard(worker)
        worker.start()
        return worker, heard

    yield begin
    for worker in workers:
        worker.close()


Start = Callable[..., tuple[Worker, Heard]]


def test_letting_go_twice_and_starting_anew_warns_of_nothing(
    qtbot: QtBot, start: Start, capfd: pytest.CaptureFixture[str], recwarn: pytest.WarningsRecorder
) -> None:
    worker, heard = start()
    worker.close()
    worker.start()
    assert worker.is_running
    os.kill(worker.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: len(heard.codes) == 2, timeout=PATIENCE_MS)
    worker.close()
    worker._let_go()
    assert "disconnect" not in capfd.readouterr().err
    assert not recwarn.list


def test_the_child_ends_with_the_application(qtbot: QtBot, start: Start) -> None:
    worker, _ = start()
    application = QCoreApplication.instance()
    assert application is not None
    worker.close()
    worker.start()
    application.aboutToQuit.emit()
    assert not worker.is_running


def test_orders_are_heard_and_answered_in_order(qtbot: QtBot, start: Start) -> None:
    worker, heard = start()
    worker.say({"hello": "wörld"})
    worker.say({"job": 1, "count": 500})
    qtbot.waitUntil(lambda: len(heard.lines) == 502, timeout=PATIENCE_MS)
    assert heard.lines[0] == {"heard": {"hello": "wörld"}}
    assert [line["number"] for line in heard.lines[1:501]] == list(range(500))
    assert [line["seq"] for line in heard.lines[1:]] == list(range(501))
    assert heard.lines[-1]["done"] is True


def test_lines_come_in_turns_and_not_one_by_one(qtbot: QtBot, start: Start) -> None:
    worker, heard = start()
    turns: list[int] = []
    worker._turn.timeout.connect(lambda: turns.append(len(heard.lines)))
    worker.say({"job": 1, "count": 5000})
    qtbot.waitUntil(lambda: len(heard.lines) == 5001, timeout=PATIENCE_MS)
    assert len(turns) < 500
    assert worker._turn.interval() <= TURN_MS


def test_nothing_of_a_cancelled_job_is_received(qtbot: QtBot, start: Start) -> None:
    worker, heard = start()
    worker.say({"job": 1, "count": 3})
    worker.say({"job": 2, "begin": True})
    worker.cancel(2)
    worker.cancel(9)
    worker.say({"job": 3, "count": 1})
    qtbot.waitUntil(lambda: {"job": 3, "done": True, "seq": 1} in heard.lines, timeout=PATIENCE_MS)
    assert {line["job"] for line in heard.lines} == {1, 3}


def test_what_waits_for_its_turn_is_dropped_with_its_job(qtbot: QtBot, start: Start) -> None:
    worker, heard = start()
    worker.say({"job": 1, "count": 2000})
    qtbot.waitUntil(lambda: len(heard.lines) > 0, timeout=PATIENCE_MS)
    worker.cancel(1)
    seen = len(heard.lines)
    worker.say({"job": 2, "count": 0})
    qtbot.waitUntil(lambda: heard.lines[-1].get("job") == 2, timeout=PATIENCE_MS)
    assert len(heard.lines) == seen + 1


def test_prints_and_stderr_are_details_and_no_lines(qtbot: QtBot, start: Start) -> None:
    worker, heard = start()
    worker.say({"job": 1, "count": 1})
    qtbot.waitUntil(lambda: len(heard.lines) == 2, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: "last words" in worker.details, timeout=PATIENCE_MS)


def test_a_child_that_falls_silent_during_a_job_is_ended(qtbot: QtBot, start: Start) -> None:
    worker, heard = start(silence_s=1.0)
    worker.say({"job": 1, "count": 1})
    qtbot.waitUntil(lambda: len(heard.lines) == 2, timeout=PATIENCE_MS)
    worker.say({"job": 2, "hang": True})
    qtbot.waitUntil(lambda: heard.codes == [-1], timeout=PATIENCE_MS)
    assert heard.failures == [
        "tests.gui.talkingchild has said nothing for 1 seconds and was ended; try again."
    ]
    assert not worker.is_running


def test_signs_of_life_are_enough(qtbot: QtBot, start: Start) -> None:
    worker, heard = start(silence_s=3.0)
    worker.say({"beat": True})
    worker.say({"job": 1, "begin": True})
    heard_s = worker._heard_s
    qtbot.waitUntil(lambda: worker._heard_s > heard_s + 2, timeout=PATIENCE_MS)
    assert not heard.failures
    assert not heard.lines


def test_a_child_that_breaks_down_is_told_with_its_last_words(qtbot: QtBot, start: Start) -> None:
    worker, heard = start()
    worker.say({"leave": 3})
    qtbot.waitUntil(lambda: heard.codes == [3], timeout=PATIENCE_MS)
    assert heard.failures == ["tests.gui.talkingchild broke down: last words; try again."]
    assert not worker.is_running


def test_a_killed_child_is_told_and_can_be_started_again(qtbot: QtBot, start: Start) -> None:
    worker, heard = start()
    worker.say({"job": 1, "count": 0})
    qtbot.waitUntil(lambda: len(heard.lines) == 1, timeout=PATIENCE_MS)
    os.kill(worker.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: heard.codes == [-1], timeout=PATIENCE_MS)
    assert len(heard.failures) == 1
    worker.start()
    worker.say({"job": 2, "count": 0})
    qtbot.waitUntil(lambda: len(heard.lines) == 2, timeout=PATIENCE_MS)


def test_a_child_leaves_when_its_orders_end_and_says_nothing_of_failing(
    qtbot: QtBot, start: Start
) -> None:
    worker, heard = start()
    worker.say({"job": 1, "count": 0})
    qtbot.waitUntil(lambda: len(heard.lines) == 1, timeout=PATIENCE_MS)
    worker.close()
    worker.close()
    assert heard.codes == [0]
    assert not heard.failures
    assert not worker.is_running
    worker.say({"nobody": "there"})


def test_a_child_that_will_not_leave_is_ended_by_force(qtbot: QtBot, start: Start) -> None:
    worker, heard = start()
    worker.say({"job": 1, "hang": True})
    qtbot.waitUntil(lambda: "last words" in worker.details, timeout=PATIENCE_MS)
    worker.close(patience_s=0.1)
    assert heard.codes == [-1]
    assert not heard.failures


def test_a_module_that_is_not_there_is_told(qtbot: QtBot, start: Start) -> None:
    _, heard = start("tests.gui.nowhere")
    qtbot.waitUntil(lambda: len(heard.failures) == 1, timeout=PATIENCE_MS)
    assert "No module named tests.gui.nowhere" in heard.failures[0]
