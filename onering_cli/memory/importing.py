"""Takes archives into the memory, batch by batch, so that whatever stops it loses nothing and repeats nothing."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from onering_cli.memory.archives import Skipped
from onering_cli.record import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from onering_cli.memory.archives import Archive
    from onering_cli.memory.model import Post
    from onering_cli.memory.ports import Corpus

BATCH_ENTRIES = 2_000


@record
class ImportReport:
    """What became of an archive.

    Args:
        name: The archive.
        format: Its format.
        new: Posts that are remembered now and were not before.
        known: Posts that were remembered already.
        skipped: What was left out: how many by reason.
        resumed_at: Entries that an earlier, interrupted import had dealt with.
        unchanged: The very same content was imported before, to its end; it was not read again.
    """

    name: str
    format: str
    new: int = 0
    known: int = 0
    skipped: dict[str, int] | None = None
    resumed_at: int = 0
    unchanged: bool = False


def import_archive(
    archive: Archive,
    corpus: Corpus,
    on_progress: Callable[[Archive, int], None],
    *,
    account: str,
    meanwhile: Callable[[], None] | None = None,
) -> ImportReport:
    """Remember what an archive holds.

    Args:
        archive: Opened.
        corpus: Takes it in.
        on_progress: Told how many entries are dealt with, durably, after each batch.
        account: Whose the posts are.
        meanwhile: Called after each batch, for work that goes on beside.

    Raises:
        ArchiveError: It is damaged; what came before is remembered, and the next import goes on from there.
    """
    mark = corpus.source(archive.name, format_=archive.format, fingerprint=archive.fingerprint, account=account)
    if mark.finished:
        return ImportReport(archive.name, archive.format, skipped={}, unchanged=True)
    entries = archive.entries()
    position = sum(1 for _ in islice(entries, mark.position))
    new = known = 0
    skipped: Counter[str] = Counter()
    for batch in _batches(entries):
        posts = [entry for entry in batch if not isinstance(entry, Skipped)]
        skipped.update(entry.reason for entry in batch if isinstance(entry, Skipped))
        position += len(batch)
        added = corpus.add(posts, source=mark.id, position=position)
        new += added.new
        known += added.known
        on_progress(archive, position)
        if meanwhile is not None:
            meanwhile()
    corpus.finish(mark.id)
    return ImportReport(archive.name, archive.format, new, known, dict(skipped), mark.position)


def _batches(entries: Iterator[Post | Skipped]) -> Iterator[list[Post | Skipped]]:
    """Lists of at most `BATCH_ENTRIES`; the last one before an error comes before the error."""
    batch: list[Post | Skipped] = []
    try:
        for entry in entries:
            batch.append(entry)
            if len(batch) == BATCH_ENTRIES:
                yield batch
                batch = []
    except Exception:
        if batch:
            yield batch
        raise
    if batch:
        yield batch
