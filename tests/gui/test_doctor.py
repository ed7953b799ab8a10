from collections.abc import Mapping

import pytest

from gui import doctor
from model.probe import JsonObject, ProbeError


def qt_answers(monkeypatch: pytest.MonkeyPatch, *, offscreen: str = "", display: str = "") -> None:
    """Let Qt fail with the given messages, or start where a message is empty."""

    def probe(question: object, *, environment: Mapping[str, str] | None = None) -> JsonObject:
        error = offscreen if environment else display
        if error:
            raise ProbeError(error)
        return {"version": "6.11.3", "platform": "offscreen" if environment else "xcb"}

    monkeypatch.setattr(doctor, "probe", probe)


@pytest.fixture
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("no_display")
def test_qt_starts_on_this_machine_without_a_display() -> None:
    qt, display = doctor.findings()
    assert qt.ok
    assert qt.detail.startswith("PySide6 6.")
    assert display.ok


@pytest.mark.usefixtures("no_display")
def test_a_missing_system_library_comes_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    error = "ImportError: libEGL.so.1: cannot open shared object file"
    qt_answers(monkeypatch, offscreen=error)
    (qt,) = doctor.findings()
    assert not qt.ok
    assert "libEGL.so.1" in qt.detail
    assert "libegl1" in qt.advice
    assert not qt.needed, "playing needs no window"


@pytest.mark.usefixtures("no_display")
def test_a_display_that_qt_does_not_open_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    qt_answers(monkeypatch, display="could not load the Qt platform plugin xcb")
    _, display = doctor.findings()
    assert not display.ok
    assert "libxcb-cursor0" in display.advice


@pytest.mark.usefixtures("no_display")
def test_a_display_that_opens_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    qt_answers(monkeypatch)
    _, display = doctor.findings()
    assert display.detail == "Qt opens it as xcb"
