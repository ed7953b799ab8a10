"""What can go wrong with graphs. The rooms' common base is `model.errors.ModelError`."""

from __future__ import annotations

from model.errors import ModelError


class GraphError(ModelError):
    """Graphs that can't be built, read or run."""
