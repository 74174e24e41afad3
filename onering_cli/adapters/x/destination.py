"""An account at X as publishing's destination: every end of a call is an outcome."""

from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

from onering_cli.adapters.x import media as uploads
from onering_cli.adapters.x.answers import (
    create_outcome,
    data_of,
    delete_outcome,
    document,
    is_missing,
    read_failure,
    valid_id,
)
from onering_cli.adapters.x.credentials import Identity
from onering_cli.adapters.x.session import Session
from onering_cli.adapters.x.timeline import FIELDS, LEAST_PAGE, page_query, posts_in, remote_post, timeline
from onering_cli.adapters.x.transport import Answer, Unanswered
from onering_cli.clock import Clock
from onering_cli.errors import LogInError, OneRingError, RefusedError, TryLaterError, UsageError
from onering_cli.publishing.model import FrozenMedia, Payload, Reason
from onering_cli.publishing.outcomes import (
    Blocked,
    CreateOutcome,
    DeleteOutcome,
    Found,
    Gone,
    LookupOutcome,
    Newest,
    NewestOutcome,
    RateLimited,
    ReadFailure,
    TimelineOutcome,
    Unavailable,
    UploadOutcome,
)
from onering_cli.publishing.ports import Certainty, DestinationFacts
from onering_cli.text.draft import ReplyControl

_NOT_FOUND = 404
_UNREADABLE = Unavailable("X's answer cannot be read")


def address(remote_id: str, username: str = "") -> str:
    """Where people see a post; X leads there without the name, too."""
    return f"https://x.com/{username or 'i'}/status/{remote_id}"


def create_body(payload: Payload, *, parent_id: str, media_ids: Sequence[str]) -> dict[str, object]:
    """The body of POST /2/tweets, with the fields that are documented and needed, no others.

    https://docs.x.com/x-api/posts/create-or-edit-post (November 2026); ``made_with_ai`` is there, but not in tweepy's
    `create_tweet`.
    """
    body: dict[str, object] = {}
    if payload.text:
        body["text"] = payload.text
    if media_ids:
        body["media"] = {"media_ids": list(media_ids)}
    if payload.poll is not None:
        body["poll"] = {"options": list(payload.poll.options), "duration_minutes": payload.poll.duration_minutes}
    if payload.quote_id:
        body["quote_tweet_id"] = payload.quote_id
    if parent_id:
        body["reply"] = {"in_reply_to_tweet_id": parent_id}
    if payload.reply_control is not ReplyControl.EVERYONE:
        body["reply_settings"] = str(payload.reply_control)
    if payload.made_with_ai:
        body["made_with_ai"] = True
    return body


class XDestination:
    """One account at X; satisfies `onering_cli.publishing.ports.Destination`.

    Args:
        session: The account's signed calls.
        clock: Tells the time where X does not.
        user_id: The account's id; asked for at need when it is "".
        username: For addresses, or "".
    """

    def __init__(self, session: Session, *, clock: Clock, user_id: str = "", username: str = "") -> None:
        self._session = session
        self._clock = clock
        self._user_id = user_id
        self._username = username

    def describe(self) -> DestinationFacts:
        """X takes neither a key nor an id of ours: an unanswered create is settled by reading."""
        return DestinationFacts("X", Certainty.READING, self._session.transport.limit_s)

    def create(self, payload: Payload, *, parent_id: str, media_ids: Sequence[str], key: str) -> CreateOutcome:  # noqa: ARG002 -- X takes no key
        """Create one post."""
        body = create_body(payload, parent_id=parent_id, media_ids=media_ids)
        result = self._ask("POST", "/2/tweets", json=body)
        if isinstance(result, Blocked):
            return result
        return create_outcome(result, address_of=self.address_of, now=self._clock.now())

    def newest_own_id(self) -> NewestOutcome:
        """The id of the newest post, replies and reposts included."""
        result = self.read_own({"max_results": str(LEAST_PAGE)})
        if not isinstance(result, Answer):
            return result
        posts = posts_in(document(result), self.address_of)
        if posts is None:
            return _UNREADABLE
        newest = max(posts, key=lambda post: int(post.remote_id), default=None)
        return Newest(newest.remote_id if newest else "", len(posts))

    def own_posts_since(self, watermark: str, *, limit: int) -> TimelineOutcome:
        """The newest posts back to the watermark, in one request."""
        result = self.read_own(page_query(watermark, limit))
        if not isinstance(result, Answer):
            return result
        posts = posts_in(document(result), self.address_of)
        return _UNREADABLE if posts is None else timeline(posts, watermark, limit)

    def lookup(self, remote_id: str) -> LookupOutcome:
        """One post by id."""
        result = self._ask("GET", f"/2/tweets/{_checked(remote_id)}", params={"tweet.fields": FIELDS})
        if isinstance(result, Answer) and (result.status == _NOT_FOUND or is_missing(result)):
            return Gone()
        failure = self._failure(result)
        if failure is not None or not isinstance(result, Answer):
            return failure or _UNREADABLE
        post = remote_post(data_of(result), self.address_of)
        return _UNREADABLE if post is None else Found(post)

    def delete(self, remote_id: str) -> DeleteOutcome:
        """Delete one own post."""
        result = self._ask("DELETE", f"/2/tweets/{_checked(remote_id)}")
        return result if isinstance(result, Blocked) else delete_outcome(result, now=self._clock.now())

    def upload(self, media: FrozenMedia, content: BinaryIO, *, on_progress: Callable[[int], None]) -> UploadOutcome:
        """Upload a file with its description."""
        return uploads.upload(self._ask, media, content, on_progress=on_progress, clock=self._clock)

    @property
    def user_id(self) -> str:
        """The account's id; "" before it was needed, where the credentials do not tell it."""
        return self._user_id

    def address_of(self, remote_id: str) -> str:
        """Where people see one of the account's posts."""
        return address(remote_id, self._username)

    def read_own(self, query: dict[str, str]) -> Answer | ReadFailure:
        """A page of the account's own posts, as X gives it."""
        if not self._user_id:
            known = self._me()
            if not isinstance(known, Identity):
                return known
            self._user_id, self._username = known.user_id, known.username
        result = self._ask("GET", f"/2/users/{self._user_id}/tweets", params=query)
        failure = self._failure(result)
        if failure is not None or not isinstance(result, Answer):
            return failure or _UNREADABLE
        return result

    def _me(self) -> Identity | ReadFailure:
        result = self._ask("GET", "/2/users/me", params={"user.fields": "subscription_type"})
        failure = self._failure(result)
        if failure is not None or not isinstance(result, Answer):
            return failure or _UNREADABLE
        data = data_of(result)
        user_id, username = valid_id(data.get("id")), data.get("username")
        if not user_id or not isinstance(username, str):
            return _UNREADABLE
        # https://docs.x.com/x-api/users/get-me: None, Basic, Premium or PremiumPlus; all but None post long texts
        return Identity(user_id, username, str(data.get("subscription_type", "None")) not in {"None", ""})

    def identify(self) -> Identity:
        """Who the credentials belong to.

        Raises:
            LogInError: X does not take them.
            TryLaterError: X could not be asked for now.
            RefusedError: X does not let them ask.
        """
        known = self._me()
        match known:
            case Identity():
                return known
            case Blocked(Reason.UNAUTHORIZED, detail):
                raise LogInError(f"X refused these credentials: {detail}", hint="Check them and log in again.")
            case Blocked(_, detail):
                raise RefusedError(
                    f"X refused: {detail}", hint="Look at the app's access and credits at console.x.com."
                )
            case RateLimited():
                raise TryLaterError("X asks to wait", hint=f"Try again in {known.wait_s:.0f} seconds.")
            case Unavailable(detail):
                raise TryLaterError(f"X could not be asked: {detail}", hint="Try again.")

    def _ask(self, method: str, route: str, **options: Any) -> Answer | Unanswered | Blocked:
        """One call; a login that has ended counts as a refusal, and what was never sent as that."""
        try:
            if "content" in options:
                return self._session.post_parts(
                    route, fields=options["fields"], name="media", content=options["content"]
                )
            return self._session.call(method, route, **options)
        except LogInError as exc:
            return Blocked(Reason.UNAUTHORIZED, exc.message)
        except OneRingError as exc:  # no token, or none that could be kept: the call itself was not sent
            return Unanswered(sent=False, detail=exc.message)

    def _failure(self, result: Answer | Unanswered | Blocked) -> ReadFailure | None:
        return result if isinstance(result, Blocked) else read_failure(result, now=self._clock.now())


def _checked(remote_id: str) -> str:
    if not valid_id(remote_id):
        raise UsageError(
            f"{remote_id!r} is not the id of a post", hint="An id is the number at the end of its address."
        )
    return remote_id
