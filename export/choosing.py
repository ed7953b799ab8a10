"""Which engine plays a bundle: its graphs, or torch where it has none or where torch is asked for.

Nothing is imported before it is known to be needed: who plays graphs never meets torch.
"""

from __future__ import annotations

import argparse
import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from export.packages import CLASH, MEND, installed
from model.bundleinfo import DEFAULT_NAME, find_bundle
from model.commandline import note, positive_int
from model.errors import ModelError
from model.extras import INSTALL_TRAINING, needs_training

if TYPE_CHECKING:
    from model.engine import Engine

Choice = Literal["auto", "onnx", "torch"]
Device = Literal["auto", "cpu", "cuda"]


class EngineError(ModelError):
    """No engine here can play what was asked for."""


def add_engine_options(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Add what runs the model, for every command that makes music with one."""
    add = parser.add_argument_group("the engine").add_argument
    add("--engine", choices=get_args(Choice), default="auto",
        help="what runs the model (default: its graphs, or torch where it has none)")  # fmt: skip
    add("--device", choices=get_args(Device), default="auto",
        help="where it runs; cuda fails where it can't (default: the best that works)")  # fmt: skip
    add("--threads", type=positive_int, default=1, metavar="N",
        help="CPU threads of the engine (default: 1, the fastest for one roll)")  # fmt: skip
    return parser


def engine_of(arguments: argparse.Namespace) -> Engine:
    """The engine that a command line asks for, with the bundle in `arguments.model`.

    Raises:
        ModelError: as `open_engine`.
    """
    return open_engine(
        arguments.model or DEFAULT_NAME,
        engine=arguments.engine,
        device=arguments.device,
        threads=arguments.threads,
        rolls=getattr(arguments, "count", 1),  # playing live has no such option: it makes one
    )


def open_engine(
    source: str | Path = DEFAULT_NAME,
    *,
    engine: Choice = "auto",
    device: Device = "auto",
    threads: int = 1,
    rolls: int = 1,
) -> Engine:
    """Load a bundle, ready to be sampled from.

    Args:
        source: A bundle, by folder or by name.
        engine: ``auto`` takes the bundle's graphs, or torch where there are none.
        device: ``cuda`` is taken at its word: it runs there or not at all.
        threads: Of the CPU.
        rolls: How many will be made at once; where graphs run fastest depends on it.

    Raises:
        ModelError: there is no such bundle, it can't be read, or the engine that is asked for (or
            any that could play it) is not to be had; the message says how to get it.
    """
    path = find_bundle(source)
    if engine == "torch":
        return _torch(path, device, threads)
    with _needs_onnx():
        from export.loading import has_graphs, load_engine
    if engine == "onnx" or has_graphs(path):
        if len(installed()) > 1:
            note(f"{CLASH}; mend it with: {MEND}")
        return load_engine(path, device=device, threads=threads, rolls=rolls)
    if importlib.util.find_spec("torch") is None:
        raise EngineError(
            f"can't play {path}: it has no graphs, and torch, which plays without them, is not"
            f" installed; write graphs with `fractalroll export`, or {INSTALL_TRAINING}",
            "no_graphs",
            path=str(path),
            install=INSTALL_TRAINING,
        )
    note(f"no graphs in {path}; torch plays; `fractalroll export` makes it faster")
    return _torch(path, device, threads)


@contextmanager
def _needs_onnx() -> Iterator[None]:
    """Say what to do where the libraries that run graphs are missing.

    Raises:
        EngineError: instead of ModuleNotFoundError.
    """
    try:
        yield
    except ModuleNotFoundError as err:
        library = (err.name or "").partition(".")[0]
        if library not in ("onnx", "onnxruntime"):
            raise
        text = f"playing graphs needs {library}: pip install fractalroll"
        raise EngineError(text, "no_library", library=library) from err


def _torch(path: Path, device: Device, threads: int) -> Engine:
    """The bundle's weights in torch; on the CPU unless another device is asked for.

    Raises:
        ModelError: torch is not there, doesn't reach the device, or the weights can't be read.
    """
    with needs_training("the torch engine"):
        import torch

        from model.bundle import load_bundle
        from model.torchengine import TorchEngine
    if device == "cuda" and not torch.cuda.is_available():
        raise EngineError(
            f"torch {torch.__version__} reaches no CUDA device; take --device cpu, or see"
            " `fractalroll doctor`",
            "no_cuda",
            why=f"torch {torch.__version__}",
        )
    return TorchEngine(load_bundle(path).model, "cuda" if device == "cuda" else "cpu", threads)
