"""Takes news from many requests at once and acts on them together: one commit and one look for all that wait."""

from __future__ import annotations

import queue
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Self, TypeAlias

from onering_cli.billing.fulfilment import Heard, hear
from onering_cli.errors import OneRingError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from onering_cli.billing.fulfilment import Look
    from onering_cli.billing.ports import News, Payments, PurchaseBooks

MOST_AT_ONCE = 64

_Waiting: TypeAlias = "tuple[News | None, Future[Heard | None]]"
_OPEN_AT_ONCE = 1000
_ENDING_S = 2.0


class Hearing:
    """A thread that owns the store while the server runs; a context manager that ends it after what it was given.

    When the service hangs, the end does not wait for it: what was kept is acted on by the next listener.

    Args:
        payments: Looked at from several threads.
        books: Used by this thread alone.
        looks_at_once: How many sessions are looked at at the same time.
    """

    def __init__(self, payments: Payments, books: PurchaseBooks, *, looks_at_once: int = 8) -> None:
        self._payments = payments
        self._books = books
        self._looks_at_once = looks_at_once
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="hearing", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._waiting.put(None)
        self._thread.join(_ENDING_S)

    def tell(self, news: News) -> Future[Heard | None]:
        """Hand over news; the future is done when they are durable and acted on, or have failed."""
        return self._put(news)

    def ping(self) -> Future[Heard | None]:
        """Done with None when the thread has come round and the store can be read."""
        return self._put(None)

    def _put(self, news: News | None) -> Future[Heard | None]:
        future: Future[Heard | None] = Future()
        self._waiting.put((news, future))
        return future

    def _work(self) -> None:
        while batch := self._next_batch():
            self._answer(batch)

    def _look(self, call: Callable[[str], Look], sessions: Sequence[str]) -> list[Look]:
        """Call for each session, several at a time.

        In threads that the interpreter does not wait for when it ends, as an executor's: a service that hangs must not
        keep the listener from ending. What is cut off then is kept, and acted on by the next listener.
        """
        looks: list[Look] = [None] * len(sessions)
        left = iter(enumerate(sessions))
        failures: list[BaseException] = []

        def work() -> None:
            try:
                for number, session in left:  # one iterator for all: under the interpreter's lock, each item comes once
                    looks[number] = call(session)
            except BaseException as exc:  # noqa: BLE001 -- carried over to the thread that waits, and raised there
                failures.append(exc)

        helpers = [
            threading.Thread(target=work, daemon=True) for _ in range(min(len(sessions), self._looks_at_once) - 1)
        ]
        for helper in helpers:
            helper.start()
        work()
        for helper in helpers:
            helper.join()
        if failures:
            raise failures[0]
        return looks

    def _next_batch(self) -> list[_Waiting]:
        """All that wait, at least one; none when the end was asked for."""
        batch: list[_Waiting] = []
        while len(batch) < MOST_AT_ONCE:
            try:
                item = self._waiting.get(block=not batch)
            except queue.Empty:
                break
            if item is None:
                if batch:
                    self._waiting.put(None)
                break
            if item[1].set_running_or_notify_cancel():
                batch.append(item)
        return batch

    def _answer(self, batch: list[_Waiting]) -> None:
        told = [(news, future) for news, future in batch if news is not None]
        try:
            if len(told) < len(batch):
                self._books.identity()
            outcomes = hear([news for news, _ in told], self._payments, self._books, self._look) if told else []
        except Exception as exc:  # noqa: BLE001 -- carried to each request, which answers 500 so that Stripe retries
            for _, future in batch:
                future.set_exception(exc)
            return
        for (_, future), outcome in zip(told, outcomes, strict=True):
            future.set_result(outcome)
        for news, future in batch:
            if news is None:
                future.set_result(None)


def catch_up(payments: Payments, books: PurchaseBooks) -> int:
    """Act on news that a process which died has kept, until one fails; how many stay open."""
    left = books.open_news(limit=_OPEN_AT_ONCE)
    for number, news in enumerate(left):
        try:
            (told,) = hear([news], payments, books)
        except OneRingError:
            return len(left) - number
        if told.error is not None:
            return len(left) - number
    return 0
