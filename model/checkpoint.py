"""A checkpoint as one safetensors file: tensors plus readable JSON, and nothing that runs code.

Lightning's own checkpoints are pickled torch files, which execute what they hold. Here the nested
state that Lightning hands over is split in two: every tensor goes into the body of a safetensors
file, everything else becomes JSON in its header. One file can be replaced atomically, so a run that
is killed while it saves keeps its previous checkpoint whole.

JSON knows neither tuples nor keys that are not strings, and both occur in optimiser states, so
three tagged objects stand for them: `{"!tensor": name}`, `{"!tuple": [...]}` and
`{"!items": [[key, value], ...]}`.
"""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

import torch
from lightning.fabric.plugins import CheckpointIO
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from model.errors import ModelError
from model.files import write_bytes

FORMAT = 1
"""Version of this file format; a file with a higher one is refused."""
SUFFIX = ".safetensors"

_TENSOR, _TUPLE, _ITEMS, _FLOAT = "!tensor", "!tuple", "!items", "!float"


class CheckpointError(ModelError):
    """A checkpoint that can't be written or read."""


def encode(state: object) -> tuple[Any, dict[str, torch.Tensor]]:
    """Split a nested state into JSON and tensors.

    Args:
        state: dicts, lists, tuples, tensors, strings, numbers, booleans and None, nested freely.

    Returns:
        The JSON tree, and the tensors by the name that the tree gives them.

    Raises:
        CheckpointError: if the state holds anything else; the message says where and what.
    """
    tensors: dict[str, torch.Tensor] = {}

    def walk(value: object, path: str) -> Any:
        if isinstance(value, torch.Tensor):
            tensors[path] = value.detach().cpu().contiguous().clone()
            return {_TENSOR: path}
        if isinstance(value, dict):
            if all(isinstance(key, str) and not key.startswith("!") for key in value):
                return {key: walk(item, f"{path}/{key}") for key, item in value.items()}
            pairs = [[walk(k, path), walk(v, f"{path}/{k}")] for k, v in value.items()]
            return {_ITEMS: pairs}
        if isinstance(value, list):
            return [walk(item, f"{path}/{index}") for index, item in enumerate(value)]
        if isinstance(value, tuple):
            return {_TUPLE: [walk(item, f"{path}/{index}") for index, item in enumerate(value)]}
        if isinstance(value, float) and not math.isfinite(value):
            return {_FLOAT: repr(value)}
        if value is None or type(value) in (str, int, float, bool):
            return value
        raise CheckpointError(
            f"saving a checkpoint: {path or 'the state'} is a {type(value).__name__}, and a"
            " checkpoint holds only tensors, numbers, strings, lists and dicts"
        )

    return walk(state, ""), tensors


def decode(tree: Any, tensors: dict[str, torch.Tensor]) -> Any:
    """The nested state that `encode` split; the inverse of `encode`."""
    if isinstance(tree, list):
        return [decode(item, tensors) for item in tree]
    if not isinstance(tree, dict):
        return tree
    if len(tree) == 1:
        (tag, value), *_ = tree.items()
        if tag == _TENSOR:
            return tensors[value]
        if tag == _TUPLE:
            return tuple(decode(item, tensors) for item in value)
        if tag == _FLOAT:
            return float(value)
        if tag == _ITEMS:
            return {decode(k, tensors): decode(v, tensors) for k, v in value}
    return {key: decode(item, tensors) for key, item in tree.items()}


def write_checkpoint(state: object, path: Path) -> None:
    """Write a nested state as one file, atomically.

    Raises:
        CheckpointError: if the state holds something that is no data, or the disk refuses.
    """
    tree, tensors = encode(state)
    header = {"format": str(FORMAT), "state": json.dumps(tree, allow_nan=False)}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(path, save(tensors, metadata=header))
    except OSError as err:
        raise CheckpointError(
            f"saving the checkpoint {path}: {err.strerror}; the one before it is untouched"
        ) from err


def read_checkpoint(path: Path) -> Any:
    """Read a file of `write_checkpoint`; no code of the file is ever run.

    Returns:
        The nested state, its tensors on the CPU.

    Raises:
        CheckpointError: if the file is missing, damaged, no checkpoint, or from a later version.
    """
    try:
        with safe_open(path, framework="pt") as file:
            header = file.metadata() or {}
            names = list(file.keys())
            tensors = {name: file.get_tensor(name) for name in names}
    except FileNotFoundError as err:
        raise CheckpointError(f"no checkpoint at {path}") from err
    except (SafetensorError, OSError) as err:
        raise CheckpointError(f"{path} is damaged or no checkpoint: {err}") from err
    if not header.get("format", "").isdecimal() or "state" not in header:
        raise CheckpointError(f"{path} is a safetensors file, but no checkpoint of a training run")
    if int(header["format"]) > FORMAT:
        raise CheckpointError(
            f"{path} has checkpoint format {header['format']}, this version reads up to {FORMAT};"
            " update Fractalroll"
        )
    try:
        return decode(json.loads(header["state"]), tensors)
    except (ValueError, KeyError, TypeError, RecursionError) as err:
        raise CheckpointError(f"{path} holds a state that can't be read: {err!r}") from err


class SafeCheckpointIO(CheckpointIO):
    """Lightning's door to the disk, through `write_checkpoint` and `read_checkpoint`."""

    def save_checkpoint(
        self,
        checkpoint: dict[str, Any],
        path: str | os.PathLike[str],
        storage_options: Any | None = None,
    ) -> None:
        """Write Lightning's training state; `storage_options` are not used."""
        write_checkpoint(checkpoint, Path(path))

    def load_checkpoint(
        self,
        path: str | os.PathLike[str],
        map_location: Any | None = None,
        weights_only: bool | None = None,
    ) -> dict[str, Any]:
        """Read a training state onto the CPU; Lightning moves it where it belongs."""
        state = read_checkpoint(Path(path))
        if not isinstance(state, dict):
            raise CheckpointError(f"{path} holds no training state")
        return state

    def remove_checkpoint(self, path: str | os.PathLike[str]) -> None:
        """Delete a checkpoint that is no longer wanted."""
        Path(path).unlink(missing_ok=True)
