"""What we ask of Windows MIDI Services, told by a stand-in for their registry entry and tool."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from bridge.ports.windowsmidi import can_make_loopback, has_services, make_loopback

SYNTH = "Microsoft GS Wavetable Synth 0"
TOOL = r"C:\Program Files\Windows MIDI Services\midi.exe"


class Registry(SimpleNamespace):
    """As much of winreg as is asked."""

    HKEY_LOCAL_MACHINE = "HKLM"

    def __init__(self, *keys: str) -> None:
        super().__init__(keys=keys, closed=[])

    def OpenKey(self, root: str, name: str) -> str:  # noqa: N802  (Microsoft's name)
        if root != self.HKEY_LOCAL_MACHINE or name not in self.keys:
            raise FileNotFoundError(name)
        return name

    def CloseKey(self, key: str) -> None:  # noqa: N802
        self.closed.append(key)


class Windows:
    """A Windows machine whose tool makes ports, or doesn't."""

    def __init__(self) -> None:
        self.ports = [SYNTH]
        self.commands: list[list[str]] = []
        self.code = 0
        self.appears = True
        self.looks = 0
        self.fails: Exception | None = None

    def run(self, command: list[str], **options: object) -> SimpleNamespace:
        self.commands.append(command)
        assert options["timeout"]
        if self.fails is not None:
            raise self.fails
        if self.code == 0 and self.appears:
            root = command[-1]
            self.ports += [f"{root} (A) 1", f"{root} (B) 2"]
        return SimpleNamespace(returncode=self.code)

    def list_ports(self) -> list[str]:
        self.looks += 1
        return self.ports

    def clock(self) -> float:
        """A second for each look."""
        return float(self.looks)


Install = Callable[..., Windows]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    def machine(*, services: bool = True, tool: bool = True) -> Windows:
        windows = Windows()
        keys = [r"SYSTEM\CurrentControlSet\Services\midisrv"] if services else []
        monkeypatch.setitem(sys.modules, "winreg", Registry(*keys))
        monkeypatch.setattr(shutil, "which", lambda name: TOOL if tool else None)
        monkeypatch.setattr(subprocess, "run", windows.run)
        return windows

    return machine


def test_a_loopback_named_after_us_is_made_and_waited_for(install: Install) -> None:
    windows = install()
    ports = make_loopback("Fractalroll", windows.list_ports, clock=windows.clock)
    assert windows.commands == [[TOOL, "loopback", "create", "--root-name", "Fractalroll"]]
    assert ports == [SYNTH, "Fractalroll (A) 1", "Fractalroll (B) 2"]


@pytest.mark.parametrize(("services", "tool"), [(False, True), (True, False)])
def test_without_the_service_or_its_tool_nothing_is_run(
    install: Install, services: bool, tool: bool
) -> None:
    windows = install(services=services, tool=tool)
    assert has_services() == services
    assert not can_make_loopback()
    assert make_loopback("Fractalroll", windows.list_ports) == [SYNTH]
    assert windows.commands == []


def test_a_tool_that_refuses_changes_nothing(install: Install) -> None:
    windows = install()
    windows.code = 1
    assert make_loopback("Fractalroll", windows.list_ports) == [SYNTH]


@pytest.mark.parametrize("error", [OSError("gone"), subprocess.TimeoutExpired("midi", 1.0)])
def test_a_tool_that_fails_changes_nothing(install: Install, error: Exception) -> None:
    windows = install()
    windows.fails = error
    assert make_loopback("Fractalroll", windows.list_ports) == [SYNTH]


def test_a_port_that_never_appears_is_not_waited_for_without_end(install: Install) -> None:
    windows = install()
    windows.appears = False
    assert make_loopback("Fractalroll", windows.list_ports, clock=windows.clock) == [SYNTH]
    assert windows.looks <= 5


def test_elsewhere_there_are_no_such_services(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "winreg", None)
    assert not has_services()
