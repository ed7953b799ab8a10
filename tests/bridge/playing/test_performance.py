"""Channels, and bars on the wire: what is written is what sounds."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings

from bridge.messages import TimedMessage, is_note_on, note_key, note_off, note_on, program_change
from bridge.playing.performance import channels_of
from bridge.playing.player import Player
from bridge.ports.memoryport import ManualClock, MemoryPort
from bridge.ports.sounding import Sounding
from bridge.source import Bar, CutBar, RollSource
from model.roll import Note, Part, Roll
from tests.bridge.playing.test_player import Script
from tests.bridge.test_source import NOTES, PARTS

ONE_STEP_S = 0.125
START_S = 0.3
VELOCITY = Roll.from_notes([Note(0, 0, 60, 1, 64)], 1).notes()[0].velocity
"""What velocity 64 becomes in a roll."""


def performed(bars: Roll | Sequence[Bar]) -> list[TimedMessage]:
    """What a player puts on the wire, counted from the first step."""
    if isinstance(bars, Roll):
        source = RollSource(bars)
        bars = [bar for _ in range(source.bars) if (bar := source.next_bar()) is not None]
    clock = ManualClock()
    port = MemoryPort(clock)
    Player(port, Script(clock, [(0.0, bar) for bar in bars]), wait=port.pass_time).play()
    return [TimedMessage(round(at - START_S, 6), message) for at, message in port.wire]


def notes_only(events: Sequence[TimedMessage]) -> list[TimedMessage]:
    return [event for event in events if event.message[0] & 0xF0 in (0x80, 0x90)]


def test_notes_become_messages_at_their_seconds() -> None:
    roll = Roll.from_notes([Note(4, 0, 60, 2, 64)], 16)
    assert notes_only(performed(roll)) == [
        (0.5, note_on(0, 60, VELOCITY)),
        (0.75, note_off(0, 60)),
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
    assert is_note_on(notes_only(performed([bar]))[0].message)


def test_what_is_open_at_the_last_bar_line_ends_there() -> None:
    events = notes_only(performed(Roll.from_notes([Note(12, 0, 60, 4, 64)], 16)))
    assert events[1] == TimedMessage(2.0, note_off(0, 60))


@settings(max_examples=30)
@given(NOTES)
def test_on_the_wire_every_roll_sounds_as_it_is_written(notes: list[Note]) -> None:
    roll = Roll.from_notes([n for n in notes if n.onset_steps < 48], 48, parts=PARTS)
    sounding, wire = Sounding(), notes_only(performed(roll))
    for step in range(48):
        while wire and wire[0].at < (step + 0.5) * ONE_STEP_S:
            sounding.feed(wire.pop(0).message)
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
    def bar(program: int) -> Bar:
        notes = [Note(0, 0, 60, 4, 64)]
        return CutBar(Roll.from_notes(notes, 16, parts=(Part(program=program),)))

    events = performed([bar(0), bar(0), bar(19), bar(0)])
    told = [message for _, message in events if message[0] & 0xF0 == 0xC0]
    assert told == [program_change(0, program) for program in (0, 19, 0)]


def test_parts_that_share_a_channel_never_overlap_on_one_pitch() -> None:
    parts = tuple(Part() for _ in range(16))
    roll = Roll.from_notes([Note(0, 0, 60, 8, 64), Note(4, 15, 60, 2, 90)], 16, parts=parts)
    assert [(at, is_note_on(m), note_key(m)) for at, m in notes_only(performed(roll))] == [
        (0.0, True, (0, 60)),
        (pytest.approx(0.5), False, (0, 60)),
        (pytest.approx(0.5), True, (0, 60)),
        (pytest.approx(0.75), False, (0, 60)),
    ]
