"""What is said where the packages are missing that only training needs."""

from __future__ import annotations

import pytest

from model.extras import MissingPackageError, needs_training


@needs_training("dancing")
def missing(name: str) -> None:
    raise ModuleNotFoundError(f"No module named {name!r}", name=name)


@pytest.mark.parametrize("name", ["torch", "torch.nn", "lightning.pytorch", "tensorboard"])
def test_a_missing_library_is_named_with_what_brings_it(name: str) -> None:
    library = name.partition(".")[0]
    with pytest.raises(MissingPackageError) as caught:
        missing(name)
    assert str(caught.value) == (
        f'dancing needs {library}, which is not installed: pip install "fractalroll[training]"'
    )


@pytest.mark.parametrize("name", ["numpy", "model.nothing", "torchlight"])
def test_a_library_of_another_kind_is_a_fault_like_any_other(name: str) -> None:
    with pytest.raises(ModuleNotFoundError, match=name):
        missing(name)
