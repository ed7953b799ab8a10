"""What a piano roll does to notes: pure functions from a roll to a roll.

Habits, the same in each of them:
- What is put down last wins: notes that begin under it go, a note that sounds into it ends there.
- A group moves as one: it stops where its first note would leave the roll.
- Parts in `locked` are left alone, whatever is asked.
- Notes are named by part, pitch and onset (`gui.state.noteids`); unknown names are ignored.

Shapes: `N` notes, `R` rows that are touched (part x 128 + pitch), `S` steps.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np

from gui.state.noteids import NoteId, id_array, ids_of, is_in, notes_of_rows, whole_notes
from gui.state.putting import NOTHING, put
from gui.state.region import Region
from model.grid import MAX_VELOCITY, IntArray
from model.roll import PITCHES, NoteArray, Roll

NO_PARTS: frozenset[int] = frozenset()


def notes_of(roll: Roll, ids: Collection[NoteId], locked: Collection[int] = NO_PARTS) -> NoteArray:
    """The named notes that the roll has, but for those of locked parts."""
    names = id_array(ids)
    part, pitch, onset = names.T
    known = (part >= 0) & (part < len(roll.parts)) & (pitch >= 0) & (pitch < PITCHES)
    known &= (onset >= 0) & (onset < roll.steps) & ~np.isin(part, list(locked))
    if not known.any():
        return NOTHING
    named = names[known]
    there = np.zeros(len(roll.parts) * PITCHES, bool)
    there[named[:, 0] * PITCHES + named[:, 1]] = True
    rows = np.flatnonzero(there)
    first, last = int(named[:, 2].min()), int(named[:, 2].max())
    found = notes_of_rows(roll, rows, *whole_notes(roll, rows, first, last + 1))
    return found.only(is_in(found, named))


def add_note(
    roll: Roll,
    part: int,
    pitch: int,
    onset: int,
    duration: int,
    velocity: int,
    locked: Collection[int] = NO_PARTS,
) -> Roll:
    """One more note; it ends at the roll's end at the latest.

    Raises:
        RollError: If it doesn't begin inside the roll.
    """
    if part in locked:
        return roll
    row = np.array([[onset], [part], [pitch], [duration], [velocity]], np.int64)
    note = NoteArray(*row)
    note.check(len(roll.parts), roll.steps)
    return put(roll, note)


def erase_notes(roll: Roll, ids: Collection[NoteId], locked: Collection[int] = NO_PARTS) -> Roll:
    """Without these notes."""
    return put(roll, without=notes_of(roll, ids, locked))


def erase_region(roll: Roll, region: Region, locked: Collection[int] = NO_PARTS) -> Roll:
    """Silence in a region: notes that begin in it go, notes that sound into it end there."""
    parts = [k for k in range(len(roll.parts)) if region.has_part(k) and k not in locked]
    cells = roll.cells.copy()
    start, stop = region.start_step, min(region.stop_step, roll.steps)
    pitches = slice(region.low_pitch, region.high_pitch + 1)
    for part in parts:
        block = cells[part, pitches]
        block[:, start:stop] = 0
        tail = block[:, stop:]
        goes_on = np.logical_and.accumulate(tail == 1, axis=1)
        tail[goes_on] = 0
    return replace(roll, cells=cells)


def kept_inside(
    roll: Roll, notes: NoteArray, dsteps: int, dpitch: int, *, past_end: bool = False
) -> tuple[int, int]:
    """How far the notes can really move as a group: each must begin inside and keep a pitch."""
    if not len(notes):
        return 0, 0
    first, last = int(notes.onset_steps.min()), int(notes.onset_steps.max())
    low, high = int(notes.pitch.min()), int(notes.pitch.max())
    dsteps = max(dsteps, -first)
    if not past_end:
        dsteps = min(dsteps, roll.steps - 1 - last)
    return dsteps, min(max(dpitch, -low), PITCHES - 1 - high)


def moved_ids(ids: Collection[NoteId], dsteps: int, dpitch: int) -> frozenset[NoteId]:
    """What notes are named after a move."""
    return frozenset((part, pitch + dpitch, onset + dsteps) for part, pitch, onset in ids)


def move_notes(
    roll: Roll,
    ids: Collection[NoteId],
    dsteps: int,
    dpitch: int,
    locked: Collection[int] = NO_PARTS,
    *,
    copy: bool = False,
) -> Roll:
    """These notes elsewhere, by as much as `kept_inside` allows; with `copy` here, too."""
    notes = notes_of(roll, ids, locked)
    dsteps, dpitch = kept_inside(roll, notes, dsteps, dpitch)
    if (dsteps, dpitch) == (0, 0):
        return roll
    there = replace(notes, onset_steps=notes.onset_steps + dsteps, pitch=notes.pitch + dpitch)
    return put(roll, there, without=None if copy else notes)


def move_to_part(
    roll: Roll, ids: Collection[NoteId], part: int, locked: Collection[int] = NO_PARTS
) -> Roll:
    """These notes in another part."""
    if part in locked or not 0 <= part < len(roll.parts):
        return roll
    notes = notes_of(roll, ids, locked)
    return put(roll, replace(notes, part=np.full_like(notes.part, part)), without=notes)


def resize_notes(
    roll: Roll,
    ids: Collection[NoteId],
    dsteps: int,
    locked: Collection[int] = NO_PARTS,
    *,
    left: bool = False,
) -> Roll:
    """These notes longer or shorter by some steps at their end, or with `left` at their beginning.

    A note keeps at least one step and stays inside the roll. Each is limited on its own; a
    selected note that begins inside a longer one cuts it.
    """
    notes = notes_of(roll, ids, locked)
    onset, end = notes.onset_steps, notes.onset_steps + notes.duration_steps
    if left:
        onset = np.clip(onset + dsteps, 0, end - 1)
    else:
        end = np.clip(end + dsteps, onset + 1, roll.steps)
    return put(roll, replace(notes, onset_steps=onset, duration_steps=end - onset), without=notes)


def set_velocity(
    roll: Roll, ids: Collection[NoteId], velocity: int, locked: Collection[int] = NO_PARTS
) -> Roll:
    """These notes as loud as this, 1..127."""
    notes = notes_of(roll, ids, locked)
    return _with_velocity(roll, notes, np.full_like(notes.velocity, velocity))


def change_velocity(
    roll: Roll, ids: Collection[NoteId], by: int, locked: Collection[int] = NO_PARTS
) -> Roll:
    """These notes louder or softer by as much."""
    notes = notes_of(roll, ids, locked)
    return _with_velocity(roll, notes, notes.velocity + by)


def set_velocities(
    roll: Roll, velocities: Mapping[NoteId, int], locked: Collection[int] = NO_PARTS
) -> Roll:
    """Each of these notes as loud as said: a stroke across the velocity lane."""
    notes = notes_of(roll, velocities.keys(), locked)
    wanted = [velocities[name] for name in ids_of(notes)]
    return _with_velocity(roll, notes, np.array(wanted, np.int64))


def _with_velocity(roll: Roll, notes: NoteArray, velocity: IntArray) -> Roll:
    velocity = np.clip(velocity, 1, MAX_VELOCITY)
    return put(roll, replace(notes, velocity=velocity), without=notes)


def quantise(
    roll: Roll, ids: Collection[NoteId], grid_steps: int, locked: Collection[int] = NO_PARTS
) -> Roll:
    """These notes begin on the nearest line of a grid, ties on the later; lengths stay."""
    notes = notes_of(roll, ids, locked)
    onset = (2 * notes.onset_steps + grid_steps) // (2 * grid_steps) * grid_steps
    last = max(roll.steps - 1, 0) // grid_steps * grid_steps
    return put(roll, replace(notes, onset_steps=np.minimum(onset, last)), without=notes)


def extended(roll: Roll, steps: int) -> Roll:
    """The roll with silence behind it up to so many steps; a longer one stays as it is."""
    if steps <= roll.steps:
        return roll
    cells = np.zeros((*roll.cells.shape[:2], steps), np.uint8)
    cells[..., : roll.steps] = roll.cells
    return replace(roll, cells=cells)


def extended_to_bar(roll: Roll, steps: int) -> Roll:
    """The roll with room for `steps` steps, up to the end of a bar."""
    if steps <= roll.steps:
        return roll
    longest_bar = max(4 * roll.grid.steps_per_beat * m.numerator for m in roll.metres)
    longer = extended(roll, steps + longest_bar)
    lines = longer.bar_starts()
    return extended(roll, int(lines[np.searchsorted(lines, steps)]))


def paste(
    roll: Roll,
    notes: NoteArray,
    at: int,
    dpitch: int = 0,
    locked: Collection[int] = NO_PARTS,
    *,
    part: int | None = None,
) -> Roll:
    """Notes put down with the first of them at step `at`; the roll grows by whole bars.

    Args:
        roll: The roll.
        notes: What to paste; only their distances count.
        at: Step of the earliest one.
        dpitch: Semitones to go up, as far as every note keeps a pitch.
        locked: Parts to leave alone.
        part: One part for all; None to keep theirs, those that the roll lacks in the last one.
    """
    there = pasted_notes(roll, notes, at, dpitch, locked, part=part)
    if not len(there):
        return roll
    end = int((there.onset_steps + there.duration_steps).max())
    return put(extended_to_bar(roll, end), there)


def pasted_notes(
    roll: Roll,
    notes: NoteArray,
    at: int,
    dpitch: int = 0,
    locked: Collection[int] = NO_PARTS,
    *,
    part: int | None = None,
) -> NoteArray:
    """The notes that `paste` puts down, as it puts them: what is selected afterwards."""
    if not len(notes):
        return notes
    shift = max(at, 0) - int(notes.onset_steps.min())
    dpitch = kept_inside(roll, notes, 0, dpitch, past_end=True)[1]
    parts = np.clip(notes.part, 0, len(roll.parts) - 1)
    there = replace(
        notes,
        onset_steps=notes.onset_steps + shift,
        pitch=notes.pitch + dpitch,
        part=parts if part is None else np.full_like(parts, part),
    )
    return there.only(~np.isin(there.part, list(locked)))


def duplicate_offset(notes: NoteArray, grid_steps: int = 1) -> int:
    """How far behind the notes their duplicate begins: their span, in whole lines of a grid."""
    if not len(notes):
        return 0
    end = int((notes.onset_steps + notes.duration_steps).max())
    span = end - int(notes.onset_steps.min())
    return -(-span // grid_steps) * grid_steps


def duplicate(
    roll: Roll, ids: Collection[NoteId], locked: Collection[int] = NO_PARTS, *, grid_steps: int = 1
) -> Roll:
    """These notes once more, right behind themselves; the roll grows by whole bars."""
    notes = notes_of(roll, ids, locked)
    if not len(notes):
        return roll
    first = int(notes.onset_steps.min())
    return paste(roll, notes, first + duplicate_offset(notes, grid_steps))
