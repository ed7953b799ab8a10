from hypothesis import given
from hypothesis import strategies as st

from bridge.messages import is_note_off, is_note_on, note_key, note_off, note_on, program_change
from bridge.ports.schedule import Schedule
from bridge.ports.sounding import Sounding

NOTES = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 200), st.integers(1, 40), st.integers(0, 4)),
    max_size=30,
)
"""(channel, onset, duration, pitch) of notes that may touch but are made not to overlap below."""


def without_overlaps(notes: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    free: dict[tuple[int, int], int] = {}
    kept = []
    for channel, onset, duration, pitch in sorted(notes, key=lambda note: note[1]):
        if onset >= free.get((channel, pitch), 0):
            free[channel, pitch] = onset + duration
            kept.append((channel, onset, duration, pitch))
    return kept


def taken(schedule: Schedule) -> list[tuple[int, bytes]]:
    out = []
    while (event := schedule.pop_before(1 << 40)) is not None:
        out.append(event)
    return out


def test_at_one_tick_releases_come_first_and_onsets_last() -> None:
    schedule = Schedule()
    messages = [note_on(0, 60, 9), program_change(0, 4), note_off(0, 60), note_on(1, 60, 9)]
    for message in messages:
        schedule.push(5, message)
    assert [m for _, m in taken(schedule)] == [messages[2], messages[1], messages[0], messages[3]]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 127))))
def test_messages_leave_by_tick_whatever_the_order_they_came_in(
    onsets: list[tuple[int, int]],
) -> None:
    schedule = Schedule()
    for tick, pitch in onsets:
        schedule.push(tick, note_on(0, pitch, 64))
    ticks = [tick for tick, _ in taken(schedule)]
    assert ticks == sorted(tick for tick, _ in onsets)


def test_nothing_leaves_before_its_tick() -> None:
    schedule = Schedule()
    schedule.push(10, note_on(0, 60, 64))
    assert schedule.pop_before(10) is None
    assert schedule.pop_before(11) == (10, note_on(0, 60, 64))


@given(NOTES, st.integers(0, 250), st.integers(0, 250))
def test_cancelling_takes_whole_notes_and_leaves_none_hanging(
    notes: list[tuple[int, int, int, int]], played_until: int, after: int
) -> None:
    schedule, sounding, struck = Schedule(), Sounding(), []
    for channel, onset, duration, pitch in without_overlaps(notes):
        schedule.push(onset, note_on(channel, pitch, 64))
        schedule.push(onset + duration, note_off(channel, pitch))
    while (event := schedule.pop_before(played_until)) is not None:
        sounding.feed(event[1])
    schedule.cancel(after, sounding)
    for tick, message in taken(schedule):
        if is_note_on(message):
            struck.append(tick)
        sounding.feed(message)
    assert all(tick < max(after, played_until) for tick in struck)
    assert not sounding


def test_cancelling_keeps_the_end_of_a_note_that_sounds_across_the_cut() -> None:
    schedule = Schedule()
    schedule.push(0, note_on(0, 60, 64))
    schedule.push(100, note_off(0, 60))
    schedule.push(100, note_on(0, 60, 64))
    schedule.push(200, note_off(0, 60))
    assert schedule.cancel(50, Sounding()) == 2
    left = taken(schedule)
    assert [tick for tick, _ in left] == [0, 100]
    assert is_note_off(left[1][1])
    assert note_key(left[1][1]) == (0, 60)


def test_what_is_dropped_takes_its_releases_along() -> None:
    schedule = Schedule()
    for tick, message in ((1, note_on(0, 60, 9)), (5, note_off(0, 60)), (7, note_on(0, 62, 9))):
        schedule.push(tick, message)
    schedule.drop(5)
    assert len(schedule) == 1
    assert schedule.next_tick() == 1


def test_notes_that_nothing_ends_are_found() -> None:
    schedule = Schedule()
    schedule.push(3, note_on(0, 60, 9))  # sounds already: struck again without an end
    schedule.push(4, note_off(0, 60))
    schedule.push(5, note_on(0, 64, 9))  # never ended
    schedule.push(6, note_on(0, 65, 9))
    schedule.push(8, note_off(0, 65))
    assert schedule.unreleased([(0, 60), (0, 61)]) == [((0, 60), 3), ((0, 61), -1), ((0, 64), -1)]
