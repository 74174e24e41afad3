"""The test weights, for whoever loads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from doubles.smollm2 import PACKAGE, find_weights

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def smollm2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The path of weights that llama.cpp loads in half a second."""
    found = find_weights(tmp_path_factory.getbasetemp().parent / "smollm2-weights")
    if found is None:
        pytest.skip(f"the weights of {PACKAGE} are neither installed nor to be had from an index")
    return found
