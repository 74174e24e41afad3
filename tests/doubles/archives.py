"""Archives as the platforms give them, made from a seed with words of a real vocabulary: Python's own documentation."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import UTC, datetime, timedelta
from functools import cache
from pydoc_data.topics import topics
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

BEGIN = datetime(2015, 1, 1, tzinfo=UTC)
_SENTENCE = re.compile(r"[A-Z][^.!?]{20,180}[.!?](?=\s)")
_TWITTER_EPOCH_MS = 1_288_834_974_657


@cache
def sentences() -> Sequence[str]:
    """Some thousands of English sentences."""
    found = (" ".join(match[0].split()) for text in topics.values() for match in _SENTENCE.finditer(text))
    return tuple(dict.fromkeys(sentence for sentence in found if sentence.count(" ") > 3))


def texts(total: int, seed: int = 1) -> Iterator[str]:
    """Posts of one to three sentences or halves of them, hardly any twice."""
    chance = Random(seed)  # noqa: S311 - the same archive every time
    known = sentences()
    for _ in range(total):
        one, other = chance.choice(known), chance.choice(known)
        words = other.split()
        begin = chance.randrange(len(words))
        yield f"{one} {' '.join(words[begin : begin + chance.randint(3, 14)])}"[:280]


def tweet(number: int, text: str, *, at: datetime | None = None, **others: Any) -> dict[str, Any]:
    """A tweet with the keys that archives of 2023 have, and their usual size."""
    at = at or BEGIN + timedelta(minutes=37 * number)
    remote_id = str(int(at.timestamp() * 1000 - _TWITTER_EPOCH_MS) << 22 | number & 0x3FFFFF)
    return {
        "edit_info": {
            "initial": {
                "editTweetIds": [remote_id],
                "editableUntil": f"{at + timedelta(hours=1):%Y-%m-%dT%H:%M:%S.000Z}",
                "editsRemaining": "5",
                "isEditEligible": True,
            }
        },
        "retweeted": False,
        "source": '<a href="https://mobile.twitter.com" rel="nofollow">Twitter Web App</a>',
        "entities": {"hashtags": [], "symbols": [], "user_mentions": [], "urls": []},
        "display_text_range": ["0", str(len(text))],
        "favorite_count": str(number % 97),
        "id_str": remote_id,
        "truncated": False,
        "retweet_count": str(number % 13),
        "id": remote_id,
        "created_at": f"{at:%a %b %d %H:%M:%S +0000 %Y}",
        "favorited": False,
        "full_text": text,
        "lang": "en",
        **others,
    }


def tweets(total: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """A life's tweets: threads of some posts, answers to others, links and pictures, and a few retweets."""
    chance = Random(seed)  # noqa: S311 - the same archive every time
    before: dict[str, Any] | None = None
    for number, words in enumerate(texts(total, seed)):
        text = words
        others: dict[str, Any] = {}
        draw = chance.random()
        if before is not None and draw < 0.2:
            others = {"in_reply_to_status_id_str": before["id_str"], "in_reply_to_user_id_str": "42"}
        elif draw < 0.4:
            others = {"in_reply_to_status_id_str": str(10**15 + number), "in_reply_to_user_id_str": "77"}
            text = f"@friend {text}"[:280]
        elif draw < 0.5:
            short = f"https://t.co/{number:010d}"
            link = {"url": short, "expanded_url": f"https://example.com/articles/{number}", "indices": ["0", "23"]}
            others = {"entities": {"urls": [link], "hashtags": [], "user_mentions": []}}
            text = f"{text[:250]} {short}"
        elif draw < 0.53:
            text = f"RT @friend: {text}"[:280]
        before = tweet(number, text, **others)
        yield before


def write_x_archive(
    path: Path, entries: Iterator[dict[str, Any]] | Sequence[dict[str, Any]], *, wrapped: bool = True, parts: int = 1
) -> Path:
    """A zip like that which X gives, its tweets in so many parts."""
    listed = list(entries) if parts > 1 else entries
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        account = [{"account": {"username": "ann", "accountId": "42", "accountDisplayName": "Ann"}}]
        archive.writestr("data/account.js", "window.YTD.account.part0 = " + json.dumps(account))
        generated = {"archiveInfo": {"generationDate": "2026-01-02T03:04:05.000Z"}}
        archive.writestr("data/manifest.js", "window.__THAR_CONFIG = " + json.dumps(generated))
        for part in range(parts):
            name = "data/tweets.js" if part == 0 else f"data/tweets-part{part}.js"
            mine = listed if parts == 1 else listed[part::parts]  # type: ignore[index]  # a list, when there are parts
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(f"window.YTD.tweets.part{part} = [".encode())
                for number, entry in enumerate(mine):
                    told = {"tweet": entry} if wrapped else entry
                    member.write((b",\n" if number else b"\n") + json.dumps(told, indent=1).encode())
                member.write(b"\n]\n")
    return path
