"""Bundles with their weights: a trained generator written to a folder, and read back.

Weights may be stored as 16-bit floats to halve their size; in memory they are always 32-bit. The
folder appears whole or not at all, and reading it runs no code of its own: JSON and safetensors.
"""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor

from model.bundleinfo import (
    CARD,
    CARD_TEXT,
    CONFIG,
    DEFAULT_NAME,
    WEIGHTS,
    BundleError,
    BundleInfo,
    Card,
    read_info,
)
from model.files import take_place
from model.fractal import Fractal

Storage = Literal["float32", "float16"]


@dataclass(frozen=True)
class Bundle:
    """A trained generator and what is known about it.

    Attributes:
        info: Folder, config and card.
        model: The generator, in evaluation mode, 32-bit, on the CPU.
    """

    info: BundleInfo
    model: Fractal


def save_bundle(
    path: Path, model: Fractal, card: Card, *, storage: Storage = "float16", replace: bool = False
) -> BundleInfo:
    """Write a generator as a bundle.

    Args:
        path: The bundle's folder.
        model: What to write.
        card: What to say about it; `parameters` is filled in.
        storage: How weights are stored.
        replace: Whether a bundle that is there may be replaced.

    Raises:
        BundleError: something is there already, weights don't fit the storage, or the disk refuses.
    """
    if path.exists() and not (replace and (path / CONFIG).is_file()):
        raise BundleError(f"can't write the model {path}: something is there already")
    parameters = sum(parameter.numel() for parameter in model.parameters())
    card = dataclasses.replace(card, parameters=parameters)
    weights = _stored(model.state_dict(), storage)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as scratch:
            fresh = Path(scratch) / "bundle"
            fresh.mkdir()
            (fresh / WEIGHTS).write_bytes(save(weights))
            (fresh / CONFIG).write_text(model.config.to_json() + "\n", encoding="utf-8")
            (fresh / CARD).write_text(card.to_json() + "\n", encoding="utf-8")
            (fresh / CARD_TEXT).write_text(card.to_markdown(), encoding="utf-8")
            take_place(fresh, path, Path(scratch) / "before")
    except (OSError, SafetensorError) as err:
        raise BundleError(f"can't write the model {path}: {err}") from err
    return BundleInfo(path, model.config, card)


def load_bundle(source: str | Path = DEFAULT_NAME) -> Bundle:
    """Read a bundle that is given by path or by name.

    Raises:
        BundleError: it isn't there, is damaged, from a later version, or its weights don't fit
            its config; one message names every mismatch.
    """
    info = read_info(source)
    path = info.path / WEIGHTS
    try:
        stored = load_file(path)
    except FileNotFoundError as err:
        raise BundleError(f"can't read the model {info.path}: it has no {WEIGHTS}") from err
    except (SafetensorError, OSError) as err:
        raise BundleError(
            f"can't read the model {info.path}: {WEIGHTS} is damaged or cut short ({err})"
        ) from err
    model = Fractal(info.config)
    if faults := _mismatches(stored, model.state_dict()):
        shown = "; ".join(faults[:5]) + (f"; and {len(faults) - 5} more" if faults[5:] else "")
        raise BundleError(f"the weights of {info.path} don't fit its {CONFIG}: {shown}")
    model.load_state_dict({name: _in_memory(tensor) for name, tensor in stored.items()})
    return Bundle(info, model.eval())


def _stored(state: Mapping[str, Tensor], storage: Storage) -> dict[str, Tensor]:
    """Tensors as they are stored; each with memory of its own, as safetensors wants it."""
    dtype = torch.float16 if storage == "float16" else torch.float32
    stored: dict[str, Tensor] = {}
    for name, tensor in state.items():
        tensor = tensor.detach().cpu()
        if tensor.is_floating_point():
            if not tensor.to(dtype).isfinite().all():
                raise BundleError(
                    f"can't write the weights {name} as {storage}: they hold a number that is not"
                    " finite there"
                )
            tensor = tensor.to(dtype)
        stored[name] = tensor.contiguous().clone()
    return stored


def _in_memory(tensor: Tensor) -> Tensor:
    return tensor.float() if tensor.is_floating_point() else tensor


def _mismatches(stored: Mapping[str, Tensor], wanted: Mapping[str, Tensor]) -> list[str]:
    """One phrase per tensor that is missing, unknown, of another shape or kind, or not finite."""
    faults = [f"{name} is missing" for name in wanted if name not in stored]
    faults += [f"{name} is not known" for name in stored if name not in wanted]
    for name in wanted.keys() & stored.keys():
        mine, theirs = wanted[name], stored[name]
        if mine.shape != theirs.shape:
            faults.append(f"{name} is {list(theirs.shape)} instead of {list(mine.shape)}")
        elif mine.is_floating_point() != theirs.is_floating_point():
            faults.append(f"{name} holds {theirs.dtype} instead of {mine.dtype}")
        elif theirs.is_floating_point() and not theirs.isfinite().all():
            faults.append(f"{name} holds numbers that are not finite")
    return sorted(faults)
