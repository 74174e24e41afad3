"""The installed command line under SIGKILL: no post is made twice, none is lost, and the store stays whole.

By default about a hundred kills. The long proof:
``ONERING_KILLS=5000 pytest -m slow tests/publishing/test_kill_harness.py``.
"""

import os
from pathlib import Path

import pytest
from doubles.kill_harness import Tally, run_kills
from doubles.program import guarded_environment

KILLS = int(os.environ.get("ONERING_KILLS", "5000"))
SLICE = 100
SEED = 20_261_123


def prove(kills: int, folder: Path) -> Tally:
    tally = run_kills(kills, seed=SEED, folder=folder, environment=guarded_environment())
    print(tally)
    assert not tally.broken, "\n".join(tally.broken)
    return tally


def test_a_thread_killed_anywhere_is_posted_once_in_one_chain(tmp_path: Path) -> None:
    tally = prove(SLICE, tmp_path)
    assert tally.killed >= SLICE
    assert tally.kills.keys() >= {"any_time", "between_calls", "before_accept", "after_accept"}


@pytest.mark.slow
def test_thousands_of_kills_make_no_post_twice_and_lose_none(tmp_path: Path) -> None:
    assert prove(KILLS, tmp_path).killed >= KILLS
