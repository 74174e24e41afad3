"""Remembers, without the store, that a person was told of the store's trouble."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING

from onering_cli.scheduling.notices import AGAIN_AFTER, RETRY_AFTER

if TYPE_CHECKING:
    from onering_cli.scheduling.notices import Notice


class NoticeMark:
    """Satisfies `NoticeBook`, for one notice at a time: an empty file whose time is when it was told.

    Setting a file's time needs no space, and where the folder fails with the disk there is the system's folder for
    passing things.

    Args:
        folder: Where the file is kept, if that can be done.
    """

    def __init__(self, folder: Path) -> None:
        name = f"onering-notice-{os.getuid()}"
        self._places = (folder / "notice", Path(gettempdir(), name))

    def claim(self, notice: Notice) -> bool:
        """Take it upon oneself to tell this; false when it was told within `AGAIN_AFTER`."""
        now_s = notice.at.timestamp()
        for place in self._places:
            with suppress(OSError):
                mark = place.lstat()
                if mark.st_uid == os.getuid() and now_s - AGAIN_AFTER.total_seconds() < mark.st_mtime <= now_s:
                    return False
        self._set((notice.at - AGAIN_AFTER + RETRY_AFTER).timestamp())
        return True

    def confirm(self, notice: Notice) -> None:
        """It has reached somebody."""
        self._set(notice.at.timestamp())

    def forget(self, account: str) -> None:  # noqa: ARG002 -- the store's trouble is everybody's
        """The trouble is over."""
        for place in self._places:
            with suppress(OSError):
                place.unlink()

    def _set(self, told_s: float) -> None:
        for place in self._places:
            with suppress(OSError):
                descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
                try:
                    os.utime(descriptor, (told_s, told_s))
                finally:
                    os.close(descriptor)
                return
