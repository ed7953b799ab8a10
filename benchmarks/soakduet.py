"""The soak beside a musician: call and response, accompaniment, going on, under the same host.

The musician plays what comes, for a while, and rests for a while. In the bars that are not ours
nothing may sound; in ours every note as the bars have it.
"""

import random

from soak import KEPT_BARS, Soak
from soakscript import BAR_STEPS, MODELS

from bridge.choices import Mode
from bridge.duet.duet import Duet
from bridge.duet.duetsettings import DuetSettings
from bridge.messages import note_off, note_on
from bridge.playing.player import Player, PlayerEvent, PlayerSettings
from bridge.playing.together import Together
from bridge.ports.port import OutputPort
from bridge.source import CutBar
from model.roll import Roll

_TURN_BARS = 2
_LOOK_AHEAD_S = 0.25
_STRIKES = 0.15
"""How often in a turn a key is struck."""

_BUSY_S, _HOLDS_S = (0.5, 20.0), (0.05, 3.0)
_KEYS = range(30, 90)


class DuetSoak(Soak):
    """As `Soak`, with a musician.

    Args:
        port: The first port.
        seed: Of everything that is random.
        tolerance_s: How exactly the wire is judged.
        nudge_s: How much later than the host everything is to sound.
        mode: How to play together.
    """

    swaps = False  # a musician's companion stays who it is

    def __init__(
        self, port: OutputPort, seed: int, tolerance_s: float, nudge_s: float, mode: Mode
    ) -> None:
        self._rest = CutBar(Roll.from_notes([], BAR_STEPS, parts=MODELS[0].parts))
        roll = self._rest.roll
        settings = DuetSettings(mode=mode, bars=_TURN_BARS)
        self._duet = Duet(settings, grid=roll.grid, parts=roll.parts)
        super().__init__(port, seed, tolerance_s, nudge_s)
        self._rng = random.Random(seed + 7)
        self._down: dict[int, float] = {}  # until when a key is held
        self._plays_until = self._rests_until = 0.0

    def make_player(self) -> Player:
        """See `Soak`."""
        return Player(
            self.port,
            self.feeder,
            PlayerSettings(kept_bars=KEPT_BARS, most_varied=3, look_ahead_s=_LOOK_AHEAD_S),
            on_event=self.committed,
            follower=self.host,
            together=Together(self._duet, self.feeder, self._rest),
        )

    def turn(self) -> None:
        """See `Soak`; the musician plays."""
        super().turn()
        now = self.port.now()
        beat = self.player.deck.beat_at(now)
        if beat is not None:
            self._play(now, beat)

    def committed(self, event: PlayerEvent) -> None:
        """See `Soak`; a bar of rest is one like any other."""
        if event.kind != "rest":
            super().committed(event)
            return
        self.did["rest"] += 1
        self.put(event, event.music)

    def _play(self, now: float, beat: float) -> None:
        rng = self._rng
        if now > self._rests_until:
            self._plays_until = now + rng.uniform(*_BUSY_S)
            self._rests_until = self._plays_until + rng.uniform(*_BUSY_S)
        for key in [key for key, end in self._down.items() if now > end]:
            del self._down[key]
            self._duet.hear(beat, note_off(0, key))
        key = rng.choice(_KEYS)
        if now < self._plays_until and rng.random() < _STRIKES and key not in self._down:
            self._down[key] = now + rng.uniform(*_HOLDS_S)
            self.did["musician's notes"] += self._duet.hear(beat, note_on(0, key, 80))
