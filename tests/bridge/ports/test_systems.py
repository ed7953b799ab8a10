"""Which child plays on which system, and what happens when it can't."""

import pytest

from bridge.errors import PortError
from bridge.ports import systems
from bridge.ports.systems import MidiSystem, open_output


class Children:
    """Keeps which children were asked for; some refuse."""

    def __init__(self, *broken: str) -> None:
        self.asked: list[str] = []
        self.specs: list[dict[str, object]] = []
        self._broken = broken

    def __call__(self, module: str, spec: dict[str, object], environment: object) -> str:
        self.asked.append(module)
        self.specs.append(spec)
        if module in self._broken:
            raise PortError(f"{module} refuses")
        return module


@pytest.fixture(autouse=True)
def nothing_opened_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(systems, "_latest", {})


@pytest.mark.parametrize(
    ("name", "native", "child"),
    [
        ("jack", False, "bridge.ports.jackchild"),
        ("pipewire", False, "bridge.ports.jackchild"),
        ("alsa", True, "bridge.ports.alsachild"),
        ("alsa", False, "bridge.ports.loopchild"),
        ("coremidi", True, "bridge.ports.coremidichild"),
        ("coremidi", False, "bridge.ports.loopchild"),
        ("winmm", False, "bridge.ports.loopchild"),
        ("rtmidi-jack", False, "bridge.ports.loopchild"),
    ],
)
def test_each_system_is_played_by_its_own_part_where_that_answers(
    monkeypatch: pytest.MonkeyPatch, name: str, native: bool, child: str
) -> None:
    children = Children()
    monkeypatch.setattr(systems, "ChildPort", children)
    open_output(MidiSystem(name, True, "", native=native), "Fractalroll", remembered={"b", "a"})
    assert children.asked == [child]
    assert children.specs[0]["remembered"] == ["a", "b"]


def test_where_a_system_s_own_part_refuses_the_loop_plays(monkeypatch: pytest.MonkeyPatch) -> None:
    children = Children("bridge.ports.alsachild")
    monkeypatch.setattr(systems, "ChildPort", children)
    open_output(MidiSystem("alsa", True, "", native=True), "Fractalroll")
    assert children.asked == ["bridge.ports.alsachild", "bridge.ports.loopchild"]


def test_where_both_refuse_the_last_one_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        systems, "ChildPort", Children("bridge.ports.coremidichild", "bridge.ports.loopchild")
    )
    with pytest.raises(PortError, match="loopchild refuses"):
        open_output(MidiSystem("coremidi", True, "", native=True), "Fractalroll")


def test_jack_has_no_second_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(systems, "ChildPort", Children("bridge.ports.jackchild"))
    with pytest.raises(PortError, match="jackchild refuses"):
        open_output(MidiSystem("jack", True, ""), "Fractalroll")
