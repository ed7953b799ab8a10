"""A child process seen from the window: started, spoken to in JSON lines, ended, never waited for.

A line is one JSON object. An order that starts a job carries ``"job": n``; every answer carries the
same job and its own rising ``"seq"``, and the last one of a job is keyed ``done``, ``failed``,
``cancelled`` or ``loaded``. Every second the child says ``{"alive": seconds}``, whatever else it
says. The other end of the wire is `model.childtalk`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QProcess, QProcessEnvironment, QTimer, Signal

Line = dict[str, Any]

TURN_MS = 16
"""Lines are handed out in turns this far apart, so about 60 times a second."""
TURN_SHARE_S = 0.006
"""One turn hands out lines for this long at most; the rest waits for the next."""
SILENCE_S = 5.0
"""A child that runs a job and says nothing for so long is given up."""
ENDS = ("done", "failed", "cancelled", "loaded")
"""Keys of a job's last line."""
_TAIL = 4000
_ROOT = Path(__file__).parents[1]


class Worker(QObject):
    """One `python -m MODULE` process.

    Args:
        module: What the child runs.
        arguments: Of its command line.
        parent: Qt's owner.
        name: What it is called in sentences; the module if nothing is given.
        silence_s: Seconds without a line, while a job runs, after which the child is given up.
    """

    received = Signal(object)
    """Each line of the child (a dict) but those that only say that it lives."""
    failed = Signal(str)
    """One sentence: the child could not be started, fell silent or broke down. Not called for a
    line keyed ``failed``, which is an answer like any other."""
    ended = Signal(int)
    """The child is gone; its exit code (-1 where it was killed)."""

    def __init__(
        self,
        module: str,
        arguments: Sequence[str] = (),
        parent: QObject | None = None,
        *,
        name: str = "",
        silence_s: float = SILENCE_S,
    ) -> None:
        super().__init__(parent)
        self.module = module
        self.name = name or module
        self.arguments = list(arguments)
        self._silence_s = silence_s
        self._process: QProcess | None = None
        self._rest = b""
        self._errors = b""
        self._waiting: deque[Line] = deque()
        self._running: set[int] = set()
        self._dropped: set[int] = set()
        self._latest: dict[int, int] = {}
        self._closing = False
        self._followed: QCoreApplication | None = None
        self._heard_s = self._turned_s = 0.0
        self._turn = QTimer(self, singleShot=True)
        self._turn.timeout.connect(self._hand_out)
        self._watch = QTimer(self, interval=500)
        self._watch.timeout.connect(self._check_silence)

    @property
    def is_running(self) -> bool:
        """Whether there is a child, or one is just starting."""
        process = self._process
        return process is not None and process.state() != QProcess.ProcessState.NotRunning

    @property
    def pid(self) -> int:
        """The child's process id, 0 where there is none."""
        return 0 if self._process is None else int(self._process.processId())

    @property
    def details(self) -> str:
        """The last that the child wrote on stderr: for who wants more than a sentence."""
        return self._errors.decode(errors="replace").strip()

    def start(self) -> None:
        """Start the child; does nothing where it runs. A child that has ended is started anew."""
        if self.is_running:
            return
        self._forget_all()
        process = QProcess(self)
        process.setProgram(sys.executable)
        process.setArguments(["-m", self.module, *self.arguments])
        process.setProcessEnvironment(_environment())
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_errors)
        process.errorOccurred.connect(self._on_error)
        process.finished.connect(self._on_finished)
        self._process, self._closing = process, False
        self._follow_quitting()
        process.start()

    def say(self, order: Mapping[str, object]) -> None:
        """Hand an order to the child; one with a job begins it. Nothing happens where none runs."""
        if self._process is None or not self.is_running:
            return
        job = order.get("job")
        if isinstance(job, int):
            self._running.add(job)
            self._heard_s = time.monotonic()
            self._watch.start()
        self._process.write(json.dumps(dict(order)).encode() + b"\n")

    def cancel(self, job: int) -> None:
        """Have a job ended; nothing of it is received any more, whatever is still on its way."""
        if job not in self._running:
            return
        self._dropped.add(job)
        self._waiting = deque(line for line in self._waiting if line.get("job") != job)
        self.say({"cancel": job})

    def close(self, patience_s: float = 1.0) -> None:
        """Close the child's stdin, wait shortly, then end it by force. May be called again."""
        process = self._process
        if process is None:
            return
        self._closing = True
        self._turn.stop()
        self._watch.stop()
        self._waiting.clear()
        if self.is_running:
            patience_ms = int(patience_s * 1000)
            process.closeWriteChannel()
            if not process.waitForFinished(patience_ms):
                process.terminate()
                if not process.waitForFinished(patience_ms):
                    process.kill()
                    process.waitForFinished(-1)
        self._let_go()

    def _forget_all(self) -> None:
        self._rest = self._errors = b""
        self._waiting.clear()
        self._running.clear()
        self._dropped.clear()
        self._latest.clear()

    def _let_go(self) -> None:
        """Nothing of the process remains."""
        if self._process is None:
            return
        process, self._process = self._process, None
        self._watch.stop()
        process.deleteLater()

    def _follow_quitting(self) -> None:
        """Close with the application; connected once and for good, as `close` may be repeated."""
        application = QCoreApplication.instance()
        if application is not None and application is not self._followed:
            application.aboutToQuit.connect(self.close)
            self._followed = application

    # --- What the child says ---------------------------------------------------------------------

    def _read(self) -> None:
        if self._process is None:
            return
        self._heard_s = time.monotonic()
        pieces = (self._rest + self._process.readAllStandardOutput().data()).split(b"\n")
        self._rest = pieces.pop()
        for piece in pieces:
            self._take(piece)
        if self._waiting and not self._turn.isActive() and not self._closing:
            since_ms = int((time.monotonic() - self._turned_s) * 1000)
            self._turn.start(max(0, TURN_MS - since_ms))

    def _take(self, piece: bytes) -> None:
        """Keep one line for the next turn, unless it is of no use."""
        try:
            line = json.loads(piece)
        except ValueError:
            line = None
        if not isinstance(line, dict):
            self._errors = (self._errors + piece + b"\n")[-_TAIL:]
            return
        job = line.get("job")
        if isinstance(job, int):
            seq, late = line.get("seq"), job in self._dropped
            if isinstance(seq, int):
                late = late or seq <= self._latest.get(job, -1)
                self._latest[job] = max(seq, self._latest.get(job, -1))
            if any(end in line for end in ENDS):
                self._running.discard(job)
                self._latest.pop(job, None)
            if late:
                return
        if "alive" not in line:
            self._waiting.append(line)

    def _hand_out(self) -> None:
        """One turn: emit what waits, for a few milliseconds at most."""
        self._turned_s = time.monotonic()
        until = self._turned_s + TURN_SHARE_S
        while self._waiting and time.monotonic() < until:
            self.received.emit(self._waiting.popleft())
        if self._waiting and not self._closing:
            self._turn.start(TURN_MS)

    def _read_errors(self) -> None:
        if self._process is not None:
            said = self._process.readAllStandardError().data()
            self._errors = (self._errors + said)[-_TAIL:]

    # --- What happens to the child ---------------------------------------------------------------

    def _check_silence(self) -> None:
        if not self._running:
            self._watch.stop()
        elif time.monotonic() - self._heard_s > self._silence_s and self._process is not None:
            said = self.tr("{0} has said nothing for {1} seconds and was ended; try again.")
            self._closing = True  # what follows from the kill is no failure of its own
            self._process.kill()
            self.failed.emit(said.format(self.name, f"{self._silence_s:g}"))

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._process is not None:
            why = self._process.errorString()
            self._let_go()
            said = self.tr("{0} could not be started ({1}); install Fractalroll again.")
            self.failed.emit(said.format(self.name, why))
            self.ended.emit(-1)

    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        if self._process is None:
            return
        expected = self._closing
        self._read()
        self._read_errors()
        self._turn.stop()
        while self._waiting and not expected:
            self.received.emit(self._waiting.popleft())
        crashed = status == QProcess.ExitStatus.CrashExit
        self._running.clear()
        self._let_go()
        if (crashed or code) and not expected:
            lines = self.details.splitlines()
            why = lines[-1] if lines else self.tr("no reason given")
            said = self.tr("{0} broke down: {1}; try again.")
            self.failed.emit(said.format(self.name, why.rstrip(".")))
        self.ended.emit(-1 if crashed else code)


def _environment() -> QProcessEnvironment:
    """This process's own, with our folder first among those that modules are found in."""
    variables = QProcessEnvironment.systemEnvironment()
    inherited = os.environ.get("PYTHONPATH")
    folders = [str(_ROOT), inherited] if inherited else [str(_ROOT)]
    variables.insert("PYTHONPATH", os.pathsep.join(folders))
    return variables


__all__ = ["ENDS", "SILENCE_S", "Line", "Worker"]
