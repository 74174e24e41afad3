"""What Bluesky exports: a repository (``repo.car``), or its records as ``com.atproto.repo.listRecords`` gives them.

https://docs.bsky.app/docs/api/com-atproto-repo-list-records and https://atproto.com/specs/repository (2026-01-10).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onering_cli.adapters.archives.containers import closing_stream
from onering_cli.adapters.archives.content_archive import blocks
from onering_cli.adapters.archives.counting import Counter
from onering_cli.adapters.archives.json_stream import array_entries
from onering_cli.adapters.archives.moments import iso_time
from onering_cli.memory.archives import Skipped
from onering_cli.memory.model import Post, PostKind, PostMedia

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onering_cli.adapters.archives.containers import Container

_COLLECTION = "app.bsky.feed.post"
_IMAGES, _VIDEO, _LINK_FACET = "app.bsky.embed.images", "app.bsky.embed.video", "app.bsky.richtext.facet#link"
_QUOTES = ("app.bsky.embed.record", "app.bsky.embed.recordWithMedia")
_REPOST = "app.bsky.feed.repost"
_STRANGE = Skipped("entries that are no posts")


class BlueskyArchive:
    """Satisfies `Archive`.

    Args:
        name: For people.
        container: The archive.
        member: The CAR or JSON file in it.
        account: Whose the posts are, within OneRing.
    """

    format = "bluesky"

    def __init__(self, name: str, container: Container, member: str, *, account: str) -> None:
        self.name = name
        self._container = container
        self._account = account
        self._counter = Counter()
        self._member = member
        self._is_car = member.endswith(".car")
        self.total_bytes = container.size(member) * (2 if self._is_car else 1)  # read twice: keys, then records
        self.fingerprint = container.fingerprint([member])

    @property
    def read_bytes(self) -> int:
        """How much of it has been read."""
        return self._counter.read_bytes

    def entries(self) -> Iterator[Post | Skipped]:
        """Every record that is a post or a repost."""
        return self._of_repository() if self._is_car else self._of_records()

    def _of_records(self) -> Iterator[Post | Skipped]:
        with closing_stream(self._container.open(self._member)) as stream:
            counted = self._counter.around(stream)
            for told in array_entries(counted, f"{self.name}: {self._member}", key="records"):
                uri = str(told.get("uri") or "") if isinstance(told, dict) else ""
                yield self._entry(uri, told.get("value") if uri else None)

    def _of_repository(self) -> Iterator[Post | Skipped]:
        owner, keys = self._keys()
        for block_id, record in self._blocks():
            kind = record.get("$type") if isinstance(record, dict) else None
            if kind == _REPOST:
                yield Skipped("reposts")
            elif kind == _COLLECTION:
                # The same words at the same moment are one block under several keys; one is enough.
                key = keys.get(block_id)
                yield self._entry(f"at://{owner}/{_COLLECTION}/{key}", record) if key else Skipped("deleted posts")

    def _blocks(self) -> Iterator[tuple[bytes, Any]]:
        with closing_stream(self._container.open(self._member)) as stream:
            yield from blocks(self._counter.around(stream), f"{self.name}: {self._member}")

    def _keys(self) -> tuple[str, dict[bytes, str]]:
        """Whose repository it is, and the key of each post by the id of its block (a Merkle search tree's leaves)."""
        owner = ""
        keys: dict[bytes, str] = {}
        for _, block in self._blocks():
            if not isinstance(block, dict):
                continue
            if isinstance(block.get("did"), str) and "data" in block:
                owner = block["did"]
            path = b""
            for leaf in block["e"] if isinstance(block.get("e"), list) else ():
                if isinstance(leaf, dict) and isinstance(leaf.get("k"), bytes) and isinstance(leaf.get("p"), int):
                    path = path[: leaf["p"]] + leaf["k"]
                    collection, _, key = path.decode("utf-8", "replace").partition("/")
                    if collection == _COLLECTION and isinstance(leaf.get("v"), bytes):
                        keys[leaf["v"]] = key
        return owner, keys

    def _entry(self, uri: str, record: object) -> Post | Skipped:
        if not isinstance(record, dict) or not isinstance(record.get("text"), str):
            return _STRANGE
        try:
            return _post(uri, record, self._account)
        except (TypeError, ValueError, AttributeError, KeyError):
            return _STRANGE


def _post(uri: str, record: dict[str, Any], account: str) -> Post:
    owner, _, rest = uri.removeprefix("at://").partition("/")
    parent = ((record.get("reply") or {}).get("parent") or {}).get("uri") or ""
    embed = record.get("embed") or {}
    quotes = embed.get("$type") in _QUOTES
    languages = record.get("langs") or []
    return Post(
        platform="bluesky",
        account=account,
        text=_with_links(record),
        kind=PostKind.REPLY if parent else PostKind.QUOTE if quotes else PostKind.POST,
        published_at=iso_time(record.get("createdAt")),
        remote_id=uri,
        url=f"https://bsky.app/profile/{owner}/post/{rest.rpartition('/')[2]}" if owner and rest else "",
        in_reply_to=str(parent),
        language=str(languages[0])[:2] if len(languages) == 1 else "",
        media=_media(embed.get("media") or embed),
    )


def _with_links(record: dict[str, Any]) -> str:
    """The text with its links in full; facets count bytes of UTF-8."""
    content: bytes = record["text"].encode("utf-8", "replace")
    found = []
    for facet in record.get("facets") or ():
        place = facet.get("index") or {}
        for feature in facet.get("features") or ():
            if feature.get("$type") == _LINK_FACET:
                found.append((int(place["byteStart"]), int(place["byteEnd"]), str(feature.get("uri") or "")))  # noqa: PERF401 - a third loop within a comprehension
    for start, end, address in sorted(found, reverse=True):
        shown = content[start:end].decode("utf-8", "replace")
        if 0 <= start < end <= len(content) and shown.rstrip("….").removeprefix("https://") in address:
            content = content[:start] + address.encode() + content[end:]
    return content.decode("utf-8", "replace")


def _media(embed: dict[str, Any]) -> tuple[PostMedia, ...]:
    if embed.get("$type") == _IMAGES:
        images = embed.get("images") or ()
        return tuple(PostMedia("photo", _blob(one.get("image")), str(one.get("alt") or "")) for one in images)
    if embed.get("$type") == _VIDEO:
        return (PostMedia("video", _blob(embed.get("video")), str(embed.get("alt") or "")),)
    return ()


def _blob(told: object) -> str:
    """What names a file: its link, in JSON's form or DAG-CBOR's."""
    reference = told.get("ref") if isinstance(told, dict) else None
    if isinstance(reference, bytes):
        import base64

        return "b" + base64.b32encode(reference).decode().rstrip("=").lower()
    return str(reference.get("$link") or "") if isinstance(reference, dict) else ""
