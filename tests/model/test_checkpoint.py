import json
import pickle
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save_file

from model.checkpoint import (
    CheckpointError,
    SafeCheckpointIO,
    decode,
    encode,
    read_checkpoint,
    write_checkpoint,
)

leaves = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(allow_nan=False)
)
keys = st.text(max_size=5) | st.integers()
states = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(keys, inner, max_size=3)
        | st.tuples(inner, inner)
    ),
    max_leaves=10,
)


@given(states)
def test_every_nested_state_comes_back_as_it_was(state: Any) -> None:
    tree, tensors = encode(state)
    assert decode(json.loads(json.dumps(tree)), tensors) == state


def test_tensors_come_back_with_their_type_and_shape(tmp_path: Path) -> None:
    tensors = {
        0: torch.randn(3, 2),
        "step": torch.tensor(7),
        "mask": (torch.zeros(0, dtype=torch.bool), torch.ones(2, dtype=torch.float64)),
    }
    write_checkpoint(tensors, tmp_path / "a.safetensors")
    found = read_checkpoint(tmp_path / "a.safetensors")
    assert torch.equal(found[0], tensors[0])  # type: ignore[arg-type]
    assert found["step"].item() == 7
    assert [part.dtype for part in found["mask"]] == [torch.bool, torch.float64]


def test_two_names_of_one_tensor_are_both_kept(tmp_path: Path) -> None:
    shared = torch.arange(3)
    write_checkpoint({"a": shared, "b": shared}, tmp_path / "a.safetensors")
    found = read_checkpoint(tmp_path / "a.safetensors")
    assert torch.equal(found["a"], found["b"])


def test_what_is_no_data_is_refused_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="optimizer/hook is a function"):
        write_checkpoint({"optimizer": {"hook": lambda: None}}, tmp_path / "a.safetensors")
    assert list(tmp_path.iterdir()) == []


def test_a_pickled_checkpoint_is_refused_without_running_it(tmp_path: Path) -> None:
    ran = tmp_path / "ran"

    class Bomb:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (ran,)

    path = tmp_path / "bomb.ckpt"
    path.write_bytes(pickle.dumps({"state_dict": Bomb()}))
    with pytest.raises(CheckpointError, match="damaged or no checkpoint"):
        SafeCheckpointIO().load_checkpoint(path)
    assert not ran.exists()


def test_a_checkpoint_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    write_checkpoint({"weights": torch.randn(100)}, path)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(CheckpointError, match="damaged"):
        read_checkpoint(path)


def test_other_safetensors_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    save_file({"weights": torch.zeros(1)}, path)
    with pytest.raises(CheckpointError, match="no checkpoint of a training run"):
        read_checkpoint(path)


def test_a_later_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    save_file({}, path, metadata={"format": "99", "state": "{}"})
    with pytest.raises(CheckpointError, match="format 99"):
        read_checkpoint(path)


def test_a_missing_checkpoint_is_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="no checkpoint at"):
        read_checkpoint(tmp_path / "none.safetensors")


def test_writing_again_replaces_whole_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    for value in (1, 2):
        SafeCheckpointIO().save_checkpoint({"value": value}, path)
    assert read_checkpoint(path) == {"value": 2}
    assert list(tmp_path.iterdir()) == [path]
    SafeCheckpointIO().remove_checkpoint(path)
    assert not path.exists()
