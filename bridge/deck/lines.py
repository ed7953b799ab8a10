"""What a deck's process tells of itself: where it is, how its port does, whom it follows."""

from bridge.deck.deck import Deck
from bridge.deck.input import DeckInput
from bridge.deck.openers import DeckPort
from bridge.deck.outputs import SOUND, Outputs
from bridge.deck.sync import DeckSync
from bridge.processes.wire import Line
from bridge.sound.voicename import split_name


def position_line(deck: Deck, at: float, moment: float, run: object) -> Line:
    """Where the playhead is.

    Args:
        deck: Which.
        at: Now, on the clock of the deck's port.
        moment: The same on the clock that all processes share.
        run: What the last order to play or stop called itself.
    """
    loop = deck.loop
    return {
        "position": round(deck.step_at(at), 4),
        "at": round(moment, 5),
        "speed": round(deck.speed, 5),
        "bpm": round(deck.bpm, 3),
        "playing": deck.playing,
        "waits": deck.waits,
        "loop": None if loop is None else list(loop),
        "run": run,
    }


def status_line(port: DeckPort, outputs: Outputs, slack_s: float) -> Line:
    """How the port does."""
    stats, key = port.stats(), outputs.key_of(port)
    name, detail, silent = port.name, "", ""
    if key == SOUND:
        name, detail, silent = split_name(name)
    status = {
        "key": outputs.wanted,
        "port": name,
        "system": key.partition("|")[0],
        "sent": stats.notes_sent,
        "late": stats.late,
        "dropped": stats.dropped,
        "jitter_ms": round(1000 * stats.worst_late_s, 2),
        "slack_ms": round(1000 * slack_s),
        "sounding": stats.sounding,
        "listeners": port.listeners(),
        "detail": detail,
        "silent": silent,
    }
    return {"status": status}


def sync_line(deck: Deck, sync: DeckSync, phase_ms: float | None) -> Line:
    """Whom it follows, and how well; by our own clock, the deck itself.

    Args:
        deck: Which.
        sync: Whom it follows.
        phase_ms: How much later than the host it plays, see `bridge.deck.phase`.
    """
    host = sync.host()
    now = deck.port.now()
    beat = deck.step_at(now) / deck.piece.steps_per_beat if host is None else host.beat_at(now)
    bars = None if host is None else host.bars
    told = {
        "source": sync.wish.source,
        "port": sync.wish.port,
        "lock": "none" if host is None else host.lock,
        "bpm": round(deck.bpm if host is None else host.bpm, 3),
        "beat": round(beat, 2),
        "bars": None if bars is None else [round(bars.first, 3), bars.beats],
        "rolling": deck.playing if host is None else host.rolling,
        "phase_ms": phase_ms,
        "detail": sync.detail,
        "nudge_ms": round(1000 * sync.wish.nudge_s, 2),
        "send_clock": sync.wish.send_clock,
        "sending": sync.lead() is not None,
        "start_on": deck.start_on,
    }
    return {"sync": told}


def input_line(port: DeckInput) -> Line:
    """What it listens to."""
    return {"input": {"port": port.wish, "name": port.name, "state": port.state}}
