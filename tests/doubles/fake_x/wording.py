"""How the service rewrites a text between accepting it and serving it.

Links become t.co links with their originals under `entities.urls`, ``& < >`` are escaped, media and a quoted post add a
link of their own at the end, and a post above 280 is cut in `text` and whole in `note_tweet`
(https://docs.x.com/x-api/fundamentals/data-dictionary, https://docs.x.com/fundamentals/counting-characters).
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

LIMIT_WEIGHT = 280
_LINK_WEIGHT = 23
_CUT_CODE_POINTS = 270
_LINK = re.compile(
    r"https?://[^\s<>\"]*[^\s<>\".,!?;:)']"
    r"|(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|py|sh|md|is|rs|app|ai|co)(?:/[^\s<>\"]*[^\s<>\".,!?;:)'])?(?![\w])",
    re.IGNORECASE,
)
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))  # twitter-text config v3: these weigh 1


@dataclass(frozen=True, slots=True)
class Served:
    """A text as a reader gets it."""

    text: str
    urls: list[dict[str, object]]
    note_text: str = ""
    note_urls: tuple[dict[str, object], ...] = ()


def stored(text: str) -> str:
    """A text as the service keeps it: composed, trimmed, with plain line ends."""
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip()


def weight(text: str) -> int:
    """About what twitter-text v3 counts: links 23, most Latin 1, the rest 2."""
    bare, links = _LINK.subn("", unicodedata.normalize("NFC", text))
    return links * _LINK_WEIGHT + sum(1 if any(a <= ord(c) <= b for a, b in _LIGHT) else 2 for c in bare)


def has_link(text: str) -> bool:
    """Whether it would be billed as a post with a URL."""
    return _LINK.search(text) is not None


def short_link(seed: str) -> str:
    """A t.co link, always the same for the same seed."""
    return "https://t.co/" + hashlib.sha256(seed.encode()).hexdigest()[:10]


def _entity(short: str, original: str) -> dict[str, object]:
    expanded = original if "://" in original else "http://" + original
    return {"url": short, "expanded_url": expanded, "display_url": expanded.split("://", 1)[1][:27]}


def _wrapped(text: str, post_id: str) -> tuple[str, list[dict[str, object]]]:
    urls: list[dict[str, object]] = []

    def wrap(found: re.Match[str]) -> str:
        short = short_link(f"{post_id}/{len(urls)}/{found.group()}")
        urls.append(_entity(short, found.group()))
        return short

    return _LINK.sub(wrap, text), urls


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def served(text: str, post_id: str, *, username: str, media_keys: tuple[str, ...] = (), quoted: str = "") -> Served:
    """The text of a post as its readers get it."""
    wrapped, urls = _wrapped(text, post_id)
    tail = ""
    tail_urls: list[dict[str, object]] = []
    if media_keys:
        short = short_link(f"{post_id}/media")
        tail += f" {short}"
        for key in media_keys:
            address = f"https://x.com/{username}/status/{post_id}/photo/1"
            tail_urls.append({**_entity(short, address), "display_url": "pic.x.com/" + short[-10:], "media_key": key})
    if quoted:
        short = short_link(f"{post_id}/quote")
        tail += f" {short}"
        tail_urls.append(_entity(short, quoted))
    if weight(text) <= LIMIT_WEIGHT:
        return Served(_escaped((wrapped + tail).strip()), urls + tail_urls)
    more = short_link(f"{post_id}/more")
    cut = wrapped[:_CUT_CODE_POINTS].rsplit(" ", 1)[0] + f"… {more}"
    kept = [url for url in urls if str(url["url"]) in cut]
    kept.append(_entity(more, f"https://x.com/i/web/status/{post_id}"))
    return Served(_escaped(cut + tail), kept + tail_urls, _escaped(wrapped), tuple(urls))
