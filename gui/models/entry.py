"""What is known of a model before it is loaded: its card, its size, its graphs, or why it fails.

No Qt here, and no weights: only small JSON files are read.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from export.manifest import MANIFEST, Manifest, read_manifest
from model.bundleinfo import DEFAULT_NAME, Card, list_bundles, read_info, shipped_folder
from model.config import ModelConfig
from model.errors import ModelError


@dataclass(frozen=True, eq=False)
class ModelEntry:
    """A bundle in the list.

    Attributes:
        name: Its folder's, by which every command knows it.
        path: The folder.
        shipped: Whether it came with Fractalroll; then it can't be removed or renamed.
        bytes: On disk, all files together.
        config: How it is built; None if it can't be read.
        card: What it says about itself; None if it can't be read.
        manifest: Of its graphs; None if it has none, or none that can be read.
        fault: Why it can't be used; empty if it can.
        graph_fault: Why its graphs can't be used; empty if they can, or if there are none.
    """

    name: str
    path: Path
    shipped: bool
    bytes: int
    config: ModelConfig | None = None
    card: Card | None = None
    manifest: Manifest | None = None
    fault: str = ""
    graph_fault: str = ""

    @property
    def has_graphs(self) -> bool:
        """Whether it plays without torch."""
        return self.manifest is not None


def read_entries() -> tuple[ModelEntry, ...]:
    """All bundles that are known by name: the default one first, then by name."""
    found = [read_entry(path) for path in list_bundles().values()]
    return tuple(sorted(found, key=lambda entry: (entry.name != DEFAULT_NAME, entry.name.lower())))


def read_entry(path: Path) -> ModelEntry:
    """One bundle's folder; faults are told inside the entry, nothing is raised."""
    shipped = path.parent == shipped_folder()
    try:
        info = read_info(path)
    except ModelError as err:
        return ModelEntry(path.name, path, shipped, _size(path), fault=str(err))
    manifest, graph_fault = None, ""
    if (path / MANIFEST).is_file():
        try:
            manifest = read_manifest(path)
        except ModelError as err:
            graph_fault = str(err)
    return ModelEntry(
        path.name,
        path,
        shipped,
        _size(path),
        info.config,
        info.card,
        manifest,
        graph_fault=graph_fault,
    )


def _size(path: Path) -> int:
    try:
        return sum(file.stat().st_size for file in path.iterdir() if file.is_file())
    except OSError:
        return 0
