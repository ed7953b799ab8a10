"""What the About box says."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QCoreApplication, qVersion


def about_text() -> str:
    """Name, version, and what it stands on."""
    text = QCoreApplication.translate(
        "About",
        "<h3>Fractalroll {0}</h3><p>Makes piano rolls and plays them live into your DAW. "
        "Everything happens on this machine; nothing is sent anywhere.</p>"
        "<p>MIT licence. Runs on Python, Qt {1} (LGPL), NumPy and ONNX Runtime.</p>",
    )
    return text.format(own_version(), qVersion())


def own_version() -> str:
    """The version that is installed."""
    try:
        return version("fractalroll")
    except PackageNotFoundError:
        return ""
