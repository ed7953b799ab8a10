"""A MIDI process seen from the program: started, spoken to through pipes, ended.

The child is a plain `python -m` and not a `multiprocessing` one: that would import
the caller's main module, and torch with it, and speak pickle.
"""

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from bridge.errors import PortError
from bridge.processes.wire import Line, LineSplitter, encode

_READ = 1 << 16
_GONE: Line = {}


class ChildProcess:
    """One process of the bridge.

    Args:
        module: Full name of a module of this room that has a `main` and runs when executed.
        spec: What it is to do: one JSON object, its only argument.
        environment: Variables to set for it beside those of this process.
        on_line: Called in a thread of this object with each line after the first; what it raises
            ends the process.
    """

    def __init__(
        self,
        module: str,
        spec: Mapping[str, object],
        environment: Mapping[str, str] | None = None,
        on_line: Callable[[Line], None] | None = None,
    ) -> None:
        self._module = module
        self._on_line = on_line or (lambda line: None)
        self._first: queue.Queue[Line] = queue.Queue()
        self._failure = ""
        self._lock = threading.Lock()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  (closed by `close`)
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, json.dumps(dict(spec))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=_environment(environment or {}),
        )
        self._reader = threading.Thread(target=self._read, name=module, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    def is_alive(self) -> bool:
        """Whether the child still runs."""
        return self._process.poll() is None

    def wait_ready(self, timeout_s: float) -> Line:
        """What the child says when it is ready.

        Raises:
            PortError: If it fails or takes longer than `timeout_s`; the child is ended then.
        """
        try:
            line = self._first.get(timeout=timeout_s)
        except queue.Empty:
            seconds = f"{timeout_s:g}"
            line = {
                "failed": f"no answer in {seconds} s",
                "code": "no_answer",
                "fields": {"seconds": seconds},
            }
        ready = line.get("ready")
        if isinstance(ready, dict):
            return ready
        why = str(line.get("failed") or self._why())
        self.close(timeout_s=1.0)
        code, fields = line.get("code"), line.get("fields")
        if not (isinstance(code, str) and isinstance(fields, dict)):
            raise PortError(why)
        raise PortError(why, code, **fields)

    def say(self, *lines: bytes) -> None:
        """Write encoded lines to the child.

        Raises:
            PortError: If the child is gone.
        """
        pipe = self._process.stdin
        try:
            with self._lock:
                if pipe is None or pipe.closed:
                    raise BrokenPipeError
                pipe.write(b"".join(lines))
                pipe.flush()
        except OSError as err:
            why = self._why()
            raise PortError(f"the MIDI process is gone: {why}", "process_gone", why=why) from err

    def close(self, timeout_s: float = 5.0) -> None:
        """Ask the child to end and wait; end it by force if it doesn't. May be called again."""
        with contextlib.suppress(PortError):
            self.say(encode({"close": True}))
        self._shut_pipe()
        self._wait_or_end(timeout_s)
        self._reader.join(timeout_s)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._errors.close()

    def _wait_or_end(self, timeout_s: float) -> None:
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self._process.terminate()
            try:
                self._process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def _shut_pipe(self) -> None:
        pipe = self._process.stdin
        with self._lock, contextlib.suppress(OSError):
            if pipe is not None:
                pipe.close()

    def _read(self) -> None:
        pipe = self._process.stdout
        if pipe is None:  # never: it was asked for
            return
        splitter = LineSplitter()
        started = False
        try:
            while piece := os.read(pipe.fileno(), _READ):
                for line in splitter.feed(piece):
                    started = self._take(line, started)
        except Exception as err:  # whoever is told may fail, too: then nobody reads on
            self._failure = str(err) or type(err).__name__
            self._shut_pipe()  # which ends the child, so that it is known to be gone
        self._first.put(_GONE)

    def _take(self, line: Line, started: bool) -> bool:
        if "failed" in line:
            self._failure = str(line["failed"])
        if not started:
            self._first.put(line)
        else:
            self._on_line(line)
        return True

    def _why(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1.0)
        if threading.current_thread() is not self._reader:
            self._reader.join(1.0)  # its last words may still be on the way
        if self._failure:
            return self._failure
        with contextlib.suppress(OSError, ValueError):
            self._errors.seek(0)
            tail = self._errors.read()[-500:].decode(errors="replace").strip()
            if tail:
                return tail.splitlines()[-1]
        return f"{self._module} ended with code {self._process.poll()}"


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    """This process's variables, ours beside them, and the place where this package is found."""
    root = str(Path(__file__).resolve().parents[2])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, **extra, "PYTHONPATH": os.pathsep.join(paths)}
