"""Tests that need a JACK server carry the mark by which they are left out where there is none."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from tests.conftest import pytest_collection_modifyitems


class Item:
    """As much of a collected test as is looked at."""

    def __init__(self, name: str, *fixtures: str, mark: bool = False) -> None:
        self.nodeid, self.fixturenames, self._mark = name, fixtures, mark

    def get_closest_marker(self, name: str) -> object | None:
        return name if self._mark and name == "ports" else None


def collected(*items: Item) -> tuple[list[str], list[str]]:
    """Names of those that stay, and of those left out."""
    left_out: list[Any] = []
    hook = SimpleNamespace(pytest_deselected=lambda items: left_out.extend(items))
    kept: list[Any] = list(items)
    pytest_collection_modifyitems(SimpleNamespace(hook=hook), kept)  # type: ignore[arg-type]
    return [item.nodeid for item in kept], [item.nodeid for item in left_out]


PLAIN, ON_PORTS = Item("plain"), Item("ports", "jack_server", mark=True)


def test_on_linux_nothing_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert collected(PLAIN, ON_PORTS) == (["plain", "ports"], [])


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_elsewhere_what_needs_a_server_is_left_out(
    monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    assert collected(PLAIN, ON_PORTS) == (["plain"], ["ports"])


def test_a_server_without_the_mark_is_an_error() -> None:
    with pytest.raises(pytest.UsageError, match="forgotten"):
        collected(PLAIN, Item("forgotten", "killable_server"))
