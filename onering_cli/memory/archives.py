"""What an archive of published posts is to the memory."""

from collections.abc import Iterator
from typing import Protocol

from onering_cli.errors import UsageError
from onering_cli.memory.model import Post
from onering_cli.record import record


@record
class Skipped:
    """An entry that is not remembered, and why: ``retweets``, ``direct messages``."""

    reason: str


class ArchiveError(UsageError):
    """What was given is no archive, not a whole one, or not one that is safe to read."""


class Archive(Protocol):
    """One thing that was given to be remembered; nothing of it is ever extracted."""

    @property
    def name(self) -> str:
        """What people call it: its path."""
        ...

    @property
    def format(self) -> str:
        """``x``, ``mastodon``, ``bluesky``, ``jsonl`` or ``notes``."""
        ...

    @property
    def fingerprint(self) -> str:
        """The same for the same content, different for any other."""
        ...

    @property
    def total_bytes(self) -> int:
        """How much there is to read."""
        ...

    @property
    def read_bytes(self) -> int:
        """How much of it has been read."""
        ...

    def entries(self) -> Iterator[Post | Skipped]:
        """All entries in the order in which they stand there, always the same.

        Raises:
            ArchiveError: It is damaged; what came before is whole.
        """
        ...
