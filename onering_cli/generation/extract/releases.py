"""Changelogs: which headings are releases, what the project is called, and which release a thread is about."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from onering_cli.generation.model import BlockKind, Reading, Sentence

_VERSION = re.compile(
    r"(?:^|[\s\[(v])v?\d+(?:\.\d+){1,3}(?:[-.]?(?:a|b|rc|alpha|beta|dev|post|pre)[.-]?\d*)?(?=$|[\s\]),:/–—-])"
    r"|^\[?\(?\d{4}-\d{2}-\d{2}|^\[?v?(?:19|20)\d{6}\b|\bversion \d+\b|\brelease \d+\b",
    re.IGNORECASE,
)
_UNRELEASED = re.compile(
    r"^\W*(?:unreleased|upcoming|next release|work in progress|in development|future)\b", re.IGNORECASE
)
_NO_RELEASE = re.compile(
    r"\b(?:vs|versus|migrat\w+|upgrad\w+|from|since|support|compatib\w+|how|why|"
    r"using)\b",
    re.IGNORECASE,
)
_MOST_RELEASE_WORDS = 6
_NO_PROJECT = re.compile(
    r"\b(?:change ?-?logs?|changes|release (?:notes|history)|version history|history|news|what['’]?s new|release|"
    r"releases|"
    r"versions?|for|of|in|the|notes|all notable|noteworthy)\b|[-:–—|]",
    re.IGNORECASE,
)
_LONGEST_HEADING = 70
_ENOUGH_SENTENCES = 2
_SHARE = 0.5
_EARLY_SHARE = 0.3
_LONG_PREAMBLE_SENTENCES = 8


def version_heading(headings: Sequence[str]) -> str:
    """The heading that names a release, or ""."""
    return next((heading for heading in headings if len(heading) <= _LONGEST_HEADING and _is_release(heading)), "")


def has_changelog_within(sentences: Sequence[Sentence]) -> bool:
    """Whether a document that is about something else lists releases too."""
    inside = sum(bool(version_heading(sentence.headings)) for sentence in sentences)
    return 0 < inside <= _SHARE * len(sentences)


def project_name(title: str) -> str:
    """What a changelog's title calls the project, or ""."""
    name = " ".join(_NO_PROJECT.sub(" ", title).split())
    return "" if _VERSION.search(name) else name


def newest_releases(reading: Reading, least: int) -> Reading:
    """A changelog's newest release; a document without the changelog at its end; any other reading as it is.

    A release with next to nothing in it, and one that is not out yet, is passed over. Older releases follow until
    there are `least` sentences.
    """
    releases = [version_heading(sentence.headings) for sentence in reading.sentences]
    if not _is_changelog(reading, releases):
        return reading
    before = next(number for number, release in enumerate(releases) if release)
    if before >= _LONG_PREAMBLE_SENTENCES:
        return replace(reading, sentences=reading.sentences[:before])
    sizes = Counter(release for release in releases if release)
    kept: set[str] = set()
    enough = 0
    for release, size in sizes.items():
        if size >= _ENOUGH_SENTENCES and enough < max(least, 1):
            kept.add(release)
            enough += size
    early = {release for release in releases[: max(int(_EARLY_SHARE * len(releases)), 1)] if release}
    if kept.isdisjoint(early):
        return reading
    sentences = zip(reading.sentences, releases, strict=True)
    return replace(reading, sentences=tuple(sentence for sentence, release in sentences if release in kept))


def _is_release(heading: str) -> bool:
    if _VERSION.search(heading) is None or _UNRELEASED.match(heading) or _NO_RELEASE.search(heading):
        return False
    return len(re.findall(r"[^\W\d_]{2,}", _VERSION.sub(" ", heading))) <= _MOST_RELEASE_WORDS


def _is_changelog(reading: Reading, releases: Sequence[str]) -> bool:
    inside = sum(bool(release) for release in releases)
    items = sum(sentence.kind is BlockKind.LIST_ITEM for sentence in reading.sentences)
    total = len(releases)
    return len(set(releases) - {""}) > 1 and inside > _SHARE * total and items > _SHARE * total
