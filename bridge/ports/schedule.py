"""Messages waiting for their tick, in the order in which they must go out."""

import heapq
from collections.abc import Container, Iterable

from bridge.messages import is_note_off, is_note_on, note_key

_OFF, _OTHER, _ON = range(3)


def _rank(message: bytes) -> int:
    """At one tick: releases first, then programs and controllers, then onsets."""
    if is_note_on(message):
        return _ON
    return _OFF if is_note_off(message) else _OTHER


class Schedule:
    """A priority queue of (tick, message).

    Messages may arrive in any order and leave by tick. At one tick note-offs come before anything
    else and note-ons last, so a pitch that is struck again at the moment of its release sounds; a
    note therefore has to last at least one tick. What is equal in both keeps its order of arrival.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, int, bytes]] = []
        self._arrivals = 0

    def __len__(self) -> int:
        return len(self._heap)

    def push(self, tick: int, message: bytes) -> None:
        """Add one message."""
        heapq.heappush(self._heap, (tick, _rank(message), self._arrivals, message))
        self._arrivals += 1

    def next_tick(self) -> int | None:
        """When the first message is due, or None if there is none."""
        return self._heap[0][0] if self._heap else None

    def pop_before(self, end: int) -> tuple[int, bytes] | None:
        """Take the first message out if it is due before tick `end`."""
        if not self._heap or self._heap[0][0] >= end:
            return None
        tick, _, _, message = heapq.heappop(self._heap)
        return tick, message

    def due_before(self, end: int) -> list[tuple[int, bytes]]:
        """What is due before tick `end`, in order; it stays where it is."""
        due = sorted(entry for entry in self._heap if entry[0] < end)
        return [(tick, message) for tick, _, _, message in due]

    def clear(self) -> None:
        """Forget everything."""
        self._heap.clear()

    def drop(self, after: int) -> None:
        """Forget everything at tick `after` or later, releases too."""
        self._heap = [entry for entry in self._heap if entry[0] < after]
        heapq.heapify(self._heap)

    def unreleased(self, sounding: Iterable[tuple[int, int]]) -> list[tuple[tuple[int, int], int]]:
        """Notes that nothing here would end: (key, tick of the key's next onset, or -1 for none).

        Args:
            sounding: (channel, pitch) of the notes that are on now.
        """
        open_notes = set(sounding)
        found: list[tuple[tuple[int, int], int]] = []
        for tick, rank, _, message in sorted(self._heap):
            if rank == _OTHER:
                continue
            key = note_key(message)
            if rank == _OFF:
                open_notes.discard(key)
            else:
                if key in open_notes:
                    found.append((key, tick))
                open_notes.add(key)
        return found + [(key, -1) for key in sorted(open_notes)]

    def cancel(self, after: int, sounding: Container[tuple[int, int]]) -> int:
        """Take back what begins at tick `after` or later; returns how many messages that were.

        A note that began before keeps its note-off, wherever that lies: it belongs to the last
        onset of its pitch that stays, or to a note that already sounds (`sounding`).
        """
        kept: list[tuple[int, int, int, bytes]] = []
        owned: dict[tuple[int, int], bool] = {}
        for entry in sorted(self._heap):
            tick, rank, _, message = entry
            keep = tick < after
            if rank == _ON:
                owned[note_key(message)] = keep
            elif rank == _OFF:
                key = note_key(message)
                keep = keep or owned.get(key, key in sounding)
                owned[key] = False
            if keep:
                kept.append(entry)
        taken = len(self._heap) - len(kept)
        self._heap = kept  # sorted, which is a heap
        return taken
