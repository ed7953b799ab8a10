"""Writes a bundle with graphs, checks it, and lets it appear whole or not at all.

Needs torch, for the check; it is imported inside functions. What is written is described in
`export.manifest`.
"""

from __future__ import annotations

import gc
import importlib.metadata
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnx
import onnxruntime as ort

from export.description import Description
from export.errors import GraphError
from export.graphfile import describe_graph, read_graph
from export.graphs import build_graphs
from export.manifest import (
    MANIFEST,
    FileSpec,
    GraphSpec,
    Manifest,
    Versions,
    read_manifest,
)
from export.weightfile import WeightFile
from model.bundleinfo import CARD, CARD_TEXT, CONFIG, DEFAULT_NAME, WEIGHTS, BundleError
from model.extras import needs_training
from model.files import take_place
from model.noise import SAMPLER_VERSION

if TYPE_CHECKING:
    from model.bundle import Bundle

MINIMUM_ONNXRUNTIME = "1.25"
"""The oldest that runs every operator of the graphs: 1.24 has no `TensorScatter`."""

COARSE_BITS = ("patch_levels.0.blocks.", "patch_levels.0.content")
"""How the names begin of what is put into 8 bits, if anything: the wide products of level 0."""

Progress = Callable[[str, float], None]
"""Told what has just been done, and the share of the whole that is done, 0..1."""


@dataclass(frozen=True)
class ExportReport:
    """What was written: the bundle's folder, its manifest, bytes on disk in all, and how long.

    errors: how far each kind of answer was off at most, by what was compared: "flags of level 0".
    """

    path: Path
    manifest: Manifest
    bytes: int
    seconds: float
    errors: Mapping[str, float]


def export_bundle(
    source: str | Path = DEFAULT_NAME,
    out: Path | None = None,
    *,
    embed: bool = False,
    eight_bit: bool = False,
    replace: bool = False,
    version: str | None = None,
    progress: Progress | None = None,
) -> ExportReport:
    """Write a bundle with graphs, and check them against the torch model.

    Args:
        source: A bundle with weights, by folder or by name.
        out: The new bundle's folder; the source's own (or None) gets the graphs in place. An
            earlier export of the same weights is replaced.
        embed: Whether graphs hold the weights themselves; a new bundle then has no weights file.
        eight_bit: Whether level 0's linear layers are put into 8 bits: faster for one roll, but its
            logits are no longer torch's, and so aren't the notes of a seed.
        replace: Whether another bundle that is at `out` may be replaced.
        version: Fractalroll's, for the manifest; None: of the installed package.
        progress: Called after each part.

    Raises:
        BundleError: the source can't be read, or something else is at `out`.
        GraphError: the graphs can't be written, or do not do what the torch model does.
        MissingPackageError: there is no torch.
    """
    begun = time.perf_counter()
    with needs_training("fractalroll export"):
        from model.bundle import load_bundle
    bundle = load_bundle(source)
    out = bundle.info.path if out is None else out
    in_place = out.exists() and out.samefile(bundle.info.path)
    if not in_place:
        _refuse_other(out, bundle.info.path, replace=replace)
    version = version or _installed_version()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as scratch:
            fresh = Path(scratch) / "bundle"
            form = _Form(embed, eight_bit)
            manifest, errors = _write(bundle, fresh, form, version, progress)
            if in_place:
                _add(fresh, out, manifest)
            else:
                if embed:
                    (fresh / WEIGHTS).unlink()  # the check still needed them
                take_place(fresh, out, Path(scratch) / "before")
        size = sum(path.stat().st_size for path in out.iterdir() if path.is_file())
    except OSError as err:
        raise GraphError(f"can't write the graphs to {out}: {err}") from err
    return ExportReport(out, manifest, size, time.perf_counter() - begun, errors)


def _refuse_other(out: Path, source: Path, *, replace: bool) -> None:
    """Let nothing be overwritten but what may be.

    Raises:
        BundleError: something else is there.
    """
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    if not (out / CONFIG).is_file():
        raise BundleError(f"can't export to {out}: something is there that is no bundle")
    if not (replace or _same_weights(out, source)):
        raise BundleError(
            f"can't export to {out}: another bundle is there; choose another folder, or say"
            " --replace"
        )


def _same_weights(one: Path, other: Path) -> bool:
    """Whether two bundles hold the same model."""
    names = (CONFIG, WEIGHTS)
    if not all((one / name).is_file() for name in names):
        return False
    return all(FileSpec.of(one / name) == FileSpec.of(other / name) for name in names)


@dataclass(frozen=True)
class _Form:
    """How weights are written: inside the graphs or not, level 0's in 8 bits or not."""

    embed: bool
    eight_bit: bool


def _write(
    bundle: Bundle, fresh: Path, form: _Form, version: str, progress: Progress | None
) -> tuple[Manifest, dict[str, float]]:
    """A whole bundle in a new folder, checked; and how far each kind of answer was off."""
    from export.beside import Differences
    from export.parity import check_parity, steps_of

    model, source = bundle.model, bundle.info.path
    total, counted = steps_of(model.config) + 1, 0

    def done(what: str) -> None:
        nonlocal counted
        counted += 1
        if progress is not None:
            progress(what, counted / total)

    fresh.mkdir()
    for name in (CONFIG, CARD, CARD_TEXT, WEIGHTS):
        if (source / name).is_file():
            shutil.copyfile(source / name, fresh / name)
    specs = _write_graphs(bundle, fresh, form)
    done("graphs written")
    apart = Differences()
    parity = check_parity(fresh, model, specs, done, eight_bit=form.eight_bit, apart=apart)
    gc.collect()  # sessions that still hold files open would keep Windows from moving them
    needed = [CONFIG, *([] if form.embed else [WEIGHTS]), *(spec.file for spec in specs)]
    manifest = Manifest(
        SAMPLER_VERSION,
        Description.of(model.config),
        specs,
        None if form.embed else WEIGHTS,
        COARSE_BITS if form.eight_bit else (),
        tuple(FileSpec.of(fresh / name) for name in needed),
        _versions(version),
        parity,
    )
    (fresh / MANIFEST).write_text(manifest.to_json() + "\n", encoding="utf-8")
    return manifest, {**apart.logits, **apart.hidden}


def _write_graphs(bundle: Bundle, fresh: Path, form: _Form) -> tuple[GraphSpec, ...]:
    """Every graph as a file, and what it declares once it is read back."""
    coarse = COARSE_BITS if form.eight_bit else ()
    weights = WeightFile.read(fresh / WEIGHTS, embed=form.embed, eight_bit=coarse)
    size = (fresh / WEIGHTS).stat().st_size
    specs = []
    for name, graph in build_graphs(bundle.model.config, weights).items():
        path = fresh / f"{name}.onnx"
        path.write_bytes(graph.SerializeToString())
        written = read_graph(path, None if form.embed else WEIGHTS, size)
        specs.append(describe_graph(written, name, path.name))
    return tuple(specs)


def _versions(version: str) -> Versions:
    import torch

    return Versions(
        fractalroll=version,
        torch=torch.__version__,
        onnx=onnx.__version__,
        onnxruntime=ort.__version__,
        numpy=np.__version__,
        minimum_onnxruntime=MINIMUM_ONNXRUNTIME,
    )


def _installed_version() -> str:
    try:
        return importlib.metadata.version("fractalroll")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


def _add(fresh: Path, folder: Path, manifest: Manifest) -> None:
    """Move graphs into a bundle that is there, its manifest last: without one there are no graphs.

    What an earlier export wrote goes; config, weights and card are not touched.
    """
    earlier = _graph_files(folder)
    (folder / MANIFEST).unlink(missing_ok=True)
    try:
        for graph in manifest.graphs:
            (fresh / graph.file).replace(folder / graph.file)
        for name in earlier - {graph.file for graph in manifest.graphs}:
            (folder / name).unlink(missing_ok=True)
        (fresh / MANIFEST).replace(folder / MANIFEST)
    except BaseException:
        for graph in manifest.graphs:
            (folder / graph.file).unlink(missing_ok=True)
        raise


def _graph_files(folder: Path) -> set[str]:
    """Files of the graphs that are in a folder, by its manifest."""
    try:
        return {graph.file for graph in read_manifest(folder).graphs}
    except GraphError:
        return set()
