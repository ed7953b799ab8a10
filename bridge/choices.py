"""The words in which a person chooses how to play; each list is here and nowhere else."""

from typing import Literal, get_args

SyncSource = Literal["internal", "midi-clock", "jack", "link"]
"""Who sets the time; `internal` is we ourselves."""

StartOn = Literal["now", "beat", "bar", "four bars"]
"""Where what is ordered to start begins."""

Mode = Literal["continue", "respond", "accompany"]
"""How to play together, see `bridge.duet.duet`."""

SYNC_SOURCES: tuple[SyncSource, ...] = get_args(SyncSource)
START_ON: tuple[StartOn, ...] = get_args(StartOn)
MODES: tuple[Mode, ...] = get_args(Mode)
