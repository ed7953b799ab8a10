"""A program that plays, for tests that end it in every way there is.

    python -m tests.bridge.musician WAY [PORT]

It prints the name of its port, waits for a line on stdin, and plays notes that never end by
themselves. WAY says what it does then: `wait` for what is done to it, `close` its port, `raise` an
exception, `fork` a process that holds its pipes open, or play through a `session`, through one
whose source is `failing` in its third bar, or through a `command` (all of `fractalroll play`).
"""

import argparse
import os
import sys
import time

from bridge.commands import add_play_parser, run_play
from bridge.messages import TimedMessage, note_on
from bridge.playing.session import Session, SessionSettings
from bridge.ports.systems import choose, open_output
from bridge.source import Bar, CutBar
from model.roll import Note, Roll

LONG_S = 600.0
CHORD = tuple(range(48, 72, 3))


class Organist:
    """A source of bars full of long chords, tied from each bar to the next."""

    engine = "organist"

    def __init__(self, fails_at: int | None = None) -> None:
        self._fails_at = fails_at
        self._made = 0

    def next_bar(self) -> Bar | None:
        """The chord again."""
        self._made += 1
        if self._made == self._fails_at:
            raise RuntimeError("the organ has run out of air")
        notes = [Note(0, 0, pitch, 16, 80) for pitch in CHORD]
        tied = frozenset((0, pitch) for pitch in CHORD[::2]) if self._made > 1 else frozenset()
        return CutBar(Roll.from_notes(notes, 16), tied)

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
    with Session(
        SessionSettings(bars=None, port="Musician", system="jack", listen=False)
    ) as session:
        announce(session.port.name)
        session.play(Organist(fails_at=3 if way == "failing" else None))


def play_command() -> int:
    """All of `fractalroll play`, which listens to itself."""
    parser = argparse.ArgumentParser()
    add_play_parser(parser.add_subparsers())
    # a name that no other test uses: JACK renames a client if one of its name has not quite gone
    words = ["play", "--endless", "--json", "--port", "Commander", "--system", "jack"]
    announce("Commander:out")
    return run_play(parser.parse_args(words), lambda _: Organist(), lambda *_: None)


def main() -> int:
    """Play in the way that the command line names."""
    way = sys.argv[1]
    if way == "command":
        return play_command()
    if way in ("session", "failing"):
        play_session(way)
    else:
        play_port(way)
    return 0


if __name__ == "__main__":
    sys.exit(main())
