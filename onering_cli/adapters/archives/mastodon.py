"""The archive that Mastodon gives its users: an ActivityStreams outbox.

https://docs.joinmastodon.org/user/moving/#export and https://www.w3.org/TR/activitystreams-vocabulary/ (2026-01-10).
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from onering_cli.adapters.archives.containers import closing_stream
from onering_cli.adapters.archives.counting import Counter
from onering_cli.adapters.archives.json_stream import array_entries
from onering_cli.adapters.archives.moments import iso_time
from onering_cli.memory.archives import Skipped
from onering_cli.memory.model import Post, PostKind, PostMedia

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onering_cli.adapters.archives.containers import Container

OUTBOX = re.compile(r"(?:^|.*/)outbox\.json\Z")
_PUBLIC = ("https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public")
_POSTS = frozenset({"Note", "Question", "Article", "Page", "Video", "Image", "Audio"})
_TAG = re.compile(r"(<[^>]*>)")
_TAG_NAME = re.compile(r"</?\s*([a-zA-Z0-9]+)")
_ATTRIBUTE = re.compile(r"""\b(href|class)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_BREAKS = {
    **dict.fromkeys(("p", "blockquote", "pre", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "div"), "\n\n"),
    "br": "\n",
    "li": "\n- ",
}
_SPACES = re.compile(r"[ \t]*\n[ \t]*")
_BLANK_LINES = re.compile(r"\n{3,}")


class MastodonArchive:
    """Satisfies `Archive`.

    Args:
        name: For people.
        container: The archive.
        account: Whose the posts are, within OneRing.
    """

    format = "mastodon"

    def __init__(self, name: str, container: Container, *, account: str) -> None:
        self.name = name
        self._container = container
        self._account = account
        self._counter = Counter()
        self._member = min((one for one in container.names if OUTBOX.match(one)), key=len, default=container.names[0])
        self.total_bytes = container.size(self._member)
        self.fingerprint = container.fingerprint([self._member])

    @property
    def read_bytes(self) -> int:
        """How much of it has been read."""
        return self._counter.read_bytes

    def entries(self) -> Iterator[Post | Skipped]:
        """Every activity of the outbox."""
        with closing_stream(self._container.open(self._member)) as stream:
            counted = self._counter.around(stream)
            for activity in array_entries(counted, f"{self.name}: {self._member}", key="orderedItems"):
                try:
                    yield _post(activity, self._account)
                except (TypeError, ValueError, AttributeError, KeyError):
                    yield Skipped("entries that are no posts")


def _post(activity: dict[str, Any], account: str) -> Post | Skipped:
    if activity.get("type") == "Announce":
        return Skipped("boosts")
    note = activity.get("object")
    if activity.get("type") != "Create" or not isinstance(note, dict) or note.get("type") not in _POSTS:
        return Skipped("entries that are no posts")
    readers = [*_listed(note, activity, "to"), *_listed(note, activity, "cc")]
    if not any(reader in _PUBLIC or str(reader).endswith("/followers") for reader in readers):
        return Skipped("direct messages")
    warning, content = note.get("summary"), plain_text(str(note.get("content") or ""))
    languages = list(note.get("contentMap") or {})
    host = urlsplit(str(note.get("id") or "")).netloc
    return Post(
        platform="mastodon",
        account=account,
        text=f"{warning}\n\n{content}" if isinstance(warning, str) and warning else content,
        kind=PostKind.REPLY if note.get("inReplyTo") else PostKind.POST,
        published_at=iso_time(note.get("published") or activity.get("published")),
        remote_id=str(note.get("id") or activity.get("id") or ""),
        url=str(note.get("url") or note.get("id") or "") if host else "",
        in_reply_to=str(note.get("inReplyTo") or ""),
        language=str(languages[0])[:2] if len(languages) == 1 else "",
        media=tuple(
            PostMedia(_media_kind(part), str(part.get("url") or ""), str(part.get("name") or part.get("summary") or ""))
            for part in note.get("attachment") or ()
            if isinstance(part, dict) and part.get("url")
        ),
    )


def _listed(note: dict[str, Any], activity: dict[str, Any], key: str) -> list[Any]:
    found = note.get(key) or activity.get(key) or []
    return found if isinstance(found, list) else [found]


def _media_kind(part: dict[str, Any]) -> str:
    kind = str(part.get("mediaType") or "").partition("/")[0]
    return {"image": "photo", "video": "video", "audio": "audio"}.get(kind, "file")


def plain_text(html: str) -> str:
    """The text of a post's HTML: paragraphs apart, links in full where the page shortens them."""
    if "<" not in html:
        return unescape(html).strip()
    pieces: list[str] = []
    address = ""  # of the link that we are within, when it stands for its words
    for piece in _TAG.split(html):
        if not piece.startswith("<"):
            pieces.append("" if address else unescape(piece))
            continue
        named = _TAG_NAME.match(piece)
        tag, closing = (named[1].lower() if named else ""), piece.startswith("</")
        if tag == "a":
            pieces.append(address)
            address = "" if closing else _address(piece)
        else:
            pieces.append(_BREAKS.get(tag, "") if tag != "li" or not closing else "")
    pieces.append(address)
    return _BLANK_LINES.sub("\n\n", _SPACES.sub("\n", "".join(pieces))).strip()


def _address(tag: str) -> str:
    """Where a link leads; "" for a mention or a hashtag, whose words say more."""
    told = {key: double or single for key, double, single in _ATTRIBUTE.findall(tag)}
    if {"mention", "hashtag", "u-url"} & set(told.get("class", "").split()):
        return ""
    return unescape(told.get("href", ""))
