"""The bridge's commands: `play` and `ports`. What is played is handed in by the front door."""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bridge.combinations import check_combinations
from bridge.inputs.driven import DRIVEN
from bridge.options import BARS, PORT_NAME, add_music, add_playing, add_results, add_sync
from bridge.words import DEFAULT_BPM, begins, is_together, summary_words, system_lines

if TYPE_CHECKING:
    from bridge.playing.ensemble import Ensemble
    from bridge.playing.player import PlayerEvent, PlayerReport
    from bridge.playing.session import Session, Summary
    from bridge.source import BarSource
    from model.roll import Roll

    MakeSource = Callable[[argparse.Namespace], BarSource | Roll]
    """Makes what is played: bars to come, or a finished roll."""
    Save = Callable[[argparse.Namespace, Roll], None]
    """Keeps what was played where the options say."""

Subparsers = Any
"""What `ArgumentParser.add_subparsers` returns; argparse keeps the type to itself."""

_INTERRUPTED = 130
_INSTEAD = {"varied": "a variation of an earlier one instead", "silent": "one bar of silence"}


def add_play_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Describe `fractalroll play`."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "play",
        help="play live to a MIDI port",
        description=(
            "Make music and play it live to a MIDI port that other programs see: choose it as MIDI "
            "input in your DAW. Where the machine has no MIDI system, a JACK server without sound "
            "hardware is started for as long as it plays. Ctrl-C ends it; no note hangs."
        ),
    )
    parser.add_argument(
        "model",
        nargs="?",
        metavar="MODEL",
        help="folder of a model, or a MIDI file to be played (default: the bundled model)",
    )
    add_playing(parser.add_argument_group("playing"))
    add_sync(parser.add_argument_group("in time and together with others"))
    add_music(parser.add_argument_group("music"))
    add_results(parser.add_argument_group("results"))
    return parser


def add_ports_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Describe `fractalroll ports`."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "ports",
        help="list MIDI systems and ports",
        description=(
            "List the MIDI systems of this machine, best first, and the ports of other programs. "
            "`fractalroll play` makes a port of its own on the first system that is ready."
        ),
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def run_play(arguments: argparse.Namespace, make_source: "MakeSource", save: "Save") -> int:
    """Play, then say what really happened.

    Args:
        arguments: As parsed by the parser of `add_play_parser`.
        make_source: Makes what is played from the arguments.
        save: Called with what was played if `--save` or `--picture` was given.

    Returns:
        0, or 130 if Ctrl-C ended it, or 1 if the port could not be opened again.
    """
    from bridge.playing.session import Session

    check_combinations(arguments)
    if arguments.events:
        return _run_events(arguments, make_source)
    begun = time.perf_counter()
    _check_folders(arguments)
    source = _bar_source(make_source(arguments))
    try:
        with Session(_settings(arguments, source), _say, begun) as session:
            summary, report = _play(session, source, arguments)
    finally:
        source.close()
    saved = _save(arguments, report, save)
    if not arguments.json:
        print(summary_words(summary, saved))
    else:
        print(json.dumps({**summary.to_json(), "saved": saved}))
    if summary.gave_up:
        _say(f"fractalroll play: {summary.gave_up}")
        return 1
    return _INTERRUPTED if summary.interrupted else 0


def _run_events(arguments: argparse.Namespace, make_source: "MakeSource") -> int:
    """Play under orders, and tell."""
    from bridge.playing.playevents import check_options, run_events

    check_options(arguments)
    return run_events(
        lambda: _bar_source(make_source(arguments)), lambda source: _settings(arguments, source)
    )


def _check_folders(arguments: argparse.Namespace) -> None:
    """See before anything plays that what was played can be kept afterwards.

    Raises:
        BridgeError: if a file is to go to a folder that isn't there.
    """
    from bridge.errors import BridgeError

    for path in (arguments.midi_file, arguments.picture):
        if path and not Path(path).absolute().parent.is_dir():
            raise BridgeError(f"can't write {path} after playing: no such folder; make it first")


def run_ports(arguments: argparse.Namespace) -> int:
    """List systems and ports."""
    from bridge.ports.systems import detect
    from bridge.sound.soundsystem import look_at_sound

    systems = [*detect(), look_at_sound()]
    if arguments.json:
        facts = [
            {
                "name": system.name,
                "ready": system.ready,
                "detail": system.detail,
                "outputs": list(system.outputs),
                "inputs": list(system.inputs),
            }
            for system in systems
        ]
        print(json.dumps({"systems": facts}))
        return 0
    for system in systems:
        print(*system_lines(system), sep="\n")
    return 0


def _settings(arguments: argparse.Namespace, source: "BarSource") -> Any:
    """How to play a source, whose parts are known before it plays."""
    from bridge.playing.outlet import part_channels, parts_of
    from bridge.playing.player import PlayerSettings
    from bridge.playing.session import SessionSettings

    first = arguments.channel - 1
    clicks = arguments.metronome or arguments.count_in > 0
    parts = part_channels(parts_of(source), first, metronome=clicks)
    return SessionSettings(
        bars=_bars(arguments, source),
        port=arguments.port or PORT_NAME,
        parts=parts if arguments.ports == "part" else {},
        font=arguments.font,
        system=arguments.system,
        listen=not arguments.no_listen,
        bars_ahead=arguments.bars_ahead,
        keep=bool(arguments.midi_file or arguments.picture),
        player=PlayerSettings(
            first_channel=first, metronome=arguments.metronome, count_in=arguments.count_in
        ),
        sync=_sync(arguments, source),
        metre=arguments.metre or (4, 4),
        bpm=arguments.tempo or DEFAULT_BPM,
        knobs=_knobs(arguments),
    )


def _bars(arguments: argparse.Namespace, source: "BarSource") -> int | None:
    """How many bars: as many as were asked for, else as many as make sense; None for no end."""
    from bridge.source import RollSource

    if arguments.endless or arguments.bars is not None:
        return None if arguments.endless else int(arguments.bars)
    goes_on = is_together(arguments) or arguments.sync != "internal"
    return None if goes_on or isinstance(source, RollSource) else BARS


def _sync(arguments: argparse.Namespace, source: "BarSource") -> Any:
    """In time with whom; who is listened to is played together with."""
    from bridge.playing.insync import SyncSettings
    from bridge.source import metre_of

    mode: Any = arguments.mode or ("accompany" if is_together(arguments) else None)
    above, below = arguments.metre or metre_of(source)
    return SyncSettings(
        source=arguments.sync,
        clock_port=arguments.sync_port,
        nudge_ms=arguments.nudge,
        start_on=arguments.start_on,
        send_clock=arguments.send_clock,
        listen=arguments.listen or "",
        mode=mode,
        call_bars=arguments.call_bars,
        counts_in=arguments.count_in > 0,
        bar_beats=4 * above / below,
        start_stop=arguments.start_stop,
    )


def _knobs(arguments: argparse.Namespace) -> Any:
    """What moves how the music is made, from where."""
    from bridge.playing.knobs import KnobSettings

    values = {one.name: getattr(arguments, one.name) for one in DRIVEN}
    return KnobSettings(dict(arguments.knob), values, arguments.osc)


def _bar_source(made: "BarSource | Roll") -> "BarSource":
    from bridge.source import RollSource
    from model.roll import Roll

    return RollSource(made) if isinstance(made, Roll) else made


def _play(
    session: "Session", source: "BarSource", arguments: argparse.Namespace
) -> "tuple[Summary, PlayerReport]":
    """Play with a progress bar that counts bars as they are handed to the port."""
    from tqdm import tqdm

    from bridge.source import RollSource

    counts: Counter[str] = Counter()
    total = _bars(arguments, source)
    if total is None and isinstance(source, RollSource):
        total = source.bars
    with tqdm(total=total, unit="bar", file=sys.stderr, disable=None) as progress:

        def follow(event: "PlayerEvent") -> None:
            counts[event.kind] += 1
            counts["shortened"] += event.shortened
            told = {name: counts[name] for name in ("shortened", "varied", "silent")}
            if any(told.values()):
                progress.set_postfix(told, refresh=False)
            if event.kind == "bar" or is_together(arguments):
                progress.update()
            if event.kind in _INSTEAD:
                text = f"bar {event.bar} was not ready in time; {_INSTEAD[event.kind]}, on the beat"
                tqdm.write(text, file=sys.stderr)

        def meet(ensemble: "Ensemble") -> None:
            _say(begins(session.port.name, arguments, session.listens_to))

        return session.play(source, follow, meet)


def _save(arguments: argparse.Namespace, report: "PlayerReport", save: "Save") -> list[str]:
    """Hand over what was played; the files that it went to."""
    from bridge.source import join_bars

    if not report.played:
        return []
    save(arguments, join_bars(report.played))
    return [str(path) for path in (arguments.midi_file, arguments.picture) if path]


def _say(text: str) -> None:
    from tqdm import tqdm  # it may be drawing its bar

    tqdm.write(text, file=sys.stderr)
