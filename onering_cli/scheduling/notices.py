"""What a person is told of when nobody watches: which outcomes are worth a message, and when the same one is again."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from onering_cli.record import record
from onering_cli.scheduling.model import NEEDS_A_PERSON, Cause, EntryState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from onering_cli.clock import Clock
    from onering_cli.errors import StoreError
    from onering_cli.scheduling.model import Outcome

AGAIN_AFTER = timedelta(hours=24)
"""The same cause is told again after this, if it was not over meanwhile."""
RETRY_AFTER = timedelta(minutes=10)
"""A message that reached nobody is tried again after this."""


class NoticeKind(StrEnum):
    """What a message is about."""

    LOG_IN = "log_in"
    BLOCKED = "blocked"
    HELD = "held"
    MISSED = "missed"
    BUDGET = "budget"
    STORE = "store"
    FAILED = "failed"


@record
class Notice:
    """A message for a person.

    Args:
        kind: What it is about.
        account: Whose; "" for all.
        cause: Tells messages of one kind apart; "" where there is but one.
        message: One sentence.
        hint: What to do.
        at: Aware UTC.
    """

    kind: NoticeKind
    account: str
    cause: str
    message: str
    hint: str
    at: datetime


class NoticeBook(Protocol):
    """Remembers what was told, for all processes."""

    def claim(self, notice: Notice) -> bool:
        """Take it upon oneself to tell this; false when it was told within `AGAIN_AFTER`.

        A claim that is not confirmed, because its process died or nobody was reached, ends after `RETRY_AFTER`.
        """
        ...

    def confirm(self, notice: Notice) -> None:
        """It has reached somebody."""
        ...

    def forget(self, account: str) -> None:
        """Whatever ailed an account is over."""
        ...


class Channel(Protocol):
    """A way to a person.

    Args:
        name: For the log.
    """

    name: str

    def tell(self, notice: Notice) -> None:
        """Deliver a message, within seconds; raises what keeps it from arriving."""
        ...


_KINDS = {
    Cause.LOGGED_OUT: NoticeKind.LOG_IN,
    Cause.BLOCKED: NoticeKind.BLOCKED,
    Cause.HELD: NoticeKind.HELD,
    Cause.BUDGET: NoticeKind.BUDGET,
}


def notice_of(outcome: Outcome, at: datetime) -> Notice | None:
    """What a person is to be told of an outcome; None for what is well, or mends itself."""
    if outcome.cause is Cause.NONE or outcome.entry.state is EntryState.POSTED:
        return None
    state = outcome.entry.state
    if state in {EntryState.MISSED, EntryState.ASKING}:
        kind = NoticeKind.MISSED
    elif outcome.cause in _KINDS:
        kind = _KINDS[outcome.cause]
    elif state in NEEDS_A_PERSON:
        kind = NoticeKind.HELD if outcome.cause is Cause.UNKNOWN else NoticeKind.FAILED
    else:
        return None  # a limit, a network that is down: it is tried again
    cause = str(outcome.cause) if kind is NoticeKind.FAILED else ""
    account = outcome.entry.account
    return Notice(kind, account, cause, f"{account}: {outcome.message}", outcome.hint, at)


class Notifier:
    """Tells a person, once a cause, by every channel; whatever fails in that fails nothing else.

    Args:
        channels: Builds the ways to the person, when there is something to tell.
        book: Remembers what was told.
        spare: Remembers it where the store cannot.
        clock: Tells the time.
        on_failure: Told what kept a message from a channel.
    """

    def __init__(
        self,
        channels: Callable[[], Sequence[Channel]],
        *,
        book: Callable[[], NoticeBook],
        spare: NoticeBook,
        clock: Clock,
        on_failure: Callable[[str, Exception], None],
    ) -> None:
        self._channels = channels
        self._book = book
        self._spare = spare
        self._clock = clock
        self._on_failure = on_failure

    def on_outcome(self, outcome: Outcome) -> None:
        """Subscribes to a pass."""
        try:
            self._spare.forget("")  # the store works
            notice = notice_of(outcome, self._clock.now())
            if notice is not None:
                self._tell(notice, self._book())
            elif outcome.entry.state is EntryState.POSTED:
                self._book().forget(outcome.entry.account)
        except Exception as exc:  # noqa: BLE001 -- a pass goes on whatever becomes of a message about it
            self._on_failure("the book of notices", exc)

    def on_trouble(self, error: StoreError) -> None:
        """The store could not be used."""
        try:
            self._tell(Notice(NoticeKind.STORE, "", "", error.message, error.hint, self._clock.now()), self._spare)
        except Exception as exc:  # noqa: BLE001 -- the trouble itself is told by others; this must not hide it
            self._on_failure("the book of notices", exc)

    def _tell(self, notice: Notice, book: NoticeBook) -> None:
        channels = self._channels()
        if not channels or not book.claim(notice):
            return
        arrived = [self._arrives(notice, channel) for channel in channels]
        if any(arrived):
            book.confirm(notice)

    def _arrives(self, notice: Notice, channel: Channel) -> bool:
        try:
            channel.tell(notice)
        except Exception as exc:  # noqa: BLE001 -- one channel's failure must not keep the others from telling
            self._on_failure(channel.name, exc)
            return False
        return True
