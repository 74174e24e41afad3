"""An account's own posts as X shows them, put into the form that publishing compares.

Fields: https://docs.x.com/x-api/fundamentals/data-dictionary (November 2026). A post above 280 is cut in `text`
and whole in `note_tweet`; links appear as t.co links, with what they stand for under `entities.urls`.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from onering_cli.adapters.x.answers import valid_id
from onering_cli.publishing.outcomes import RemotePost, Timeline

FIELDS = "attachments,entities,note_tweet,referenced_tweets"
LEAST_PAGE, MOST_PAGE = 5, 100  # https://docs.x.com/x-api/users/get-posts: max_results


class _Url(NamedTuple):
    """A shortened link, what it stands for, and whether that is the post's own media."""

    short: str
    address: str
    is_media: bool


def page_query(watermark: str, limit: int) -> dict[str, str]:
    """The query that reads the newest posts back to the watermark, the watermark itself included.

    ``since_id`` is exclusive, and ids have no gaps that matter: one less includes it.
    """
    wanted = limit + 1 if watermark else limit
    query = {"max_results": str(min(max(wanted, LEAST_PAGE), MOST_PAGE)), "tweet.fields": FIELDS}
    if watermark:
        query["since_id"] = str(int(watermark) - 1)
    return query


def posts_in(document: Mapping[str, Any], address_of: Callable[[str], str]) -> list[RemotePost] | None:
    """The posts of a timeline's answer; None when it is not one."""
    data = document.get("data")
    if data is None:
        meta = document.get("meta")
        is_empty = isinstance(meta, dict) and meta.get("result_count") == 0
        return [] if is_empty else None
    if not isinstance(data, list):
        return None
    posts = [remote_post(each, address_of) for each in data]
    return [post for post in posts if post is not None] if all(posts) else None


def timeline(posts: list[RemotePost], watermark: str, limit: int) -> Timeline:
    """A reading of the timeline against a watermark."""
    newer = [post for post in posts if not watermark or int(post.remote_id) > int(watermark)]
    seen = not watermark or any(post.remote_id == watermark for post in posts)
    return Timeline(tuple(newer[:limit]), seen, len(posts))


def remote_post(record: object, address_of: Callable[[str], str]) -> RemotePost | None:
    """One post; None when the record is not one."""
    if not isinstance(record, dict):
        return None
    remote_id, text = valid_id(record.get("id")), record.get("text")
    if not remote_id or not isinstance(text, str):
        return None
    note = _object(record.get("note_tweet"))
    whole = note.get("text")
    if isinstance(whole, str) and whole:
        text = whole
    urls = [*_urls(record), *_urls(note)]
    references = dict(_references(record))
    attached = {
        url.short for url in urls if url.is_media or _is_appended_quote(url, text, references.get("quoted", ""))
    }
    return RemotePost(
        remote_id=remote_id,
        text=text,
        parent_id=references.get("replied_to", ""),
        media_count=len(_list(_object(record.get("attachments")).get("media_keys"))),
        links=tuple({url.short: url.address for url in urls if url.short not in attached}.items()),
        media_links=tuple(sorted(attached)),
        url=address_of(remote_id),
    )


def _references(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for each in _list(record.get("referenced_tweets")):
        reference = _object(each)
        yield str(reference.get("type", "")), valid_id(reference.get("id"))


def _urls(holder: Mapping[str, Any]) -> Iterator[_Url]:
    for each in _list(_object(holder.get("entities")).get("urls")):
        entity = _object(each)
        short, address = entity.get("url"), entity.get("expanded_url")
        if isinstance(short, str) and short and isinstance(address, str):
            yield _Url(short, address, "media_key" in entity)


def _is_appended_quote(url: _Url, text: str, quoted: str) -> bool:
    """Whether X added this link for the quoted post; one that the author wrote stands elsewhere too."""
    return bool(quoted) and url.address.rstrip("/").endswith(f"/status/{quoted}") and text.endswith(url.short)


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
