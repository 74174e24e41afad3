"""A platform in memory, and a destination that reaches it through a network that can be told to fail."""

from __future__ import annotations

import html
import unicodedata
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, BinaryIO

from onering_cli.publishing.model import Payload, Reason
from onering_cli.publishing.outcomes import (
    Ambiguous,
    Blocked,
    Created,
    CreateOutcome,
    DeleteOutcome,
    Duplicate,
    Found,
    Gone,
    LookupOutcome,
    MediaGone,
    Newest,
    NewestOutcome,
    NotSent,
    ParentNotVisible,
    RateLimited,
    RemotePost,
    Timeline,
    TimelineOutcome,
    Unavailable,
    Uploaded,
    UploadOutcome,
    Window,
)
from onering_cli.publishing.ports import Certainty, DestinationFacts
from onering_cli.text.weights import measure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from doubles.fake_clock import FakeClock

    from onering_cli.publishing.model import FrozenMedia

LATE_S = 60.0  # how long after a client gave up the platform may still accept its request
MEDIA_LIFE_S = 86_400.0


def _nothing() -> None:
    """What else happens around a create call, unless a test says so."""


class Fault(Enum):
    """What happens to one call."""

    REFUSED = "no connection"
    DROP_BEFORE = "the connection drops before the platform accepts"
    DROP_AFTER = "the connection drops after the platform accepted"
    LATE = "the connection drops, and the platform accepts a minute later"
    HANG = "the platform never answers, and accepted nothing"
    SHORT_LIMIT = "429 until the quarter hour"
    DAILY_LIMIT = "429 until tomorrow"
    MONTHLY_CAP = "429 usage-capped"
    NO_CREDITS = "402"
    UNAUTHORIZED = "401"
    NOT_SUMMONED = "403 not summoned"
    FORBIDDEN = "403 of another kind"
    INVALID = "400"
    DUPLICATE_OF_OLDER = "403 duplicate of something older"
    DUPLICATE_OF_OURS = "the platform accepts, then calls the same request a duplicate"
    PARENT_DELETED = "the parent has just been deleted"
    HAND_REPLY = "the connection drops before the platform accepts, and the user answers the parent by hand"
    OLDER_DELETED = "the connection drops before the platform accepts, and the user deletes what was written before"
    OLDER_DELETED_AFTER = "the same after the platform accepted"
    MEDIA_GONE = "400: the media are not there any more"
    UNAVAILABLE = "a reading fails"


@dataclass
class Post:
    """One post that the platform accepted."""

    remote_id: str
    payload: Payload
    parent_id: str
    accepted_s: float
    by_hand: bool = False
    deleted: bool = False


@dataclass
class Platform:
    """The truth: what the platform holds, and how slowly it shows it."""

    clock: FakeClock
    duplicate_rule: bool = True
    timeline_lag_s: float = 0.0
    parent_lag_s: float = 0.0
    posts: list[Post] = field(default_factory=list)
    pending: list[tuple[float, Payload, str]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    uploads: int = 0

    def accept(self, payload: Payload, parent_id: str, *, by_hand: bool = False) -> Post:
        """Take a post in."""
        remote_id = str(1_000_000_000 + 7 * len(self.posts))
        post = Post(remote_id, payload, parent_id, self.clock.true_s, by_hand=by_hand)
        self.posts.append(post)
        return post

    def settle(self) -> None:
        """Accept what was on its way and has arrived by now."""
        due = [entry for entry in self.pending if entry[0] <= self.clock.true_s]
        self.pending = [entry for entry in self.pending if entry not in due]
        for arrived_s, payload, parent_id in due:
            if self.is_refused(payload, parent_id) is None:
                self.accept(payload, parent_id).accepted_s = arrived_s

    def is_refused(self, payload: Payload, parent_id: str) -> CreateOutcome | None:
        """What the platform itself says against a post."""
        if parent_id:
            parent = self.find(parent_id)
            if parent is None or self.clock.true_s < parent.accepted_s + self.parent_lag_s:
                return ParentNotVisible("the post is deleted or not visible to you")
        if self.duplicate_rule and self.holds_same(payload):
            return Duplicate("You are not allowed to create a Tweet with duplicate content.")
        return None

    def live(self) -> list[Post]:
        """What is there now and was not written by hand, the oldest first."""
        self.settle()
        return [post for post in self.posts if not post.deleted and not post.by_hand]

    def holds_same(self, payload: Payload) -> bool:
        """True when something identical is there."""
        return any(post.payload == payload for post in self.live())

    def find(self, remote_id: str) -> Post | None:
        """One post that is there."""
        self.settle()
        return next((post for post in self.posts if post.remote_id == remote_id and not post.deleted), None)

    def shown(self) -> list[Post]:
        """What the timeline shows by now."""
        self.settle()
        newest_s = self.clock.true_s - self.timeline_lag_s
        return [post for post in self.posts if post.accepted_s <= newest_s and not post.deleted]

    def count(self, verb: str) -> int:
        """How many calls of one kind there were."""
        return self.calls.count(verb)


class ScriptedDestination:
    """Satisfies `Destination`; faults are planned for a text's create calls, or for a verb's next calls.

    Args:
        platform: Shared by every process that publishes.
        certainty: How unanswered calls are settled here.
    """

    def __init__(self, platform: Platform, *, certainty: Certainty = Certainty.READING) -> None:
        self.platform = platform
        self.certainty = certainty
        self._on_create: dict[str, list[Fault]] = {}
        self._on_verb: dict[str, list[Fault]] = {}
        self._by_key: dict[str, Post] = {}
        self.media_ids_used: list[tuple[str, ...]] = []
        self.before_create: Callable[[], None] = _nothing
        self.after_create: Callable[[], None] = _nothing

    def fail_create(self, text: str, *faults: Fault) -> None:
        """Let the next create calls for a text fail so, one after another."""
        self._on_create.setdefault(text, []).extend(faults)

    def fail(self, verb: str, *faults: Fault) -> None:
        """Let the next calls of a verb fail so."""
        self._on_verb.setdefault(verb, []).extend(faults)

    def describe(self) -> DestinationFacts:
        return DestinationFacts("the scripted platform", self.certainty, longest_request_s=70.0)

    def create(self, payload: Payload, *, parent_id: str, media_ids: Sequence[str], key: str) -> CreateOutcome:
        self.before_create()
        outcome = self._create(payload, parent_id, tuple(media_ids), key)
        self.after_create()
        return outcome

    def _create(self, payload: Payload, parent_id: str, media_ids: tuple[str, ...], key: str) -> CreateOutcome:
        self.platform.calls.append("create")
        self.platform.settle()
        self.media_ids_used.append(media_ids)
        planned = self._on_create.get(payload.text, [])
        if key and key in self._by_key:
            return self._created(self._by_key[key])
        fault = planned.pop(0) if planned else None
        refusal = None if fault else self.platform.is_refused(payload, parent_id)
        outcome = refusal or (self._fail_create(fault, payload, parent_id, key) if fault else None)
        return outcome or self._created(self._accept(payload, parent_id, key))

    def newest_own_id(self) -> NewestOutcome:
        self.platform.calls.append("newest")
        if failure := self._read_failure("newest"):
            return failure
        shown = self.platform.shown()
        return Newest(shown[-1].remote_id if shown else "", min(len(shown), 5))

    def own_posts_since(self, watermark: str, *, limit: int) -> TimelineOutcome:
        self.platform.calls.append("timeline")
        if failure := self._read_failure("timeline"):
            return failure
        shown = self.platform.shown()
        page = [post for post in shown if not watermark or int(post.remote_id) >= int(watermark)][-limit:]
        newer = [post for post in page if post.remote_id != watermark]
        return Timeline(tuple(remote_post(post) for post in newer), len(newer) < len(page) or not watermark, len(page))

    def lookup(self, remote_id: str) -> LookupOutcome:
        self.platform.calls.append("lookup")
        if failure := self._read_failure("lookup"):
            return failure
        post = self.platform.find(remote_id)
        return Found(remote_post(post)) if post else Gone()

    def delete(self, remote_id: str) -> DeleteOutcome:
        self.platform.calls.append("delete")
        fault = self._next("delete")
        if fault in _REFUSED_DELETIONS:
            return _REFUSED_DELETIONS[fault]
        post = self.platform.find(remote_id)
        if post and fault is not Fault.DROP_BEFORE:
            post.deleted = True
        return Ambiguous(fault.value) if fault else Gone()

    def upload(self, media: FrozenMedia, content: BinaryIO, *, on_progress: Callable[[int], None]) -> UploadOutcome:
        self.platform.calls.append("upload")
        if failure := self._read_failure("upload"):
            return failure
        on_progress(len(content.read()))
        self.platform.uploads += 1
        return Uploaded(f"media-{self.platform.uploads}", MEDIA_LIFE_S)

    def _fail_create(self, fault: Fault, payload: Payload, parent_id: str, key: str) -> CreateOutcome | None:
        if fault in _REFUSALS:
            return _REFUSALS[fault]
        parent = self.platform.find(parent_id)
        if fault is Fault.PARENT_DELETED and parent:
            parent.deleted = True
        elif fault is Fault.HAND_REPLY:
            self.platform.accept(Payload("thanks, all!"), parent_id, by_hand=True)
        elif fault in (Fault.OLDER_DELETED, Fault.OLDER_DELETED_AFTER):
            for post in self.platform.posts:
                post.deleted = post.deleted or post.by_hand
        elif fault is Fault.LATE:
            self.platform.pending.append((self.platform.clock.true_s + LATE_S, payload, parent_id))
        elif fault is Fault.HANG:
            self.platform.clock.sleep(self.describe().longest_request_s)
        refusal = self.platform.is_refused(payload, parent_id)
        if fault is Fault.PARENT_DELETED:
            return refusal
        if fault in _ACCEPTED and refusal is None:
            self._accept(payload, parent_id, key)
        return Duplicate(fault.value) if fault is Fault.DUPLICATE_OF_OURS else Ambiguous(fault.value)

    def _accept(self, payload: Payload, parent_id: str, key: str) -> Post:
        post = self.platform.accept(payload, parent_id)
        if key:
            self._by_key[key] = post
        return post

    def _created(self, post: Post) -> Created:
        return Created(post.remote_id, address(post))

    def _next(self, verb: str) -> Fault | None:
        planned = self._on_verb.get(verb, [])
        return planned.pop(0) if planned else None

    def _read_failure(self, verb: str) -> RateLimited | Blocked | Unavailable | None:
        fault = self._next(verb)
        if fault is Fault.SHORT_LIMIT:
            return RateLimited(900.0)
        if fault in (Fault.UNAUTHORIZED, Fault.NO_CREDITS):
            return Blocked(Reason(fault.name.lower()), fault.value)
        return Unavailable(fault.value) if fault else None


_ACCEPTED = frozenset({Fault.DROP_AFTER, Fault.OLDER_DELETED_AFTER, Fault.DUPLICATE_OF_OURS})
_REFUSALS: dict[Fault, CreateOutcome] = {
    Fault.REFUSED: NotSent("connection refused"),
    Fault.SHORT_LIMIT: RateLimited(900.0),
    Fault.DAILY_LIMIT: RateLimited(80_000.0, Window.DAILY),
    Fault.MONTHLY_CAP: Blocked(Reason.MONTHLY_CAP, "usage-capped"),
    Fault.NO_CREDITS: Blocked(Reason.NO_CREDITS, "no credits"),
    Fault.UNAUTHORIZED: Blocked(Reason.UNAUTHORIZED, "unauthorized"),
    Fault.NOT_SUMMONED: Blocked(Reason.NOT_SUMMONED, "not mentioned"),
    Fault.FORBIDDEN: Blocked(Reason.FORBIDDEN, "forbidden"),
    Fault.INVALID: Blocked(Reason.INVALID, "invalid"),
    Fault.DUPLICATE_OF_OLDER: Duplicate("You are not allowed to create a Tweet with duplicate content."),
    Fault.MEDIA_GONE: MediaGone("your media ids are invalid"),
}

_REFUSED_DELETIONS: dict[Fault | None, DeleteOutcome] = {
    Fault.REFUSED: NotSent("connection refused"),
    Fault.SHORT_LIMIT: RateLimited(900.0),
    Fault.UNAUTHORIZED: Blocked(Reason.UNAUTHORIZED, "unauthorized"),
}


def address(post: Post) -> str:
    """Where people would see a post."""
    return f"https://social.example.com/{post.remote_id}"


def remote_post(post: Post) -> RemotePost:
    """A post as the platform gives it back: NFC, escaped, every link shortened."""
    text = unicodedata.normalize("NFC", post.payload.text.strip())
    links: list[tuple[str, str]] = []
    pieces: list[str] = []
    end = 0
    for link in measure(text).links:
        short = f"https://t.co/{len(links)}{post.remote_id}"
        pieces += [html.escape(text[end : link.start], quote=False), short]
        links.append((short, link.text if "://" in link.text else f"http://{link.text}"))
        end = link.end
    pieces.append(html.escape(text[end:], quote=False))
    media_link = f"https://t.co/m{post.remote_id}"
    if post.payload.media:
        pieces.append(f" {media_link}")
    return RemotePost(
        remote_id=post.remote_id,
        text="".join(pieces),
        parent_id=post.parent_id,
        media_count=len(post.payload.media),
        links=tuple(links),
        media_links=(media_link,) if post.payload.media else (),
        url=address(post),
    )
