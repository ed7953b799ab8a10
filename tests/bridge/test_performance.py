import pytest
from hypothesis import given

from bridge.messages import TimedMessage, is_note_on, note_key, note_off, note_on, program_change
from bridge.performance import Performance, channels_of
from bridge.schedule import Schedule
from bridge.sounding import Sounding
from bridge.source import CutBar, RollSource, seconds_in
from model.roll import Note, Part, Roll
from tests.bridge.test_source import NOTES, PARTS

ONE_STEP_S = 0.125
VELOCITY = Roll.from_notes([Note(0, 0, 60, 1, 64)], 1).notes()[0].velocity
"""What velocity 64 becomes in a roll."""


def in_order(events: list[TimedMessage]) -> list[tuple[float, bytes]]:
    schedule = Schedule()
    for at, message in events:
        schedule.push(round(at * 1e6), message)
    out = []
    while (event := schedule.pop_before(1 << 60)) is not None:
        out.append((event[0] / 1e6, event[1]))
    return out


def notes_only(events: list[TimedMessage]) -> list[tuple[float, bytes]]:
    return [(at, m) for at, m in in_order(events) if m[0] & 0xF0 in (0x80, 0x90)]


def performed(roll: Roll) -> list[TimedMessage]:
    source, performance, events, line = RollSource(roll), Performance(), [], 0.0
    while (bar := source.next_bar()) is not None:
        events += performance.bar(bar, line)
        line += seconds_in(bar)
    return events + performance.rest(line)


def test_notes_become_messages_at_their_seconds() -> None:
    roll = Roll.from_notes([Note(4, 0, 60, 2, 64)], 16)
    assert notes_only(Performance().bar(CutBar(roll), at=10.0)) == [
        (10.5, note_on(0, 60, VELOCITY)),
        (10.75, note_off(0, 60)),
    ]


def test_a_tied_note_is_struck_once_and_released_at_its_end() -> None:
    roll = Roll.from_notes([Note(12, 0, 60, 8, 64)], 32)
    assert notes_only(performed(roll)) == [
        (12 * ONE_STEP_S, note_on(0, 60, VELOCITY)),
        (20 * ONE_STEP_S, note_off(0, 60)),
    ]


def test_a_note_struck_again_on_the_bar_line_is_released_there() -> None:
    roll = Roll.from_notes([Note(12, 0, 60, 4, 64), Note(16, 0, 60, 4, 64)], 32)
    assert [(at, is_note_on(m)) for at, m in notes_only(performed(roll))] == [
        (1.5, True),
        (2.0, False),
        (2.0, True),
        (2.5, False),
    ]


def test_a_tied_note_whose_beginning_was_not_played_is_struck() -> None:
    bar = CutBar(Roll.from_notes([Note(0, 0, 60, 4, 64)], 16), frozenset({(0, 60)}))
    assert is_note_on(notes_only(Performance().bar(bar, at=0.0))[0][1])


def test_what_is_open_at_the_last_bar_line_ends_there() -> None:
    performance = Performance()
    performance.bar(CutBar(Roll.from_notes([Note(12, 0, 60, 4, 64)], 16)), at=0.0)
    assert performance.rest(2.0) == [TimedMessage(2.0, note_off(0, 60))]
    assert performance.rest(4.0) == []


@given(NOTES)
def test_on_the_wire_every_roll_sounds_as_it_is_written(notes: list[Note]) -> None:
    roll = Roll.from_notes([n for n in notes if n.onset_steps < 48], 48, parts=PARTS)
    sounding, wire = Sounding(), notes_only(performed(roll))
    for step in range(48):
        while wire and wire[0][0] < (step + 0.5) * ONE_STEP_S:
            sounding.feed(wire.pop(0)[1])
        parts, pitches = roll.sounding()[:, :, step].nonzero()
        assert sounding.notes() == sorted(zip(parts.tolist(), pitches.tolist(), strict=True))
    for _, message in wire:
        sounding.feed(message)
    assert not sounding


def test_each_part_has_its_channel_and_drums_have_the_tenth() -> None:
    parts = [Part(), Part(is_drum=True), *[Part()] * 15]
    channels = channels_of(parts)
    assert channels[:3] == [0, 9, 1]
    assert channels[2:] == [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 0]
    assert channels_of([Part(), Part()], first=8) == [8, 10]


def test_programs_are_sent_once_and_again_when_they_change() -> None:
    performance = Performance()
    piano, organ = Part(program=0), Part(program=19)
    assert performance.programs([piano, organ], 1.0) == [
        TimedMessage(1.0, program_change(0, 0)),
        TimedMessage(1.0, program_change(1, 19)),
    ]
    assert performance.programs([piano, organ], 2.0) == []
    assert performance.programs([piano, piano], 3.0) == [TimedMessage(3.0, program_change(1, 0))]


def test_parts_that_share_a_channel_never_overlap_on_one_pitch() -> None:
    parts = tuple(Part() for _ in range(16))
    roll = Roll.from_notes([Note(0, 0, 60, 8, 64), Note(4, 15, 60, 2, 90)], 16, parts=parts)
    events = notes_only(Performance().bar(CutBar(roll), at=0.0))
    assert [(at, is_note_on(m), note_key(m)) for at, m in events] == [
        (0.0, True, (0, 60)),
        (pytest.approx(0.5), False, (0, 60)),
        (pytest.approx(0.5), True, (0, 60)),
        (pytest.approx(0.75), False, (0, 60)),
    ]
