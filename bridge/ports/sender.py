"""The owner of the wire: what goes out in each stretch of time, and nothing left sounding.

A `Sender` lives in a child process that does nothing else. One thread hands it work (`send`,
`cancel`, `silence`: they only append to a deque, which needs no lock), another calls `run` for each
stretch of time and gets the messages written. Time is in ticks of the port.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bridge.messages import (
    CHANNELS,
    all_notes_off,
    is_note_off,
    is_note_on,
    note_key,
    note_off,
)
from bridge.ports.schedule import Schedule
from bridge.ports.sounding import Sounding

_ONSETS_KEPT = 256

Write = Callable[[int, bytes], bool]
"""Puts one message on the wire at a tick; False where the driver has no room for it just now."""


@dataclass
class SenderCounts:
    """What has happened on the wire so far.

    Attributes:
        notes: Note-ons written.
        late: Of these, how many after their tick, by more than the driver's precision.
        dropped: Note-ons left out because they were later than the limit.
        worst_late_ticks: The largest delay of a note-on that was written.
        refused: Messages the driver had no room for; each was offered again.
        resent: Note-offs repeated because the server may have lost a cycle.
    """

    notes: int = 0
    late: int = 0
    dropped: int = 0
    worst_late_ticks: int = 0
    refused: int = 0
    resent: int = 0


class Sender:
    """Schedules messages by absolute tick and owns every sounding note.

    Args:
        late_limit: Ticks after which a note-on is dropped and counted. A note-off is never dropped.
        memory: For how many ticks note-offs are remembered, to be repeated after a lost cycle.
        precision: Ticks by which a driver that waits for each message may miss without being late.
    """

    def __init__(self, late_limit: int, memory: int, precision: int = 0) -> None:
        self.counts = SenderCounts()
        self.sounding = Sounding()
        self._late_limit = late_limit
        self._memory = memory
        self._precision = precision
        self._schedule = Schedule()
        self._inbox: deque[Callable[[int], None]] = deque()
        self._recent_offs: deque[tuple[int, bytes]] = deque()
        self._recent_ons: deque[tuple[int, bytes]] = deque(maxlen=_ONSETS_KEPT)
        self._owed: set[int] = set()
        self._closing = False

    # --- The thread that hands work over ---------------------------------------------------------

    def send(self, events: Iterable[tuple[int, bytes]]) -> None:
        """Schedule (tick, message) pairs; forgotten once `finish` was called."""
        batch = list(events)
        self._inbox.append(lambda now: self._accept(batch))

    def cancel(self, after: int) -> None:
        """Take back every note that begins at tick `after` or later."""
        self._inbox.append(lambda now: self._cancel(after))

    def replace(self, after: int, events: Iterable[tuple[int, bytes]]) -> None:
        """Play `events` instead of everything from tick `after` on, releases included.

        The caller names the end of each note that goes on. Should this come so late that some of
        what it takes back is out already, nothing is struck twice and nothing is left sounding.
        """
        batch = list(events)
        self._inbox.append(lambda now: self._replace(after, batch, now))

    def silence(self) -> None:
        """Forget what is scheduled and release every sounding note when the next run starts."""
        self._inbox.append(self._release_all)

    def hush(self) -> None:
        """All notes off on every channel, for whoever hangs on one that an earlier sender left.

        A channel on which notes sound is owed it until `hush_owed` finds it silent.
        """
        self._inbox.append(lambda now: self._hush(now, set(range(CHANNELS))))

    def hush_owed(self) -> None:
        """Hush the channels that have fallen silent since `hush`; ask now and then."""
        if self._owed:
            self._inbox.append(lambda now: self._hush(now, self._owed))

    def resend_offs(self) -> None:
        """Repeat the latest note-offs: call it when the server may have lost what was written."""
        self._inbox.append(self._repeat_offs)

    def finish(self) -> None:
        """Accept nothing more, and silence. May be called again: the releases go out again."""
        self._closing = True
        self.silence()

    # --- The thread that writes ------------------------------------------------------------------

    def pending(self) -> int:
        """How many messages wait, those not yet looked at counted as one batch."""
        return len(self._schedule) + len(self._inbox)

    def is_silent(self) -> bool:
        """Whether nothing sounds and nothing waits to be written."""
        return not (self._inbox or self._schedule or self.sounding)

    def next_tick(self, now: int) -> int | None:
        """When `run` has something to write next; None if nothing is scheduled."""
        self._drain(now)
        return self._schedule.next_tick()

    def run(self, start: int, end: int, write: Write) -> None:
        """Write everything due before tick `end`; what is overdue is written at `start`.

        Where the driver refuses a message, the rest of the stretch waits for the next run.
        """
        self._drain(start)
        self._write_due(start, end, write)

    # A driver that hands messages to its system a little ahead of time calls these three instead.

    def take_orders(self, now: int) -> None:
        """Obey what was ordered meanwhile; `now` is the first tick at which anything can change."""
        self._drain(now)

    def upcoming(self, end: int) -> list[tuple[int, bytes]]:
        """What is scheduled before tick `end`, in the order in which it has to go out."""
        return self._schedule.due_before(end)

    def gone_out(self, before: int) -> None:
        """What was handed over in time has been played, up to tick `before`."""
        first = self._schedule.next_tick()
        if first is not None and first < before:
            self._write_due(first, before, lambda tick, message: True)

    def _write_due(self, start: int, end: int, write: Write) -> None:
        while (event := self._schedule.pop_before(end)) is not None:
            tick, message = event
            striking = is_note_on(message)
            delay = start - tick
            if striking and delay > self._late_limit:
                self.counts.dropped += 1
                continue
            if not write(max(tick, start), message):
                self.counts.refused += 1
                self._schedule.push(tick, message)
                break
            self.sounding.feed(message)
            if striking:
                self._count_note(delay)
                self._recent_ons.append(event)
            elif is_note_off(message):
                self._recent_offs.append((max(tick, start), message))
        self._forget_offs(start - self._memory)

    def _count_note(self, delay: int) -> None:
        self.counts.notes += 1
        if delay > self._precision:
            self.counts.late += 1
            self.counts.worst_late_ticks = max(self.counts.worst_late_ticks, delay)

    def _forget_offs(self, before: int) -> None:
        while self._recent_offs and self._recent_offs[0][0] < before:
            self._recent_offs.popleft()

    def _drain(self, now: int) -> None:
        while self._inbox:
            self._inbox.popleft()(now)

    def _accept(self, events: list[tuple[int, bytes]]) -> None:
        if self._closing:
            return
        for tick, message in events:
            self._schedule.push(tick, message)

    def _hush(self, now: int, channels: set[int]) -> None:
        struck = (message for _, message in self._schedule.due_before(now) if is_note_on(message))
        busy = {channel for channel, _ in self.sounding.notes()} | {m[0] & 0x0F for m in struck}
        self._owed = channels & busy
        self._accept([(now, all_notes_off(channel)) for channel in sorted(channels - busy)])

    def _cancel(self, after: int) -> None:
        self._schedule.cancel(after, self.sounding)

    def _replace(self, after: int, events: list[tuple[int, bytes]], now: int) -> None:
        if self._closing:
            return
        self._schedule.drop(after)
        out = self._recent_ons  # all of them before `now`
        self._accept([event for event in events if event[0] >= now or event not in out])
        for key, next_onset in self._schedule.unreleased(self.sounding.notes()):
            end = max(after, now)
            self._schedule.push(min(end, next_onset) if next_onset >= 0 else end, note_off(*key))

    def _release_all(self, now: int) -> None:
        self._schedule.clear()
        self._repeat_offs(now)
        for message in self.sounding.releases():
            self._schedule.push(now, message)

    def _repeat_offs(self, now: int) -> None:
        # At their own ticks: a late onset of the same pitch must still come after them.
        latest = {m: tick for tick, m in self._recent_offs if note_key(m) not in self.sounding}
        for message, tick in latest.items():
            self._schedule.push(tick, message)
            self.counts.resent += 1
