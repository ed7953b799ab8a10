"""The processes that belong to a program: found in /proc, and signalled."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterable
from pathlib import Path


def descendants(pid: int) -> dict[int, str]:
    """Command line by process id of all that a process started, and that these did."""
    found: dict[int, str] = {}
    parents, commands = _processes()
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        for child, parent in parents.items():
            if parent == one:
                found[child] = commands[child]
                waiting.append(child)
    return found


def member(pid: int, what: str) -> int:
    """The only process below `pid` whose command line contains `what`."""
    found = [child for child, command in descendants(pid).items() if what in command]
    assert len(found) == 1, f"{what}: {descendants(pid)}"
    return found[0]


def members(pid: int, what: str) -> list[int]:
    """All processes below `pid` whose command lines contain `what`."""
    return [child for child, command in descendants(pid).items() if what in command]


def keeper_of(name: str) -> tuple[int, int]:
    """Process ids of the JACK server of that name, below this process, and of its keeper."""
    below = descendants(os.getpid())
    (server,) = [one for one, words in below.items() if words.startswith(f"jackd -n {name} ")]
    keepers = [one for one, words in below.items() if "jackkeeper" in words]
    (keeper,) = [one for one in keepers if server in descendants(one)]
    return server, keeper


def group_of(leader: int) -> list[int]:
    """Every process of the group that this one began, also after its own end."""
    return _having(leader, 2)


def session_of(leader: int) -> list[int]:
    """The same of a session."""
    return _having(leader, 3)


def _having(leader: int, field: int) -> list[int]:
    """Processes that live and have this number in a field of /proc/PID/stat, from the state on."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            words = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(words[field]) == leader and words[0] != "Z":
                found.append(int(folder.name))
    return found


def send(number: signal.Signals, pids: Iterable[int]) -> None:
    """A signal to each that still lives."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _processes() -> tuple[dict[int, int], dict[int, str]]:
    parents: dict[int, int] = {}
    commands: dict[int, str] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            status = (folder / "status").read_text()
            line = next(one for one in status.splitlines() if one.startswith("PPid:"))
            parents[int(folder.name)] = int(line.split()[1])
            command = (folder / "cmdline").read_bytes()
            commands[int(folder.name)] = command.replace(b"\0", b" ").decode(errors="replace")
    return parents, commands
