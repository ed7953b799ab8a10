"""The keeper's process: starts a dummy JACK server, and is sure to stop it.

It holds a lock file per server name, so that two programs that start at once take different names;
jackd alone would let the second believe that the first one's server is its own. The server's
process id stands in that file: should the keeper be killed, whoever takes the name next, or closes
what the keeper belonged to, ends the server.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO, Any

from bridge.errors import PortError, ServerError
from bridge.ports.jackapi import open_client
from bridge.processes.childlife import ignore_keyboard, leave, parent_watch
from bridge.processes.priority import may_be_realtime
from bridge.processes.wire import encode

_ANSWER_TIMEOUT_S = 10.0
_GRACE_S = 2.0
"""How long the server outlives a program that died: senders release their notes in this time."""

_STOP_TIMEOUT_S = 3.0


class Server:
    """One `jackd -d dummy` process and the lock on its name."""

    def __init__(self, name: str, lock: IO[str], spec: dict[str, Any]) -> None:
        self.name = name
        self._lock = lock
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  (closed by `stop`)
        # A session of its own: Ctrl-C in the terminal must not end it before the notes are off.
        self._process = subprocess.Popen(
            _command(name, spec),
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        lock.write(str(self._process.pid))
        lock.flush()

    def answers(self, stopping: threading.Event) -> bool:
        """Wait until a client gets in; False if the server ended or nothing happened in time."""
        end = time.monotonic() + _ANSWER_TIMEOUT_S
        while self._process.poll() is None and time.monotonic() < end:
            with contextlib.suppress(PortError):
                open_client("Fractalroll keeper", self.name).close()
                return True
            if stopping.wait(0.03):
                break
        return False

    def lives(self) -> bool:
        """Whether the server still runs."""
        return self._process.poll() is None

    def last_words(self) -> str:
        """The end of what the server printed."""
        self._log.seek(0)
        lines = self._log.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it printed nothing"

    def stop(self) -> None:
        """End the server and give its name back."""
        self._process.terminate()
        try:
            self._process.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()  # until then it would count as running
        self._log.close()
        self._lock.truncate(0)
        self._lock.close()


def start_server(spec: dict[str, Any], stopping: threading.Event) -> Server:
    """A server under the first name that is free.

    Raises:
        ServerError: If none of the names gives one.
    """
    words = "all our names are taken by other programs"
    for name in spec["names"]:
        lock = _locked(name)
        if lock is None:
            continue
        _end_orphan(lock, name)
        server = Server(name, lock, spec)
        if server.answers(stopping):
            return server
        words = server.last_words()
        server.stop()
    raise ServerError(f"no jackd answered; the last one said: {words}")


def end_orphan(name: str) -> None:
    """End the server of that name if the keeper that started it is gone."""
    lock = _locked(name)
    if lock is not None:
        with lock:
            _end_orphan(lock, name)


def _end_orphan(lock: IO[str], name: str) -> None:
    """The same under the lock on the name; nobody's process id stands in the file afterwards."""
    lock.seek(0)
    told = lock.read()
    lock.truncate(0)
    end = time.monotonic() + _STOP_TIMEOUT_S
    while told.isdigit() and _is_server(int(told), name):
        with contextlib.suppress(OSError):
            os.kill(int(told), signal.SIGTERM if time.monotonic() < end else signal.SIGKILL)
        time.sleep(0.02)


def _is_server(pid: int, name: str) -> bool:
    with contextlib.suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return words[:3] == [b"jackd", b"-n", name.encode()]
    return False


def main() -> int:
    """Entry: keep a server until the program says so, or until shortly after it died."""
    spec = json.loads(sys.argv[1])
    stopping = threading.Event()
    ignore_keyboard()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    orders: list[bytes] = []
    threading.Thread(target=_read, args=(orders, stopping), daemon=True).start()
    try:
        server = start_server(spec, stopping)
    except (ServerError, OSError) as err:
        os.write(1, encode({"failed": str(err)}))
        return 1
    with contextlib.suppress(OSError):
        os.write(1, encode({"ready": {"name": server.name}}))
    _keep(server, stopping, int(spec["parent"]))
    if not orders:
        time.sleep(_GRACE_S)
    server.stop()
    return 0


def _keep(server: Server, stopping: threading.Event, parent: int) -> None:
    parent_lives = parent_watch(parent)
    while server.lives() and not stopping.wait(0.1):
        if not parent_lives():
            return


def _read(orders: list[bytes], stopping: threading.Event) -> None:
    """Anything that comes through the pipe is the order to close; its end is a death."""
    while piece := os.read(0, 4096):
        orders.append(piece)
        stopping.set()
    stopping.set()


def _command(name: str, spec: dict[str, Any]) -> list[str]:
    scheduling = ["-R", "-P", "60"] if may_be_realtime() else ["-r"]
    waiting = ["-S"] if spec["synchronous"] else []
    server = ["jackd", "-n", name, "-t", str(spec["timeout_ms"]), *scheduling, *waiting]
    return [*server, "-d", "dummy", "-r", str(spec["rate"]), "-p", str(spec["period"])]


def _locked(name: str) -> IO[str] | None:
    """The open lock file of a server name, or None if another keeper holds it."""
    import fcntl  # not on Windows, where no keeper runs

    path = Path(tempfile.gettempdir()) / f"fractalroll-{os.getuid()}-{name}.lock"
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


if __name__ == "__main__":
    leave(main())
