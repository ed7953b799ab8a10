"""The command line: what it says, what it returns, and that it only opens doors."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import pytest

import fractalroll
from bridge.errors import BridgeError
from model.errors import ModelError
from model.finding import Finding
from model.midifile import read_midi
from model.roll import Note, Roll

Save = Callable[[argparse.Namespace, Roll], None]
COMMANDS = ("play", "generate", "train", "evaluate", "export", "ports", "doctor")


def subparsers() -> dict[str, argparse.ArgumentParser]:
    """Every command's own parser, by name."""
    actions = fractalroll.build_parser()._actions
    commands = next(a for a in actions if isinstance(a, argparse._SubParsersAction))
    return dict(commands.choices)


def let_ports(run: Callable[[argparse.Namespace], int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Put something else behind the command `ports`."""
    monkeypatch.setattr("bridge.commands.run_ports", run)


def test_without_a_command_the_window_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[argparse.Namespace] = []

    def run(arguments: argparse.Namespace) -> int:
        opened.append(arguments)
        return 0

    monkeypatch.setattr("gui.app.run", run)
    assert fractalroll.main([]) == 0
    assert len(opened) == 1


@pytest.mark.parametrize(
    ("words", "file"),
    [
        (["song.mid"], "song.mid"),
        (["music/song"], "music/song"),
        (["window", "song.fractalroll"], "song.fractalroll"),
        (["window"], None),
    ],
)
def test_a_file_in_place_of_a_command_opens_the_window_with_it(
    monkeypatch: pytest.MonkeyPatch, words: list[str], file: str | None
) -> None:
    opened: list[Path | None] = []

    def run(arguments: argparse.Namespace) -> int:
        opened.append(arguments.file)
        return 0

    monkeypatch.setattr("gui.app.run", run)
    assert fractalroll.main(words) == 0
    assert opened == [None if file is None else Path(file)]


def test_a_word_that_is_neither_command_nor_file_is_refused() -> None:
    with pytest.raises(SystemExit, match="2"):
        fractalroll.main(["plya"])


def test_without_a_display_it_says_so_and_names_what_plays_without_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert fractalroll.main([]) == 1
    said = capsys.readouterr().err
    assert "no display" in said
    assert "`fractalroll play`" in said


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        fractalroll.main(["--version"])
    assert capsys.readouterr().out == f"fractalroll {fractalroll.__version__}\n"


def test_the_rooms_bring_these_commands() -> None:
    assert set(subparsers()) == {*COMMANDS, "window"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_and_speaks_to_machines(name: str) -> None:
    command = subparsers()[name]
    assert len(command.description or "") > 80
    unexplained = [a.dest for a in command._actions if not a.help]
    assert not unexplained
    assert "--json" in command.format_help()


@pytest.mark.parametrize("words", [["paint"], ["ports", "--colour"], ["play", "--bars", "none"]])
def test_a_wrong_command_line_is_exit_code_2(words: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        fractalroll.main(words)


@pytest.mark.parametrize("error", [BridgeError("the port is gone"), ModelError("no such model")])
def test_an_error_is_one_line_for_people_and_one_object_for_machines(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(arguments: argparse.Namespace) -> int:
        raise error

    let_ports(fail, monkeypatch)
    assert fractalroll.main(["ports", "--json"]) == 1
    said = capsys.readouterr()
    assert said.err == f"fractalroll: {error}\n"
    assert json.loads(said.out.splitlines()[-1]) == {"error": str(error)}


def test_people_get_no_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(arguments: argparse.Namespace) -> int:
        raise BridgeError("the port is gone")

    let_ports(fail, monkeypatch)
    assert fractalroll.main(["ports"]) == 1
    assert capsys.readouterr().out == ""


def test_ctrl_c_is_exit_code_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(arguments: argparse.Namespace) -> int:
        raise KeyboardInterrupt

    let_ports(interrupted, monkeypatch)
    assert fractalroll.main(["ports"]) == 130


def test_what_was_played_is_kept_as_file_and_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    played = Roll.from_notes([Note(0, 0, 60, 4, 80), Note(4, 0, 64, 4, 80)], steps=16)

    def play(arguments: argparse.Namespace, make_source: object, save: Save) -> int:
        save(arguments, played)
        return 0

    monkeypatch.setattr("bridge.commands.run_play", play)
    midi, picture = tmp_path / "demo.mid", tmp_path / "demo.png"
    words = ["play", "--save", str(midi), "--picture", str(picture)]
    assert fractalroll.main(words) == 0
    pitches = [note.pitch for note in read_midi(midi).notes()]
    assert pitches == [60, 64]
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("healthy", [True, False])
def test_the_doctor_asks_every_room_and_tells_by_its_exit_code_whether_it_can_play(
    healthy: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for room in ("bridge", "model", "export", "gui"):
        finding = Finding(room, "health", healthy, "seen", "Rest.", needed=room == "model")
        monkeypatch.setattr(f"{room}.doctor.findings", lambda finding=finding: [finding])
    assert fractalroll.main(["doctor", "--json"]) == (0 if healthy else 1)
    answer = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert answer["can_play"] is healthy
    assert [finding["room"] for finding in answer["findings"]] == [
        "bridge",
        "model",
        "export",
        "gui",
    ]
    assert fractalroll.main(["doctor"]) == (0 if healthy else 1)
    assert "Rest." in capsys.readouterr().out
