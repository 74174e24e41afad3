"""An account's own posts with their metrics, as X's timeline gives them.

Fields: https://docs.x.com/x-api/users/get-posts and https://docs.x.com/x-api/fundamentals/data-dictionary (November
2026). `public_metrics` counts likes, reposts, replies, quotes, bookmarks and impressions of any age. What
`non_public_metrics` would add are clicks, and only for posts of the last 30 days
(https://docs.x.com/x-api/fundamentals/metrics), so that asking for it would turn pages with older posts into errors.
"""

from __future__ import annotations

import html
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from onering_cli.adapters.x.answers import document, valid_id
from onering_cli.adapters.x.timeline import FIELDS, LEAST_PAGE, MOST_PAGE, remote_post
from onering_cli.adapters.x.transport import Answer
from onering_cli.errors import LogInError, OneRingError, RefusedError, TryLaterError
from onering_cli.memory.model import Metrics, Post, PostKind
from onering_cli.publishing.model import Reason
from onering_cli.publishing.outcomes import Blocked, RateLimited, ReadFailure, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from onering_cli.adapters.x.destination import XDestination
    from onering_cli.clock import Clock
    from onering_cli.memory.syncing import Charge

_FIELDS = f"{FIELDS},created_at,in_reply_to_user_id,lang,public_metrics"
_COUNTED = {
    "likes": "like_count",
    "reposts": "retweet_count",
    "replies": "reply_count",
    "quotes": "quote_count",
    "impressions": "impression_count",
    "bookmarks": "bookmark_count",
}


class XOwnPosts:
    """Satisfies `OwnTimeline` for one account at X.

    Args:
        destination: The account, logged in.
        account: Its name within OneRing.
        clock: Tells when the metrics were true.
    """

    def __init__(self, destination: XDestination, account: str, *, clock: Clock) -> None:
        self._destination = destination
        self._account = account
        self._clock = clock

    def pages(self, *, limit: int, since: datetime | None, charge: Charge) -> Iterator[Sequence[Post]]:
        """The newest posts with their metrics, the newest first; reposts of others' posts are left out."""
        left, token = limit, ""
        while left > 0:
            size = min(max(left, LEAST_PAGE), MOST_PAGE)
            query = {"max_results": str(size), "tweet.fields": _FIELDS, "exclude": "retweets"}
            if since is not None:
                query["start_time"] = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            if token:
                query["pagination_token"] = token
            charge(size)
            answer = self._destination.read_own(query)
            if not isinstance(answer, Answer):
                charge(-size)
                raise self._error(answer)
            read = document(answer)
            records = _records(read)
            charge((0 if records is None else len(records)) - size)
            if records is None:
                raise self._error(Unavailable("its answer cannot be read"))
            read_at = self._clock.now()
            posts = (self._post(record, read_at) for record in records[:left])
            yield [post for post in posts if post is not None]
            left -= len(records)
            meta = read.get("meta")
            following = meta.get("next_token") if isinstance(meta, dict) else None
            if not records or not isinstance(following, str) or not following:
                return
            token = following

    def _post(self, record: object, read_at: datetime) -> Post | None:
        remote = remote_post(record, self._destination.address_of)
        if remote is None or not isinstance(record, dict):
            return None
        text = remote.text
        for link in remote.media_links:
            text = text.replace(link, "")
        text = html.unescape(text)
        for short, address in remote.links:
            text = text.replace(short, address)
        to_oneself = record.get("in_reply_to_user_id") == self._destination.user_id
        quotes = any(each.get("type") == "quoted" for each in _objects(record.get("referenced_tweets")))
        own = PostKind.QUOTE if quotes else PostKind.POST
        return Post(
            platform="x",
            account=self._account,
            text=text.strip(),
            kind=PostKind.REPLY if remote.parent_id and not to_oneself else own,
            published_at=_moment(record.get("created_at")),
            remote_id=remote.remote_id,
            url=remote.url,
            in_reply_to=valid_id(remote.parent_id),
            language=_language(record.get("lang")),
            metrics=_metrics(record.get("public_metrics")),
            metrics_at=read_at,
        )

    def _error(self, failure: ReadFailure) -> OneRingError:
        match failure:
            case Blocked(Reason.UNAUTHORIZED, detail):
                return LogInError(f"X refused these credentials: {detail}", hint="check them and log in again")
            case Blocked(_, detail):
                return RefusedError(
                    f"X refused: {detail}", hint="look at the app's access and credits at console.x.com"
                )
            case RateLimited(wait_s):
                retry_at = self._clock.now() + timedelta(seconds=wait_s)
                return TryLaterError(
                    "X asks to wait before more posts are read",
                    hint=f"try again after {retry_at.astimezone():%Y-%m-%d %H:%M:%S %Z}; what was read is kept",
                    retry_at=retry_at,
                )
            case Unavailable(detail):
                return TryLaterError(f"X could not be asked: {detail}", hint="try again; what was read is kept")


def _records(read: Mapping[str, Any]) -> list[Any] | None:
    """The posts of a page, none where it says so; None when it is no page."""
    data, meta = read.get("data"), read.get("meta")
    if isinstance(data, list):
        return data
    is_empty = data is None and isinstance(meta, dict) and meta.get("result_count") == 0
    return [] if is_empty else None


def _metrics(counts: object) -> Metrics:
    told: Mapping[str, Any] = counts if isinstance(counts, dict) else {}
    values = {name: told.get(field) for name, field in _COUNTED.items()}
    return Metrics(**{name: value if _is_count(value) else None for name, value in values.items()})


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 62


def _moment(written: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment is not None and moment.tzinfo is not None else None


def _language(written: object) -> str:
    """ISO 639-1; X says ``und``, ``qme`` and the like where it cannot tell (or there are no words)."""
    return written if isinstance(written, str) and len(written) == 2 and written.isalpha() else ""  # noqa: PLR2004 -- ISO 639-1


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
