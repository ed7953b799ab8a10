"""The header of a safetensors file: what is where, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import save_file

from export.errors import GraphError
from export.weightfile import WeightFile


def written(folder: Path) -> Path:
    path = folder / "weights.safetensors"
    tensors: dict[str, NDArray[Any]] = {
        "a": np.arange(6, dtype=np.float32).reshape(2, 3),
        "b": np.ones(4, np.float16),
    }
    save_file(tensors, path)
    return path


def test_every_tensor_is_found_where_it_lies(tmp_path: Path) -> None:
    path = written(tmp_path)
    weights = WeightFile.read(path)
    assert weights.name == "weights.safetensors"
    a, b = weights["a"], weights["b"]
    assert (a.kind, a.shape, b.kind, b.shape) == ("F32", (2, 3), "F16", (4,))
    data = path.read_bytes()
    own = np.frombuffer(data[a.offset : a.offset + a.length], "<f4")
    np.testing.assert_array_equal(own, np.arange(6))
    other = np.frombuffer(data[b.offset : b.offset + b.length], "<f2")
    np.testing.assert_array_equal(other, np.ones(4))


def test_a_tensor_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match=r"has no tensor level9; it doesn't belong"):
        WeightFile.read(written(tmp_path))["level9"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xff\xff\xff\x00\x00\x00\x00",
        b"\x02\x00\x00\x00\x00\x00\x00\x00[]",
        b'\x0a\x00\x00\x00\x00\x00\x00\x00{"a": {}} ',
    ],
)
def test_what_is_no_safetensors_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "weights.safetensors"
    path.write_bytes(content)
    with pytest.raises(GraphError, match=r"is no safetensors file of floats"):
        WeightFile.read(path)


def test_other_numbers_than_floats_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    save_file({"a": np.arange(3)}, path)
    with pytest.raises(GraphError, match="type I64"):
        WeightFile.read(path)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="can't read the weights"):
        WeightFile.read(tmp_path / "weights.safetensors")
