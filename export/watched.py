"""A session that sees whether what comes out has the shape that its graph declares."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from export.errors import GraphShapesError
from export.manifest import GraphSpec, TensorSpec
from export.recording import Recordings
from export.runtime import GraphSession, Memory

CACHED = ("past_", "present_")


class WatchedSession(GraphSession):
    """A `GraphSession` for checks; sizes that go by one name must be one size in a call."""

    def __init__(self, path: Path, spec: GraphSpec) -> None:
        """Load a graph that declares `spec`.

        Raises:
            GraphError: it can't be loaded.
        """
        super().__init__(path)
        self._spec = spec

    def run(
        self,
        inputs: dict[str, NDArray[Any]],
        caches: dict[str, Memory] | None = None,
        recordings: Recordings | None = None,
    ) -> dict[str, NDArray[Any]]:
        """See `GraphSession.run`.

        Raises:
            GraphShapesError: an input or output has another shape or type than was declared.
        """
        found = super().run(inputs, caches, recordings)
        sizes: dict[str, int] = {}
        for what, specs, arrays in (
            ("input", self._spec.inputs, inputs),
            ("output", self._spec.outputs, found),
        ):
            for spec in specs:
                if not spec.name.startswith(CACHED):
                    self._check(f"{what} {spec.name}", spec, arrays[spec.name], sizes)
        return found

    def _check(
        self, where: str, spec: TensorSpec, array: NDArray[Any], sizes: dict[str, int]
    ) -> None:
        """Compare an array with what was declared; sizes of named axes are noted on the way."""
        wanted = tuple(
            sizes.setdefault(size, own) if isinstance(size, str) else size
            for size, own in zip(spec.shape, array.shape, strict=False)
        )
        if array.shape != wanted or len(wanted) != len(spec.shape) or array.dtype != spec.dtype:
            raise GraphShapesError(
                f"{self._spec.name} {where} was {array.dtype} {list(array.shape)} in a call, its"
                f" graph declares {spec.dtype} {list(spec.shape)} with {sizes}"
            )
