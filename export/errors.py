"""What can go wrong with graphs. The rooms' common base is `model.errors.ModelError`."""

from __future__ import annotations

from model.errors import ModelError


class GraphError(ModelError):
    """Graphs that can't be built, read or run."""


class NoGraphsError(GraphError):
    """A bundle that has no graphs; `fractalroll export` writes them."""


class ManifestError(GraphError):
    """A manifest that can't be read, is of a later format, or contradicts what lies beside it."""

    usual_code = "damaged_graphs"


class DamagedGraphsError(GraphError):
    """A file of an exported bundle is missing, cut short or changed."""

    usual_code = "damaged_graphs"


class UnsafeGraphError(GraphError):
    """A graph that asks for more than the operators of ONNX and the weights beside it."""


class GraphNamesError(GraphError):
    """Graphs, inputs or outputs do not have the names that the engine uses."""


class GraphAxesError(GraphError):
    """An input or output has other axes: too few, too many, fixed where it may vary or renamed."""


class GraphShapesError(GraphError):
    """An input or output has another size or element type than it should."""


class GraphValuesError(GraphError):
    """Graphs answer with other numbers than the torch model."""


class GraphCellsError(GraphError):
    """Graphs make other notes than the torch model out of the same noise."""
