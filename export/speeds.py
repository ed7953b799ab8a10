"""What was measured on this machine, remembered: steps a second by model, provider and rolls."""

from __future__ import annotations

import json
from pathlib import Path

import platformdirs

from model.files import write_text


class Speeds:
    """A small JSON file of numbers by name; what can't be read counts as not measured."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def of_user(cls) -> Speeds:
        """The file in the user's cache folder."""
        folder = Path(platformdirs.user_cache_dir("fractalroll", appauthor=False))
        return cls(folder / "speeds.json")

    def get(self, name: str) -> float | None:
        """What was measured, or None."""
        value = self._read().get(name)
        return float(value) if isinstance(value, int | float) else None

    def put(self, name: str, value: float) -> None:
        """Remember a measurement; where nothing can be written, it is measured again next time."""
        known = {**self._read(), name: value}
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_text(self.path, json.dumps(known, indent=1, sort_keys=True) + "\n")
        except OSError:
            return

    def _read(self) -> dict[str, object]:
        try:
            known = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}
