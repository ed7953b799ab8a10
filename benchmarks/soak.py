"""Hours of playing against a clock turned by hand: does anything hang, get lost, or grow?

    python benchmarks/soak.py [--quick] [--hours 24] [--seed 1] [--nudge 0] [--mode MODE] [--json]
    python benchmarks/soak.py --minutes 10 [--json]

The player that `fractalroll play` uses plays endless music under a host that starts, stops, jumps,
loops and changes its tempo at random, while bars come too late, models are swapped and ports are
lost. What goes out is judged by a model that shares no code with the player (`soakmodel`): every
note must begin and end when host and bars say so, and nothing else may sound.

With `--mode` a musician plays beside it, and we answer, accompany or go on.

`--minutes` plays the same in real time on a JACK server of its own, heard by a second client.
"""

import argparse
import gc
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from soakmodel import Key, SoakModel, WireNote
from soakscript import BAR_STEPS, Composer, Host, SlowFeeder
from tqdm import tqdm

from bridge.choices import MODES, Mode
from bridge.messages import TimedMessage, is_note_off, is_note_on, note_key
from bridge.playing.player import Player, PlayerEvent, PlayerSettings
from bridge.ports.memoryport import ManualClock, MemoryPort
from bridge.ports.port import OutputPort
from bridge.source import Bar

_TICK_S = 0.04
_MARGIN_S = 0.1
_REACH_S = 0.4
KEPT_BARS = 64
_JUDGE_S = 20.0
_LONGEST_NOTE_S = 40.0
_STATUS, _PROGRAM = 0xF0, 0xC0
_EXACT_S = 45e-6
"""Two samples at 48 kHz."""


class Ear:
    """Pairs beginnings and ends on one port's wire, in order of time."""

    def __init__(self) -> None:
        self.struck_twice = self.loose_ends = 0
        self._open: dict[Key, tuple[float, int | None]] = {}
        self._programs: dict[int, int] = {}
        self._whole: list[WireNote] = []

    def hear(self, events: list[TimedMessage]) -> None:
        """These messages went out."""
        for at, message in events:
            if is_note_on(message):
                key = note_key(message)
                self.struck_twice += key in self._open
                self._open[key] = at, self._programs.get(key[0])
            elif is_note_off(message):
                key = note_key(message)
                begun = self._open.pop(key, None)
                if begun is not None:
                    self._whole.append(WireNote(key, begun[1], begun[0], at))
            elif message[0] & _STATUS == _PROGRAM:
                self._programs[message[0] & ~_STATUS] = message[1]

    def change_ports(self) -> None:
        """What comes from now on comes from a port that knows nothing."""
        self._programs.clear()

    def take(self, until: float, *, all_of_it: bool = False) -> list[WireNote]:
        """The notes that began before `until`, once they have ended or lasted far too long."""
        if all_of_it:
            self._whole += [WireNote(key, told, on, None) for key, (on, told) in self._open.items()]
            self._open.clear()
        taken = [note for note in self._whole if note.on < until]
        self._whole = [note for note in self._whole if note.on >= until]
        return sorted(taken, key=lambda note: note.on)

    def oldest(self, known_until: float) -> float:
        """When the first note began that may still be ended, or a time that never comes.

        Args:
            known_until: What the host does later isn't known yet.
        """
        sounding = [on for on, _ in self._open.values()]
        ended = [one.on for one in self._whole if one.off is not None and one.off > known_until]
        return min([*sounding, *ended], default=float("inf"))

    def hanging(self) -> int:
        """How many notes sound."""
        return len(self._open)


class Soak:
    """A player, a host, a model, and everything that goes wrong between them.

    Args:
        port: The first port.
        seed: Of everything that is random.
        tolerance_s: How exactly the wire is judged.
        nudge_s: How much later than the host everything is to sound.

    Attributes:
        swaps: Whether models are swapped.
    """

    swaps = True

    def __init__(
        self, port: OutputPort, seed: int, tolerance_s: float, nudge_s: float = 0.0
    ) -> None:
        self.port = port
        self.nudge_s = nudge_s
        self.composer = Composer(seed, swaps=self.swaps)
        self.feeder = SlowFeeder(self.composer, lambda: self.port.now(), seed)
        self.reach_s = _REACH_S + max(0.0, -nudge_s)
        self.model = SoakModel(self.reach_s, tolerance_s, KEPT_BARS, nudge_s)
        self.did: Counter[str] = Counter()
        self.host = Host(seed, port.now() + 1.0, self._host_did)
        self.player = self.make_player()
        self.player.deck.nudge_s = nudge_s
        self.ear = Ear()
        self.decisions = 0
        self.hanging = 0
        self._end = 0
        self._judged_until = 0.0

    def make_player(self) -> Player:
        """Who plays."""
        return Player(
            self.port,
            self.feeder,
            PlayerSettings(kept_bars=KEPT_BARS, most_varied=3),
            on_event=self.committed,
            follower=self.host,
        )

    def turn(self) -> None:
        """One look at the clock."""
        self.player.turn()

    def hear(self, events: list[TimedMessage]) -> None:
        """Messages went out."""
        self.ear.hear(events)

    def change_ports(self, port: OutputPort, heard: list[TimedMessage]) -> None:
        """The port was lost, with `heard` as its last messages; another one takes over."""
        self.hear(heard)
        self.hanging += self.ear.hanging()
        self.ear.change_ports()
        self.did["port lost"] += 1
        self.host.host(self.port.now())
        self.model.split(self.port.now())
        self.port = port
        self.player.use(port)

    def stop(self) -> None:
        """It is over."""
        self.model.host_did("stop", self.port.now(), 0.0, 0.0)
        self.player.deck.stop()

    def judge(self, *, last: bool = False) -> None:
        """Compare what was heard with what should have been, as far as it is over."""
        if not last:
            self.host.host(self.port.now())  # what it did since the last turn is to be known here
        until = self.port.now() if last else self.port.now() - self.reach_s
        stale = self.port.now() - _LONGEST_NOTE_S
        oldest = self.ear.oldest(self.port.now() + min(self.nudge_s, 0.0))
        if not last and oldest > stale:
            until = min(until, oldest)
        self.model.judge(self.ear.take(until, all_of_it=last), until)
        self._judged_until = until

    def _host_did(self, what: str, at: float, beat: float, bpm: float) -> None:
        self.did[what] += 1
        heard_at = at if what == "stop" else at + self.nudge_s  # a stop is silence at once
        self.model.host_did(what, heard_at, beat, bpm)

    def committed(self, event: PlayerEvent) -> None:
        """A decision of the player: was it right?"""
        now = self.port.now()
        self.did[event.kind] += 1
        self.decisions += 1
        bar = None
        if event.kind == "bar":
            ready_at, bar = self.feeder.given.popleft()
            if ready_at > now:
                self.model.fault("bar before it was ready", f"{event}")
        elif self.feeder.ready():
            self.model.fault("stand-in though a bar was ready", f"{event}")
        elif event.at is not None and event.at - now > _MARGIN_S + _TICK_S:
            self.model.fault("given up too early", f"{event} at {now:.3f}")
        self.put(event, bar)

    def put(self, event: PlayerEvent, bar: Bar | None) -> None:
        """A bar was put where the event says, None for a stand-in or silence."""
        now, step = self.port.now(), event.step
        in_time = event.at is None or event.at > now + _MARGIN_S
        self.model.committed(step, bar, now, ties=in_time and step == self._end)
        self._end = max(self._end, step + BAR_STEPS)


def main() -> int:
    """Soak, print what happened, and JSON as the last line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--hours", type=float, default=24.0, help="hours of music (default: 24)")
    parser.add_argument("--quick", action="store_true", help="one hour of music")
    parser.add_argument("--minutes", type=float, help="in real time on JACK instead")
    parser.add_argument("--seed", type=int, default=1, help="of everything that is random")
    parser.add_argument("--nudge", type=float, default=0.0, help="ms later than the host")
    parser.add_argument("--mode", choices=MODES, help="beside a musician")
    parser.add_argument("--json", action="store_true", help="print one JSON object as last line")
    arguments = parser.parse_args()
    begun = time.perf_counter()
    if arguments.minutes:
        from soakjack import soak_on_jack

        result = soak_on_jack(60.0 * arguments.minutes, arguments.seed)
    else:
        hours = 1.0 if arguments.quick else arguments.hours
        nudge_s = arguments.nudge / 1000.0
        result = soak_by_hand(3600.0 * hours, arguments.seed, nudge_s, arguments.mode)
    result["took_s"] = round(time.perf_counter() - begun, 1)
    print(told(result))
    if arguments.json:
        print(json.dumps(result))
    return 0 if result["clean"] else 1


def soak_by_hand(
    seconds: float, seed: int, nudge_s: float = 0.0, mode: Mode | None = None
) -> dict[str, Any]:
    """Play so many seconds of music on a clock turned by hand, so much later than the host."""
    clock = ManualClock(10.0)
    port = MemoryPort(clock)
    soak = make_soak(port, seed, nudge_s, mode)
    rng = random.Random(seed + 1)
    memory = Memory()
    played, next_loss, next_judge = 0.0, rng.expovariate(1 / 400), _JUDGE_S
    with tqdm(total=round(seconds), unit="s", file=sys.stderr, disable=None) as progress:
        while played < seconds:
            soak.turn()
            port.pass_time(_TICK_S)
            played += _TICK_S
            if played > next_loss:
                next_loss = played + rng.expovariate(1 / 400)
                port.close()
                lost, port = port, MemoryPort(clock)
                soak.change_ports(port, lost.wire)
            if played > next_judge:
                next_judge += _JUDGE_S
                soak.hear(port.wire)
                port.wire.clear()
                soak.judge()
                memory.look(played / seconds)
                progress.update(round(played) - progress.n)
    soak.stop()
    port.pass_time(1.0)
    soak.hear(port.wire)
    return summary(soak, played, memory)


def make_soak(port: OutputPort, seed: int, nudge_s: float, mode: Mode | None) -> Soak:
    """With a musician, or without."""
    if mode is None:
        return Soak(port, seed, _EXACT_S, nudge_s)
    from soakduet import DuetSoak

    return DuetSoak(port, seed, _EXACT_S, nudge_s, mode)


def summary(soak: Soak, seconds: float, memory: "Memory") -> dict[str, Any]:
    """What is asked of a soak, and what happened in it."""
    soak.hanging += soak.ear.hanging()
    soak.judge(last=True)
    faults = soak.model.faults
    lost = faults["note-off late"] + faults["note hangs"]
    return {
        "hours_of_music": round(seconds / 3600.0, 3),
        "hanging_notes": soak.hanging,
        "lost_note_offs": lost,
        "memory_growth_mb": round(memory.growth_mb, 2),
        "notes": soak.model.judged,
        "notes_of_stand_ins": soak.model.varied_notes,
        "struck_twice": soak.ear.struck_twice,
        "model_swaps": soak.composer.swaps,
        "happened": dict(soak.did),
        "faults": dict(faults),
        "examples": soak.model.examples,
        "clean": not (sum(faults.values()) or soak.hanging or soak.ear.struck_twice),
    }


class Memory:
    """How much this process has grown since it was warm."""

    def __init__(self, now_mb: Callable[[], float] | None = None) -> None:
        self._now_mb = now_mb or resident_mb
        self._warm: float | None = None
        self.growth_mb = 0.0

    def look(self, share: float) -> None:
        """Measure; `share` of the soak is over. The first tenth warms up."""
        if share < 0.1:
            return
        gc.collect()
        now = self._now_mb()
        if self._warm is None:
            self._warm = now
        self.growth_mb = now - self._warm


def resident_mb() -> float:
    """What this process holds in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def told(result: dict[str, Any]) -> str:
    """The result for people."""
    lines = [
        f"{result['hours_of_music']:.2f} h of music in {result['took_s']:.0f} s: "
        f"{result['notes']} notes, {result['model_swaps']} model swaps",
        f"  hanging notes  {result['hanging_notes']}",
        f"  lost note-offs {result['lost_note_offs']}",
        f"  memory growth  {result['memory_growth_mb']} MB",
        "  happened       " + ", ".join(f"{n} x {k}" for k, n in result["happened"].items()),
    ]
    lines += [
        f"  FAULT {kind}: {count} times, first {result['examples'].get(kind, '')}"
        for kind, count in result["faults"].items()
        if count
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
