"""Fulfilment: look at the payment service, book what is there. The news only say where to look."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from onering_cli.billing.ports import News, Outcome
from onering_cli.billing.purchase import belongs_to
from onering_cli.errors import OneRingError, RefusedError
from onering_cli.record import record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from onering_cli.billing.ports import Identity, Payments, PurchaseBooks
    from onering_cli.billing.purchase import Purchase
    from onering_cli.billing.ring import Row

Look: TypeAlias = "Purchase | OneRingError | None"
"""What looking at a session gave: what is there, what kept it from being seen, or that there is no such session."""

Gather: TypeAlias = "Callable[[Callable[[str], Look], Sequence[str]], list[Look]]"
"""Calls a function for each of several sessions, perhaps at once."""

MARK_OVERLAP_S = 600
"""How far back of the last mark events are looked through again: they appear in the list a little after their time."""


@record
class Heard:
    """What became of one piece of news.

    Args:
        outcome: As kept; `RECEIVED` when acting on it failed and has to be tried again.
        detail: Why, for people.
        error: What failed, or None.
        new: It was not known to be settled before.
    """

    outcome: Outcome
    detail: str = ""
    error: OneRingError | None = None
    new: bool = True


def fulfil(session: str, payments: Payments, books: PurchaseBooks) -> tuple[Purchase, list[Row]]:
    """Look at one session and book what is there; the purchase as it stands, and the rows that this added.

    Raises:
        RefusedError: The account has no such session, or it was made for somebody else.
    """
    ticket = books.draw_ticket()
    purchase = payments.purchase(session)
    if purchase is None:
        raise RefusedError(f"there is no session {session} at this account", hint="is it another account's key?")
    if problem := foreign(purchase, books.identity()):
        raise RefusedError(problem, hint="nothing was credited; the payment counts where it was started")
    return purchase, books.book([(purchase, ticket)])


def foreign(purchase: Purchase, identity: Identity) -> str:
    """Why a purchase is not this user's, or does not count here; else ""."""
    if identity.live is not None and purchase.live != identity.live:
        return (
            f"session {purchase.session} is from {'live' if purchase.live else 'test'} mode, which does not count here"
        )
    if not belongs_to(purchase, identity.reference):
        return f"session {purchase.session} was not made for this user"
    return ""


def hear(
    news: Sequence[News],
    payments: Payments,
    books: PurchaseBooks,
    gather: Gather | None = None,
    *,
    again: bool = False,
) -> list[Heard]:
    """Act on news, each once; kept before, and settled after, so that a crash between repeats it.

    Args:
        news: As they came; the same twice is fine.
        payments: Looked at once for each session, however many news are about it.
        books: Where it is kept.
        gather: Runs a function for several texts, perhaps at once; in turn by default.
        again: Act also on news that are settled already.
    """
    run = gather or _in_turn
    kept, ticket = books.receive(news)
    to_do = [one for one in kept if again or one.outcome is Outcome.RECEIVED]
    found: dict[str, tuple[str, ...] | OneRingError | str] = {}
    identity = books.identity()
    for one in to_do:
        found[one.news.event] = _sessions(one.news, payments, books, identity)
    sessions = sorted({session for told in found.values() if isinstance(told, tuple) for session in told})
    seen = dict(zip(sessions, run(_guarded(payments.purchase), sessions), strict=True))
    problems: dict[str, str] = {}
    looks: list[tuple[Purchase, int]] = []
    for session, purchase in seen.items():
        if isinstance(purchase, OneRingError):
            continue
        if purchase is None:
            problems[session] = "no such session at this account"
            continue
        problems[session] = foreign(purchase, identity)
        if not problems[session]:
            looks.append((purchase, ticket))
    heard = {one.news.event: _heard(found[one.news.event], seen, problems) for one in to_do}
    books.book(looks, {event: (told.outcome, told.detail) for event, told in heard.items() if told.error is None})
    return [heard.get(one.news.event) or Heard(one.outcome, one.detail, new=False) for one in kept]


def sync(payments: Payments, books: PurchaseBooks) -> int:
    """Catch up without a webhook: own sessions, and the service's events since the last mark; how many were looked at.

    Raises:
        OneRingError: The first that kept something from being looked at; the mark then stays.
    """
    identity = books.identity()
    since_s = max(0, identity.events_mark_s - MARK_OVERLAP_S)
    news = [one for one in payments.news_since(since_s) if one.live == payments.live]
    # The service forgets its events after 30 days; sessions it keeps.
    own = [*books.known_sessions(), *payments.sessions_since(since_s, identity.reference)]
    sessions = list(dict.fromkeys(own))
    refused: list[OneRingError] = []
    for session in sessions:
        try:
            fulfil(session, payments, books)
        except RefusedError as error:
            refused.append(error)  # told at the end: one strange session must not keep the others from being looked at
    for told in hear([*books.open_news(limit=1000), *reversed(news)], payments, books):
        if told.error is not None:
            raise told.error
    if news:
        books.advance_mark(max(one.created_s for one in news))
    if refused:
        raise refused[0]
    return len(sessions) + len(news)


def _sessions(
    news: News, payments: Payments, books: PurchaseBooks, identity: Identity
) -> tuple[str, ...] | OneRingError | str:
    """The sessions that news are about; or why there are none to look at."""
    if problem := _not_ours(news, payments, identity):
        return problem
    known = news.session or books.find_session(payment=news.payment, subscription=news.subscription)
    if known:
        return (known,)
    try:
        return tuple(payments.sessions_of(news)) or "not from a checkout"
    except OneRingError as error:
        return error


def _not_ours(news: News, payments: Payments, identity: Identity) -> str:
    """Why news need no look: an account may sell to thousands, whose sessions are none of this user's business."""
    if news.live != payments.live:
        return "from the other mode, test or live"
    if news.account:
        return "from a connected account"
    return "" if news.reference in {None, identity.reference} else "it was not made for this user"


def _heard(found: tuple[str, ...] | OneRingError | str, seen: dict[str, Look], problems: dict[str, str]) -> Heard:
    if isinstance(found, OneRingError):
        return Heard(Outcome.RECEIVED, found.message, found)
    if isinstance(found, str):
        return Heard(Outcome.FOREIGN, found)
    for session in found:
        error = seen[session]
        if isinstance(error, OneRingError):
            return Heard(Outcome.RECEIVED, error.message, error)
    told = [problems[session] for session in found]
    return Heard(Outcome.DONE) if not all(told) else Heard(Outcome.FOREIGN, told[0])


def _guarded(call: Callable[[str], Purchase | None]) -> Callable[[str], Look]:
    def guarded(session: str) -> Look:
        try:
            return call(session)
        except OneRingError as error:
            return error

    return guarded


def _in_turn(call: Callable[[str], Look], sessions: Sequence[str]) -> list[Look]:
    return [call(session) for session in sessions]
