"""What a deck's process is told and tells, in JSON lines.

orders  {"piece": {...}}  {"change": {...}}  {"voices": [...]}  {"loop": [a, b] | null}
        {"tempo": bpm | null}  {"play": step}  {"stop": true}  {"seek": step}
        {"audition": {"part", "pitch", "velocity", "on"}}  {"test_note": true}  {"panic": true}
        {"output": "auto" | "sound" | key | {"system", "port"}}  {"ports": true}
lines   {"position": step, "at": s, "speed": steps/s, "bpm", "playing", "loop", "run"}
        {"status": {...}}  {"outputs": [...]}  {"failed": sentence}  {"alive": s}

Any order may carry `"run": n`; every position says which n came last, so that whoever ordered
knows whether it is news from before or after it.
"""

import os
import queue
import threading
from typing import Any

from bridge.deck import Deck
from bridge.deckoutputs import Outputs
from bridge.deckpiece import read_notes, read_piece, read_voices
from bridge.errors import PortError, SourceError
from bridge.wire import Line, LineSplitter, encode

_READ = 1 << 16
_MOST_WAITING = 200
_SLOWEST_BPM, _FASTEST_BPM = 5.0, 1000.0


class Teller:
    """Writes lines in a thread of its own: a window that does not read can't hold up the music."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="deck teller", daemon=True)
        self._thread.start()

    def tell(self, line: Line) -> None:
        """Send one line; a position is left out where many lines wait already."""
        if "position" not in line or self._lines.qsize() < _MOST_WAITING:
            self._lines.put(encode(line))

    def close(self) -> None:
        """Wait shortly until everything is written."""
        self._lines.put(None)
        self._thread.join(1.0)

    def _run(self) -> None:
        while (line := self._lines.get()) is not None:
            try:
                while line:
                    line = line[os.write(self._file, line) :]
            except OSError:  # nobody left to tell
                return


class Reader:
    """Reads orders in a thread of its own.

    Attributes:
        orders: Those not yet obeyed; None is the end.
    """

    def __init__(self, file: int) -> None:
        self._file = file
        self.orders: queue.SimpleQueue[Line | None] = queue.SimpleQueue()
        threading.Thread(target=self._run, name="deck orders", daemon=True).start()

    def _run(self) -> None:
        splitter = LineSplitter()
        try:
            while piece := os.read(self._file, _READ):
                for line in splitter.feed(piece):
                    self.orders.put(line)
        except (OSError, PortError):
            pass  # the end, like any other
        self.orders.put(None)


def obey(order: Line, deck: Deck, outputs: Outputs) -> None:
    """Do what one line says.

    Raises:
        SourceError: It says something that can't be done.
        PortError: The port is gone.
    """
    try:
        _obey(order, deck, outputs)
    except (KeyError, TypeError, ValueError, IndexError) as err:
        verb = next(iter(order), "nothing")
        raise SourceError(f"tried to obey the order {verb!r} and it is malformed: {err!r}") from err


def _obey(order: Line, deck: Deck, outputs: Outputs) -> None:
    if "piece" in order:
        deck.set_piece(read_piece(order["piece"]))
    elif "change" in order:
        told = order["change"]
        notes = read_notes(told["notes"], len(deck.piece.voices))
        deck.change(int(told["start"]), int(told["stop"]), notes, int(told["steps"]))
    elif "voices" in order:
        deck.set_voices(read_voices(order["voices"]))
    elif "loop" in order:
        loop = order["loop"]
        deck.set_loop(None if loop is None else (int(loop[0]), int(loop[1])))
    elif "tempo" in order:
        deck.set_tempo(_tempo(order["tempo"]))
    elif "output" in order:
        outputs.choose(_output_key(order["output"]))
    elif "ports" in order:
        outputs.look()
    else:
        _play(order, deck)


def _play(order: Line, deck: Deck) -> None:
    if "play" in order:
        deck.play(float(order["play"]))
    elif "seek" in order:
        deck.seek(float(order["seek"]))
    elif "stop" in order:
        deck.stop()
    elif "panic" in order:
        deck.panic()
    elif "test_note" in order:
        deck.test_note()
    elif "audition" in order:
        told = order["audition"]
        pitch, velocity = _byte(told["pitch"], 0), _byte(told["velocity"], 1)
        deck.audition(int(told["part"]), pitch, velocity, bool(told["on"]))
    else:
        raise SourceError(f"tried to obey the order {next(iter(order), '')!r}, which is unknown")


def _output_key(told: Any) -> str:
    if isinstance(told, dict):
        port = str(told.get("port", ""))
        return f"{told['system']}|{port}" if port else str(told["system"])
    return str(told)


def _tempo(told: Any) -> float | None:
    if told is None:
        return None
    return min(max(float(told), _SLOWEST_BPM), _FASTEST_BPM)


def _byte(told: Any, least: int) -> int:
    return min(max(int(told), least), 127)
