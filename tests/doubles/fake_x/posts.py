"""The routes about posts and their author: create, delete, look up, timeline, me.

https://docs.x.com/x-api/posts/create-or-edit-post, https://docs.x.com/x-api/posts/delete-post,
https://docs.x.com/x-api/posts/get-post-by-id, https://docs.x.com/x-api/users/get-posts, https://docs.x.com/x-api/users/get-me
(read November 2026).
"""

import json
import re
from datetime import UTC, datetime
from typing import Any

from doubles.fake_x import wording
from doubles.fake_x.problems import RefusedError, invalid, missing
from doubles.fake_x.wire import Reply, Request
from doubles.fake_x.world import PRICE_READ_MILLI, Account, Post, World

# Every field that the OpenAPI description of POST /2/tweets lists; anything else is refused.
CREATE_FIELDS = {
    "card_uri", "community_id", "direct_message_deep_link", "edit_options", "for_super_followers_only", "geo",
    "made_with_ai", "media", "nullcast", "paid_partnership", "poll", "quote_tweet_id", "reply", "reply_settings",
    "share_with_followers", "text",
}  # fmt: skip
_REPLY_SETTINGS = {"following", "mentionedUsers", "subscribers", "verified"}
# https://docs.x.com/x-api/fundamentals/data-dictionary, public_metrics of a post.
PUBLIC_METRICS = (
    "retweet_count", "reply_count", "like_count", "quote_count", "bookmark_count", "impression_count",
)  # fmt: skip
_ID = re.compile(r"[0-9]{1,19}")
_MAX_MEDIA, _MAX_OPTIONS, _MAX_OPTION_CHARS, _MAX_POLL_MINUTES = 4, 4, 25, 10_080


def create(world: World, author: Account, request: Request) -> Reply:
    """POST /2/tweets."""
    try:
        body = request.json()
    except json.JSONDecodeError:
        raise RefusedError(invalid("The body is not valid JSON.")) from None
    _check_body(body)
    post = world.create(author, body)
    document = {"id": post.id, "text": _served(world, post).text, "edit_history_tweet_ids": [post.id]}
    return Reply.of(201, {"data": document})


def _check_body(body: Any) -> None:
    if not isinstance(body, dict):
        raise RefusedError(invalid("The body is not an object."))
    for name in body.keys() - CREATE_FIELDS:
        raise RefusedError(invalid(f"$.{name}: is not defined in the schema"))
    media = body.get("media", {})
    ids = media.get("media_ids", []) if isinstance(media, dict) else None
    if ids is None or ("media" in body and not 1 <= len(ids) <= _MAX_MEDIA):
        raise RefusedError(invalid("$.media.media_ids: there must be 1 to 4"))
    if not body.get("text") and not ids:
        raise RefusedError(invalid("$.text: is missing but it is required"))
    if sum(name in body for name in ("media", "poll", "quote_tweet_id", "card_uri")) > 1:
        raise RefusedError(invalid("media, poll, quote_tweet_id and card_uri are mutually exclusive"))
    if body.get("reply_settings", "following") not in _REPLY_SETTINGS:
        raise RefusedError(invalid("$.reply_settings: does not have a value in the enumeration"))
    for each in (*ids, body.get("quote_tweet_id", "1"), body.get("reply", {}).get("in_reply_to_tweet_id", "1")):
        if not isinstance(each, str) or not _ID.fullmatch(each):
            raise RefusedError(invalid("an id does not match the regex pattern ^[0-9]{1,19}$"))
    _check_poll(body.get("poll"))


def _check_poll(poll: Any) -> None:
    if poll is None:
        return
    options = poll.get("options", [])
    fits = 2 <= len(options) <= _MAX_OPTIONS and all(1 <= len(each) <= _MAX_OPTION_CHARS for each in options)
    if not fits or not 5 <= poll.get("duration_minutes", 0) <= _MAX_POLL_MINUTES:
        raise RefusedError(invalid("$.poll: there must be 2 to 4 options of 25 characters, for 5 to 10080 minutes"))


def delete(world: World, author: Account, _: Request, post_id: str) -> Reply:
    """DELETE /2/tweets/:id."""
    if not world.delete(author, post_id):
        return Reply.of(404, missing(post_id))
    return Reply.of(200, {"data": {"deleted": True}})


def look_up(world: World, reader: Account, request: Request, post_id: str) -> Reply:
    """GET /2/tweets/:id."""
    world.use(reader, "lookup")
    world.pay(PRICE_READ_MILLI)
    post = world.posts.get(post_id)
    if post is None or post.deleted:
        return Reply.of(world.rules.missing_status, missing(post_id))
    return Reply.of(200, {"data": _document(world, post, _fields(request))})


def me(world: World, account: Account, _: Request) -> Reply:
    """GET /2/users/me."""
    world.use(account, "me")
    subscription = "Premium" if account.premium else "None"
    return Reply.of(
        200,
        {
            "data": {
                "id": account.id,
                "name": account.username.title(),
                "username": account.username,
                "subscription_type": subscription,
            }
        },
    )


def timeline(world: World, reader: Account, request: Request, user_id: str) -> Reply:
    """GET /2/users/:id/tweets, the newest first."""
    world.use(reader, "timeline")
    ask = request.query
    most = int(ask.get("max_results", "10"))
    if not 5 <= most <= 100:
        raise RefusedError(invalid("The `max_results` query parameter value is not between 5 and 100"))
    start_at = _start(ask.get("start_time", ""))
    since, until = int(ask.get("since_id", "0")), int(ask.get("until_id", str(1 << 63)))
    with world.lock:
        own = [
            post
            for post in world.posts.values()
            if post.author_id == user_id and since < int(post.id) < until and post.at >= start_at
        ]
        shown = sorted((post for post in own if world.visible(post)), key=lambda post: int(post.id), reverse=True)
    start = int(ask.get("pagination_token", "0") or "0")
    page = shown[start : start + most]
    world.pay(PRICE_READ_MILLI * len(page))
    meta: dict[str, object] = {"result_count": len(page)}
    if not page:
        return Reply.of(200, {"meta": meta})
    meta |= {"newest_id": page[0].id, "oldest_id": page[-1].id}
    if start + most < len(shown):
        meta["next_token"] = str(start + most)
    fields = _fields(request)
    return Reply.of(200, {"data": [_document(world, post, fields) for post in page], "meta": meta})


def _fields(request: Request) -> set[str]:
    return set(request.query.get("tweet.fields", "").split(","))


def _served(world: World, post: Post) -> wording.Served:
    author = world.accounts[post.author_id]
    quoted = f"https://x.com/i/status/{post.quoted}" if post.quoted else ""
    keys = tuple(world.media[each].key for each in post.media_ids)
    parent = world.posts.get(post.parent)
    text = post.text
    if parent is not None and parent.author_id != post.author_id:
        handle = f"@{world.accounts[parent.author_id].username}"  # a reply to somebody begins with their name
        text = text if text.lower().startswith(handle.lower()) else f"{handle} {text}"
    return wording.served(text, post.id, username=author.username, media_keys=keys, quoted=quoted)


def _document(world: World, post: Post, fields: set[str]) -> dict[str, object]:
    served = _served(world, post)
    document: dict[str, object] = {"id": post.id, "text": served.text, "edit_history_tweet_ids": [post.id]}
    offered: dict[str, object] = {"author_id": post.author_id, "created_at": _stamp(post.at), "lang": "en"}
    offered["public_metrics"] = {name: post.counts.get(name, 0) for name in PUBLIC_METRICS}
    if post.parent in world.posts:
        offered["in_reply_to_user_id"] = world.posts[post.parent].author_id
    references = [("replied_to", post.parent), ("quoted", post.quoted)]
    if any(target for _, target in references):
        offered["referenced_tweets"] = [{"type": kind, "id": target} for kind, target in references if target]
    if served.urls:
        offered["entities"] = {"urls": served.urls}
    if post.media_ids:
        offered["attachments"] = {"media_keys": [world.media[each].key for each in post.media_ids]}
    if served.note_text:
        note: dict[str, object] = {"text": served.note_text}
        if served.note_urls:
            note["entities"] = {"urls": list(served.note_urls)}
        offered["note_tweet"] = note
    return document | {name: value for name, value in offered.items() if name in fields}


def _start(written: str) -> float:
    """``start_time`` as the OpenAPI description has it: YYYY-MM-DDTHH:mm:ssZ."""
    if not written:
        return 0.0
    try:
        return datetime.strptime(written, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise RefusedError(invalid("The `start_time` query parameter value is not a valid time")) from None


def _stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
