"""One finding of the doctor: what a room saw on this machine and what to do about it."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Finding:
    """What one check saw.

    Every room has a `doctor.py` whose `findings()` returns a list of these; the front door prints
    them. A finding that is not `ok` must say in `advice` what to do.
    """

    room: str
    """`bridge`, `export`, `gui` or `model`."""
    name: str
    """What was looked at, in two or three words: `MIDI systems`, `Qt platform`."""
    ok: bool
    """Whether it works. A slower way that works (CPU instead of a GPU) is ok."""
    detail: str
    """What was seen, with versions and names, as one sentence or list."""
    advice: str = ""
    """What to do about it; empty where nothing needs doing."""
    needed: bool = False
    """Whether `fractalroll play` can not work without it."""

    def __post_init__(self) -> None:
        if not self.ok and not self.advice:
            raise ValueError(f"Finding {self.name!r} is not ok and gives no advice; say what to do")

    def to_json(self) -> dict[str, str | bool]:
        """The finding as plain values, keyed by field name."""
        return asdict(self)
