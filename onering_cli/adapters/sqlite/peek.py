"""One look at whether a pass has anything to do, at the price of one look: for the timer that fires every minute."""

from __future__ import annotations

import os
import time
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# Whatever is claimed or due, also of accounts that are paused: the whole program knows better.
_ANYTHING = """
    SELECT EXISTS (SELECT 1 FROM entries WHERE state = 'claimed')
        OR EXISTS (SELECT 1 FROM gates WHERE EXISTS (
            SELECT 1 FROM entries WHERE account = gates.account AND state = 'scheduled' AND act_s <= ?
        ))
"""


def has_nothing_to_do(environment: Mapping[str, str]) -> bool:
    """Whether ``post --due`` would look and end; when in doubt, it would not."""
    from onering_cli.settings.paths import find_paths

    if any(name.startswith("ONERING_POST_") for name in environment):
        return False
    paths = find_paths(environment)
    try:
        return b"post" not in _content(paths.config_file) and _is_idle(paths.store_file)
    except OSError:
        return False


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _is_idle(store_file: Path) -> bool:
    if not store_file.exists():
        return True
    from pysqlite3 import dbapi2

    from onering_cli.adapters.sqlite.migrations import LATEST

    if store_file.stat().st_mode & 0o77 and store_file.stat().st_uid == os.geteuid():
        return False  # the whole program mends that
    try:
        with closing(dbapi2.connect(f"{store_file.absolute().as_uri()}?mode=rw", uri=True)) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            return bool(version == LATEST and not connection.execute(_ANYTHING, (time.time(),)).fetchone()[0])
    except dbapi2.Error:
        return False
