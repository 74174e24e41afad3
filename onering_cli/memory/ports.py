"""What the memory needs from outside."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Embedder(Protocol):
    """Turns texts into vectors whose inner product is their likeness."""

    @property
    def model(self) -> str:
        """The name stored beside every vector it makes."""
        ...

    @property
    def dimension(self) -> int:
        """Numbers per vector."""
        ...

    def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """``(len(texts), dimension)`` float32, unit norm; a text without known words gives zeros."""
        ...
