"""Every test of models begins with an empty folder of the user's."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from model.bundleinfo import user_folder


@pytest.fixture(autouse=True)
def no_models_of_the_users() -> Iterator[None]:
    """Nothing before, nothing after."""
    shutil.rmtree(user_folder(), ignore_errors=True)
    yield
    shutil.rmtree(user_folder(), ignore_errors=True)
