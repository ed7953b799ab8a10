"""From an input port to a duet: echo dropped, seconds turned into beats."""

from bridge.duet.duet import Duet
from bridge.duet.ear import Ear
from bridge.duet.echo import Echo
from bridge.messages import TimedMessage, note_off, note_on


def test_what_arrives_is_heard_at_its_beat() -> None:
    duet = Duet()
    ear = Ear(duet, None, lambda at: 2.0 * at)
    ear.take([(1.0, note_on(0, 60, 90)), (1.5, note_off(0, 60)), (1.5, b"\xf8")])
    assert [(note.onset, note.end) for note in duet.heard.notes()] == [(2.0, 3.0)]
    assert ear.heard == 2


def test_our_own_echo_is_not_heard() -> None:
    duet, echo = Duet(), Echo()
    echo.sent([TimedMessage(1.0, note_on(0, 48, 70))])
    ear = Ear(duet, echo, lambda at: at)
    ear.take([(1.01, note_on(0, 48, 70)), (1.01, note_on(0, 60, 90)), (2.0, note_off(0, 48))])
    assert [note.pitch for note in duet.heard.notes()] == [60]
    assert (ear.heard, echo.dropped) == (1, 2)


def test_without_a_song_nothing_is_heard() -> None:
    duet = Duet()
    Ear(duet, None, lambda at: None).take([(1.0, note_on(0, 60, 90))])
    assert duet.heard.notes() == []
