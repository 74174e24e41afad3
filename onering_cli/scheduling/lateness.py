"""How late an entry is, and what its policy says of that."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum, auto
from typing import TYPE_CHECKING

from onering_cli.record import record
from onering_cli.scheduling.model import Cause, Late

if TYPE_CHECKING:
    from datetime import datetime

    from onering_cli.scheduling.model import Entry

GRACE_S = 300.0
"""As late as this is on time: a timer may come once a minute, and be a minute late itself."""


@record
class Policy:
    """What becomes of what is late.

    Args:
        late: Post it, skip it, or ask.
        max_late_s: With `Late.POST`: up to so late.
    """

    late: Late = Late.POST
    max_late_s: float = 3600.0

    def of(self, entry: Entry) -> Policy:
        """The policy for one entry, whose own word counts before the account's."""
        max_late_s = self.max_late_s if entry.max_late_s is None else entry.max_late_s
        return Policy(entry.late or self.late, max_late_s)

    @property
    def most_s(self) -> float:
        """The most that an entry may be late and still be posted without a person's word."""
        return self.max_late_s if self.late is Late.POST else GRACE_S


class Judgement(Enum):
    """What to do with an entry now."""

    POST = auto()
    MISS = auto()
    ASK = auto()


def lateness(entry: Entry, excused_until: datetime | None, now: datetime) -> timedelta:
    """How late an entry is; neither waiting for the account's limits counts, nor what was before a person resumed it.

    Args:
        entry: Claimed.
        excused_until: Until when the account's limits made its entries wait.
        now: Aware UTC.
    """
    since = entry.act_at if entry.cause is Cause.NONE else entry.due
    if excused_until is not None and since < excused_until <= now:
        since = excused_until
    return max(now - since, timedelta(0))


def judge(late_by: timedelta, policy: Policy) -> Judgement:
    """What a policy says of an entry that is so late."""
    if late_by.total_seconds() <= policy.most_s:
        return Judgement.POST
    return Judgement.ASK if policy.late is Late.ASK else Judgement.MISS
