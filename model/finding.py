"""What the doctor finds: what a room saw on this machine, what to do about it, and the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import groupby


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


def can_play(findings: Sequence[Finding]) -> bool:
    """Whether `fractalroll play` works: nothing that it needs failed."""
    return all(finding.ok for finding in findings if finding.needed)


def report(findings: Sequence[Finding]) -> str:
    """The findings as text for people, room by room, advice below what it is about."""
    width = max((len(finding.name) for finding in findings), default=0)
    lines = []
    for room, group in groupby(findings, key=lambda finding: finding.room):
        lines.append(room)
        for finding in group:
            mark = "ok" if finding.ok else "--"
            lines.append(f"  {mark}  {finding.name:{width}}  {finding.detail}")
            if finding.advice:
                lines.append(f"      {'':{width}}  -> {finding.advice}")
    failed = [finding.name for finding in findings if finding.needed and not finding.ok]
    verdict = f"Can't play yet, for want of: {', '.join(failed)}." if failed else "Ready to play."
    return "\n".join([*lines, "", verdict])
