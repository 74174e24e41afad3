"""What the service knows: accounts, posts, media and the rules in force, behind one lock.

Rules and prices as POSTING.md's facts state them and docs.x.com documents them (read November 2026):
https://docs.x.com/x-api/posts/create-or-edit-post, https://docs.x.com/x-api/fundamentals/rate-limits.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from doubles.fake_x import wording
from doubles.fake_x.problems import (
    CREDITS,
    DUPLICATE,
    NOT_SUMMONED,
    NOT_VISIBLE,
    NOT_YOURS,
    RATE_15MIN,
    RATE_24H,
    TOO_LONG,
    RefusedError,
    invalid,
)

_EPOCH_MS = 1_288_834_974_657  # of post ids: https://docs.x.com/fundamentals/x-ids
WINDOW_S = 900.0
DAY_S = 86_400.0
PRICE_CREATE_MILLI, PRICE_CREATE_URL_MILLI, PRICE_DELETE_MILLI, PRICE_READ_MILLI = 15, 200, 10, 1


@dataclass(slots=True)
class Rules:
    """What this service enforces; a test sets what it needs."""

    duplicates: bool = True
    timeline_lag_s: float = 0.0
    timeline_lag_reads: int = 0
    parent_lag_s: float = 0.0
    replies_to_self: bool = True
    missing_status: int = 200
    create_limit: int = 100
    create_limit_24h: int = 10_000
    delete_limit: int = 50
    timeline_limit: int = 900
    credits_milli: int | None = None
    media_checks: int = 0
    media_check_after_s: int = 1
    media_fails: bool = False
    media_ttl_s: float = DAY_S
    token_ttl_s: float = 7200.0
    code_ttl_s: float = 30.0


@dataclass(slots=True)
class Account:
    """Somebody who can post."""

    id: str
    username: str
    premium: bool = False


@dataclass(slots=True)
class Post:
    """A post as it was accepted."""

    id: str
    author_id: str
    text: str
    at: float
    body: dict[str, Any]
    parent: str = ""
    quoted: str = ""
    media_ids: tuple[str, ...] = ()
    reads: int = 0
    deleted: bool = False
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Media:
    """An upload, under way or done."""

    id: str
    owner_id: str
    media_type: str
    category: str
    total_bytes: int
    segments: dict[int, bytes] = field(default_factory=dict)
    alt_text: str = ""
    finalized_at: float | None = None
    checks_left: int = 0
    failed: bool = False

    @property
    def key(self) -> str:
        """The media key: a digit for the kind, then the id."""
        kind = {"tweet_image": "3", "tweet_gif": "16", "tweet_video": "13"}.get(self.category, "3")
        return f"{kind}_{self.id}"


@dataclass(slots=True)
class World:
    """The state of the service. Every method takes the lock itself unless it says otherwise."""

    tell_time: Callable[[], float] = time.time
    rules: Rules = field(default_factory=Rules)
    accounts: dict[str, Account] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)
    spent_milli: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)
    _offset_s: float = 0.0
    _last_id: int = 0
    _late: list[tuple[float, Callable[[], None]]] = field(default_factory=list)
    _uses: dict[tuple[str, str], deque[float]] = field(default_factory=dict)
    _same_text: dict[tuple[str, str], list[Post]] = field(default_factory=dict)

    def now(self) -> float:
        """Seconds since 1970 on the service's clock."""
        return self.tell_time() + self._offset_s

    def advance(self, seconds: float) -> None:
        """Move the service's clock."""
        with self.lock:
            self._offset_s += seconds
            self.settle()

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Do something once the clock has moved on so far."""
        with self.lock:
            self._late.append((self.now() + seconds, act))

    def settle(self) -> None:
        """Do what has become due."""
        with self.lock:
            due = [act for at, act in self._late if at <= self.now()]
            self._late = [(at, act) for at, act in self._late if at > self.now()]
            for act in due:
                act()

    def new_id(self) -> str:
        """An id that is higher than every earlier one and carries the time."""
        with self.lock:
            self._last_id = max(self._last_id + 1, int(self.now() * 1000 - _EPOCH_MS) << 22)
            return str(self._last_id)

    def join(self, username: str, *, account_id: str, premium: bool = False) -> Account:
        """Add an account."""
        account = Account(account_id, username, premium)
        self.accounts[account.id] = account
        return account

    # ---- limits and money -------------------------------------------------------------------------------------

    def limits(self, account: Account, kind: str) -> dict[str, str]:
        """The rate limit headers after the uses so far."""
        with self.lock:
            limit = {"create": self.rules.create_limit, "delete": self.rules.delete_limit}.get(
                kind, self.rules.timeline_limit
            )
            used, reset = self._window(account, kind, WINDOW_S)
            headers = {
                "x-rate-limit-limit": str(limit),
                "x-rate-limit-remaining": str(max(0, limit - used)),
                "x-rate-limit-reset": str(int(reset)),
            }
            if kind == "create":
                used, reset = self._window(account, kind, DAY_S)
                for prefix in ("x-app-limit-24hour", "x-user-limit-24hour"):
                    headers[f"{prefix}-limit"] = str(self.rules.create_limit_24h)
                    headers[f"{prefix}-remaining"] = str(max(0, self.rules.create_limit_24h - used))
                    headers[f"{prefix}-reset"] = str(int(reset))
            return headers

    def _window(self, account: Account, kind: str, seconds: float) -> tuple[int, float]:
        uses = self._uses.setdefault((account.id, kind), deque())
        while uses and uses[0] <= self.now() - DAY_S:
            uses.popleft()
        recent = [at for at in uses if at > self.now() - seconds]
        return len(recent), (recent[0] if recent else self.now()) + seconds

    def use(self, account: Account, kind: str) -> None:
        """Count one call, or refuse it."""
        with self.lock:
            headers = self.limits(account, kind)
            if headers.get("x-app-limit-24hour-remaining") == "0":
                raise RefusedError(RATE_24H)
            if headers["x-rate-limit-remaining"] == "0":
                raise RefusedError(RATE_15MIN)
            self._uses[account.id, kind].append(self.now())

    def pay(self, milli: int) -> None:
        """Take tenths of a cent off the credits, or refuse."""
        with self.lock:
            if self.rules.credits_milli is not None:
                if self.rules.credits_milli < milli:
                    raise RefusedError(CREDITS)
                self.rules.credits_milli -= milli
            self.spent_milli += milli

    # ---- posts ------------------------------------------------------------------------------------------------

    def create(self, author: Account, body: dict[str, Any], *, by_hand: bool = False) -> Post:
        """Accept a post, or refuse it; `by_hand` is somebody in the app, whom API rules do not concern."""
        with self.lock:
            text = wording.stored(str(body.get("text", "")))
            parent = str((body.get("reply") or {}).get("in_reply_to_tweet_id", ""))
            media_ids = tuple(str(each) for each in (body.get("media") or {}).get("media_ids", ()))
            if not by_hand:
                self.use(author, "create")
                self._check(author, text, parent, media_ids)
                self.pay(PRICE_CREATE_URL_MILLI if wording.has_link(text) else PRICE_CREATE_MILLI)
            post = Post(
                id=self.new_id(),
                author_id=author.id,
                text=text,
                at=self.now(),
                body=body,
                parent=parent,
                quoted=str(body.get("quote_tweet_id", "")),
                media_ids=media_ids,
            )
            self.posts[post.id] = post
            self._same_text.setdefault((author.id, text), []).append(post)
            return post

    def _check(self, author: Account, text: str, parent: str, media_ids: tuple[str, ...]) -> None:
        if wording.weight(text) > wording.LIMIT_WEIGHT and not author.premium:
            raise RefusedError(TOO_LONG)
        if parent:
            self._check_parent(author, parent)
        for media_id in media_ids:
            if not self.ready(author, media_id):
                raise RefusedError(invalid("Your media IDs are invalid."))
        if self.rules.duplicates and not media_ids:
            for post in self._same_text.get((author.id, text), ()):
                if not post.deleted and not post.media_ids and post.at > self.now() - DAY_S:
                    raise RefusedError(DUPLICATE)

    def _check_parent(self, author: Account, parent_id: str) -> None:
        parent = self.posts.get(parent_id)
        if parent is None or parent.deleted or parent.at > self.now() - self.rules.parent_lag_s:
            raise RefusedError(NOT_VISIBLE)
        own = parent.author_id == author.id
        summoned = f"@{author.username}".lower() in parent.text.lower()
        if not (self.rules.replies_to_self if own else summoned):
            raise RefusedError(NOT_SUMMONED)

    def delete(self, author: Account, post_id: str) -> bool:
        """Delete a post of one's own; False when it is not there."""
        with self.lock:
            self.use(author, "delete")
            self.pay(PRICE_DELETE_MILLI)
            post = self.posts.get(post_id)
            if post is None or post.deleted:
                return False
            if post.author_id != author.id:
                raise RefusedError(NOT_YOURS)
            post.deleted = True
            return True

    def visible(self, post: Post) -> bool:
        """Whether timelines show it yet; counts as one read of it."""
        with self.lock:
            post.reads += 1
            aged = post.at <= self.now() - self.rules.timeline_lag_s
            return aged and post.reads > self.rules.timeline_lag_reads and not post.deleted

    def ready(self, owner: Account, media_id: str) -> bool:
        """Whether an upload can be attached now."""
        with self.lock:
            media = self.media.get(media_id)
            return (
                media is not None
                and media.owner_id == owner.id
                and media.finalized_at is not None
                and media.checks_left == 0
                and not media.failed
                and self.now() < media.finalized_at + self.rules.media_ttl_s
            )
