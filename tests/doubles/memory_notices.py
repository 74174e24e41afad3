"""A book of notices that forgets everything with its process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onering_cli.scheduling.notices import AGAIN_AFTER, RETRY_AFTER

if TYPE_CHECKING:
    from datetime import datetime

    from onering_cli.scheduling.notices import Notice


class MemoryNotices:
    """Satisfies `NoticeBook`."""

    def __init__(self) -> None:
        self.told: dict[tuple[str, str, str], datetime] = {}

    def claim(self, notice: Notice) -> bool:
        key = (notice.account, notice.kind, notice.cause)
        before = self.told.get(key)
        if before is not None and notice.at - AGAIN_AFTER < before <= notice.at:
            return False
        self.told[key] = notice.at - AGAIN_AFTER + RETRY_AFTER
        return True

    def confirm(self, notice: Notice) -> None:
        self.told[notice.account, notice.kind, notice.cause] = notice.at

    def forget(self, account: str) -> None:
        self.told = {key: at for key, at in self.told.items() if key[0] != account}
