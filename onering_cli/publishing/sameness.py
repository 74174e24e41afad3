"""When a post on the timeline is the one that was sent: its canonical text, and what cannot be told apart."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import unquote

from onering_cli.record import record
from onering_cli.text.weights import measure

if TYPE_CHECKING:
    from onering_cli.publishing.model import Segment
    from onering_cli.publishing.outcomes import RemotePost

_LINK = "\ufffc"  # OBJECT REPLACEMENT CHARACTER stands where a link stood
_SCHEME = re.compile(r"^https?://(?:www\.)?", re.IGNORECASE)
_LEADING_MENTIONS = re.compile(r"^(?:@\w+\s+)+")


@record
class Canonical:
    """What a text says, whatever the platform did to its form.

    Args:
        words: NFC, white space folded, each link one placeholder.
        links: The addresses, in order, without what platforms rewrite: scheme, letter case, escapes, last slash.
    """

    words: str
    links: tuple[str, ...]


def canonical(text: str, *, answers: bool) -> Canonical:
    """The canonical form of a text as the author wrote it.

    Args:
        text: With its links written out.
        answers: The post answers another; then the mentions it opens with may be the platform's own.
    """
    pieces: list[str] = []
    links: list[str] = []
    end = 0
    for link in measure(text).links:
        pieces.append(text[end : link.start])
        links.append(_bare(link.text))
        end = link.end
    pieces.append(text[end:])
    words = " ".join(unicodedata.normalize("NFC", _LINK.join(pieces)).split())
    if answers:
        words = _LEADING_MENTIONS.sub("", words + " ").strip()
    return Canonical(words, tuple(links))


def canonical_remote(post: RemotePost) -> Canonical:
    """The canonical form of a text as the platform gives it back."""
    text = post.text
    for link in post.media_links:
        text = text.replace(link, " ")
    text = _unescaped(text)
    for short, address in post.links:
        text = text.replace(short, address)
    return canonical(text, answers=bool(post.parent_id))


def likeness(text: str, *, media_count: int, parent_id: str) -> str:
    """A digest that is equal for posts which a timeline cannot tell apart."""
    told = canonical(text, answers=bool(parent_id))
    parts = (parent_id, str(media_count), told.words, *told.links)
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def says_nothing(segment: Segment) -> bool:
    """True for media alone: there is no text to know the post by."""
    told = canonical(segment.payload.text, answers=False)
    return not told.words.strip(_LINK + " ") and not told.links


def order_of(remote_id: str) -> tuple[int, str]:
    """Sorts ids as the platform issued them: numbers by value, and other ids of one length by character."""
    return len(remote_id), remote_id


@record
class Findings:
    """What a reading of the timeline says about one segment.

    Args:
        matches: Posts that are what was sent, the oldest first.
        nearly: Posts that differ from it only in the addresses of their links, which platforms rewrite.
    """

    matches: tuple[RemotePost, ...]
    nearly: tuple[RemotePost, ...]


def find(segment: Segment, posts: tuple[RemotePost, ...], *, parent_id: str, taken: set[str]) -> Findings:
    """Those of the posts that are the segment: same parent, same media count, same text, not before its watermark.

    Args:
        segment: What was sent.
        posts: The account's own, from the timeline.
        parent_id: The post it answers, or "".
        taken: Ids that are known to be other segments.
    """
    sought = canonical(segment.payload.text, answers=bool(parent_id))
    matches: list[RemotePost] = []
    nearly: list[RemotePost] = []
    for post in sorted(posts, key=lambda post: order_of(post.remote_id)):
        if (
            post.remote_id in taken
            or post.parent_id != parent_id
            or post.media_count != len(segment.payload.media)
            or order_of(post.remote_id) <= order_of(segment.watermark or "")
        ):
            continue
        found = canonical_remote(post)
        if found.words == sought.words:
            (matches if found.links == sought.links else nearly).append(post)
    return Findings(tuple(matches), tuple(nearly))


def _bare(link: str) -> str:
    return unquote(_SCHEME.sub("", _unescaped(link))).casefold().rstrip("/")


def _unescaped(text: str) -> str:
    if "&" not in text:
        return text
    import html  # two thousand names of characters, for the few texts that have one

    return html.unescape(text)
