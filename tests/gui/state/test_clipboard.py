import json

import pytest

from gui.state.clipboard import copied, from_text, to_text
from gui.state.errors import StateError
from model.roll import Note, NoteArray
from tests.gui.state.pieces import NOTES, roll_of


def test_copied_notes_come_back() -> None:
    text = copied(roll_of(*NOTES), [(0, 60, 0), (1, 43, 16), (9, 9, 9)])
    assert from_text(text, 4).to_notes() == [NOTES[0], NOTES[4]]


def test_nothing_copied_is_nothing_pasted() -> None:
    assert len(from_text(copied(roll_of(), []), 4)) == 0


@pytest.mark.parametrize(
    ("per_beat", "onset", "length"), [(4, 6, 3), (8, 12, 6), (24, 36, 18), (6, 9, 5)]
)
def test_notes_go_to_the_nearest_steps_of_another_grid(
    per_beat: int, onset: int, length: int
) -> None:
    text = to_text(NoteArray.from_notes([Note(6, 0, 60, 3, 100)]), 4)
    assert from_text(text, per_beat).to_notes() == [Note(onset, 0, 60, length, 100)]


def test_a_short_note_keeps_a_step_on_a_coarser_grid() -> None:
    text = to_text(NoteArray.from_notes([Note(1, 0, 60, 1, 100)]), 24)
    assert from_text(text, 4).to_notes() == [Note(0, 0, 60, 1, 100)]


def changed(**fields: object) -> str:
    told = json.loads(to_text(NoteArray.from_notes(NOTES), 4))
    return json.dumps({**told, **fields})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "[]",
        "{}",
        "[" * 100_000,
        changed(format="other"),
        changed(version=2),
        changed(steps_per_beat=5),
        changed(steps_per_beat=[]),
        changed(pitch=None),
        changed(pitch=[1, 2]),
        changed(pitch=[60, 60, 60, 60, 128]),
        changed(pitch=[60, 60, 60, 60, True]),
        changed(velocity=[0, 1, 1, 1, 1]),
        changed(duration_steps=[0, 1, 1, 1, 1]),
        changed(onset_steps=[0, 1, 1, 1, 1e9]),
        changed(onset_steps=[0, 1, 1, 1, 10**30]),
    ],
)
def test_anything_else_is_one_clear_error(text: str) -> None:
    with pytest.raises(StateError, match="the clipboard holds no notes") as caught:
        from_text(text, 4)
    assert "\n" not in str(caught.value)
