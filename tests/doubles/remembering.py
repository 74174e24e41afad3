"""Posts put into the memory of a test's home, as an import would."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from doubles.fake_clock import FakeClock

from onering_cli.adapters.sqlite.corpus import SqliteCorpus
from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.memory.model import Metrics, Post, PostKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


def put(
    home: Path,
    *texts: str,
    account: str = "me",
    days_ago: float = 10,
    kind: PostKind = PostKind.POST,
    platform: str = "x",
    first_id: int = 1,
    metrics: Sequence[Metrics] = (),
    now: datetime | None = None,
) -> None:
    """Remember posts of an account, the last one published `days_ago`, the others a day apart before it."""
    at = (now or datetime.now(UTC)) - timedelta(days=days_ago)
    with closing(open_store(home / "onering.db")) as store:
        corpus = SqliteCorpus(store, FakeClock(now=now or datetime.now(UTC)))
        source = corpus.source("test", format_="jsonl", fingerprint=f"{account}{first_id}").id
        corpus.add(
            [
                Post(
                    platform,
                    account,
                    text,
                    kind,
                    at - timedelta(days=len(texts) - 1 - number),
                    remote_id=str(first_id + number),
                    url=f"https://x.com/i/status/{first_id + number}",
                    metrics=metrics[number] if metrics else Metrics(),
                )
                for number, text in enumerate(texts)
            ],
            source=source,
        )


@pytest.fixture(name="remember")
def remember_fixture(home: Path) -> Callable[..., None]:
    """Put posts into the memory of the test's home."""

    def call(*texts: str, **options: object) -> None:
        put(home, *texts, **options)  # type: ignore[arg-type]  # the options of `put`, by name

    return call
