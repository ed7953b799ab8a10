"""Holds graphs against their signatures: first names, then axes, then sizes and types.

Each kind of disagreement is an error of its own and names every place, like the checks of a Hugging
Face Optimum export, from which the order comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from export.errors import GraphAxesError, GraphError, GraphNamesError, GraphShapesError
from export.manifest import GraphSpec, TensorSpec
from export.signature import Signature

_SHOWN = 5


def check_signatures(wanted: Mapping[str, Signature], found: Mapping[str, GraphSpec]) -> None:
    """Compare what graphs declare with what the engine will hand them and read from them.

    Args:
        wanted: from `export.signature.signatures`.
        found: from the graphs' files, or from a manifest.

    Raises:
        GraphNamesError, GraphAxesError, GraphShapesError: in this order; the first kind that is
            found is told in full.
    """
    _refuse(GraphNamesError, _names("graph", wanted, found))
    given = {name: Signature.of(found[name]) for name in wanted}
    names = (phrase for name in wanted for phrase in _all_names(name, wanted[name], given[name]))
    _refuse(GraphNamesError, names)
    pairs = [pair for name in wanted for pair in _pairs(name, wanted[name], given[name])]
    _refuse(GraphAxesError, (phrase for pair in pairs for phrase in _axes(*pair)))
    _refuse(GraphShapesError, (phrase for pair in pairs for phrase in _sizes(*pair)))


def _all_names(graph: str, wanted: Signature, found: Signature) -> Iterator[str]:
    for what in ("inputs", "outputs"):
        ours, theirs = ([entry.name for entry in getattr(s, what)] for s in (wanted, found))
        yield from _names(f"{graph} {what.removesuffix('s')}", ours, theirs)


def _names(what: str, wanted: Iterable[str], found: Iterable[str]) -> Iterator[str]:
    """One phrase for each name that is missing or unknown."""
    ours, theirs = list(wanted), list(found)
    yield from (f"no {what} {name}" for name in ours if name not in theirs)
    yield from (f"an unknown {what} {name}" for name in theirs if name not in ours)


def _pairs(
    graph: str, wanted: Signature, found: Signature
) -> Iterator[tuple[str, TensorSpec, TensorSpec]]:
    """Inputs and outputs of the same name, and what to call them."""
    for what, ours, theirs in (
        ("input", wanted.inputs, found.inputs),
        ("output", wanted.outputs, found.outputs),
    ):
        for mine, other in zip(ours, theirs, strict=True):
            yield f"{graph} {what} {mine.name}", mine, other


def _axes(where: str, wanted: TensorSpec, found: TensorSpec) -> Iterator[str]:
    """A phrase if axes are missing, fixed or named otherwise."""
    ours, theirs = (
        [size if isinstance(size, str) else "fixed" for size in spec.shape]
        for spec in (wanted, found)
    )
    if ours != theirs:
        yield f"{where} has axes {_shape(found)} instead of {_shape(wanted)}"


def _sizes(where: str, wanted: TensorSpec, found: TensorSpec) -> Iterator[str]:
    """A phrase if sizes or element types differ."""
    if wanted != found:
        yield (
            f"{where} is {found.dtype} {_shape(found)} instead of {wanted.dtype} {_shape(wanted)}"
        )


def _shape(spec: TensorSpec) -> str:
    return f"[{', '.join(map(str, spec.shape))}]"


def _refuse(kind: type[GraphError], phrases: Iterable[str]) -> None:
    found = list(phrases)
    if found:
        more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise kind(f"these are not the graphs of this model: {'; '.join(found[:_SHOWN])}{more}")
