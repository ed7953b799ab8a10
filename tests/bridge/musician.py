"""A program that plays, for tests that end it in every way there is.

    python -m tests.bridge.musician WAY [WORDS]

It prints the name of its port, waits for a line on stdin, and plays notes that never end by
themselves. WAY says what it does then: `wait` for what is done to it, `close` its port, `raise` an
exception, `fork` a process that holds its pipes open, or play through a `session`, or through one
that breaks in its third bar: its source is `failing`, the feeder's thread `dies`, its `player` or
its `deck` raises. `command` is all of `fractalroll play`, with more WORDS for it; with `--events`
among them it prints and waits for nothing of its own.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence

from bridge.commands import add_play_parser, run_play
from bridge.messages import TimedMessage, note_on
from bridge.playing.ensemble import Ensemble
from bridge.playing.player import PlayerEvent
from bridge.playing.session import Session, SessionSettings
from bridge.ports.systems import choose, open_output
from bridge.source import Bar, CutBar
from model.roll import Grid, Note, Part, Roll, TempoChange

LONG_S = 600.0
CHORD = tuple(range(48, 72, 3))
BPM = 240.0
"""Bars of a second each."""


class Organist:
    """A source of bars full of long chords, tied from each bar to the next.

    Args:
        fails_at: The bar that can't be made.
        error: Why.
    """

    engine = "organist"
    grid = Grid()
    parts = (Part(),)

    def __init__(self, fails_at: int | None = None, error: BaseException | None = None) -> None:
        self._fails_at = fails_at
        self._error = error or RuntimeError("the organ has run out of air")
        self._made = 0

    def next_bar(self) -> Bar | None:
        """The chord again."""
        self._made += 1
        if self._made == self._fails_at:
            raise self._error
        notes = [Note(0, 0, pitch, 16, 80) for pitch in CHORD]
        tied = frozenset((0, pitch) for pitch in CHORD[::2]) if self._made > 1 else frozenset()
        return CutBar(Roll.from_notes(notes, 16, tempos=(TempoChange(0, BPM),)), tied)

    def listen(self, given: Roll, **more: object) -> int:
        """Whatever is heard: the chord again."""
        return 0

    def close(self) -> None:
        """Nothing is held."""


def announce(name: str) -> None:
    """Say where to listen and wait until somebody does."""
    print(name, flush=True)
    sys.stdin.readline()


def play_port(way: str) -> None:
    """Strike a chord on several channels and never release it."""
    system = choose("jack")
    if system is None:
        raise SystemExit("no JACK server")
    port = open_output(system, "Musician")
    announce(port.name)
    start = port.now() + 0.1
    port.send_many(
        TimedMessage(start, note_on(channel, pitch, 80)) for channel in (0, 5) for pitch in CHORD
    )
    if way == "close":
        time.sleep(0.3)
        port.close()
    elif way == "raise":
        time.sleep(0.3)
        raise RuntimeError("an exception nobody catches")
    elif way == "fork":
        child = os.fork()
        if child == 0:
            time.sleep(LONG_S)
        print(child, flush=True)
    print(port.pid, flush=True)
    time.sleep(LONG_S)


def play_session(way: str) -> None:
    """The same through a player."""
    error = SystemExit("a thread that ends without a word") if way == "dies" else None
    source = Organist(fails_at=3 if way in ("failing", "dies") else None, error=error)

    def follow(event: PlayerEvent) -> None:
        if way == "player" and event.bar == 3:
            raise RuntimeError("the player has had enough")

    def meet(ensemble: Ensemble) -> None:
        if way == "deck":
            deck = ensemble.player.deck
            deck.turn = _breaking(deck.turn, lambda: deck.playing)  # type: ignore[method-assign]

    with Session(
        SessionSettings(bars=None, port="Musician", system="jack", listen=False)
    ) as session:
        announce(session.port.name)
        session.play(source, follow, meet)


def _breaking(turn: Callable[[], None], playing: Callable[[], bool]) -> Callable[[], None]:
    """A deck's turn that breaks a second after it began to play."""
    begun: list[float] = []

    def broken() -> None:
        if playing() and not begun:
            begun.append(time.monotonic())
        if begun and time.monotonic() > begun[0] + 1.0:
            raise RuntimeError("the deck has had enough")
        turn()

    return broken


def play_command(words: Sequence[str]) -> int:
    """All of `fractalroll play`, which listens to itself."""
    parser = argparse.ArgumentParser()
    add_play_parser(parser.add_subparsers())
    # a name that no other test uses: JACK renames a client if one of its name has not quite gone
    usual = ["play", "--port", "Commander", "--system", "jack"]
    if "--bars" not in words:
        usual.append("--endless")
    if "--events" not in words:
        usual.append("--json")
        announce("Commander:out")
    return run_play(parser.parse_args([*usual, *words]), lambda _: Organist(), lambda *_: None)


def main() -> int:
    """Play in the way that the command line names."""
    way = sys.argv[1]
    if way == "command":
        return play_command(sys.argv[2:])
    if way in ("session", "failing", "dies", "player", "deck"):
        play_session(way)
    else:
        play_port(way)
    return 0


if __name__ == "__main__":
    sys.exit(main())
