"""What must be on the wire in a soak, worked out without the code that plays.

The model knows three things: what the host did and when (runs of beats along seconds), which bars
were committed to which place, and the bars themselves. From these it says for every note when it
must begin and end. It shares no code with the deck: no plan, no piece, no look-ahead.

Around a start, a jump and a change of tempo there is a stretch in which what was handed over may
still be heard; there the model only asks that nothing else is, and that it ends.
"""

from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from soakscript import BAR_STEPS, STEPS_PER_BEAT

from bridge.source import Bar
from model.roll import Part

Key = tuple[int, int]
_KEPT_RUNS = 60
_NEAR_BEATS = 1e-6
_KEPT_STALLS = 100
_DRUMS = 9
_SEEN_BEFORE_S = 0.08
"""What is known so long before it is heard can be done as if it had been planned."""


@dataclass
class Run:
    """A stretch in which the host rolls without a jump: beats along seconds, tempo by tempo.

    It begins and ends exactly where a loop goes round again as before; `shaky_until` is up to when
    something that happened before its beginning may still be heard. `goes_on` is the run after it
    where nothing need be heard of its end.
    """

    begin: float
    lines: list[tuple[float, float, float]]  # (second, beat, bpm) in order
    end: float = float("inf")
    begins_exactly: bool = False
    ends_exactly: bool = False
    shaky_until: float = 0.0
    goes_on: "Run | None" = None

    @property
    def first_beat(self) -> float:
        """Where it begins."""
        return self.lines[0][1]

    def beat_at(self, at: float) -> float:
        """Where the host is at second `at`."""
        second, beat, bpm = self._line_at(at)
        return beat + (at - second) * bpm / 60.0

    def bpm_at(self, at: float) -> float:
        """Its tempo at second `at`."""
        return self._line_at(at)[2]

    def _line_at(self, at: float) -> tuple[float, float, float]:
        return self.lines[max(0, bisect_right([line[0] for line in self.lines], at) - 1)]

    def time_of(self, beat: float) -> float:
        """When the host passes `beat`, before its beginning and after its end too."""
        index = max(0, bisect_right([line[1] for line in self.lines], beat) - 1)
        second, base, bpm = self.lines[index]
        return second + (beat - base) * 60.0 / bpm

    def is_unsettled(self, at: float, reach: float) -> bool:
        """Whether the tempo changed less than `reach` seconds before `at`."""
        changed = any(0.0 <= at - second <= reach for second, _, _ in self.lines[1:])
        return changed or at <= self.shaky_until

    def settles(self, reach: float) -> float:
        """From when on what it does is heard for sure."""
        begun = self.shaky_until if self.begins_exactly else self.begin + reach
        return max([begun, *(second + reach for second, _, _ in self.lines[1:])])


@dataclass(eq=False)
class ModelNote:
    """A note as the bars have it. Steps count from the beginning of the song."""

    key: Key
    program: int
    onset: int
    end: int
    sure_from: float = 0.0  # from this second on it must be heard, before that it may be
    loose_end: int | None = None  # where it may end as well
    heard: set[int] = field(default_factory=set)  # numbers of the runs that it was heard in


@dataclass(frozen=True)
class WireNote:
    """A note as it was heard; `off` is None while it sounds.

    `program` is the one that its channel was told last, None where it was told nothing.
    """

    key: Key
    program: int | None
    on: float
    off: float | None


class SoakModel:
    """Judges what was heard.

    Args:
        reach_s: How long after the host did something the old plan may still be heard.
        tolerance_s: How far off a beginning or an end may be.
        kept_bars: How many bars behind the playhead the player promises to keep.
        ahead_s: So long before it is heard it is known what the host does.
    """

    def __init__(
        self, reach_s: float, tolerance_s: float, kept_bars: int, ahead_s: float = 0.0
    ) -> None:
        self.faults: Counter[str] = Counter()
        self.examples: dict[str, str] = {}
        self.judged = self.varied_notes = self.blind_notes = 0
        self._stalls: deque[tuple[float, float]] = deque(maxlen=_KEPT_STALLS)
        self._reach, self._tolerance = reach_s, tolerance_s
        self._kept = kept_bars
        self._ahead = ahead_s
        self._runs: deque[tuple[int, Run]] = deque(maxlen=_KEPT_RUNS)
        self._run_count = 0
        self._loop: tuple[float, float] | None = None
        """From which beat to which it looped last, until it came past that end."""
        self._in_vain: deque[Run] = deque(maxlen=_KEPT_RUNS)
        self._slots: dict[int, list[ModelNote]] = {}
        self._replaced: deque[tuple[float, list[ModelNote]]] = deque()
        """What was in a bar up to that second, while it may still have to be judged."""
        self._stand_ins: set[int] = set()
        self._seen: set[tuple[int, int]] = set()  # (step in the bar, pitch) of all bars
        self._checked = 0.0

    # --- What happened ---------------------------------------------------------------------------

    def host_did(self, what: str, at: float, beat: float, bpm: float) -> None:
        """The host started, stopped, jumped, looped or changed its tempo."""
        while what == "stop" and self._runs and self._runs[-1][1].begin >= at:
            self._runs.pop()  # it was to sound later than the host, and never will
        run = self._runs[-1][1] if self._runs else None
        if what == "stop" and run is not None and run.end > at:
            run.ends_exactly, run.goes_on = False, None
        if run is not None and run.end > at:
            if self._loop is not None and what != "foreseen":
                self._expect_in_vain(run, *self._loop, at)
            if what in ("loop", "foreseen"):
                self._loop = (beat, run.beat_at(at))
            run.end = run.end if what == "tempo" else at
        if self._loop is not None and beat >= self._loop[1] - _NEAR_BEATS:
            self._loop = None
        if what == "tempo" and run is not None:
            run.lines.append((at, beat, bpm))
        elif what == "foreseen" and run is not None:
            settled = run.settles(self._reach)
            run.ends_exactly = settled < at
            self._begin(Run(at, [(at, beat, bpm)], begins_exactly=True, shaky_until=settled))
        elif what != "stop":
            self._begin(Run(at, [(at, beat, bpm)]))
            if what == "surprise" and run is not None and self._ahead > _SEEN_BEFORE_S:
                run.goes_on = self._runs[-1][1]

    def _expect_in_vain(self, run: Run, start: float, stop: float, at: float) -> None:
        """What would have come behind the end of the loop, had nothing happened at second `at`."""
        seam = run.time_of(stop)
        if at - self._tolerance <= seam <= at + self._reach:
            self._in_vain.append(Run(seam, [(seam, start, run.lines[-1][2])], end=seam))

    def split(self, at: float) -> None:
        """Another port plays from now on: a jump to where the music is anyway."""
        later: list[tuple[int, Run]] = []
        while self._runs and self._runs[-1][1].begin > at:
            later.insert(0, self._runs.pop())  # it is to sound later than the host
        run = self._runs[-1][1] if self._runs else None
        if run is not None and run.end > at:
            now = (at, run.beat_at(at), run.bpm_at(at))
            rest = Run(at, [now, *(line for line in run.lines if line[0] > at)], run.end)
            run.end, run.ends_exactly = at, False
            self._begin(rest)
        self._runs.extend(later)

    def _begin(self, run: Run) -> None:
        self._run_count += 1
        self._runs.append((self._run_count, run))

    def stalled(self, begin: float, end: float) -> None:
        """The player itself was kept waiting by the machine: what it did then is not judged."""
        self._stalls.append((begin - self._reach, end + 2 * self._reach))

    def _is_blind(self, begin: float, end: float) -> bool:
        return any(begin <= last and end >= first for first, last in self._stalls)

    def committed(self, step: int, bar: Bar | None, now: float, ties: bool) -> None:
        """A bar was put on step `step`, None for a stand-in or silence.

        Args:
            step: Where it begins.
            bar: What it is.
            now: When.
            ties: Whether what is tied in it can go on from what is there.
        """
        if step // BAR_STEPS in self._slots and not self._may_be_forgotten(step, now):
            self.fault("bar replaced", f"step {step} at {now:.3f}")
        index = step // BAR_STEPS
        self._replaced.append((now, self._slots.get(index, [])))
        self._slots[index] = []
        self._stand_ins.discard(index)
        if bar is None:
            self._stand_ins.add(index)
        else:
            self._slots[index] = self._notes_of(bar, step, now, ties)
        behind = index - 8 * self._kept
        for old in [slot for slot in self._slots if slot < behind]:
            del self._slots[old]
            self._stand_ins.discard(old)

    def _notes_of(self, bar: Bar, step: int, now: float, ties: bool) -> list[ModelNote]:
        found = []
        channels = channels_by_hand(bar.roll.parts)
        before = self._slots.get(step // BAR_STEPS - 1, []) if ties else []
        whole = [n for slot in self._slots.values() for n in slot if n.end == step] if ties else []
        for note in bar.roll.notes():
            key, program = (channels[note.part], note.pitch), bar.roll.parts[note.part].program
            end = step + note.onset_steps + note.duration_steps
            self._seen.add((note.onset_steps, note.pitch))
            tied = note.onset_steps == 0 and (note.part, note.pitch) in bar.tied
            same = [n for n in (*before, *whole) if (n.key, n.program) == (key, program)]
            goes_on = [n for n in same if n.end == step]
            if tied and goes_on:
                goes_on[0].end = end
                continue
            onset = step + note.onset_steps
            one = ModelNote(key, program, onset, end, sure_from=now + self._reach)
            if tied and step // BAR_STEPS - 1 in self._stand_ins:
                one.sure_from = float("inf")  # it may go on from a note of the stand-in
            found.append(one)
        return found

    def _may_be_forgotten(self, step: int, now: float) -> bool:
        run = self._run_at(now)
        here = run[1].beat_at(now) * STEPS_PER_BEAT if run else step
        furthest = max([step, *(slot * BAR_STEPS for slot in self._slots)])
        return step < max(here, furthest) - (self._kept - 1) * BAR_STEPS

    # --- What was heard --------------------------------------------------------------------------

    def judge(self, notes: list[WireNote], until: float) -> None:
        """These notes were heard, and none other began before second `until`."""
        for note in notes:
            self.judged += 1
            self._judge(note)
        for number, run in self._runs:
            begin = run.begin - self._tolerance if run.begins_exactly else run.begin + self._reach
            begin = max(begin, run.shaky_until, self._checked)
            stop = min(run.end, until) - 2 * self._tolerance
            if stop > begin:
                self._find_missing(number, run, begin, stop)
        self._checked = max(self._checked, until - 2 * self._tolerance)
        while self._replaced and self._replaced[0][0] < self._checked - self._reach:
            self._replaced.popleft()

    def _find_missing(self, number: int, run: Run, begin: float, stop: float) -> None:
        low = int(run.beat_at(begin) * STEPS_PER_BEAT)
        high = run.beat_at(stop) * STEPS_PER_BEAT
        for one in self._between(low, int(high) + 1):
            at = run.time_of(one.onset / STEPS_PER_BEAT)
            sure = one.sure_from <= at and not run.is_unsettled(at, self._reach)
            kept = not self._may_be_forgotten(one.onset // BAR_STEPS * BAR_STEPS, at)
            sure = sure and not self._is_blind(at, at)
            if begin <= at < stop and sure and kept and number not in one.heard:
                self.fault("note missing", f"{one.key} on step {one.onset} at {at:.4f}")

    def _judge(self, note: WireNote) -> None:
        """Somewhere there must be a note of the model that this is, and that ends like this."""
        faults: list[str] = []
        for number, run in self._candidates(note):
            for one in self._matches(run, note):
                fault = self._wrong_end(run, note, (one.end, one.loose_end or one.end))
                if fault is None and note.program != one.program:
                    fault = f"wrong instrument: {note.program} instead of {one.program}"
                if fault is None:
                    one.heard.add(number)
                    return
                faults.append(fault)
            ends = self._ends_of_stand_ins(run, note)
            if any(note.off is None or note.off <= end for end in ends):
                self.varied_notes += 1
                return
            faults += ["note-off late: of a stand-in" for _ in ends]
        if note.off is not None and self._is_blind(note.on, note.off):
            self.blind_notes += 1
            return
        what, _, example = (faults or ["note nobody wrote"])[-1].partition(": ")
        self.fault(what, f"{note.key} at {note.on:.4f} {example}")

    def _candidates(self, note: WireNote) -> Iterator[tuple[int, Run]]:
        """The runs that it may belong to, those first in whose time it was struck."""
        for number, run in reversed(self._runs):
            last = run.end + (-self._tolerance if run.ends_exactly else self._reach)
            if run.begin - self._tolerance <= note.on <= last:
                yield number, run
        for number, run in reversed(self._runs):  # the music waits at a seam that came too late
            shaky = run.begins_exactly and run.begin <= run.shaky_until
            if shaky and -self._reach <= note.on - run.begin < -self._tolerance:
                yield number, run
        for run in self._in_vain:
            if run.begin - self._tolerance <= note.on <= run.end + self._reach:
                yield 0, run

    def _matches(self, run: Run, note: WireNote) -> Iterator[ModelNote]:
        """What it may be: a note begun on its onset, or one struck after a jump into it."""
        beat = max(run.beat_at(note.on), run.first_beat) * STEPS_PER_BEAT
        exact = run.begins_exactly and not run.is_unsettled(note.on, self._reach)
        loose = note.on < run.begin + (self._tolerance if exact else self._reach)
        shaky = run.is_unsettled(note.on, self._reach)
        near = self._reach if shaky else self._tolerance
        former = (
            n for until, slot in self._replaced if note.on < until + self._reach for n in slot
        )
        there = self._between(int(beat) - 4 * BAR_STEPS, int(beat) + BAR_STEPS)
        for one in (*there, *former):
            if one.key != note.key:
                continue
            late = note.on < one.sure_from
            if abs(run.time_of(one.onset / STEPS_PER_BEAT) - note.on) <= near or (
                (loose or late) and one.onset <= beat + 1e-6 < one.end
            ):
                yield one

    def _wrong_end(self, run: Run, note: WireNote, ends: tuple[int, int]) -> str | None:
        """What is wrong with the end of a note that has to end on one of these steps."""
        if note.off is None:
            return "note hangs"
        times = [run.time_of(end / STEPS_PER_BEAT) for end in ends]
        early, due = min([*times, run.end]), max(times)
        near = self._reach if run.is_unsettled(note.off, self._reach) else self._tolerance
        if due > run.end and run.goes_on is not None:
            due = max(run.goes_on.time_of(end / STEPS_PER_BEAT) for end in ends)
        elif due > run.end:
            due = run.end + (0.0 if run.ends_exactly else self._reach)
        if note.off > due + near:
            return f"note-off late: {note.off - due:.4f} s"
        if note.off < early - near:
            return f"note-off early: {early - note.off:.4f} s"
        return None

    def _ends_of_stand_ins(self, run: Run, note: WireNote) -> list[float]:
        """Until when it may last if it is a note that some bar has there, in a stand-in's place."""
        ends = []
        for place in self._places(run, note):
            slot = place // BAR_STEPS
            known = any((k, note.key[1]) in self._seen for k in range(place % BAR_STEPS, -1, -1))
            if slot in self._stand_ins and known:
                ends.append(self._longest(run, slot, note.key))
        return ends

    def _places(self, run: Run, note: WireNote) -> list[int]:
        """The steps on which a note of a stand-in may be."""
        step = max(run.beat_at(note.on), run.first_beat) * STEPS_PER_BEAT
        places = [round(step), int(step)]
        line = (places[-1] // BAR_STEPS + 1) * BAR_STEPS
        soon = run.time_of(line / STEPS_PER_BEAT) - note.on <= self._reach
        if soon and run.is_unsettled(note.on, self._reach):  # struck where the line was before
            places.append(line)
        return places

    def _longest(self, run: Run, slot: int, key: Key) -> float:
        """Until when a note may last that begins in a stand-in."""
        line = run.time_of((slot + 1) * BAR_STEPS / STEPS_PER_BEAT)
        ties = (n for n in self._slots.get(slot + 1, []) if n.key == key)
        ends = [run.time_of(n.end / STEPS_PER_BEAT) for n in ties]
        return max([line, *ends]) + self._reach

    # --- Small things ----------------------------------------------------------------------------

    def _between(self, low: int, high: int) -> Iterator[ModelNote]:
        """Notes that begin in the bars of steps [low, high)."""
        for slot in range(low // BAR_STEPS, high // BAR_STEPS + 1):
            yield from self._slots.get(slot, [])

    def _run_at(self, at: float) -> tuple[int, Run] | None:
        for number, run in reversed(self._runs):
            if run.begin <= at < run.end:
                return number, run
        return None

    def fault(self, kind: str, example: str) -> None:
        """One more fault of this kind."""
        self.faults[kind] += 1
        self.examples.setdefault(kind, example)


def channels_by_hand(parts: tuple[Part, ...]) -> list[int]:
    """Channels counted up from the first, drums on the tenth; for fewer than nine parts."""
    melodic = iter(range(_DRUMS))
    return [_DRUMS if part.is_drum else next(melodic) for part in parts]
