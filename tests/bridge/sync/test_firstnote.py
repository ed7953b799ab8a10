"""A song that begins with the musician's first note."""

from bridge.messages import control_change, note_off, note_on
from bridge.sync.firstnote import FirstNote


def test_it_stands_still_until_a_note_is_struck() -> None:
    first = FirstNote(90.0)
    first.feed(1.0, control_change(0, 64, 127))
    first.feed(1.5, note_off(0, 60))
    host = first.host(9.0)
    assert host is not None
    assert (host.rolling, host.beat_at(20.0)) == (False, 0.0)


def test_its_first_beat_is_the_first_note_and_no_later_one() -> None:
    first = FirstNote(90.0)
    first.feed(10.25, note_on(0, 60, 80))
    first.feed(11.0, note_on(0, 62, 80))
    host = first.host(11.0)
    assert host is not None
    assert (host.rolling, host.lock) == (True, "locked")
    assert host.beat_at(10.25) == 0.0
    assert host.beat_at(12.25) == 3.0
