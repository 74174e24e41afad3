"""The settings of publishing, with the waits that its promises rest on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PublishingSettings:
    """How patient publishing is, and what it may spend; each is the setting ``publishing.NAME``.

    Args:
        reconcile_waits_s: Seconds after an attempt at which the timeline is read for it. The first must exceed the
            longest a request can take, so that a killed client's request has landed or died by then.
        lease_s: How long a process that died keeps others from its run.
        connect_timeout_s: For the destination: until a connection stands.
        read_timeout_s: For the destination: until the whole answer is there.
        max_wait_s: The longest that a command waits at one place before it stops and says when to come back.
        connect_backoff_s: Waits between tries when nothing could be sent.
        parent_waits_s: Waits between tries when the platform does not see the parent yet.
        give_up_duplicate_s: How long something that the platform called a duplicate is looked for.
        threads_per_hour: New runs an account may start within an hour.
        monthly_budget_usd_milli: The most to spend on an account in a calendar month (UTC), in tenths of a US cent.
        strict: Never send again what may have arrived; ask instead.
    """

    reconcile_waits_s: tuple[float, ...] = (90.0, 120.0, 180.0, 300.0)
    lease_s: float = 90.0
    connect_timeout_s: float = 10.0
    read_timeout_s: float = 60.0
    max_wait_s: float = 330.0
    connect_backoff_s: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0)
    parent_waits_s: tuple[float, ...] = (5.0, 10.0, 20.0)
    give_up_duplicate_s: float = 86_400.0
    threads_per_hour: int = 5
    monthly_budget_usd_milli: int | None = None
    strict: bool = False
