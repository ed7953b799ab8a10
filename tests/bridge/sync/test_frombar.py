"""A song that begins on a bar line of a host that has no song position."""

from __future__ import annotations

from bridge.choices import StartOn
from bridge.sync.frombar import FromBar
from bridge.sync.hosttime import HostTime, Lock


class Session:
    """A host at 120 bpm that is on beat `beat` at second 100; two beats a second."""

    name = "Ableton Link"

    def __init__(self, beat: float) -> None:
        self.beat = beat
        self.rolling = True
        self.lock: Lock = "locked"
        self.is_heard = self.is_open = True

    def host(self, now: float) -> HostTime | None:
        line = HostTime(self.rolling, 100.0, self.beat, 120.0, self.lock, 3)
        return line if self.is_heard else None

    def close(self) -> None:
        self.is_open = False


def song(beat: float, start_on: StartOn = "bar", **more: float) -> tuple[Session, FromBar]:
    session = Session(beat)
    return session, FromBar(session, start_on=start_on, **more)


def place(follower: FromBar, now: float) -> tuple[bool, float]:
    host = follower.host(now)
    assert host is not None
    return host.rolling, round(host.beat_at(now), 6)


def test_the_song_begins_on_the_next_bar_line_and_rolls_a_moment_before() -> None:
    session, follower = song(9.5)
    assert place(follower, 100.0) == (False, 0.0)
    assert place(follower, 101.1) == (False, 0.0)
    assert place(follower, 101.2) == (True, -0.1)
    assert place(follower, 102.25) == (True, 2.0)
    follower.close()
    assert not session.is_open


def test_a_line_that_is_too_near_is_left_to_others() -> None:
    _, follower = song(7.9)
    assert place(follower, 100.0) == (False, 0.0)
    assert place(follower, 100.5) == (False, 0.0)
    assert place(follower, 102.05) == (True, 0.0)


def test_a_beat_or_four_bars_are_lines_too_and_bars_may_be_shorter() -> None:
    _, beat = song(9.5, "beat")
    _, four = song(9.5, "four bars")
    _, waltz = song(9.5, bar_beats=3.0)
    for follower, at in ((beat, 100.25), (four, 103.25), (waltz, 101.25)):
        assert place(follower, 100.0) == (False, 0.0)
        assert place(follower, at) == (True, 0.0)


def test_music_that_sounds_earlier_than_the_host_rolls_earlier() -> None:
    _, follower = song(9.5, nudge_s=-0.3)
    assert place(follower, 100.0) == (False, 0.0)
    assert place(follower, 100.9) == (True, -0.7)


def test_it_waits_until_the_session_is_known_and_then_follows_a_new_tempo_at_once() -> None:
    session, follower = song(9.5)
    session.is_heard = False
    assert follower.host(99.0) is None
    session.is_heard, session.lock = True, "locking"
    assert place(follower, 102.0) == (False, 0.0)
    session.lock = "locked"
    assert place(follower, 102.0) == (False, 0.0)
    assert place(follower, 103.25) == (True, 0.0)
    session.lock = "locking"
    assert place(follower, 103.5) == (True, 0.5)


def test_a_session_that_is_lost_goes_on_in_its_place_and_one_that_stops_begins_again() -> None:
    session, follower = song(9.5)
    place(follower, 100.0)
    assert place(follower, 102.25) == (True, 2.0)
    session.rolling, session.lock, session.beat = False, "none", 14.0
    assert place(follower, 102.5) == (False, 2.0)
    session.rolling, session.lock, session.beat = True, "locked", 9.5
    assert place(follower, 103.25) == (True, 4.0)
    session.rolling = False
    assert place(follower, 104.0) == (False, 0.0)
    session.rolling = True
    assert place(follower, 104.1) == (False, 0.0)
    assert place(follower, 105.25) == (True, 0.0)
