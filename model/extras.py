"""One clear error where a package is missing that only training, measuring and exporting need."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from model.errors import ModelError

TRAINING = ("torch", "lightning", "tensorboard")
"""Libraries that the extra `training` brings and that nobody needs who only plays."""
INSTALL_TRAINING = 'pip install "fractalroll[training]"'


class MissingPackageError(ModelError):
    """Something was asked for whose packages are not installed."""


@contextmanager
def needs_training(what: str) -> Iterator[None]:
    """Translate a missing library of the extra; for a `with`, or as decorator of a function.

    Args:
        what: what needs it, such as "fractalroll train"; the message begins with it.

    Raises:
        MissingPackageError: the library, by name, and how to install it.
    """
    try:
        yield
    except ModuleNotFoundError as err:
        library = (err.name or "").partition(".")[0]
        if library not in TRAINING:
            raise
        raise MissingPackageError(
            f"{what} needs {library}, which is not installed: {INSTALL_TRAINING}"
        ) from err
