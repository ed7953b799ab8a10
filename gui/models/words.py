"""What a model is, in words for people: levels, size, data, figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication

from gui.models.entry import ModelEntry
from model.config import ModelConfig


def shown_name(entry: ModelEntry) -> str:
    """What a model is called, and whether it came with Fractalroll."""
    if entry.shipped:
        return QCoreApplication.translate("models", "{name} (bundled)").format(name=entry.name)
    return entry.name


def summary(entry: ModelEntry) -> str:
    """One line: levels, weights, size on disk."""
    if entry.config is None or entry.card is None:
        return QCoreApplication.translate("models", "can't be read")
    levels = QCoreApplication.translate("models", "{count} levels").format(
        count=len(entry.config.levels)
    )
    weights = QCoreApplication.translate("models", "{count} weights").format(
        count=short_count(entry.card.parameters)
    )
    return " · ".join((levels, weights, size_text(entry.bytes)))


def short_count(count: int) -> str:
    """1,728,555 as 1.7 M."""
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if count >= limit:
            return f"{count / limit:.1f} {unit}"
    return str(count)


def size_text(size: int) -> str:
    """Bytes as kB or MB."""
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size / 1e3:.0f} kB"


def levels_text(config: ModelConfig) -> list[str]:
    """One line a level, coarse to fine: what its patches are and how it fills them."""
    single = QCoreApplication.translate("models", "{number}: single cells, {kind}")
    patches = QCoreApplication.translate(
        "models", "{number}: patches of {pitches} × {steps} cells, {kind}"
    )
    return [
        (single if level.patch == (1, 1) else patches).format(
            number=number,
            pitches=level.patch[0],
            steps=level.patch[1],
            kind=_kind(level.kind),
        )
        for number, level in enumerate(config.levels, 1)
    ]


def _kind(kind: str) -> str:
    """How a level fills its patches."""
    if kind == "mar":
        return QCoreApplication.translate("models", "many at once in rounds (MAR)")
    return QCoreApplication.translate("models", "one after another (AR)")


def data_text(entry: ModelEntry) -> list[str]:
    """One line for every body of music that it was trained on."""
    if entry.card is None:
        return []
    lines = []
    for source in entry.card.data:
        songs = QCoreApplication.translate("models", "{count} songs").format(count=source.songs)
        extra = " · ".join(text for text in (songs, source.licence, source.source) if text)
        lines.append(f"{source.name} · {extra}")
    return lines


def figure_text(value: object) -> str:
    """A figure with four digits; several of them with commas between."""
    if isinstance(value, list | tuple):
        return ", ".join(figure_text(one) for one in value)
    if isinstance(value, Mapping):
        return headline(value)
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def headline(figures: Mapping[str, Any]) -> str:
    """A figure that has a value with bounds, on one line; empty for any other group."""
    value = figures.get("value", figures.get("mean"))
    if value is None:
        return ""
    if "low" in figures and "high" in figures:
        return f"{value:.3f}  ({figures['low']:.3f} – {figures['high']:.3f})"
    if "deviation" in figures:
        return f"{value:.3f} ± {figures['deviation']:.3f}"
    return figure_text(value)
