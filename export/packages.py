"""Which onnxruntime is installed: there are two packages with the same files, never to be mixed."""

from __future__ import annotations

NAMES = ("onnxruntime", "onnxruntime-gpu")
CLASH = "onnxruntime and onnxruntime-gpu are both installed and overwrite each other's files"
MEND = "pip uninstall -y onnxruntime onnxruntime-gpu && pip install fractalroll"
"""What brings back exactly one of them: the one that belongs to this platform."""


def installed() -> list[str]:
    """Those of the two that are installed."""
    return [name for name in NAMES if _is_installed(name)]


def _is_installed(name: str) -> bool:
    import importlib.metadata

    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True
