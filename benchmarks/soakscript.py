"""What happens in a soak: endless music, a host that does as it likes, bars that come too late."""

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bridge.duet.wish import Wish
from bridge.source import Bar, CutBar
from bridge.sync.foreseen import ForeseenLoop
from bridge.sync.hosttime import HostTime
from model.roll import Note, Part, Roll

BAR_STEPS, STEPS_PER_BEAT = 16, 4
BAR_BEATS = BAR_STEPS / STEPS_PER_BEAT
_MODEL_BARS = 50
_PITCHES = range(36, 84)
_NEARLY_THERE_BEATS, _NEAR_BEATS = 0.25, 1e-6
_BY_CHANCE_BEATS = 2e-3

Deed = Literal["start", "locate", "stop", "tempo", "loop", "foreseen", "surprise"]
"""What a host did; `loop` and `foreseen` are jumps at the end of a loop, for the first time and
again, `surprise` is coming past that end after all."""


@dataclass(frozen=True)
class SoakModel:
    """One of the models that are swapped: how many parts it plays, and how."""

    programs: tuple[int, ...]
    drums: bool
    notes_in_bar: int

    @property
    def parts(self) -> tuple[Part, ...]:
        """Its parts; the last one drums if it has some."""
        last = len(self.programs) - 1
        return tuple(
            Part(f"part {k}", program, is_drum=self.drums and k == last)
            for k, program in enumerate(self.programs)
        )


MODELS = (
    SoakModel((0,), drums=False, notes_in_bar=12),
    SoakModel((33, 0), drums=True, notes_in_bar=24),
    SoakModel((48, 73, 11), drums=False, notes_in_bar=18),
)


class Composer:
    """Bars without end, with ties over bar lines; if it `swaps`, another model now and then."""

    def __init__(self, seed: int, *, swaps: bool = True) -> None:
        self._swap = 1 / _MODEL_BARS if swaps else 0.0
        self._rng = random.Random(seed)
        self._model = MODELS[0]
        self._open: set[tuple[int, int]] = set()
        self.made = 0
        self.swaps = 0

    def next_bar(self) -> Bar:
        """The next bar."""
        rng = self._rng
        self.made += 1
        if rng.random() < self._swap:
            self._model = rng.choice([model for model in MODELS if model is not self._model])
            self._open = set()
            self.swaps += 1
        parts = self._model.parts
        tied = {key for key in sorted(self._open) if rng.random() < 0.7}
        notes = [Note(0, *key, rng.randint(1, BAR_STEPS), 64) for key in sorted(tied)]
        free = {key: note.duration_steps for key, note in zip(sorted(tied), notes, strict=True)}
        for _ in range(self._model.notes_in_bar):
            key = (rng.randrange(len(parts)), rng.choice(_PITCHES))
            onset = free.get(key, 0) + rng.randrange(BAR_STEPS)
            if onset < BAR_STEPS:
                length = rng.randint(1, BAR_STEPS - onset)
                free[key] = onset + length
                notes.append(Note(onset, *key, length, rng.randint(30, 120)))
        self._open = {
            (note.part, note.pitch)
            for note in notes
            if note.onset_steps + note.duration_steps == BAR_STEPS
        }
        return CutBar(Roll.from_notes(notes, BAR_STEPS, parts=parts), frozenset(tied))


class SlowFeeder:
    """A feeder whose bars are sometimes late, by the port's own clock.

    Attributes:
        given: Every bar that was taken, with when it was ready, while somebody wants to know.
    """

    error: BaseException | None = None
    computing_s = 1.0
    music_s = 1.0
    bar_s = 0.5
    is_finished = is_made = False

    def __init__(self, composer: Composer, now: Callable[[], float], seed: int) -> None:
        self.given: deque[tuple[float, Bar]] = deque()
        self.share = 1.0
        self._composer = composer
        self._now = now
        self._rng = random.Random(seed)
        self.ready_at = now()

    def poll(self) -> Bar | None:
        """The next bar if it is ready."""
        if self._now() < self.ready_at:
            return None
        bar = self._composer.next_bar()
        self.given.append((self.ready_at, bar))
        late = self._rng.random() < 0.05
        self.ready_at = self._now() + (self._rng.uniform(0.0, 9.0) if late else 0.0)
        return bar

    def ready(self) -> int:
        """One, or none."""
        return int(self._now() >= self.ready_at)

    def hurry(self, share: float) -> None:
        """Take note of it."""
        self.share = share

    def renew(self, wish: Wish | None = None) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is held."""


class Host:
    """A host that starts, stops, jumps, loops and changes its tempo; a `Follower`.

    Args:
        seed: Of what it does.
        begins: When it first starts, on the port's clock.
        done: Called with (what, second, beat, bpm) whenever it does something.
    """

    name = "soak"

    def __init__(
        self, seed: int, begins: float, done: Callable[[Deed, float, float, float], None]
    ) -> None:
        self._rng = random.Random(seed)
        self._done = done
        self._next = begins
        self._at, self._beat, self._bpm = begins, 0.0, 120.0
        self._rolling = False
        self._jump = 0
        self._furthest = 0.0
        self._loop: tuple[float, float] | None = None
        self._last_loop: tuple[float, float] | None = None
        """Where it jumped last, until it has come past that end."""
        self._foreseen = ForeseenLoop()

    def host(self, now: float) -> HostTime:
        """Where it is; what it does is known to us only at the first look after it was done."""
        while min(self._next, self._seam()) <= now:
            if self._seam() < self._next:
                self._pass_seam(self._seam())
            else:
                self._act(self._next)
        if self._rolling:
            self._foreseen.is_at(self._beat_at(now) - _NEAR_BEATS)
        line = (self._rolling, self._at, self._beat, self._bpm)
        return HostTime(*line, "locked", self._jump, self._foreseen.loop)

    def close(self) -> None:
        """Nothing is held."""

    def _act(self, at: float) -> None:
        rng = self._rng
        before = beat = self._beat_at(at)
        self._furthest = max(self._furthest, beat)
        what: Deed = rng.choice(("tempo", "tempo", "stop", "locate")) if self._rolling else "start"
        if what == "locate" and abs(beat - round(beat)) < _BY_CHANCE_BEATS:
            what = "tempo"  # from beat to beat it would be taken for a loop
        if what == "tempo":
            self._bpm = rng.choice((60.0, 90.0, 118.37, 120.0, 137.0, 180.0, 240.0))
        elif what == "locate" or (what == "start" and rng.random() < 0.5):
            beat = self._somewhere(beat)
            if abs(beat - before) < _NEARLY_THERE_BEATS:  # that is a correction, not a jump
                beat += BAR_BEATS
            if what == "locate":
                self._foreseen.jumped(before, beat)
        self._at, self._beat = at, beat
        self._rolling = what != "stop"
        self._jump += what in ("start", "locate")
        self._next = at + (rng.uniform(0.4, 5.0) if what == "stop" else rng.expovariate(1 / 15))
        self._next = max(self._next, at + 0.4)
        self._done(what, at, beat, self._bpm)
        if self._last_loop is not None and beat >= self._last_loop[1]:
            self._last_loop = None
        if rng.random() < 0.4:
            self._choose_loop(beat)

    def _choose_loop(self, beat: float) -> None:
        """Loop some bars, or no more; sometimes from beat to beat."""
        rng = self._rng
        self._loop = None
        if rng.random() < 0.6:
            line = beat // BAR_BEATS * BAR_BEATS
            start = max(0.0, line - BAR_BEATS * rng.randint(0, 3) + rng.choice((0, 0, 0, 1)))
            stop = line + BAR_BEATS * rng.randint(1, 3) + rng.choice((0, 0, 0, 2))
            self._loop = (start, stop)

    def _seam(self) -> float:
        """When it comes to the end of its loop, or of the one that it was in."""
        ends = [loop[1] for loop in (self._loop, self._last_loop) if loop is not None]
        ends = [end for end in ends if end > self._beat]
        if not (self._rolling and ends):
            return float("inf")
        return self._at + (min(ends) - self._beat) * 60.0 / self._bpm

    def _pass_seam(self, at: float) -> None:
        beat = self._beat_at(at)
        self._furthest = max(self._furthest, beat)
        if self._loop is not None and abs(beat - self._loop[1]) < _NEAR_BEATS:
            again, start = self._loop == self._last_loop, self._loop[0]
            if self._last_loop is not None and not again and self._last_loop[1] == self._loop[1]:
                self._done("surprise", at, beat, self._bpm)
            self._foreseen.jumped(self._loop[1], start)
            self._last_loop = self._loop
            self._at, self._beat = at, start
            self._jump += 1
            self._done("foreseen" if again else "loop", at, start, self._bpm)
        else:
            self._at, self._beat = at, self._last_loop[1] if self._last_loop else beat
            self._last_loop = None
            self._done("surprise", at, self._beat, self._bpm)

    def _beat_at(self, at: float) -> float:
        return self._beat + (at - self._at) * self._bpm / 60.0 if self._rolling else self._beat

    def _somewhere(self, beat: float) -> float:
        """A little back as loops do, the beginning, far back, or ahead of all that was."""
        rng = self._rng
        choice = rng.random()
        line = beat // BAR_BEATS * BAR_BEATS
        if choice < 0.6:
            return max(0.0, line - BAR_BEATS * rng.randint(0, 8))
        if choice < 0.8:
            return max(0.0, beat - rng.uniform(0.0, 40.0))
        if choice < 0.9:
            return self._furthest // BAR_BEATS * BAR_BEATS + BAR_BEATS * rng.randint(1, 6)
        return max(0.0, self._furthest - rng.uniform(0.0, 600.0))
