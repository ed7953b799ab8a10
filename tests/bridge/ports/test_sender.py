from hypothesis import given
from hypothesis import strategies as st

from bridge.messages import (
    all_notes_off,
    is_all_notes_off,
    is_note_on,
    note_off,
    note_on,
)
from bridge.ports.sender import Sender
from bridge.ports.sounding import Sounding

Events = list[tuple[int, bytes]]


class Wire:
    """Takes messages as a driver would; `room` is how many it takes per run."""

    def __init__(self, room: int = 1000) -> None:
        self.events: Events = []
        self.room = room

    def write(self, tick: int, message: bytes) -> bool:
        if self.room <= 0:
            return False
        self.room -= 1
        self.events.append((tick, message))
        return True


def play(sender: Sender, wire: Wire, until: int, period: int = 10, start: int = 0) -> None:
    for tick in range(start, until, period):
        sender.run(tick, tick + period, wire.write)


def test_messages_go_out_at_their_tick() -> None:
    sender, wire = Sender(late_limit=30, memory=0), Wire()
    sender.send([(17, note_on(0, 60, 64)), (25, note_off(0, 60))])
    play(sender, wire, 40)
    assert wire.events == [(17, note_on(0, 60, 64)), (25, note_off(0, 60))]
    assert sender.counts.late == 0
    assert sender.is_silent()


def test_a_late_onset_goes_out_at_once_and_is_counted() -> None:
    sender, wire = Sender(late_limit=30, memory=0), Wire()
    sender.send([(80, note_on(0, 60, 64))])
    sender.run(100, 110, wire.write)
    assert wire.events == [(100, note_on(0, 60, 64))]
    assert (sender.counts.late, sender.counts.worst_late_ticks) == (1, 20)
    assert sender.counts.dropped == 0


def test_a_driver_that_waits_by_itself_is_late_only_beyond_its_precision() -> None:
    sender, wire = Sender(late_limit=30, memory=0, precision=5), Wire()
    sender.send([(95, note_on(0, 60, 64)), (94, note_on(0, 62, 64))])
    sender.run(100, 110, wire.write)
    assert (sender.counts.notes, sender.counts.late) == (2, 1)


def test_an_onset_that_is_too_late_is_dropped_and_counted() -> None:
    sender, wire = Sender(late_limit=30, memory=0), Wire()
    sender.send([(69, note_on(0, 60, 64)), (70, note_on(0, 62, 64))])
    sender.run(100, 110, wire.write)
    assert wire.events == [(100, note_on(0, 62, 64))]
    assert sender.counts.dropped == 1
    assert sender.counts.notes == 1


def test_a_release_is_never_dropped_however_late() -> None:
    sender, wire = Sender(late_limit=30, memory=0), Wire()
    sender.send([(5, note_on(0, 60, 64))])
    sender.run(0, 10, wire.write)
    sender.send([(20, note_off(0, 60))])
    sender.run(100_000, 100_010, wire.write)
    assert wire.events[-1] == (100_000, note_off(0, 60))
    assert not sender.sounding


def test_a_late_note_keeps_the_order_of_onset_and_release() -> None:
    sender, wire = Sender(late_limit=30, memory=0), Wire()
    sender.send([(85, note_on(0, 60, 64)), (95, note_off(0, 60))])
    sender.run(100, 110, wire.write)
    assert [is_note_on(message) for _, message in wire.events] == [True, False]


def test_what_the_driver_refuses_goes_out_in_the_next_run() -> None:
    sender, wire = Sender(late_limit=30, memory=0), Wire(room=1)
    sender.send([(1, note_on(0, 60, 64)), (2, note_on(0, 62, 64))])
    sender.run(0, 10, wire.write)
    wire.room = 1000
    sender.run(10, 20, wire.write)
    assert wire.events == [(1, note_on(0, 60, 64)), (10, note_on(0, 62, 64))]
    assert sender.counts.refused == 1


def test_silence_releases_what_sounds_and_forgets_what_waits() -> None:
    sender, wire = Sender(late_limit=30, memory=0), Wire()
    sender.send([(1, note_on(2, 60, 64)), (50, note_off(2, 60)), (60, note_on(2, 64, 64))])
    sender.run(0, 10, wire.write)
    sender.silence()
    sender.run(10, 20, wire.write)
    assert wire.events[1:] == [(10, note_off(2, 60)), (10, all_notes_off(2))]
    assert sender.is_silent()


def test_silence_goes_on_where_the_driver_had_no_room() -> None:
    sender, wire = Sender(late_limit=30, memory=0), Wire(room=5)
    sender.send([(1, note_on(0, pitch, 64)) for pitch in range(60, 64)])
    sender.run(0, 10, wire.write)
    sender.finish()
    sender.run(10, 20, wire.write)
    assert not sender.is_silent()
    wire.room = 1000
    sender.run(20, 30, wire.write)
    assert sender.is_silent()


def test_nothing_is_accepted_after_the_end() -> None:
    sender, wire = Sender(late_limit=30, memory=0), Wire()
    sender.finish()
    sender.send([(15, note_on(0, 60, 64))])
    play(sender, wire, 100)
    assert not any(is_note_on(message) for _, message in wire.events)


def test_after_a_lost_cycle_releases_are_repeated_but_not_for_what_sounds_again() -> None:
    sender, wire = Sender(late_limit=30, memory=100), Wire()
    sender.send([(1, note_on(0, 60, 64)), (1, note_on(0, 62, 64))])
    sender.send([(5, note_off(0, 60)), (5, note_off(0, 62)), (6, note_on(0, 62, 64))])
    sender.run(0, 10, wire.write)
    sender.resend_offs()
    sender.run(10, 20, wire.write)
    assert wire.events[5:] == [(10, note_off(0, 60))]
    assert sender.counts.resent == 1
    assert (0, 62) in sender.sounding


def test_a_repeated_release_does_not_end_a_late_onset_of_the_same_pitch() -> None:
    sender, wire = Sender(late_limit=30, memory=100), Wire()
    sender.send([(1, note_on(0, 60, 64)), (5, note_off(0, 60)), (12, note_on(0, 60, 64))])
    sender.run(0, 10, wire.write)
    sender.resend_offs()
    sender.run(30, 40, wire.write)  # the cycles between were lost, and the onset is late
    assert (0, 60) in sender.sounding


def test_releases_are_forgotten_after_a_while() -> None:
    sender, wire = Sender(late_limit=30, memory=100), Wire()
    sender.send([(1, note_on(0, 60, 64)), (5, note_off(0, 60))])
    play(sender, wire, 200)
    sender.resend_offs()
    sender.run(200, 210, wire.write)
    assert len(wire.events) == 2


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(1, 60), st.integers(0, 127)), max_size=40),
    st.integers(0, 40).map(lambda cycles: 10 * cycles),
    st.integers(0, 3),
)
def test_whenever_it_ends_nothing_is_left_sounding(
    notes: list[tuple[int, int, int]], end: int, room: int
) -> None:
    sender, heard, wire = Sender(late_limit=30, memory=50), Sounding(), Wire()
    for onset, duration, pitch in notes:
        sender.send([(onset, note_on(0, pitch, 64)), (onset + duration, note_off(0, pitch))])
    for tick in range(0, end, 10):
        wire.room = room
        sender.run(tick, tick + 10, wire.write)
    sender.finish()
    for tick in range(end, end + 4000, 10):
        wire.room = 1 + room
        sender.run(tick, tick + 10, wire.write)
    for _, message in wire.events:
        heard.feed(message)
    assert not heard
    assert sender.is_silent()
    assert [tick for tick, _ in wire.events] == sorted(tick for tick, _ in wire.events)


def test_a_replacement_takes_ends_back_and_gives_new_ones() -> None:
    sender, wire = Sender(late_limit=30, memory=0), Wire()
    sender.send([(5, note_on(0, 60, 64)), (30, note_off(0, 60)), (30, note_on(0, 62, 64))])
    play(sender, wire, 10)
    sender.replace(20, [(50, note_off(0, 60)), (40, note_on(0, 64, 64)), (45, note_off(0, 64))])
    play(sender, wire, 60, start=10)
    assert wire.events == [
        (5, note_on(0, 60, 64)),
        (40, note_on(0, 64, 64)),
        (45, note_off(0, 64)),
        (50, note_off(0, 60)),
    ]
    assert sender.is_silent()


def test_a_replacement_that_ends_nothing_releases_at_its_beginning() -> None:
    sender, wire = Sender(late_limit=30, memory=0), Wire()
    sender.send([(5, note_on(0, 60, 64)), (15, note_on(0, 62, 64)), (90, note_off(0, 60))])
    play(sender, wire, 10)
    sender.replace(20, [])
    play(sender, wire, 40, start=10)
    assert wire.events[2:] == [(20, note_off(0, 60)), (20, note_off(0, 62))]
    assert sender.is_silent()


def test_a_replacement_that_comes_late_strikes_nothing_twice() -> None:
    sender, wire = Sender(late_limit=30, memory=0), Wire()
    events = [(20, note_on(0, 60, 64)), (60, note_off(0, 60))]
    gone = [(25, note_on(0, 62, 64)), (60, note_off(0, 62))]
    sender.send(events + gone)
    play(sender, wire, 40)
    sender.replace(15, events)  # both notes are out by now; one of them stays, the other doesn't
    play(sender, wire, 80, start=40)
    assert wire.events == [
        (20, note_on(0, 60, 64)),
        (25, note_on(0, 62, 64)),
        (40, note_off(0, 62)),
        (60, note_off(0, 60)),
    ]


def test_after_the_end_nothing_is_replaced() -> None:
    sender, wire = Sender(late_limit=30, memory=0), Wire()
    sender.finish()
    sender.replace(0, [(5, note_on(0, 60, 64))])
    play(sender, wire, 20)
    assert wire.events == []


def test_a_channel_on_which_notes_sound_is_hushed_once_they_are_over() -> None:
    sender, wire = Sender(late_limit=30, memory=0), Wire()
    sender.send([(5, note_on(3, 60, 64)), (35, note_off(3, 60)), (20, note_on(4, 60, 64))])
    play(sender, wire, 10)
    sender.hush()
    play(sender, wire, 30, start=10)
    hushed = [message for _, message in wire.events if is_all_notes_off(message)]
    assert hushed == [all_notes_off(channel) for channel in range(16) if channel != 3]
    assert wire.events.index((20, note_on(4, 60, 64))) > wire.events.index((10, hushed[3]))
    for start in (30, 40, 50):
        sender.hush_owed()
        play(sender, wire, start + 10, start=start)
    assert wire.events[-2:] == [(35, note_off(3, 60)), (40, all_notes_off(3))]


def test_what_a_driver_has_handed_on_already_is_not_cut_off_by_a_hush() -> None:
    sender = Sender(late_limit=30, memory=0)
    sender.send([(5, note_on(0, 60, 64)), (60, note_off(0, 60))])
    sender.take_orders(0)
    sender.hush()
    sender.take_orders(20)  # the onset at 5 lies in the system's own queue
    assert (20, all_notes_off(0)) not in sender.upcoming(100)
    assert (20, all_notes_off(1)) in sender.upcoming(100)
