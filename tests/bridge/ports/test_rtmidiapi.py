"""What we ask of RtMidi on systems that are not here, told by a stand-in for the library."""

from collections.abc import Callable
from typing import Any

import pytest
import rtmidi

from bridge.errors import PortError
from bridge.ports import rtmidiapi


class FakeMidi:
    """An RtMidi object that keeps what was asked of it."""

    ports: tuple[str, ...] = ()
    refuses = False

    def __init__(self, rtapi: int, name: str) -> None:
        if self.refuses:
            raise rtmidi.SystemError("no driver")
        self.api = rtapi
        self.client = name
        self.calls: list[tuple[Any, ...]] = []

    def get_ports(self) -> list[str]:
        return list(self.ports)

    def open_virtual_port(self, name: str) -> None:
        self.calls.append(("virtual", name))

    def open_port(self, port: int, name: str | None = None) -> None:
        self.calls.append(("port", port))

    def ignore_types(self, **kinds: bool) -> None:
        self.calls.append(("ignore", kinds))

    def delete(self) -> None:
        self.calls.append(("delete",))


Install = Callable[..., type[FakeMidi]]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Puts a stand-in with given ports in the place of RtMidi, with every API compiled in."""

    def stand_in(*there: str, broken: bool = False) -> type[FakeMidi]:
        class Fake(FakeMidi):
            ports = there
            refuses = broken

        monkeypatch.setattr(rtmidi, "MidiOut", Fake)
        monkeypatch.setattr(rtmidi, "MidiIn", Fake)
        monkeypatch.setattr(rtmidi, "get_compiled_api", lambda: list(rtmidiapi.APIS.values()))
        return Fake

    return stand_in


@pytest.mark.parametrize(
    ("system", "api"), [("alsa", rtmidi.API_LINUX_ALSA), ("coremidi", rtmidi.API_MACOSX_CORE)]
)
def test_where_there_are_virtual_ports_one_of_our_name_appears(
    install: Install, system: str, api: int
) -> None:
    install()
    output, name = rtmidiapi.open_output(system, "Fractalroll")
    assert (output.api, output.client, name) == (api, "Fractalroll", "Fractalroll")
    assert output.calls == [("virtual", "Fractalroll")]


def test_on_windows_a_loopback_port_is_opened(install: Install) -> None:
    install("Microsoft GS Wavetable Synth 0", "loopMIDI Port 1")
    output, name = rtmidiapi.open_output("winmm", "Fractalroll")
    assert name == "loopMIDI Port 1"
    assert output.calls == [("port", 1)]


def test_on_windows_without_a_loopback_the_error_says_how_to_get_one(install: Install) -> None:
    install("Microsoft GS Wavetable Synth 0")
    with pytest.raises(PortError, match="loopMIDI"):
        rtmidiapi.open_output("winmm", "Fractalroll")


def test_on_windows_a_loopback_that_can_be_made_is_made(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = install("Microsoft GS Wavetable Synth 0")
    asked: list[str] = []

    def make(name: str, list_ports: Callable[[], list[str]]) -> list[str]:
        asked.append(name)
        fake.ports = (*fake.ports, f"{name} (A) 1", f"{name} (B) 2")
        return list_ports()

    monkeypatch.setattr(rtmidiapi, "make_loopback", make)
    output, name = rtmidiapi.open_output("winmm", "Fractalroll")
    assert (asked, name) == (["Fractalroll"], "Fractalroll (A) 1")
    assert output.calls == [("port", 1)]
    rtmidiapi.open_output("winmm", "Fractalroll")
    assert asked == ["Fractalroll"]


def test_on_windows_the_other_end_is_listened_to(install: Install) -> None:
    install("Keys 0", "Default App Loopback (B) 1")
    ear = rtmidiapi.open_input("winmm", "Listener", "Default App Loopback (A) 1")
    assert ear.calls[-1] == ("port", 1)


def test_elsewhere_a_port_is_found_by_the_name_inside_its_full_name(install: Install) -> None:
    install("Midi Through:Midi Through Port-0 14:0", "Fractalroll:Fractalroll 128:0")
    ear = rtmidiapi.open_input("alsa", "Listener", "Fractalroll")
    assert ear.calls[-1] == ("port", 1)


def test_timing_messages_are_not_filtered_out(install: Install) -> None:
    install("Fractalroll")
    ear = rtmidiapi.open_input("coremidi", "Listener", "Fractalroll")
    assert ear.calls[0][1]["timing"] is False


def test_a_driver_that_refuses_is_reported_in_our_words(install: Install) -> None:
    install(broken=True)
    with pytest.raises(PortError, match="tried to reach coremidi"):
        rtmidiapi.open_output("coremidi", "Fractalroll")


def test_listing_ports_leaves_no_client_behind(install: Install) -> None:
    install("One", "Two")
    assert rtmidiapi.list_ports("alsa") == (["One", "Two"], ["One", "Two"])


def test_a_system_that_was_not_built_in_is_named() -> None:
    with pytest.raises(PortError, match="built without winmm"):
        rtmidiapi.open_output("winmm", "Fractalroll")
