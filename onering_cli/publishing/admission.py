"""Whether an account may start a run, or go on with one, now."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from onering_cli.errors import LogInError, OneRingError, RefusedError, TryLaterError
from onering_cli.publishing.cost import dollars
from onering_cli.publishing.model import Reason, Run, Segment, SegmentState
from onering_cli.publishing.ports import AccountFacts, Limits

WINDOW = timedelta(hours=1)
CLOCK_TOLERANCE = timedelta(minutes=5)  # starts further in the future than this were stamped by a clock that was wrong

_STILL_TO_PAY = frozenset(
    {SegmentState.PLANNED, SegmentState.SENDING, SegmentState.UNKNOWN, SegmentState.HELD, SegmentState.BLOCKED}
)


def admit(
    facts: AccountFacts, limits: Limits, *, cost_usd_milli: int, starts: Sequence[datetime], now: datetime
) -> None:
    """Let a new run start, or say why not and until when.

    Args:
        facts: Of the account.
        limits: Of the account.
        cost_usd_milli: Of the whole run, in tenths of a US cent.
        starts: When the account's runs of the last hour began.
        now: Aware UTC.

    Raises:
        RefusedError: The account is blocked.
        LogInError: The account's credential was refused.
        TryLaterError: The hour's or the month's limit is reached.
    """
    if facts.block is not Reason.NONE:
        raise blocked_error(facts)
    counted = sorted(start for start in starts if now - WINDOW < start <= now + CLOCK_TOLERANCE)
    if len(counted) >= limits.runs_per_hour:
        raise TryLaterError(
            f"{facts.account} may start {limits.runs_per_hour} threads an hour, and has started {len(counted)}",
            hint="wait, or raise publishing.threads_per_hour",
            retry_at=counted[-limits.runs_per_hour] + WINDOW,
        )
    admit_cost(facts, limits, cost_usd_milli=cost_usd_milli, now=now)


def admit_cost(facts: AccountFacts, limits: Limits, *, cost_usd_milli: int, now: datetime) -> None:
    """Let something be spent this month, or say why not.

    Raises:
        TryLaterError: It would exceed the budget.
    """
    budget = limits.monthly_budget_usd_milli
    if budget is None:
        return
    committed = facts.spent_usd_milli + facts.reserved_usd_milli
    if committed + cost_usd_milli > budget:
        reserved = f" and {dollars(facts.reserved_usd_milli)} promised" if facts.reserved_usd_milli else ""
        raise TryLaterError(
            f"this would cost {dollars(cost_usd_milli)}, and {facts.account}'s budget of {dollars(budget)} a month has "
            f"{dollars(facts.spent_usd_milli)} spent{reserved}",
            hint="wait for next month, or raise publishing.monthly_budget_usd",
            retry_at=_next_month(now),
            details={"budget_usd_milli": budget, "committed_usd_milli": committed, "cost_usd_milli": cost_usd_milli},
        )


def blocked_error(facts: AccountFacts) -> OneRingError:
    """Why an account-wide block stops everything, and what lifts it."""
    told = f": {facts.block_detail}" if facts.block_detail else ""
    if facts.block is Reason.UNAUTHORIZED:
        return LogInError(f"the platform refused {facts.account}'s login{told}", hint="onering auth login x")
    what = "its credits are used up" if facts.block is Reason.NO_CREDITS else "its monthly cap is reached"
    return RefusedError(
        f"{facts.account} is blocked, {what}{told}; no call is made until you say that this is settled",
        hint="onering thread resume RUN, once the platform's console shows credits again",
        details={"reason": str(facts.block)},
    )


def cost_to_come_usd_milli(segments: Sequence[Segment], *, rolling_back: bool) -> int:
    """What is still to be spent on creating posts, in tenths of a US cent."""
    return 0 if rolling_back else sum(part.cost_usd_milli for part in segments if part.state in _STILL_TO_PAY)


def month_of(now: datetime) -> str:
    """The calendar month in UTC, as budgets count it: ``2026-08``."""
    return now.astimezone(UTC).strftime("%Y-%m")


def rest_usd_milli(run: Run) -> int:
    """What a run still has to spend, in tenths of a US cent."""
    return cost_to_come_usd_milli(run.segments, rolling_back=run.rolling_back)


def _next_month(now: datetime) -> datetime:
    first = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)
