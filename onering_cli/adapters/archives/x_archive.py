"""The data archive that X gives its users, old (``tweet.js``) and new (``tweets.js``, in parts, with note tweets).

The format is not documented by X; what is read here is what archives since 2018 hold: each file is JavaScript that
assigns one JSON array (``window.YTD.tweets.part0 = [ … ]``), of ``{"tweet": {…}}`` since 2019, of bare tweets before.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

from onering_cli.adapters.archives.containers import closing_stream
from onering_cli.adapters.archives.counting import Counter
from onering_cli.adapters.archives.json_stream import array_entries
from onering_cli.adapters.archives.moments import twitter_id_time, twitter_time
from onering_cli.memory.archives import ArchiveError, Skipped
from onering_cli.memory.model import UNTOLD, Metrics, Post, PostKind, PostMedia

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from onering_cli.adapters.archives.containers import Container

_TWEETS = re.compile(r"(?:^|.*/)tweets?(?:-part(\d+))?\.js\Z")
_NOTES = re.compile(r"(?:^|.*/)note-tweet(?:-part\d+)?\.js\Z")
_ACCOUNT = re.compile(r"(?:^|.*/)account\.js\Z")
_MANIFEST = re.compile(r"(?:^|.*/)manifest\.js\Z")
_GENERATED = re.compile(r'"generationDate"\s*:\s*"([^"]+)"')
_RETWEET = re.compile(r"RT @\w{1,20}: ")
_STATUS_LINK = re.compile(r"https?://(?:\w+\.)?(?:twitter|x)\.com/\w+/status/\d+\S*\Z")
_MEDIA_KINDS = {"photo": "photo", "video": "video", "animated_gif": "gif"}
_UNKNOWN_LANGUAGES = frozenset({"und", "qme", "qst", "qht", "qam", "qct", "zxx", "art"})
_NOTE_PREFIX_CHARACTERS = 60
_LARGEST_NOTES_CHARACTERS = 64 << 20
_MANIFEST_BYTES = 1 << 20

_SKIPPED_RETWEET = Skipped("retweets")
_SKIPPED_STRANGE = Skipped("entries that are no posts")


class XArchive:
    """Satisfies `Archive`.

    Args:
        name: For people.
        container: The archive.
        account: Whose the posts are, within OneRing.
    """

    format = "x"

    def __init__(self, name: str, container: Container, *, account: str) -> None:
        self.name = name
        self._container = container
        self._account = account
        self._counter = Counter()
        self._members = tweet_members(container)
        self._media = {path.rpartition("/")[2]: path for path in container.names if "_media/" in path}
        names = [*self._members, *_matching(container, _NOTES)]
        self.total_bytes = sum(container.size(member) for member in names)
        self.fingerprint = container.fingerprint(names)

    @property
    def read_bytes(self) -> int:
        """How much of it has been read."""
        return self._counter.read_bytes

    def entries(self) -> Iterator[Post | Skipped]:
        """Every tweet, part by part."""
        username = self._username()
        generated_at = self._generated_at()
        notes = self._notes()
        for member in self._members:
            for entry in self._array(member):
                tweet = entry.get("tweet", entry) if isinstance(entry, dict) else None
                if not isinstance(tweet, dict):
                    yield _SKIPPED_STRANGE
                    continue
                try:
                    yield self._post(tweet, username, notes, generated_at)
                except (TypeError, ValueError, AttributeError, KeyError):
                    yield _SKIPPED_STRANGE

    def _array(self, member: str) -> Iterator[Any]:
        with closing_stream(self._container.open(member)) as stream:
            yield from array_entries(self._counter.around(stream), f"{self.name}: {member}")

    def _post(
        self, tweet: dict[str, Any], username: str, notes: _Notes, generated_at: datetime | None
    ) -> Post | Skipped:
        text = tweet.get("full_text") or tweet.get("text")
        remote_id = tweet.get("id_str") or tweet.get("id")
        if not isinstance(text, str) or not remote_id:
            return _SKIPPED_STRANGE
        if text.startswith("RT @") and _RETWEET.match(text):
            return _SKIPPED_RETWEET
        remote_id = str(remote_id)
        published_at = twitter_time(tweet.get("created_at")) or twitter_id_time(remote_id)
        note = notes.whole(text, published_at) if notes.kept else None
        text = note or _expanded(text, tweet)
        parent = str(tweet.get("in_reply_to_status_id_str") or tweet.get("in_reply_to_status_id") or "")
        return Post(
            platform="x",
            account=self._account,
            text=unescape(text) if "&" in text else text,
            kind=_kind(tweet, text, parent),
            published_at=published_at,
            remote_id=remote_id,
            url=f"https://x.com/{username or 'i/web'}/status/{remote_id}",
            in_reply_to=parent,
            language=_language(tweet.get("lang")),
            media=self._media_of(tweet, remote_id),
            metrics=_metrics(tweet),
            metrics_at=generated_at or published_at,
        )

    def _media_of(self, tweet: dict[str, Any], remote_id: str) -> tuple[PostMedia, ...]:
        listed = (tweet.get("extended_entities") or {}).get("media") or (tweet.get("entities") or {}).get("media")
        if not listed:
            return ()
        found = []
        for part in listed:
            address = str(part.get("media_url_https") or part.get("media_url") or part.get("expanded_url") or "")
            variants = (part.get("video_info") or {}).get("variants") or ()
            addresses = [str(variant.get("url") or "").partition("?")[0] for variant in variants]
            kept = (self._media.get(f"{remote_id}-{one.rpartition('/')[2]}") for one in (*addresses, address))
            location = next((path for path in kept if path), address)
            kind = _MEDIA_KINDS.get(str(part.get("type")), "file")
            found.append(PostMedia(kind, location, str(part.get("ext_alt_text") or "")))
        return tuple(found)

    def _username(self) -> str:
        for member in _matching(self._container, _ACCOUNT):
            for entry in self._array(member):
                account = entry.get("account", entry) if isinstance(entry, dict) else {}
                if name := re.fullmatch(r"\w{1,20}", str(account.get("username") or "")):
                    return name[0]
        return ""

    def _generated_at(self) -> datetime | None:
        for member in _matching(self._container, _MANIFEST):
            with closing_stream(self._container.open(member)) as stream:
                found = _GENERATED.search(stream.read(_MANIFEST_BYTES).decode("utf-8", "replace"))
            if found:
                return twitter_time(found[1])
        return None

    def _notes(self) -> _Notes:
        notes = _Notes()
        for member in _matching(self._container, _NOTES):
            for entry in self._array(member):
                note = entry.get("noteTweet", entry) if isinstance(entry, dict) else None
                core = note.get("core") if isinstance(note, dict) else None
                if isinstance(core, dict) and isinstance(core.get("text"), str):
                    notes.add(core, twitter_time(note.get("createdAt") if isinstance(note, dict) else None))
        return notes


class _Notes:
    """The long posts, whose first characters alone stand among the tweets: found by their second and beginning."""

    def __init__(self) -> None:
        self.kept = 0
        self._by_second: dict[int, list[str]] = {}

    def add(self, core: dict[str, Any], created_at: datetime | None) -> None:
        text = core["text"]
        if created_at is None or self.kept > _LARGEST_NOTES_CHARACTERS:
            return
        for link in core.get("urls") or ():
            short, whole = link.get("shortUrl"), link.get("expandedUrl")
            if short and whole:
                text = text.replace(str(short), str(whole))
        self.kept += len(text)
        self._by_second.setdefault(int(created_at.timestamp()), []).append(text)

    def whole(self, text: str, published_at: datetime | None) -> str | None:
        """The long post that a tweet is the beginning of."""
        if published_at is None:
            return None
        second = int(published_at.timestamp())
        begin = unescape(text)[:_NOTE_PREFIX_CHARACTERS].partition("https://t.co/")[0].rstrip("… ")
        for near in (second, second - 1, second + 1):
            for note in self._by_second.get(near, ()):
                if begin and unescape(note).startswith(begin):
                    return note
        return None


def tweet_members(container: Container) -> list[str]:
    """The files that hold tweets, in the order of their parts; empty when this is no archive of X's."""
    found = [(int(match[1] or 0), name) for name in container.names if (match := _TWEETS.match(name))]
    shallowest = min((name.count("/") for _, name in found), default=0)
    return [name for _, name in sorted(found) if name.count("/") == shallowest]


def refuse_empty(container: Container, name: str) -> None:
    """Tell apart an archive of X's in which the posts are missing.

    Raises:
        ArchiveError: It is one.
    """
    if _matching(container, _MANIFEST):
        raise ArchiveError(f"{name} holds no tweets.js", hint="request the archive from X again, with your posts")


def _matching(container: Container, pattern: re.Pattern[str]) -> list[str]:
    return sorted(name for name in container.names if pattern.match(name))


def _expanded(text: str, tweet: dict[str, Any]) -> str:
    """The text with its links in full, and without the links that stand for attached media."""
    entities = tweet.get("entities")
    if not entities or "t.co/" not in text:
        return text
    for link in entities.get("urls") or ():
        short, whole = link.get("url"), link.get("expanded_url")
        if short and whole:
            text = text.replace(short, whole)
    for part in entities.get("media") or ():
        if part.get("url"):
            text = text.replace(part["url"], "")
    return text.rstrip()


def _kind(tweet: dict[str, Any], text: str, parent: str) -> PostKind:
    if parent or tweet.get("in_reply_to_user_id_str") or tweet.get("in_reply_to_user_id"):
        return PostKind.REPLY
    if text.startswith("http") or "/status/" in text:
        return PostKind.QUOTE if _STATUS_LINK.search(text) else PostKind.POST
    return PostKind.POST


def _language(told: object) -> str:
    language = told if isinstance(told, str) else ""
    return "" if language in _UNKNOWN_LANGUAGES else language[:2]


def _metrics(tweet: dict[str, Any]) -> Metrics:
    likes, reposts = _count(tweet.get("favorite_count")), _count(tweet.get("retweet_count"))
    return UNTOLD if likes is None and reposts is None else Metrics(likes=likes, reposts=reposts)


def _count(told: object) -> int | None:
    try:
        number = int(told)  # type: ignore[call-overload]  # whatever it is: what is no number is not told
    except (TypeError, ValueError):
        return None
    return number if 0 <= number < 1 << 62 else None
