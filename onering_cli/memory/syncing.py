"""Reads what became of the user's posts from where they were published, page by page, never beyond what was agreed."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from onering_cli.memory.model import Added, Post
from onering_cli.memory.ports import Corpus
from onering_cli.record import record

Charge = Callable[[int], None]
"""Told how many reads are about to be paid for, before each call; a negative number gives back what was not read."""


class OwnTimeline(Protocol):
    """An account's own posts with their metrics, at the platform."""

    def pages(self, *, limit: int, since: datetime | None, charge: Charge) -> Iterator[Sequence[Post]]:
        """The newest posts with their metrics, the newest first, `limit` at most; every page is one call.

        Raises:
            LogInError: The platform does not take the credentials.
            TryLaterError: A limit, or no answer; what was read before is read.
            RefusedError: The platform refuses, and would again.
        """
        ...


@record
class Synced:
    """What a reading brought: posts read, and of those how many the memory did not know yet."""

    read: int = 0
    new: int = 0


def sync(
    timeline: OwnTimeline,
    corpus: Corpus,
    *,
    account: str,
    limit: int,
    since: datetime | None,
    charge: Charge,
    on_page: Callable[[Synced], None],
) -> Synced:
    """Add the metrics of the newest own posts to their time series; posts the memory does not know yet join it.

    Each page is kept before the next is asked for, so that nothing that was paid for is lost.
    """
    source = corpus.source("own timeline", format_="timeline", fingerprint=f"timeline:{account}", account=account).id
    so_far = Synced()
    try:
        for page in timeline.pages(limit=limit, since=since, charge=charge):
            added: Added = corpus.add(page, source=source)
            so_far = Synced(so_far.read + len(page), so_far.new + added.new)
            on_page(so_far)
    finally:
        if so_far.new:
            corpus.finish(source)
    return so_far
