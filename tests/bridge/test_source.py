import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.source import Bar, RollSource, cut_bar, join_bars, seconds_in
from model.roll import MetreChange, Note, Part, Roll, TempoChange

NOTES = st.lists(
    st.builds(
        Note,
        onset_steps=st.integers(0, 47),
        part=st.integers(0, 1),
        pitch=st.integers(58, 62),
        duration_steps=st.integers(1, 40),
        velocity=st.integers(1, 127),
    ),
    max_size=20,
)
PARTS = (Part("one"), Part("two", program=4))


def bars_of(roll: Roll) -> list[Bar]:
    source, bars = RollSource(roll), []
    while (bar := source.next_bar()) is not None:
        bars.append(bar)
    return bars


@given(NOTES)
def test_a_roll_cut_into_bars_and_joined_is_the_same_roll(notes: list[Note]) -> None:
    metres = (MetreChange(0, 4, 4), MetreChange(16, 3, 4))
    tempos = (TempoChange(0, 120.0), TempoChange(20, 90.0))
    notes = [n for n in notes if n.onset_steps < 52]
    roll = Roll.from_notes(notes, 52, parts=PARTS, metres=metres, tempos=tempos)
    bars = bars_of(roll)
    assert [bar.roll.steps for bar in bars] == [16, 12, 12, 12]
    assert join_bars(bars).same_as(roll)


def test_a_note_across_the_bar_line_is_tied() -> None:
    roll = Roll.from_notes([Note(14, 0, 60, 6, 64), Note(16, 0, 62, 1, 64)], 32)
    bar = cut_bar(roll, 16, 32)
    assert bar.tied == {(0, 60)}
    assert [note.pitch for note in bar.roll.notes()] == [60, 62]


def test_a_bar_lasts_as_long_as_its_own_tempo_says() -> None:
    roll = Roll.from_notes([], 32, tempos=(TempoChange(0, 120.0), TempoChange(24, 60.0)))
    assert [seconds_in(bar) for bar in bars_of(roll)] == pytest.approx([2.0, 3.0])


def test_a_roll_that_ends_inside_a_bar_has_a_short_last_bar() -> None:
    assert [bar.roll.steps for bar in bars_of(Roll.from_notes([], 20))] == [16, 4]


def test_an_empty_roll_has_no_bars() -> None:
    assert bars_of(Roll.from_notes([], 0)) == []


def test_no_bars_can_not_be_joined() -> None:
    with pytest.raises(ValueError, match="no bars"):
        join_bars([])
