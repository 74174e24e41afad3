"""A book of notices that forgets everything with its process."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from onering_cli.scheduling.notices import Notice


class MemoryNotices:
    """Satisfies `NoticeBook`."""

    def __init__(self) -> None:
        self.told: dict[tuple[str, str, str], datetime] = {}

    def claim(self, notice: Notice, *, again_after: timedelta) -> bool:
        key = (notice.account, notice.kind, notice.cause)
        before = self.told.get(key)
        if before is not None and notice.at - again_after < before <= notice.at:
            return False
        self.told[key] = notice.at
        return True

    def postpone(self, notice: Notice, *, by: timedelta, again_after: timedelta) -> None:
        self.told[notice.account, notice.kind, notice.cause] = notice.at + by - again_after

    def forget(self, account: str) -> None:
        self.told = {key: at for key, at in self.told.items() if key[0] != account}
