"""A stand-in for Qt's dialogs: answers are given beforehand, questions are written down."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class Answers:
    """Answers each question with the next answer.

    Args:
        paths: For questions about files.
        choices: For questions with a few answers.
    """

    def __init__(self, paths: Sequence[Path | None] = (), choices: Sequence[int] = ()) -> None:
        self.paths, self.choices = list(paths), list(choices)
        self.asked: list[str] = []
        self.proposed: list[Path] = []

    def choose(self, title: str, text: str, answers: Sequence[str]) -> int:
        """The next choice."""
        self.asked.append(title)
        return self.choices.pop(0)

    def open_path(self, title: str, kinds: str, folder: Path) -> Path | None:
        """The next path."""
        self.asked.append(title)
        return self.paths.pop(0)

    def save_path(self, title: str, kinds: str, proposed: Path) -> Path | None:
        """The next path; what was proposed is written down."""
        self.asked.append(title)
        self.proposed.append(proposed)
        return self.paths.pop(0)
