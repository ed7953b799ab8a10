"""How a deck's ports come to be."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.deck import openers as deckopeners
from bridge.deck.openers import RealOpeners, by_name, is_ours
from bridge.ports.systems import MidiSystem

JACK = MidiSystem("jack", True, "JACK")


class Child:
    """Stands in for `ChildPort`: keeps how it was made."""

    remembered = frozenset({"daw:in"})
    rate = 48_000

    def __init__(self, module: str, spec: dict[str, Any], environment: dict[str, str]) -> None:
        self.module, self.spec, self.environment = module, spec, environment
        self.name = str(spec.get("client", ""))

    def now(self) -> float:
        return 0.0

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *error: object) -> None: ...


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Child]:
    found: list[Child] = []

    def child(module: str, spec: dict[str, Any], environment: dict[str, str]) -> Child:
        found.append(Child(module, spec, environment))
        return found[-1]

    monkeypatch.setattr(deckopeners, "ChildPort", child)
    monkeypatch.setattr("bridge.ports.systems.ChildPort", child)
    monkeypatch.setattr("bridge.ports.systems._latest", {})
    return found


def test_a_font_that_was_chosen_reaches_the_sounds_process(made: list[Child]) -> None:
    openers = RealOpeners()
    openers.sound()
    openers.font = "/fonts/grand.sf2"
    openers.sound()
    assert "FRACTALROLL_SOUNDFONT" not in made[0].environment
    assert made[1].environment["FRACTALROLL_SOUNDFONT"] == "/fonts/grand.sf2"


def test_parts_have_ports_of_their_names_and_are_connected_again(made: list[Child]) -> None:
    openers = RealOpeners()
    openers.parts = (("Lead", 0), ("Kit", 9), ("Lead", 2))
    openers.midi(JACK, "")
    openers.midi(JACK, "")
    names = [(child.spec["client"], child.spec["remembered"]) for child in made]
    assert names == [
        ("Fractalroll Lead", []),
        ("Fractalroll Kit", []),
        ("Fractalroll Lead", ["daw:in"]),
        ("Fractalroll Kit", ["daw:in"]),
    ]
    openers.midi(JACK, "synth:in")
    assert (made[-1].spec["client"], made[-1].spec["target"]) == ("Fractalroll", "synth:in")


def test_parts_of_one_name_share_a_port() -> None:
    assert by_name([("a", 0), ("b", 1), ("a", 2)]) == {"a": [0, 2], "b": [1]}


def test_our_own_ports_are_known_by_their_names() -> None:
    assert is_ours("jack", "Fractalroll Lead:out")
    assert not is_ours("jack", "Fractalroll listener:in", "Fractalroll in")
    assert not is_ours("jack", "synth:in")
    assert not is_ours("winmm", "Fractalroll")
