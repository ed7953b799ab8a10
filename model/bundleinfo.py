"""Where trained models lie and what they say about themselves, without loading their weights.

A *bundle* is a folder: `config.json` (the generator's config), `weights.safetensors`, `card.json`
(data, licences, figures and the exact command) and `card.md` (the same for people). Bundles that
come with Fractalroll lie in `model/bundles/NAME`, a user's own in the data folder of the system.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs

from model.config import ConfigError, ModelConfig
from model.errors import ModelError
from model.files import write_text

FORMAT = 1
"""Version of the bundle's layout, kept in `card.json`."""
CONFIG, WEIGHTS, CARD, CARD_TEXT = "config.json", "weights.safetensors", "card.json", "card.md"
DEFAULT_NAME = "standard"
"""The bundle that is used when none is named."""
ALIAS = "default"
"""Another name of it."""


class BundleError(ModelError):
    """A bundle that can't be found, read or written."""


@dataclass(frozen=True)
class DataSource:
    """One body of music that a model was trained on."""

    name: str
    songs: int = 0
    licence: str = ""
    source: str = ""


@dataclass(frozen=True)
class Card:
    """What a bundle says about its model.

    Attributes:
        name: Short name, also the folder's by custom.
        description: One or two sentences.
        licence: Under which the weights may be used.
        data: What it was trained on.
        figures: Measured numbers by name; values are numbers, strings or nested objects.
        command: The exact command that made it.
        created: Date, YYYY-MM-DD.
        parameters: How many weights.
    """

    name: str
    description: str = ""
    licence: str = ""
    data: tuple[DataSource, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)
    command: str = ""
    created: str = ""
    parameters: int = 0

    def to_json(self) -> str:
        """The card as readable JSON, with the layout's version."""
        return json.dumps({"format_version": FORMAT, **dataclasses.asdict(self)}, indent=2)

    @classmethod
    def from_json(cls, text: str) -> Card:
        """Read what `to_json` wrote.

        Raises:
            BundleError: no JSON object, a later version, unknown fields or wrong types.
        """
        try:
            data = json.loads(text)
        except ValueError as err:
            raise BundleError(f"the card is no JSON: {err}") from err
        version = data.pop("format_version", None) if isinstance(data, dict) else None
        if not isinstance(version, int) or not 1 <= version <= FORMAT:
            raise BundleError(
                f"the card has format {version!r}, this Fractalroll reads up to {FORMAT};"
                " update Fractalroll"
            )
        try:
            sources = tuple(DataSource(**entry) for entry in data.pop("data", ()))
            return cls(data=sources, **data)
        except TypeError as err:
            raise BundleError(f"the card's fields can't be read: {err}") from err

    def completed(self, text: str) -> Card:
        """The card with what only people know: its words, and licence and source of the data.

        Args:
            text: JSON object that may hold `name`, `description`, `licence`, `command`, and
                `data`: a list of objects with the `name` of a data source of this card, its
                `licence` and its `source`.

        Raises:
            BundleError: no JSON object, an unknown field, or data that the card doesn't have.
        """
        try:
            given = json.loads(text)
        except ValueError as err:
            raise BundleError(f"what the card should say is no JSON: {err}") from err
        words = ("name", "description", "licence", "command")
        if not isinstance(given, dict) or set(given) - {*words, "data"}:
            raise BundleError(f"a card can be told {', '.join(words)} and data, in a JSON object")
        sources: dict[object, DataSource] = {source.name: source for source in self.data}
        for entry in given.get("data", ()):
            known = sources.get(entry.get("name")) if isinstance(entry, dict) else None
            if known is None or set(entry) - {"name", "licence", "source"}:
                raise BundleError(
                    f"the card can't be told {entry!r}: data has name, licence and source, and the"
                    f" names are {', '.join(source.name for source in self.data)}"
                )
            sources[known.name] = dataclasses.replace(known, **entry)
        told: dict[str, Any] = {name: str(given[name]) for name in words if name in given}
        return dataclasses.replace(self, data=tuple(sources.values()), **told)

    def to_markdown(self) -> str:
        """The card as a page for people."""
        lines = [f"# {self.name}", ""]
        if self.description:
            lines += [self.description, ""]
        lines += [f"- Licence of the weights: {self.licence or 'not stated'}"]
        lines += [f"- Parameters: {self.parameters:,}", f"- Made: {self.created or 'unknown'}", ""]
        if self.data:
            lines += ["## Data", "", "| Music | Songs | Licence | Source |", "|---|---|---|---|"]
            lines += [f"| {d.name} | {d.songs} | {d.licence} | {d.source} |" for d in self.data]
            lines += [""]
        if self.figures:
            lines += ["## Figures", "", "| Figure | Value |", "|---|---|"]
            lines += [f"| {name} | {value} |" for name, value in _flat(self.figures)]
            lines += [""]
        if self.command:
            lines += ["## Command", "", "```", self.command, "```", ""]
        return "\n".join(lines)


@dataclass(frozen=True)
class BundleInfo:
    """A bundle without its weights."""

    path: Path
    config: ModelConfig
    card: Card


def shipped_folder() -> Path:
    """Where the bundles lie that come with Fractalroll."""
    return Path(__file__).parent / "bundles"


def user_folder() -> Path:
    """Where a user's own bundles lie."""
    return Path(platformdirs.user_data_dir("fractalroll", appauthor=False)) / "bundles"


def find_bundle(source: str | Path = DEFAULT_NAME) -> Path:
    """Folder of a bundle that is given by path or by name.

    A path wins; a name is looked for among the user's bundles, then among those that ship. The name
    ``default`` stands for the bundle that is used when none is named, unless something has it.

    Raises:
        BundleError: nothing is there; the message lists the names that are.
    """
    tries = [Path(source).expanduser()]
    if len(Path(source).parts) == 1:
        tries += [folder / source for folder in (user_folder(), shipped_folder())]
        tries += [shipped_folder() / DEFAULT_NAME] if str(source) == ALIAS else []
    for path in tries:
        if (path / CONFIG).is_file():
            return path
    names = ", ".join(sorted(list_bundles())) or "none"
    raise BundleError(
        f"there is no model at {source}: a bundle is a folder with {CONFIG} and {WEIGHTS};"
        f" known by name: {names}",
        "no_model",
        source=str(source),
        names=names,
    )


def list_bundles() -> dict[str, Path]:
    """All bundles that can be loaded by name; a user's own hides a shipped one of that name."""
    found: dict[str, Path] = {}
    for folder in (shipped_folder(), user_folder()):
        if folder.is_dir():
            found |= {p.name: p for p in sorted(folder.iterdir()) if (p / CONFIG).is_file()}
    return found


def read_info(source: str | Path = DEFAULT_NAME) -> BundleInfo:
    """Config and card of a bundle that is given by path or by name.

    Raises:
        BundleError: it isn't there, or one of the two can't be read.
    """
    path = find_bundle(source)
    try:
        config = ModelConfig.from_json(_read(path / CONFIG))
    except ConfigError as err:
        raise _unreadable(path, err) from err
    try:
        return BundleInfo(path, config, Card.from_json(_read(path / CARD)))
    except BundleError as err:
        raise _unreadable(path, err) from err


def _unreadable(path: Path, err: Exception) -> BundleError:
    text = f"can't read the model {path}: {err}"
    return BundleError(text, "unreadable_model", path=str(path), why=str(err))


def add_figures(path: Path, figures: Mapping[str, Any]) -> Card:
    """Write measured figures into a bundle's card; those of the same name are replaced.

    Args:
        path: The bundle's folder.
        figures: As in `Card.figures`.

    Raises:
        BundleError: the card can't be read or written.
    """
    card = read_info(path).card
    card = dataclasses.replace(card, figures={**card.figures, **figures})
    try:
        write_text(path / CARD, card.to_json() + "\n")
        write_text(path / CARD_TEXT, card.to_markdown())
    except OSError as err:
        raise BundleError(f"can't write the card of {path}: {err}") from err
    return card


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as err:
        raise BundleError(f"can't read {path}: {err}") from err


def _flat(figures: Mapping[str, Any], before: str = "") -> list[tuple[str, str]]:
    """Nested figures as rows of name and value."""
    rows: list[tuple[str, str]] = []
    for name, value in figures.items():
        if isinstance(value, Mapping):
            rows += _flat(value, f"{before}{name}, ")
        else:
            rows.append((f"{before}{name}", _shown(value)))
    return rows


def _shown(value: object) -> str:
    """A figure with four digits; several of them with commas between."""
    if isinstance(value, list | tuple):
        return ", ".join(_shown(entry) for entry in value)
    return f"{value:.4g}" if isinstance(value, float) else f"{value}"
