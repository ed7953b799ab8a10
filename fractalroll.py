"""The front door: reads the command line and opens one room.

This is where the rooms are put together, and the only place that knows them all. It holds no logic
of its own. Everything is imported inside functions, so that `fractalroll --help` is there at once
and playing loads no more than it needs.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.roll import Roll

__version__ = "0.1.0"

Run = Callable[[argparse.Namespace], int]
"""Carries out one command; returns the exit code."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command, or open the window where none is given, or a file in its place.

    Args:
        argv: The command line without the program's name; None for the process's own.

    Returns:
        0 it worked, 1 it failed, 2 the command line is wrong, 130 Ctrl-C.
    """
    from bridge.errors import BridgeError
    from gui.commandline import with_window
    from model.errors import ModelError

    arguments = build_parser().parse_args(with_window(sys.argv[1:] if argv is None else argv))
    try:
        run: Run = arguments.run
        return run(arguments)
    except (BridgeError, ModelError) as err:
        return _fail(str(err), as_json=arguments.json)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130


def _fail(message: str, *, as_json: bool) -> int:
    """Say what went wrong, in one line for people and in one object for machines."""
    print(f"fractalroll: {message}", file=sys.stderr)
    if as_json:
        print(json.dumps({"error": message}))
    return 1


def build_parser() -> argparse.ArgumentParser:
    """The whole command line; each room describes its own commands."""
    from bridge.commands import add_play_parser, add_ports_parser, run_ports
    from export.choosing import add_engine_options
    from export.commands import add_export_parser
    from gui.commandline import add_window_parser
    from model.commands import (
        add_evaluate_parser,
        add_generate_parser,
        add_train_parser,
        run_evaluate,
    )

    parser = argparse.ArgumentParser(
        prog="fractalroll",
        description=(
            "A fractal generator of piano rolls that plays live into your DAW. Without a command "
            "its window opens; with a piece or a MIDI file in a command's place, it opens that."
        ),
        epilog="Each command explains itself: fractalroll play --help",
    )
    parser.add_argument("--version", action="version", version=f"fractalroll {__version__}")
    parser.set_defaults(run=_window, json=False)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    add_window_parser(commands).set_defaults(run=_window)
    add_engine_options(add_play_parser(commands)).set_defaults(run=_play)
    add_engine_options(add_generate_parser(commands)).set_defaults(run=_generate)
    add_train_parser(commands).set_defaults(run=_train)
    add_evaluate_parser(commands).set_defaults(run=run_evaluate)
    add_export_parser(commands).set_defaults(run=_export)
    add_ports_parser(commands).set_defaults(run=run_ports)
    _add_doctor_parser(commands).set_defaults(run=_doctor)
    return parser


def _window(arguments: argparse.Namespace) -> int:
    """Open the window; it brings what it needs."""
    from gui.app import run

    return run(arguments)


def _play(arguments: argparse.Namespace) -> int:
    """Let the bridge play what the model makes with an engine; none of them knows another."""
    from bridge.commands import run_play
    from export.choosing import engine_of
    from model.livesource import make_source

    return run_play(arguments, partial(make_source, open_engine=engine_of), _save)


def _generate(arguments: argparse.Namespace) -> int:
    """Let the model's room make music with an engine out of the export room."""
    from export.choosing import engine_of
    from model.commands import run_generate

    return run_generate(arguments, engine_of)


def _train(arguments: argparse.Namespace) -> int:
    """Let the export room add graphs to what the model's room has trained."""
    from export.exporter import export_bundle
    from model.commands import run_train

    return run_train(arguments, partial(export_bundle, version=__version__))


def _export(arguments: argparse.Namespace) -> int:
    """Let graphs say which Fractalroll wrote them."""
    from export.commands import run_export

    return run_export(arguments, __version__)


def _save(arguments: argparse.Namespace, roll: Roll) -> None:
    """Keep what was played as the options say: as a MIDI file, as a picture, or both."""
    from model.midifile import write_midi
    from model.picture import draw_roll

    if arguments.midi_file:
        write_midi(roll, arguments.midi_file)
    if arguments.picture:
        draw_roll(roll, arguments.picture)


def _add_doctor_parser(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        "doctor",
        help="say what this machine offers and what to do about what is missing",
        description=(
            "Look at what this machine offers: MIDI systems, JACK or PipeWire, sound, ONNX "
            "providers that really load, torch's device, Qt, the bundled model. Exit code 0 when "
            "`fractalroll play` can work, 1 when something that it needs is missing."
        ),
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object, for machines")
    return parser


def _doctor(arguments: argparse.Namespace) -> int:
    """Ask every room's doctor and report."""
    import bridge.doctor
    import export.doctor
    import gui.doctor
    import model.doctor
    from model.finding import can_play, report

    doctors = (bridge.doctor, model.doctor, export.doctor, gui.doctor)
    findings = [finding for doctor in doctors for finding in doctor.findings()]
    healthy = can_play(findings)
    if arguments.json:
        facts = [finding.to_json() for finding in findings]
        print(json.dumps({"can_play": healthy, "findings": facts}))
    else:
        print(report(findings))
    return 0 if healthy else 1


if __name__ == "__main__":
    sys.exit(main())
