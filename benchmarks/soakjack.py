"""The soak in real time: a JACK server of our own, a real port, heard by a second client."""

import random
import time
from contextlib import ExitStack
from typing import Any

from soak import Memory, Soak, summary

from bridge.inputs.listener import Listener
from bridge.messages import TimedMessage
from bridge.ports.childport import ChildPort
from bridge.ports.dummyjack import DummyJack
from bridge.ports.systems import open_output
from bridge.units import seconds_of, ticks_of

_TICK_S = 0.01
_TOLERANCE_S = 0.035
"""A note may be late by 30 ms before it is left out; how exact it is, timing.py measures."""

_STALL_S = 0.15
"""A player that was kept waiting longer than this by a busy machine is not blamed for it."""

_LOSS_S = 60.0
_JUDGE_S = 5.0


class Stage:
    """One port at a time on one server, and who hears it."""

    def __init__(self, server: DummyJack) -> None:
        self._server = server
        self._taken = 0
        self._number = 0
        self.late = self.dropped = 0
        self.port, self._listener = self._open()

    def heard(self) -> list[TimedMessage]:
        """What arrived since this was last asked."""
        events = self._listener.heard[self._taken :]
        self._taken += len(events)
        rate = self._listener.rate
        return [TimedMessage(seconds_of(tick, rate), message) for tick, message in events]

    def lose(self) -> list[TimedMessage]:
        """The port goes away and another one comes; the last messages of the one that went."""
        self._count()
        self.port.close()
        self._listener.close()
        last = self.heard()
        self._taken = 0
        self.port, self._listener = self._open()
        return last

    def close(self) -> list[TimedMessage]:
        """Nothing more; the last messages."""
        self._count()
        self.port.close()
        self._listener.close()
        return self.heard()

    def _count(self) -> None:
        stats = self.port.stats()
        self.late, self.dropped = self.late + stats.late, self.dropped + stats.dropped

    def _open(self) -> tuple[ChildPort, Listener]:
        self._number += 1
        system = self._server.system()
        port = open_output(system, f"Soak {self._number}")
        near = ticks_of(port.now(), port.rate)
        return port, Listener(system, port.name, near=near, keep=True)


def soak_on_jack(seconds: float, seed: int) -> dict[str, Any]:
    """Play so many real seconds."""
    rng, memory = random.Random(seed + 1), Memory()
    with ExitStack() as stack:
        stage = Stage(stack.enter_context(DummyJack(period=256)))
        soak = Soak(stage.port, seed, _TOLERANCE_S)
        begun = time.monotonic()
        loss, judge = begun + rng.expovariate(1 / _LOSS_S), begun + _JUDGE_S
        stalls, seen = 0, stage.port.now()
        while (now := time.monotonic()) < begun + seconds:
            if stage.port.now() - seen > _STALL_S:
                stalls += 1
                soak.model.stalled(seen, stage.port.now())
            seen = stage.port.now()
            soak.turn()
            time.sleep(_TICK_S)
            if now > loss:
                loss = now + rng.expovariate(1 / _LOSS_S)
                last = stage.lose()
                soak.model.stalled(seen, stage.port.now())  # opening another one takes a while
                soak.change_ports(stage.port, last)
                seen = stage.port.now()
            if now > judge:
                judge = now + _JUDGE_S
                soak.hear(stage.heard())
                soak.judge()
                memory.look((now - begun) / seconds)
        soak.stop()
        time.sleep(0.5)
        soak.hear(stage.close())
        result = summary(soak, seconds, memory)
    more = {"late": stage.late, "dropped": stage.dropped, "stalls": stalls}
    return result | more | {"notes_not_judged": soak.model.blind_notes}
