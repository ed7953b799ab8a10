"""The process that plays together with a musician: its command line, and what it tells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from gui.live.deckworker import DeckWorker
from gui.live.inputs import OFF, OWN

if TYPE_CHECKING:
    from gui.live.inputs import InputState
    from gui.live.sync import SyncState
    from gui.making.wishes import MakingSettings

MODES = ("respond", "accompany", "continue")
MOST_BARS = 32
MOST_COUNT_IN = 4
_COLDEST = 1e-3
_LIVE = ("temperature", "top_p", "guidance")

MakeWorker = Callable[[Sequence[str], QObject], DeckWorker]
"""Makes the owner of a child that runs `fractalroll` with these words; tests give another."""


@dataclass(frozen=True)
class TogetherStatus:
    """How playing together goes, as the child tells it.

    Attributes:
        phase: Whose turn it is: `standing` (the host stands), `waiting`, `yours`, `ours`.
        bars_left: For how many more bars, the one that sounds included; None: open.
        bars: Bars of ours that were played.
        missed: Deadlines that were missed: bars that were not made in time.
        shortened: Bars made in a hurry, with fewer rounds.
        varied: Instead of a missing bar, a variation of an earlier one.
        silent: Instead of a missing bar, nothing.
        slack_ms: How far ahead the music is ready now.
        missing: What was lost and is being opened again: `port`, `host`, `musician`, `clock`.
        listeners: How many hear the port, -1 where the system doesn't tell.
        remembered: Who hears which port of ours.
        inputs: Who is connected to our own input, by system.
    """

    phase: str = "waiting"
    bars_left: int | None = None
    bars: int = 0
    missed: int = 0
    shortened: int = 0
    varied: int = 0
    silent: int = 0
    slack_ms: float | None = None
    missing: tuple[str, ...] = ()
    listeners: int = -1
    remembered: dict[str, list[str]] = field(default_factory=dict, compare=False)
    inputs: dict[str, list[str]] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, told: dict[str, Any]) -> TogetherStatus:
        """Out of a `status` line."""
        doing = told["doing"]
        left, slack = doing["bars_left"], told["slack_ms"]
        return cls(
            str(doing["phase"]),
            None if left is None else int(left),
            int(told["bars"]),
            int(told["missed"]),
            int(told["shortened"]),
            int(told["varied"]),
            int(told["silent"]),
            None if slack is None else float(slack),
            tuple(map(str, told.get("missing", ()))),
            int(told["listeners"]),
            dict(told.get("remembered", {})),
            dict(told.get("inputs", {})),
        )


def words_of(
    *,
    model: str,
    device: str,
    mode: str,
    bars: int,
    clicks: tuple[bool, int] = (False, 0),
    metre: tuple[int, int],
    bpm: float,
    wishes: MakingSettings,
    inputs: InputState,
    sync: SyncState,
) -> list[str]:
    """The words after `fractalroll`.

    Args:
        model: Path of the bundle; empty for the bundled one.
        device: Where it runs.
        mode: How to play together, one of `MODES`.
        bars: Whose turn lasts how long.
        clicks: Whether each beat clicks, and how many bars are counted in.
        metre: Of all bars.
        bpm: Quarter notes a minute, unless a host sets them.
        wishes: What is asked of the music.
        inputs: Where the musician is heard.
        sync: In time with whom.
    """
    listen = "" if inputs.key in (OFF, OWN) else inputs.key.partition("|")[2]
    words = ["play", *([model] if model else []), "--events", "--endless", "--no-listen"]
    words += ["--mode", mode, "--call-bars", str(bars), f"--listen={listen}"]
    words += ["--metre", f"{metre[0]}/{metre[1]}", "--tempo", f"{bpm:g}", "--device", device]
    words += ["--sync", sync.source, f"--nudge={sync.nudge_ms:g}", "--start-on", sync.start_on]
    metronome, count_in = clicks
    words += ["--metronome"] * metronome
    words += ["--count-in", str(count_in)] if count_in else []
    if sync.source == "midi-clock":
        words.append(f"--sync-port={sync.port.rpartition('|')[2]}")
    if sync.send_clock:
        words.append("--send-clock")
    for name, value in settings_of(wishes).items():
        if name != "density":
            words += [f"--{name.replace('_', '-')}", f"{value:g}"]
    for name in ("style", "key", "density"):
        value = getattr(wishes, name)
        if value is not None:
            words.append(f"--{name}={value}")
    return [*words, "--seed", str(wishes.seed)]


def settings_of(wishes: MakingSettings) -> dict[str, float]:
    """What can be asked otherwise while it plays, as the child's `settings` order wants it."""
    found = {name: max(float(getattr(wishes, name)), _COLDEST) for name in _LIVE}
    return {**found, "density": wishes.density or 0.0}


def deck_status(told: dict[str, Any], key: str) -> dict[str, Any]:
    """A `status` line of the child's as the deck would tell it.

    Args:
        told: The child's words.
        key: Of the output that was chosen.
    """
    names = ("port", "system", "sent", "late", "dropped", "jitter_ms", "sounding", "listeners")
    return {"key": key, "slack_ms": told["slack_ms"] or 0.0, **{name: told[name] for name in names}}


def system_of(inputs: InputState) -> str:
    """The MIDI system of the chosen input; empty where any will do."""
    return "" if inputs.key in (OFF, OWN) else inputs.key.partition("|")[0]


def fractalroll_worker(words: Sequence[str], parent: QObject) -> DeckWorker:
    """The owner of a child that runs `fractalroll` with these words."""
    from gui.workers import Worker

    worker: DeckWorker = Worker("fractalroll", list(words), parent=parent)
    return worker
