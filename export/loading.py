"""Opens a bundle's graphs, once everything about them has been seen to be right; no torch.

Nothing is handed to the runtime before manifest, config, hashes, graphs and signatures agree.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import onnxruntime as ort

from export.devices import Device, open_best
from export.errors import ManifestError
from export.graphfile import describe_graph, read_graph
from export.manifest import MANIFEST, GraphSpec, Manifest, read_manifest
from export.onnxengine import OnnxEngine
from export.runtime import CPU, CUDA, RECORDED, GraphSession
from export.signature import signatures
from export.signaturecheck import check_signatures
from model.bundleinfo import DEFAULT_NAME, BundleError, BundleInfo, find_bundle, read_info

WHOLE = "patch"
"""Graphs of whole patches begin with it."""
_SUFFIX = "ExecutionProvider"


def has_graphs(source: str | Path = DEFAULT_NAME) -> bool:
    """Whether a bundle was exported; says nothing about whether its graphs are right."""
    try:
        return (find_bundle(source) / MANIFEST).is_file()
    except BundleError:
        return False


def load_engine(
    source: str | Path = DEFAULT_NAME,
    *,
    device: Device = "auto",
    threads: int = 1,
    rolls: int = 1,
) -> OnnxEngine:
    """An engine that runs a bundle's graphs.

    Args:
        source: A bundle, by folder or by name.
        device: ``auto``, ``cpu`` or ``cuda`` (there or not at all).
        threads: Of the CPU.
        rolls: How many will be made at once; ``auto`` takes what is fastest for so many.

    Raises:
        BundleError: there is no such bundle, or its config or card can't be read.
        NoGraphsError: it was not exported.
        ManifestError: the manifest can't be read, is of a later format, belongs to another config
            or sampler, contradicts a graph, or wants a newer onnxruntime.
        DamagedGraphsError: a file is missing, cut short or changed.
        UnsafeGraphError: a graph asks for files outside the bundle or for foreign operators.
        GraphError: the device is not to be had, or onnxruntime can't load a graph.
    """
    info, manifest = _checked(source)

    def open_on(provider: str) -> OnnxEngine:
        return _open(info, manifest, provider, threads)

    return open_best(open_on, device, rolls=rolls, key=_key(manifest))


def load_on(provider: str, source: str | Path = DEFAULT_NAME, threads: int = 1) -> OnnxEngine:
    """An engine on one provider (`export.runtime`), whatever is faster; to measure it.

    Raises:
        ModelError: as `load_engine`.
    """
    return _open(*_checked(source), provider, threads)


def _checked(source: str | Path) -> tuple[BundleInfo, Manifest]:
    """A bundle and its manifest, after everything about them has been seen to be right."""
    info = read_info(source)
    manifest = read_manifest(info.path)
    _check_runtime(manifest)
    manifest.check_sampler()
    manifest.check_config(info.config)
    manifest.check(info.path)
    for spec in manifest.graphs:
        _check_graph(info.path, manifest, spec)
    check_signatures(signatures(info.config), {spec.name: spec for spec in manifest.graphs})
    return info, manifest


def _open(info: BundleInfo, manifest: Manifest, provider: str, threads: int) -> OnnxEngine:
    """Sessions of all graphs that a provider runs; loops and branches are for the CPU alone.

    Recorded are graphs with caches only: the steps of AR levels, of which all have the same shape.
    """
    sessions = {}
    for spec in manifest.graphs:
        steps = any(tensor.name.startswith("past_") for tensor in spec.inputs)
        own = CUDA if provider == RECORDED and not steps else provider
        if provider == CPU or not spec.name.startswith(WHOLE):
            sessions[spec.name] = GraphSession(info.path / spec.file, own, threads)
    name = provider.replace(_SUFFIX, "").lower()
    return OnnxEngine(info.config, sessions, f"onnx ({name})")


def _key(manifest: Manifest) -> str:
    """What tells this model's graphs from all others: a hash of all that they are."""
    hashes = "".join(entry.sha256 for entry in manifest.files)
    return hashlib.sha256(hashes.encode()).hexdigest()


def _check_graph(folder: Path, manifest: Manifest, spec: GraphSpec) -> None:
    """See that a graph keeps to its bundle and is what the manifest says.

    Raises:
        DamagedGraphsError, UnsafeGraphError: as `read_graph`.
        ManifestError: the manifest describes another graph.
    """
    weights_bytes = next((f.bytes for f in manifest.files if f.name == manifest.weights), 0)
    graph = read_graph(folder / spec.file, manifest.weights, weights_bytes)
    if describe_graph(graph, spec.name, spec.file) != spec:
        raise ManifestError(
            f"{folder / spec.file} has other inputs or outputs than {folder / MANIFEST} says;"
            " export the model again (fractalroll export)"
        )


def _check_runtime(manifest: Manifest) -> None:
    """Refuse an onnxruntime that is too old for the graphs."""
    wanted = manifest.versions.minimum_onnxruntime
    if _numbers(ort.__version__) < _numbers(wanted):
        raise ManifestError(
            f"these graphs need onnxruntime {wanted} or newer, here is {ort.__version__}:"
            " pip install --upgrade fractalroll"
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:2])
