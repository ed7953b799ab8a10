"""A display without a screen, with mouse and keyboard, and programs that show windows on it."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 60.0
"""How long a program may take to say something; a busy machine is no failure."""
GLANCE_S = 0.2
"""How long one look lasts while something is tried again and again."""

Line = dict[str, Any]


class Display:
    """An X server of our own without a screen and without a window manager."""

    def __init__(self, width: int = 1600, height: int = 1000) -> None:
        reader, writer = os.pipe()
        size = f"{width}x{height}x24"
        words = ["Xvfb", "-displayfd", str(writer), "-screen", "0", size, "-nolisten", "tcp"]
        self._server = subprocess.Popen(words, pass_fds=[writer], stderr=subprocess.DEVNULL)
        os.close(writer)
        with os.fdopen(reader) as said:
            number = said.readline().strip()
        assert number, "Xvfb did not start: install the packages xvfb and xdotool"
        self.name = f":{number}"

    @property
    def environment(self) -> dict[str, str]:
        """Ours, with this display instead of any other."""
        return {**os.environ, "DISPLAY": self.name, "QT_QPA_PLATFORM": "xcb"}

    def xdotool(self, *words: object) -> str:
        """Move the mouse or press keys; what xdotool says."""
        done = subprocess.run(
            ["xdotool", *map(str, words)],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE_S,
        )
        return done.stdout.strip()

    def click(self, x: int, y: int) -> None:
        """Press and let go the left button at a place of the screen."""
        self.xdotool("mousemove", x, y, "click", 1)

    def key(self, *names: str) -> None:
        """Press keys one after another, by their X names."""
        self.xdotool("key", "--clearmodifiers", *names)

    def type(self, text: str) -> None:
        """Write text."""
        self.xdotool("type", text)

    def close(self) -> None:
        """End the server."""
        self._server.terminate()
        self._server.wait(PATIENCE_S)


class Program:
    """A process with a window, which says in JSON lines what reaches it; ends with its stdin."""

    def __init__(self, display: Display, module: str, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={**display.environment, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[Line] = []
        self._queue: queue.Queue[Line] = queue.Queue()
        self._errors: list[str] = []
        self._threads = [
            threading.Thread(target=self._listen, daemon=True),
            threading.Thread(target=self._listen_to_errors, daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def wait(self, key: str, patience_s: float = PATIENCE_S) -> Any:
        """What the next line with this key says."""
        found = self.look(key, patience_s)
        assert found is not None, f"no {key!r} came; so far {self.lines[-5:]}, {self._errors[-5:]}"
        return found[key]

    def wait_for(self, **words: object) -> None:
        """Let lines pass until one says this."""
        (key,) = words
        until = time.monotonic() + PATIENCE_S
        while self.wait(key) != words[key]:
            assert time.monotonic() < until, f"never {words}; so far {self.lines[-5:]}"

    def look(self, key: str, patience_s: float = GLANCE_S) -> Line | None:
        """The next line with this key; None if it does not come in time."""
        until = time.monotonic() + patience_s
        while (left := until - time.monotonic()) > 0:
            try:
                line = self._queue.get(timeout=left)
            except queue.Empty:
                break
            self.lines.append(line)
            if key in line:
                return line
        return None

    def try_until(self, act: Callable[[], object], key: str) -> Any:
        """Act again and again until a line with this key comes; what it says."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            act()
            found = self.look(key)
            if found is not None:
                return found[key]
        raise AssertionError(f"no {key!r} came; so far {self.lines[-5:]}, {self._errors[-5:]}")

    def close(self) -> int:
        """Close its stdin and wait until it has ended; its exit code."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            code = self._process.wait(PATIENCE_S)
        finally:
            self._process.kill()
        for thread in self._threads:
            thread.join()
        for stream in (self._process.stdout, self._process.stderr):
            assert stream is not None
            stream.close()
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        code = self.close()
        assert code == 0 or error[0] is not None, f"ended with {code}: {self._errors[-10:]}"

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for text in self._process.stdout:
            self._queue.put(json.loads(text))

    def _listen_to_errors(self) -> None:
        assert self._process.stderr is not None
        self._errors.extend(text.strip() for text in self._process.stderr)
