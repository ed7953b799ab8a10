"""A playing in lines of JSON: its bars, how it does, whose turn it is. Pure functions of it."""

from bridge.inputs.inputmemory import all_names
from bridge.playing.ensemble import Ensemble
from bridge.playing.player import PlayerEvent
from bridge.playing.session import Session
from bridge.processes.wire import Line
from bridge.source import BarSource
from model.roll import Grid, Part

_KINDS = {"bar": "made"}


def ready_line(session: Session, source: BarSource, metre: tuple[int, int], bpm: float) -> Line:
    """Everything is open."""
    grid: Grid = getattr(source, "grid", Grid())
    parts: tuple[Part, ...] = getattr(source, "parts", (Part(),))
    told = {
        "port": session.port.name,
        "input": session.listens_to,
        "system": session.system.name,
        "engine": source.engine,
        "steps_per_beat": grid.steps_per_beat,
        "velocity_bins": grid.velocity_bins,
        "metre": list(metre),
        "bpm": bpm,
        "programs": [part.program for part in parts],
    }
    return {"ready": told}


def bar_line(event: PlayerEvent) -> Line | None:
    """A bar that is going to sound; None for one that was left out."""
    if event.music is None:
        return None
    roll = event.music.roll
    notes = roll.note_array()
    columns = (notes.part, notes.pitch, notes.onset_steps, notes.duration_steps, notes.velocity)
    kind = "shortened" if event.shortened else _KINDS.get(event.kind, event.kind)
    told = {
        "number": event.step // roll.steps,
        "kind": kind,
        "notes": [column.tolist() for column in columns],
        "tied": sorted(list(pair) for pair in event.music.tied),
        "steps": roll.steps,
        "steps_per_beat": roll.grid.steps_per_beat,
        "bpm": round(roll.tempos[0].bpm, 3),
    }
    return {"bar": told}


def status_line(
    ensemble: Ensemble, session: Session, *, source: str, beat: float, phase_ms: float | None
) -> Line:
    """How it does.

    Args:
        ensemble: What plays.
        session: On which port.
        source: Who leads.
        beat: Where the song is.
        phase_ms: How much later than the host it plays, see `bridge.deck.phase`.
    """
    port = session.port
    stats, report = port.stats(), ensemble.player.report
    slack_s = ensemble.player.slack_s
    told = {
        "port": port.name,
        "system": session.system.name,
        "sent": stats.notes_sent,
        "late": stats.late,
        "dropped": stats.dropped,
        "jitter_ms": round(1000 * stats.worst_late_s, 2),
        "slack_ms": None if slack_s is None else round(1000 * slack_s),
        "sounding": stats.sounding,
        "listeners": session.sender.listeners(),
        "remembered": session.heard_by(),
        "inputs": all_names(),
        "bars": report.bars,
        "missed": report.missed_deadlines,
        "shortened": report.shortened,
        "varied": report.varied,
        "silent": report.silent,
        "missing": ensemble.keeper.losses.missing,
        "losses": ensemble.keeper.losses.told(),
        "lost_notes": ensemble.keeper.lost_notes,
        "sync": {**_sync(ensemble, source, beat), "phase_ms": phase_ms},
        "doing": _doing(ensemble, beat),
    }
    return {"status": told}


def _sync(ensemble: Ensemble, source: str, beat: float) -> dict[str, object]:
    host, deck = ensemble.host, ensemble.player.deck
    return {
        "source": source,
        "lock": "none" if host is None else host.lock,
        "bpm": round(deck.bpm if host is None else host.bpm, 3),
        "beat": round(beat, 2),
        "rolling": deck.playing if host is None else host.rolling,
    }


def _doing(ensemble: Ensemble, beat: float) -> dict[str, object]:
    """Whose turn it is; `standing` while the host stands, `counting` before the first bar."""
    duet = ensemble.duet
    if ensemble.counts_in(beat):
        return {"phase": "counting", "bars_left": None}
    if not ensemble.player.deck.playing:
        return {"phase": "waiting" if ensemble.musician_begins else "standing", "bars_left": None}
    if duet is None:
        return {"phase": "ours", "bars_left": None}
    doing = duet.doing(beat)
    return {"phase": doing.phase, "bars_left": doing.bars_left}
