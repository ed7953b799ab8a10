import argparse

import pytest

from bridge.commands import add_play_parser, add_ports_parser


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command")
    add_play_parser(commands)
    add_ports_parser(commands)
    return parser.parse_args(words)


def test_play_needs_no_options() -> None:
    arguments = parsed("play")
    assert arguments.model is None
    assert (arguments.bars, arguments.ports, arguments.system) == (None, "one", "auto")
    assert (arguments.temperature, arguments.guidance, arguments.seed) == (1.0, 1.0, None)
    assert not arguments.json


def test_a_metre_is_read_as_two_numbers() -> None:
    assert parsed("play", "--metre", "6/8").metre == (6, 8)


@pytest.mark.parametrize(
    "words",
    [
        ("--bars", "0"),
        ("--bars", "few"),
        ("--channel", "17"),
        ("--tempo", "-1"),
        ("--top-p", "1.5"),
        ("--metre", "3"),
        ("--metre", "0/4"),
        ("--program", "128"),
        ("--system", "casio"),
        ("--guidance-schedule", "steep"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(
    words: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        parsed("play", *words)
    assert left.value.code == 2
    assert words[0] in capsys.readouterr().err


def test_guidance_can_grow() -> None:
    assert parsed("play").guidance_schedule == "constant"
    assert parsed("play", "--guidance-schedule", "linear").guidance_schedule == "linear"
