"""What a deck's process is told and tells, in JSON lines.

orders  {"piece": {...}}  {"change": {...}}  {"voices": [...]}  {"loop": [a, b] | null}
        {"tempo": bpm | null}  {"play": step}  {"stop": true}  {"seek": step}
        {"audition": {"part", "pitch", "velocity", "on"}}  {"test_note": true}  {"panic": true}
        {"output": "auto" | "sound" | key | {"system", "port"}}  {"ports": true}
        {"parts": [[name, channel], ...]}  {"font": path | "none" | ""}  {"input": port | null}
        {"lend": true}  {"take_back": {port: [names]}, "inputs": {system: [names]}}
        {"start_on": "now" | "beat" | "bar" | "four bars", "bar_beats": quarter notes}
        {"sync": {"source": "internal" | "midi-clock" | "jack" | "link", "port", "nudge_ms",
                  "send_clock"}}
lines   {"position": step, "at": s, "speed": steps/s, "bpm", "playing", "waits", "loop", "run"}
        {"status": {...}}  {"outputs": [...]}  {"failed": sentence}  {"alive": s}
        {"inputs": [...]}
        {"input": {"port", "name", "state": "off" | "opening" | "open" | "failed"}}
        {"heard": {"notes", "pitch", "velocity"}}  {"control": [channel, number, value]}
        {"lent": {"key", "parts": [[name, channel], ...], "remembered": {port: [names]},
                  "inputs": {system: [names]}, "sound": bool}}
        {"sync": {"source", "port", "lock": "none" | "locking" | "locked", "bpm", "beat",
                  "bars", "rolling", "phase_ms", "detail", "nudge_ms", "send_clock", "sending",
                  "start_on"}}

`start_on` holds for orders to play from then on, and for a `piece` with `"start": true` beside it,
which takes the place of the one that plays on that beat or bar; without it, now. Bars are those
that a host tells, else those of the piece's `metres` ([step, quarter notes in a bar], ...); of a
piece without any, `bar_beats` (4) says how long they are. While something waits for its beat,
`waits` is true.

`sync` names everything: what it leaves out is as if nothing had ever been ordered. `port` is the
sender of MIDI clock, `system|port` or `port`; left out, an input "Fractalroll in" waits for one. A
host's stop and start are the deck's; an order to play puts the step on the host's next beat or
bar, and with a host that stands waits for it. `bars` is where bar 1 of a host that tells them
would begin if the metre had always been the same, and how long a bar is, in beats. `detail` is a
code: `opening`, `failed` (with a sentence of its own), `silent` (nothing heard yet), `sixfold`
(song positions were six times too large and are put right), `own_tempo` (JACK's transport has no
timebase master: an order for a tempo sets it), `alone` (nobody else in the Link session), or
nothing. `sending` is whether the clock's port is open. `phase_ms` is the most by which what sounded
was later than the host since it was last told (less than 0: earlier), nudge aside; null where
nothing was compared.

`parts` names those that get a port of their own, `Fractalroll NAME`; none: one port, a channel for
each part. `font` is the built-in sound's SoundFont, see `bridge.sound.soundfont`. `input` is
listened to: `system|port` or `port`, empty for an input "Fractalroll in"; how many notes came, the
last of them, and where each knob stands are told 25 times a second at most.

After `lend` every MIDI port is closed for another process that opens its like (`lent` says which
parts had a port of their own, who heard which port, who was connected to our own input, and
whether the built-in sound played), until `take_back` names who was connected to that one's.

Any order may carry `"run": n`; every position says which n came last, so that whoever ordered
knows whether it is news from before or after it.
"""

import os
import queue
import threading
from typing import Any

from bridge.choices import START_ON, SYNC_SOURCES, StartOn
from bridge.deck.deck import Deck
from bridge.deck.input import DeckInput
from bridge.deck.outputs import Outputs
from bridge.deck.piece import read_notes, read_piece, read_voices
from bridge.deck.sync import DeckSync
from bridge.errors import PortError, SourceError
from bridge.messages import CHANNELS
from bridge.processes.wire import Line, LineSplitter, encode
from bridge.sync.source import SyncWish

_READ = 1 << 16
_MOST_WAITING = 200
_MOST_NUDGE_MS = 500.0
_LEAST_BAR_BEATS = 0.25
_SLOWEST_BPM, _FASTEST_BPM = 5.0, 1000.0

ABOUT_PORTS = frozenset({"output", "ports", "parts", "font", "input"})
"""Orders about ports alone: they need not wait until there is one."""


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


def obey(order: Line, deck: Deck, outputs: Outputs, sync: DeckSync, input_port: DeckInput) -> None:
    """Do what one line says.

    Raises:
        SourceError: It says something that can't be done.
        PortError: The port is gone.
    """
    try:
        if ABOUT_PORTS.isdisjoint(order):
            _obey(order, deck, outputs, sync)
        else:
            _obey_ports(order, outputs, input_port)
    except (KeyError, TypeError, ValueError, IndexError) as err:
        verb = next(iter(order), "nothing")
        raise SourceError(f"tried to obey the order {verb!r} and it is malformed: {err!r}") from err


def _obey(order: Line, deck: Deck, outputs: Outputs, sync: DeckSync) -> None:
    if "piece" in order:
        piece = read_piece(order["piece"])
        (deck.start_piece if order.get("start") else deck.set_piece)(piece)
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
        tempo = _tempo(order["tempo"])
        deck.set_tempo(tempo)
        own = deck.piece.bpm_at(0) if sync.detail == "own_tempo" else deck.bpm
        sync.propose(own if tempo is None else tempo)
    elif "sync" in order:
        _sync(read_sync(order["sync"]), deck, outputs, sync)
    elif "start_on" in order:
        deck.start_on = _start_on(order["start_on"])
        deck.bar_beats = max(float(order.get("bar_beats", deck.bar_beats)), _LEAST_BAR_BEATS)
    else:
        _play(order, deck)


def _obey_ports(order: Line, outputs: Outputs, input_port: DeckInput) -> None:
    if "output" in order:
        outputs.choose(_output_key(order["output"]))
    elif "parts" in order:
        outputs.spread((str(name), _channel(channel)) for name, channel in order["parts"])
    elif "font" in order:
        outputs.use_font(str(order["font"]))
    elif "input" in order:
        wish = order["input"]
        input_port.choose(None if wish is None else str(wish))
        if wish is not None and not outputs.systems:
            outputs.look()
    else:
        outputs.look()


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


def _sync(wish: SyncWish, deck: Deck, outputs: Outputs, sync: DeckSync) -> None:
    if wish.source != "internal" and not outputs.systems:
        outputs.look()
    other = wish.source != sync.wish.source
    sync.choose(wish)
    deck.nudge_s = wish.nudge_s
    if other:  # a session always runs; that somebody joins it is no order to play
        deck.armed = wish.source != "link"


def read_sync(told: dict[str, Any]) -> SyncWish:
    """A wish out of an order's `sync`.

    Raises:
        SourceError: There is no such source.
    """
    source = told.get("source", "internal")
    if source not in SYNC_SOURCES:
        raise SourceError(
            f"tried to play in time with {source!r}; choose one of {', '.join(SYNC_SOURCES)}",
            "no_such_sync",
            source=str(source),
        )
    nudge_s = min(max(float(told.get("nudge_ms", 0.0)), -_MOST_NUDGE_MS), _MOST_NUDGE_MS) / 1000
    return SyncWish(
        source, str(told.get("port") or ""), nudge_s, bool(told.get("send_clock", False))
    )


def _start_on(told: Any) -> StartOn:
    if told not in START_ON:
        raise SourceError(
            f"tried to start on {told!r}; choose one of {', '.join(START_ON)}",
            "no_such_start",
            start=str(told),
        )
    found: StartOn = told
    return found


def _output_key(told: Any) -> str:
    if isinstance(told, dict):
        port = str(told.get("port", ""))
        return f"{told['system']}|{port}" if port else str(told["system"])
    return str(told)


def _tempo(told: Any) -> float | None:
    if told is None:
        return None
    return min(max(float(told), _SLOWEST_BPM), _FASTEST_BPM)


def _channel(told: Any) -> int:
    return min(max(int(told), 0), CHANNELS - 1)


def _byte(told: Any, least: int) -> int:
    return min(max(int(told), least), 127)
