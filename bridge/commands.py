"""The bridge's commands: `play` and `ports`. What is played is handed in by the front door."""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bridge.options import add_music, add_playing, add_results, add_sync

if TYPE_CHECKING:
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
        0, or 130 if Ctrl-C ended it.
    """
    from bridge.playing.session import Session

    if arguments.events:
        return _run_events(arguments, make_source)
    begun = time.perf_counter()
    _check_folders(arguments)
    source = _bar_source(make_source(arguments))
    try:
        with Session(_settings(arguments), _say, begun) as session:
            _say(f"Playing to the MIDI port {session.port.name!r}.{waits_for(arguments)}")
            summary, report = _play(session, source, arguments)
    finally:
        source.close()
    saved = _save(arguments, report, save)
    if not arguments.json:
        print(_told(summary, saved))
    else:
        print(json.dumps({**summary.to_json(), "saved": saved}))
    return _INTERRUPTED if summary.interrupted else 0


def waits_for(arguments: argparse.Namespace) -> str:
    """A sentence about who has to begin, where it is not we."""
    hosts = {
        "midi-clock": " It begins when the sender of MIDI clock starts or continues.",
        "jack": " It begins when JACK's transport rolls.",
        "link": " It begins when another program joins the Ableton Link session.",
        "internal": " It begins with your first note." if arguments.mode else "",
    }
    return hosts[arguments.sync]


def _run_events(arguments: argparse.Namespace, make_source: "MakeSource") -> int:
    """Play under orders, and tell."""
    from bridge.playing.playevents import check_options, run_events

    check_options(arguments)
    return run_events(lambda: _bar_source(make_source(arguments)), _settings(arguments))


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

    systems = detect()
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
        print(f"{system.name:9} {'ready' if system.ready else '-':6} {system.detail}")
        for port in system.outputs:
            print(f"  can be played on    {port}")
        for port in system.inputs:
            print(f"  can be listened to  {port}")
    return 0


def _settings(arguments: argparse.Namespace) -> Any:
    from bridge.playing.player import PlayerSettings
    from bridge.playing.session import SessionSettings

    return SessionSettings(
        bars=None if arguments.endless else arguments.bars,
        port=arguments.port,
        system=arguments.system,
        listen=not arguments.no_listen,
        bars_ahead=arguments.bars_ahead,
        keep=bool(arguments.midi_file or arguments.picture),
        player=PlayerSettings(first_channel=arguments.channel - 1),
        sync=_sync(arguments),
        metre=arguments.metre or (4, 4),
        bpm=arguments.tempo or 120.0,
    )


def _sync(arguments: argparse.Namespace) -> Any:
    """In time with whom; who is listened to is played together with."""
    from bridge.playing.insync import SyncSettings

    mode: Any = arguments.mode or ("accompany" if arguments.listen is not None else None)
    return SyncSettings(
        source=arguments.sync,
        clock_port=arguments.sync_port,
        nudge_ms=arguments.nudge,
        start_on=arguments.start_on,
        send_clock=arguments.send_clock,
        listen=arguments.listen or "",
        mode=mode,
        call_bars=arguments.call_bars,
    )


def _bar_source(made: "BarSource | Roll") -> "BarSource":
    from bridge.source import RollSource
    from model.roll import Roll

    return RollSource(made) if isinstance(made, Roll) else made


def _play(
    session: "Session", source: "BarSource", arguments: argparse.Namespace
) -> "tuple[Summary, PlayerReport]":
    """Play with a progress bar that counts bars as they are handed to the port."""
    from tqdm import tqdm

    counts: Counter[str] = Counter()
    total = None if arguments.endless else arguments.bars
    with tqdm(total=total, unit="bar", file=sys.stderr, disable=None) as progress:

        def follow(event: "PlayerEvent") -> None:
            counts[event.kind] += 1
            counts["shortened"] += event.shortened
            told = {name: counts[name] for name in ("shortened", "varied", "silent")}
            if any(told.values()):
                progress.set_postfix(told, refresh=False)
            if event.kind == "bar" or arguments.mode or arguments.listen is not None:
                progress.update()
            if event.kind in _INSTEAD:
                text = f"bar {event.bar} was not ready in time; {_INSTEAD[event.kind]}, on the beat"
                tqdm.write(text, file=sys.stderr)

        return session.play(source, follow)


def _save(arguments: argparse.Namespace, report: "PlayerReport", save: "Save") -> list[str]:
    """Hand over what was played; the files that it went to."""
    from bridge.source import join_bars

    if not report.played:
        return []
    save(arguments, join_bars(report.played))
    return [str(path) for path in (arguments.midi_file, arguments.picture) if path]


def _told(summary: "Summary", saved: list[str]) -> str:
    """The summary for a person."""
    heard = (
        "not listened to"
        if summary.notes_received is None
        else f"{summary.notes_received} received"
    )
    lines = [
        f"Played {summary.bars} bars to {summary.port} ({summary.system}), "
        f"made by {summary.engine}.",
        f"  notes        {summary.notes_sent} sent, {heard}, {summary.late} late, "
        f"{summary.dropped} dropped, {summary.hanging} hanging",
        f"  worst onset  {_onset(summary)}",
        f"  making       {_making(summary)}",
    ]
    if summary.missed_deadlines or summary.shortened:
        lines.append(
            f"  not in time  {summary.missed_deadlines} bars: {summary.varied} varied, "
            f"{summary.silent} silent; {summary.shortened} made in fewer rounds"
        )
    if summary.together is not None:
        lines.append(
            f"  together     {summary.together['mode']}: {summary.together['heard']} messages "
            f"heard, {summary.together['wishes']} answers, {summary.rests} bars of rest"
        )
    if summary.sync["source"] != "internal":
        lines.append(f"  in time      {_in_time(summary.sync)}")
    if saved:
        lines.append(f"  saved        {', '.join(saved)}")
    return "\n".join(lines)


def _in_time(sync: dict[str, object]) -> str:
    if sync["lock"] is None:
        return f"{sync['source']}: nothing was heard of it"
    return f"{sync['source']}: {sync['lock']}, {sync['bpm']} bpm, {sync['jumps']} starts and jumps"


def _onset(summary: "Summary") -> str:
    if summary.worst_onset_error_ms is None:
        return "not measured"
    text = f"{summary.worst_onset_error_ms:.3f} ms off"
    if summary.worst_onset_error_samples is not None:
        text += f" ({summary.worst_onset_error_samples} samples)"
    return text


def _making(summary: "Summary") -> str:
    made = f"{summary.music_s:.1f} s of music"
    if summary.realtime_factor is not None:
        made += f", {summary.realtime_factor:,.0f} s of it per second of computing"
    if summary.first_note_s is not None:
        made += f", first note after {summary.first_note_s:.1f} s"
    return made


def _say(text: str) -> None:
    print(text, file=sys.stderr)
