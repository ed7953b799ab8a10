"""`manifest.json`: what lies in an exported bundle, and what it was checked to be.

It says everything that somebody needs who runs the graphs without Fractalroll (`docs/export.md`),
and everything that Fractalroll checks before it runs them. NumPy and JSON only.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from export.description import Description
from export.errors import DamagedGraphsError, ManifestError, NoGraphsError
from export.strictjson import build, differences
from model.config import ModelConfig
from model.noise import SAMPLER_VERSION

MANIFEST = "manifest.json"
FORMAT, FORMAT_VERSION = "fractalroll-graphs", 1
_BLOCK_BYTES = 1 << 20
_LIST, _BREAK = re.compile(r"\[\n\s+([^\[\]{}]*?)\n\s+\]"), re.compile(r"\n\s+")
"""A list of plain values over several lines; a line's end and the next one's indent."""


@dataclass(frozen=True)
class TensorSpec:
    """An input or output; a size that is not known beforehand has the name of its axis."""

    name: str
    dtype: str
    shape: tuple[int | str, ...]


@dataclass(frozen=True)
class GraphSpec:
    """A graph, the file that holds it, and what goes in and comes out, in the file's order."""

    name: str
    file: str
    opset: int
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]


@dataclass(frozen=True)
class FileSpec:
    """A file of the bundle's folder."""

    name: str
    bytes: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> FileSpec:
        """Measure a file.

        Raises:
            OSError: it can't be read.
        """
        digest, size = hashlib.sha256(), 0
        with path.open("rb") as file:
            while block := file.read(_BLOCK_BYTES):
                digest.update(block)
                size += len(block)
        return cls(path.name, size, digest.hexdigest())


@dataclass(frozen=True)
class Versions:
    """What the graphs were written and checked with, and the oldest onnxruntime that runs them."""

    fractalroll: str
    torch: str
    onnx: str
    onnxruntime: str
    numpy: str
    minimum_onnxruntime: str


@dataclass(frozen=True)
class Parity:
    """How far graphs and torch model were apart when they were exported, on the CPU.

    max_abs_logit_error: of flags, kinds and velocities, teacher-forced; at most `tolerance`.
    max_abs_hidden_error: of what levels hand down. max_abs_log_prob_error: of a patch of level 0
    with all below, in nats. logits: numbers compared. patches: patches of level 0 made by level and
    by torch from the same noise; whole_patches: those made in one call. near_ties: differing
    patches at a choice so close that rounding decides it. batch_sizes, steps: of the music made.
    """

    tolerance: float
    max_abs_logit_error: float
    max_abs_hidden_error: float
    max_abs_log_prob_error: float
    logits: int
    patches: int
    whole_patches: int
    near_ties: int
    batch_sizes: tuple[int, ...]
    steps: tuple[int, ...]


@dataclass(frozen=True)
class Manifest:
    """The whole of it.

    weights: name of the file that the graphs take their weights from, or None if they hold them.
    eight_bit: how names of weights begin that the graphs hold in 8 bits; usually none.
    files: every file that the graphs need, `config.json` included.
    """

    sampler: str
    description: Description
    graphs: tuple[GraphSpec, ...]
    weights: str | None
    eight_bit: tuple[str, ...]
    files: tuple[FileSpec, ...]
    versions: Versions
    parity: Parity

    def __post_init__(self) -> None:
        """Refuse names that lead out of the folder, or to nowhere.

        Raises:
            ManifestError: naming them.
        """
        names = [entry.name for entry in self.files]
        wanted = [graph.file for graph in self.graphs]
        wanted += [] if self.weights is None else [self.weights]
        for name in (*names, *wanted):
            if name in ("", ".", "..", MANIFEST) or set(name) & set("/\\:\0"):
                raise ManifestError(f"the manifest names {name!r}, which is no file beside it")
        if missing := sorted(set(wanted) - set(names)):
            raise ManifestError(f"the manifest has no hash of {', '.join(missing)}")
        for what, given in (("file", names), ("graph", [graph.name for graph in self.graphs])):
            if twice := sorted({name for name in given if given.count(name) > 1}):
                raise ManifestError(f"the manifest has the {what} {', '.join(twice)} twice")

    def to_json(self) -> str:
        """The manifest as readable JSON."""
        data = dataclasses.asdict(self)
        head = {"format": FORMAT, "format_version": FORMAT_VERSION, "sampler": data.pop("sampler")}
        text = json.dumps({**head, **data.pop("description"), **data}, indent=2)
        return _LIST.sub(lambda found: f"[{_BREAK.sub(' ', found[1])}]", text)

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Read what `to_json` wrote.

        Raises:
            ManifestError: no JSON, another or a later format, or anything that doesn't match.
        """
        try:
            data = json.loads(text)
        except ValueError as err:
            raise ManifestError(f"the manifest is no JSON: {err}") from err
        if not isinstance(data, dict) or data.pop("format", None) != FORMAT:
            raise ManifestError(f'the manifest is not one of "{FORMAT}"')
        version = data.pop("format_version", None)
        if type(version) is not int or version < 1:
            raise ManifestError(f"the manifest has format {version!r}, which there never was")
        if version > FORMAT_VERSION:
            raise ManifestError(
                f"the manifest has format {version}, this Fractalroll reads up to"
                f" {FORMAT_VERSION}; update Fractalroll"
            )
        described = {entry.name for entry in dataclasses.fields(Description)}
        inner = {name: data.pop(name) for name in described & set(data)}
        description = build(Description, inner, "the manifest")
        return build(cls, {**data, "description": description}, "the manifest")

    def check(self, folder: Path) -> None:
        """Hold every file against its size and hash.

        Raises:
            DamagedGraphsError: one is missing, cut short or changed.
        """
        for wanted in self.files:
            path = folder / wanted.name
            try:
                found = FileSpec.of(path)
            except FileNotFoundError as err:
                raise DamagedGraphsError(f"{path} is missing; {_EXPORT_AGAIN}") from err
            except OSError as err:
                raise DamagedGraphsError(f"can't read {path}: {err}") from err
            if found.bytes < wanted.bytes:
                raise DamagedGraphsError(
                    f"{path} is cut short: {found.bytes} of {wanted.bytes} bytes; {_EXPORT_AGAIN}"
                )
            if found != wanted:
                raise DamagedGraphsError(
                    f"{path} is not the file that was exported (its SHA-256 differs);"
                    f" {_EXPORT_AGAIN}"
                )

    def check_sampler(self) -> None:
        """Refuse graphs whose seeds mean other notes than here.

        Raises:
            ManifestError: the sampler's version differs.
        """
        if self.sampler != SAMPLER_VERSION:
            raise ManifestError(
                f"the graphs were exported for the sampler {self.sampler!r}, this Fractalroll has"
                f" {SAMPLER_VERSION!r}: a seed would make other notes; {_EXPORT_AGAIN}"
            )

    def check_config(self, config: ModelConfig) -> None:
        """Hold the description against the config.

        Raises:
            ManifestError: saying what differs.
        """
        mine = _plain(self.description)
        if faults := differences(mine, _plain(Description.of(config))):
            shown = "; ".join(faults[:3]) + (f"; and {len(faults) - 3} more" if faults[3:] else "")
            raise ManifestError(
                f"the manifest does not belong to config.json: {shown}; {_EXPORT_AGAIN}"
            )


_EXPORT_AGAIN = "export the model again (fractalroll export), or fetch the bundle again"


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a bundle's folder.

    Raises:
        NoGraphsError: there is none.
        ManifestError: it can't be read; the message names the file.
    """
    path = folder / MANIFEST
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as err:
        raise NoGraphsError(
            f"the model {folder} has no graphs; write them with: fractalroll export {folder}"
            f" --out {folder}"
        ) from err
    except (OSError, UnicodeDecodeError) as err:
        raise ManifestError(f"can't read {path}: {err}") from err
    try:
        return Manifest.from_json(text)
    except ManifestError as err:
        raise ManifestError(f"can't use {path}: {err}") from err


def _plain(value: Any) -> Any:
    """A dataclass as JSON would bring it back."""
    return json.loads(json.dumps(dataclasses.asdict(value)))
