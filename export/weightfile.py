"""Where each tensor lies in a safetensors file, so that graphs can point at it instead of copying.

The format (huggingface/safetensors, README): eight bytes, little-endian, say how long the header
is; the header is JSON from name to type, shape and place in the data that follows.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from export.errors import GraphError

_ITEM_BYTES = {"F32": 4, "F16": 2}


@dataclass(frozen=True)
class StoredTensor:
    """A tensor on disk: `F32` or `F16`, its shape, and the bytes that hold it in the file."""

    kind: str
    shape: tuple[int, ...]
    offset: int
    length: int


@dataclass(frozen=True)
class WeightFile:
    """The header of a safetensors file; `name` is the file's, without a folder.

    embed: whether graphs shall hold their weights themselves instead of pointing at the file.
    eight_bit: how names of linear layers begin that graphs shall hold in 8 bits. data: the whole
    file, if either is wanted.
    """

    name: str
    tensors: dict[str, StoredTensor]
    embed: bool = False
    eight_bit: tuple[str, ...] = ()
    data: bytes = field(default=b"", repr=False)

    @classmethod
    def read(
        cls, path: Path, *, embed: bool = False, eight_bit: tuple[str, ...] = ()
    ) -> WeightFile:
        """Read a header, and all that follows if it is needed.

        Raises:
            GraphError: the file can't be read, or is no safetensors file of floats.
        """
        try:
            with path.open("rb") as file:
                size = int.from_bytes(file.read(8), "little")
                if size > path.stat().st_size - 8:
                    raise ValueError("it is cut short")
                header = json.loads(file.read(size))
            header.pop("__metadata__", None)
            tensors = {name: _stored(entry, 8 + size) for name, entry in header.items()}
            data = path.read_bytes() if embed or eight_bit else b""
        except OSError as err:
            raise GraphError(f"can't read the weights {path}: {err}") from err
        except (ValueError, KeyError, TypeError, AttributeError) as err:
            raise GraphError(f"{path} is no safetensors file of floats: {err}") from err
        return cls(path.name, tensors, embed, eight_bit, data)

    def bytes_of(self, name: str) -> bytes:
        """What a tensor holds, where the file's data are at hand."""
        stored = self[name]
        return self.data[stored.offset : stored.offset + stored.length]

    def numbers(self, name: str) -> NDArray[np.float32]:
        """A tensor's numbers, where the file's data are at hand."""
        stored = self[name]
        kind = "<f4" if stored.kind == "F32" else "<f2"
        found = np.frombuffer(self.bytes_of(name), kind).reshape(stored.shape)
        return found.astype(np.float32)

    def __getitem__(self, name: str) -> StoredTensor:
        """A tensor by name.

        Raises:
            GraphError: there is none.
        """
        if name not in self.tensors:
            raise GraphError(
                f"{self.name} has no tensor {name}; it doesn't belong to this config, "
                "take config and weights from one bundle"
            )
        return self.tensors[name]


def _stored(entry: Any, start: int) -> StoredTensor:
    kind, shape = entry["dtype"], tuple(entry["shape"])
    begin, end = entry["data_offsets"]
    if kind not in _ITEM_BYTES or end - begin != math.prod(shape) * _ITEM_BYTES[kind]:
        raise ValueError(f"a tensor of type {kind} and shape {shape} in {end - begin} bytes")
    return StoredTensor(kind, shape, start + begin, end - begin)
