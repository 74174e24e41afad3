"""A day of a schedule whose daemon dies again and again: every entry is posted once, or visibly not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from doubles.simulated_day import live_a_day

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 42))])
def test_every_entry_of_a_day_is_posted_once_or_visibly_missed(tmp_path: Path, seed: int) -> None:
    day = live_a_day(seed, tmp_path)
    print(day)
    assert day.broken == []
    assert day.kills > 50
    assert day.states["posted"] > 60
