"""The parity report: how far graphs and the torch model are apart, as rows and as text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication

from export.manifest import Manifest, Parity
from export.strictjson import build

_FLAGS = re.compile(r"flags of level (\d+)")
_DOWN = re.compile(r"what level (\d+) hands down")


@dataclass(frozen=True)
class ParityRow:
    """One kind of answer: how far it was off at most, absolutely."""

    label: str
    error: float


@dataclass(frozen=True)
class ParityReport:
    """All of it, for a picture and for a text.

    Attributes:
        parity: The largest errors and what was compared.
        rows: From coarse to fine; the kinds of answers if the export has just told them, else the
            three largest errors that the manifest keeps.
        eight_bit: Whether the coarsest level has its weights in 8 bits.
    """

    parity: Parity
    rows: tuple[ParityRow, ...]
    eight_bit: bool

    @property
    def good(self) -> bool:
        """Whether every row lies within the tolerance."""
        return all(row.error <= self.parity.tolerance for row in self.rows)

    @classmethod
    def of_manifest(cls, manifest: Manifest) -> ParityReport:
        """What a bundle's manifest keeps."""
        return cls(manifest.parity, _largest(manifest.parity), bool(manifest.eight_bit))

    @classmethod
    def of_export(cls, facts: Mapping[str, Any]) -> ParityReport:
        """What `fractalroll export --json` reports.

        Raises:
            ManifestError: the facts are no such report.
        """
        parity = build(Parity, facts.get("parity"), "the report's parity")
        rows = tuple(
            ParityRow(label(what), float(error))
            for what, error in sorted(
                facts.get("errors", {}).items(), key=lambda item: _rank(item[0])
            )
        )
        return cls(parity, rows or _largest(parity), bool(facts.get("eight_bit")))


def label(what: str) -> str:
    """A kind of answer, as `export.beside` names it, in plain words."""
    if found := _FLAGS.fullmatch(what):
        text = QCoreApplication.translate("models", "Level {number}: which patches sound")
        return text.format(number=int(found[1]) + 1)
    if found := _DOWN.fullmatch(what):
        text = QCoreApplication.translate("models", "Level {number}: what it hands down")
        return text.format(number=int(found[1]) + 1)
    if what == "kinds of cells":
        return QCoreApplication.translate("models", "Cells: silent, held or struck")
    if what == "velocities of cells":
        return QCoreApplication.translate("models", "Cells: how loud")
    return what


def as_text(report: ParityReport) -> str:
    """The report as lines to read or to copy."""
    parity = report.parity
    width = max(len(row.label) for row in report.rows)
    verdict = (
        QCoreApplication.translate("models", "The graphs do what the torch model does.")
        if report.good
        else QCoreApplication.translate("models", "The graphs differ from the torch model.")
    )
    lines = [verdict, ""]
    lines += [f"{row.label:<{width}}  {row.error:.1e}" for row in report.rows]
    lines += [
        QCoreApplication.translate("models", "allowed: {tolerance}").format(
            tolerance=f"{parity.tolerance:.0e}"
        ),
        "",
        counted(report),
    ]
    if report.eight_bit:
        lines.append(
            QCoreApplication.translate(
                "models", "Level 1 is in 8 bits: notes are held against the graphs' own."
            )
        )
    return "\n".join(lines)


def counted(report: ParityReport) -> str:
    """What was compared, on one line."""
    parity = report.parity
    text = QCoreApplication.translate(
        "models",
        "{logits} numbers compared · {patches} patches note for note the same · {ties} near-ties",
    )
    return text.format(
        logits=f"{parity.logits:,}",
        patches=f"{parity.patches + parity.whole_patches:,}",
        ties=parity.near_ties,
    )


def _largest(parity: Parity) -> tuple[ParityRow, ...]:
    return (
        ParityRow(
            QCoreApplication.translate("models", "What is chosen from (logits)"),
            parity.max_abs_logit_error,
        ),
        ParityRow(
            QCoreApplication.translate("models", "What levels hand down"),
            parity.max_abs_hidden_error,
        ),
        ParityRow(
            QCoreApplication.translate("models", "Log-probability of a whole patch"),
            parity.max_abs_log_prob_error,
        ),
    )


def _rank(what: str) -> tuple[int, int]:
    """Level by level, flags before what is handed down; cells last."""
    for rank, pattern in enumerate((_FLAGS, _DOWN)):
        if found := pattern.fullmatch(what):
            return int(found[1]), rank
    return 99, 0 if what.startswith("kinds") else 1
