"""A user's desk before a fake X: credentials in the environment, waits that a test can bear, and drafts as files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from doubles.fake_x import ACCESS_TOKEN, ACCESS_TOKEN_SECRET, CONSUMER_KEY, CONSUMER_SECRET, FakeX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SECRETS = (CONSUMER_SECRET, ACCESS_TOKEN_SECRET, ACCESS_TOKEN)
RUN_KEYS = {"operation", "status", "draft", "run", "account", "root", "posts", "remaining", "warnings", "cost_usd"}
KEYS = RUN_KEYS | {"repeats"}  # of `post`, which asks about repeats before there is a run
VARIABLES = {
    "X_CONSUMER_KEY": CONSUMER_KEY,
    "X_CONSUMER_SECRET": CONSUMER_SECRET,
    "X_ACCESS_TOKEN": ACCESS_TOKEN,
    "X_ACCESS_TOKEN_SECRET": ACCESS_TOKEN_SECRET,
    "PUBLISHING_RECONCILE_WAITS_S": "0.02,0.04,0.06,0.08",
    "PUBLISHING_PARENT_WAITS_S": "0.01,0.02",
    "PUBLISHING_READ_TIMEOUT_S": "0.5",
    "PUBLISHING_MAX_WAIT_S": "0",
}


@dataclass
class Desk:
    """A service, a folder with drafts, and the program."""

    x: FakeX
    folder: Path
    call: Callable[..., Any]
    monkeypatch: pytest.MonkeyPatch

    def draft(self, *posts: str, name: str = "thread.md") -> Path:
        """A draft file."""
        path = self.folder / name
        path.write_text("\n\n---\n\n".join(posts) + "\n")
        return path

    def set(self, **variables: str) -> None:
        """Set variables, named without ``ONERING_``."""
        for name, value in variables.items():
            self.monkeypatch.setenv(f"ONERING_{name}", value)

    def post(self, draft: Path | str, *arguments: str, **options: Any) -> Any:
        """``onering post … --json``."""
        return self.call("post", draft, "--json", *arguments, **options)

    def texts(self) -> list[str]:
        """What the service accepted and still has, in order."""
        return [post.text for post in self.x.accepted if not post.deleted]

    def creates(self) -> int:
        """How often a post was asked for."""
        return sum(seen.route == "POST /2/tweets" for seen in self.x.seen())


@pytest.fixture(name="desk")
def posting_desk(tmp_path: Path, onering: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A desk with everything in its place."""
    with FakeX() as x:
        made = Desk(x, tmp_path, onering, monkeypatch)
        made.set(**VARIABLES, X_API_BASE=x.base)
        yield made
