"""What happened in a session, in numbers for people and machines."""

from dataclasses import asdict, dataclass, field
from typing import Any

from bridge.inputs.arrivals import ArrivalReport
from bridge.playing.playerreport import PlayerReport
from bridge.ports.port import OutputPort
from bridge.ports.systems import MidiSystem

Told = tuple[dict[str, Any], dict[str, Any] | None]
"""What there is to say about the host, and about the musician."""


@dataclass(frozen=True)
class Summary:
    """What happened, in numbers for people and machines. None where it was not measured.

    Attributes:
        port: The port as others saw it.
        system: On which system.
        engine: What made the music.
        bars: Bars played.
        missed_deadlines: Bar lines on which the next bar was not ready: the next two together.
        varied: Of these, how many had a variation of an earlier bar instead.
        silent: Of these, how many stayed silent.
        shortened: Bars made in fewer rounds than usual, to be there in time.
        rests: Bars that were left to a musician.
        slack_ms: The least time from which on the next bar was ready before its line.
        notes_sent: Note-ons that went out.
        notes_received: Note-ons that the listener heard.
        late: Notes that went out after their time.
        dropped: Notes left out because they were too late.
        jitter_ms: The greatest delay with which the port sent a note.
        worst_onset_error_ms: The worst onset the listener heard.
        worst_onset_error_samples: The same in frames, where the system counts frames.
        hanging: Notes that were struck and never released.
        realtime_factor: Seconds of music per second of computing.
        music_s: Seconds of music made.
        first_note_s: From the beginning of the session to the first note.
        xruns: Cycles in which the server was late.
        interrupted: Whether it was ended early.
        sync: Who led: `source`, and the host's last `lock`, `bpm` and `jumps`.
        together: With a musician: the `mode`, messages `heard`, `echoes` of our own that were left
            out, and `wishes` for bars.
        knobs: Where knobs or OSC drove something: how many `moves` there were, and the last values.
        losses: What went away while it played, `port`, `host`, `musician`, `clock`, `listener`: how
            often each was `lost`, and was `back`.
        lost_notes: Note-ons that were due while no port was open.
        gave_up: Why it ended, if the port could not be opened again; else empty.
    """

    port: str
    system: str
    engine: str
    bars: int
    missed_deadlines: int
    varied: int
    silent: int
    shortened: int
    rests: int
    slack_ms: float | None
    notes_sent: int
    notes_received: int | None
    late: int
    dropped: int
    jitter_ms: float
    worst_onset_error_ms: float | None
    worst_onset_error_samples: int | None
    hanging: int
    realtime_factor: float | None
    music_s: float
    first_note_s: float | None
    xruns: int
    interrupted: bool
    sync: dict[str, object]
    together: dict[str, object] | None
    knobs: dict[str, object] | None = None
    losses: dict[str, dict[str, int]] = field(default_factory=dict)
    lost_notes: int = 0
    gave_up: str = ""

    def to_json(self) -> dict[str, object]:
        """Plain values by attribute name."""
        return asdict(self)


def summarise(
    *,
    port: OutputPort,
    system: MidiSystem,
    engine: str,
    report: PlayerReport,
    heard: ArrivalReport | None,
    first_note_s: float | None,
    told: Told,
    knobs: dict[str, object] | None = None,
    losses: dict[str, dict[str, int]],
    lost_notes: int,
    gave_up: str,
) -> Summary:
    """All figures of a session that is over."""
    stats = port.stats()
    exact = heard is not None and heard.notes_matched and system.is_exact
    return Summary(
        port=port.name,
        system=system.name,
        engine=engine,
        bars=report.bars,
        missed_deadlines=report.missed_deadlines,
        varied=report.varied,
        silent=report.silent,
        shortened=report.shortened,
        rests=report.rests,
        slack_ms=_milliseconds(report.least_slack_s),
        notes_sent=stats.notes_sent,
        notes_received=heard.notes_received if heard else None,
        late=stats.late,
        dropped=stats.dropped,
        jitter_ms=round(1000 * stats.worst_late_s, 3),
        hanging=heard.hanging if heard else stats.sounding,
        realtime_factor=_rounded(report.realtime_factor, 1),
        music_s=round(report.made_s, 3),
        first_note_s=_rounded(first_note_s, 3),
        xruns=stats.xruns,
        interrupted=report.interrupted,
        worst_onset_error_ms=_worst(heard, 1000 / port.rate),
        worst_onset_error_samples=heard.worst_onset_error if heard and exact else None,
        sync=told[0],
        together=told[1],
        knobs=knobs,
        losses=losses,
        lost_notes=lost_notes,
        gave_up=gave_up,
    )


def _worst(heard: ArrivalReport | None, tick_ms: float) -> float | None:
    if heard is None or not heard.notes_matched:
        return None
    return round(heard.worst_onset_error * tick_ms, 3)


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(1000 * seconds, 1)


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
