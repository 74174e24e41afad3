"""A desk to post from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from doubles.fake_x import FakeX
from doubles.posting_desk import Desk, desk_before

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path, onering: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A user who can post to a fake X."""
    with FakeX() as x, desk_before(x, tmp_path, onering, monkeypatch) as made:
        yield made
