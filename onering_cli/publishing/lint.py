"""What is wrong with a draft before anything of it is sent."""

import re
from collections.abc import Iterator
from enum import StrEnum

from onering_cli.publishing.cost import dollars
from onering_cli.publishing.model import MediaKind, Poll
from onering_cli.publishing.ports import AccountFacts, MediaFacts, MediaProblem
from onering_cli.publishing.rules import PlatformRules
from onering_cli.publishing.sameness import canonical
from onering_cli.record import record
from onering_cli.text.draft import Media, Post
from onering_cli.text.weights import Measurement, measure


class Severity(StrEnum):
    """Whether a finding stops the draft."""

    ERROR = "error"
    WARNING = "warning"


class Rule(StrEnum):
    """What a finding is about; a name that scripts and ``--waive`` can use."""

    EMPTY = "empty"
    OVER_WEIGHT = "over-weight"
    CASHTAGS = "cashtags"
    REPEATED = "repeated"
    ALT_MISSING = "alt-missing"
    ALT_TOO_LONG = "alt-too-long"
    MEDIA_UNUSABLE = "media-unusable"
    MEDIA_TYPE = "media-type"
    MEDIA_SIZE = "media-size"
    MEDIA_COUNT = "media-count"
    POLL = "poll"
    REPLIES_REFUSED = "replies-refused"
    LINK_COST = "link-cost"
    FILE_NAME_LINK = "file-name-link"
    LONG_THREAD = "long-thread"
    SELF_SERVE = "self-serve"
    VOICE = "voice"
    PUBLISHED = "published"


WAIVABLE = frozenset({Rule.ALT_MISSING, Rule.REPLIES_REFUSED})
"""Errors that a person may decide to live with."""


@record
class Finding:
    """One thing to know about a draft.

    Args:
        rule: What it is about.
        severity: Whether it stops the draft.
        message: One sentence.
        index: Of the post, from 0; None for the draft as a whole.
    """

    rule: Rule
    severity: Severity
    message: str
    index: int | None = None


@record
class Examined:
    """A post with what its text and files turned out to be."""

    post: Post
    measurement: Measurement
    files: tuple[MediaFacts | MediaProblem, ...]


def lint(
    posts: tuple[Examined, ...],
    *,
    limit_weight: int,
    platform: PlatformRules,
    facts: AccountFacts,
    poll: Poll | None = None,
    quote_id: str = "",
    reply_to_id: str = "",
    waived: frozenset[Rule] = frozenset(),
) -> tuple[Finding, ...]:
    """Everything that is wrong with a draft, post by post; waived errors come as warnings.

    Args:
        posts: In order, each measured and with its files inspected.
        limit_weight: The most a post may weigh at this account.
        platform: Its limits and prices.
        facts: What is remembered of the account.
        poll: To go with the first post.
        quote_id: The post the first one quotes, or "".
        reply_to_id: The post the first one answers, or "".
        waived: Errors that the user decided to live with; only those of `WAIVABLE` count.
    """
    found = [*_whole(posts, platform, facts)]
    if poll is not None and posts:
        found += [Finding(Rule.POLL, Severity.ERROR, told, 0) for told in _poll(poll, posts[0], quote_id, platform)]
    found += [Finding(Rule.SELF_SERVE, Severity.WARNING, told, 0) for told in _self_serve(quote_id, reply_to_id)]
    for index, examined in enumerate(posts):
        findings = (
            *_text(index, examined, limit_weight, platform, has_poll=poll is not None and index == 0),
            *_media(index, examined, platform),
        )
        found += findings
    found += _repeats(posts)
    return tuple(
        Finding(finding.rule, Severity.WARNING, finding.message, finding.index)
        if finding.rule in waived & WAIVABLE
        else finding
        for finding in sorted(found, key=lambda finding: -1 if finding.index is None else finding.index)
    )


def _whole(posts: tuple[Examined, ...], platform: PlatformRules, facts: AccountFacts) -> Iterator[Finding]:
    if not posts:
        yield Finding(Rule.EMPTY, Severity.ERROR, "the draft has no posts")
    if len(posts) > 1 and facts.replies_refused_at is not None:
        yield Finding(
            Rule.REPLIES_REFUSED,
            Severity.ERROR,
            f"on {facts.replies_refused_at:%d %B %Y} the platform refused a reply to this account's own thread, so "
            "only the first post may get out; publish it as one long post (--as long), or waive this rule",
        )
    if len(posts) > platform.posts_a_window:
        yield Finding(
            Rule.LONG_THREAD,
            Severity.WARNING,
            f"the platform takes {platform.posts_a_window} posts in 15 minutes, so these {len(posts)} come in parts",
        )


def _self_serve(quote_id: str, reply_to_id: str) -> Iterator[str]:
    """What the platform takes from Enterprise apps only: https://docs.x.com/x-api/posts/create-post, November 2026."""
    if quote_id:
        yield "the platform lets only Enterprise apps quote a post; it refuses others"
    if reply_to_id:
        yield (
            "the platform takes an answer only where the author of the post has mentioned or quoted this account, "
            "Enterprise apps excepted; it refuses others"
        )


def _text(
    index: int, examined: Examined, limit_weight: int, platform: PlatformRules, *, has_poll: bool
) -> Iterator[Finding]:
    text, measurement = examined.post.text, examined.measurement
    if not text.strip() and (has_poll or not examined.post.media):
        yield Finding(Rule.EMPTY, Severity.ERROR, "the post is empty", index)
    if measurement.weight > limit_weight:
        over = measurement.weight - limit_weight
        yield Finding(
            Rule.OVER_WEIGHT,
            Severity.ERROR,
            f"the post weighs {measurement.weight:,} of {limit_weight:,}: {over:,} too much",
            index,
        )
    if len(measurement.cashtags) > platform.cashtags_a_post:
        tags = ", ".join(tag.text for tag in measurement.cashtags)
        yield Finding(
            Rule.CASHTAGS,
            Severity.ERROR,
            f"the platform takes {platform.cashtags_a_post} cashtag a post, and here are {tags}",
            index,
        )
    for link in measurement.links:
        if _looks_like_a_file(link.text):
            yield Finding(
                Rule.FILE_NAME_LINK,
                Severity.WARNING,
                f"{link.text} is a link to the platform: it counts 23 and is billed as a link",
                index,
            )
    if measurement.links:
        yield Finding(
            Rule.LINK_COST,
            Severity.WARNING,
            f"a post with a link costs {dollars(platform.create_with_link_usd_milli)} "
            f"instead of {dollars(platform.create_usd_milli)}",
            index,
        )


# Endings of common file names that are also top-level domains: https://data.iana.org/TLD/tlds-alpha-by-domain.txt.
_FILE_NAME = re.compile(r"[\w-]+\.(?:cc|md|mk|ml|mm|mov|pl|pm|ps|py|rs|sc|sh|so|st|ts|vi|zip)", re.IGNORECASE)


def _looks_like_a_file(link: str) -> bool:
    return _FILE_NAME.fullmatch(link) is not None


def _media(index: int, examined: Examined, platform: PlatformRules) -> Iterator[Finding]:
    usable = [facts for facts in examined.files if isinstance(facts, MediaFacts)]
    for media, facts in zip(examined.post.media, examined.files, strict=True):
        for rule, message in _file(media, facts, platform):
            yield Finding(rule, Severity.ERROR, message, index)
    alone = sum(facts.kind is not MediaKind.IMAGE for facts in usable)
    if len(examined.files) > platform.images_a_post or (alone and len(examined.files) > 1):
        yield Finding(
            Rule.MEDIA_COUNT,
            Severity.ERROR,
            f"a post takes {platform.images_a_post} images, or one GIF, or one video",
            index,
        )


_PROBLEMS = {
    MediaProblem.MISSING: "is not there",
    MediaProblem.NOT_A_FILE: "is not a plain file (links are not followed)",
    MediaProblem.UNREADABLE: "cannot be read",
    MediaProblem.UNKNOWN_TYPE: "is no image, GIF or video, whatever its name says",
}


def _file(media: Media, facts: MediaFacts | MediaProblem, platform: PlatformRules) -> Iterator[tuple[Rule, str]]:
    if isinstance(facts, MediaProblem):
        rule = Rule.MEDIA_TYPE if facts is MediaProblem.UNKNOWN_TYPE else Rule.MEDIA_UNUSABLE
        yield rule, f"{media.path} {_PROBLEMS[facts]}"
    else:
        if facts.mime_type not in platform.media_types:
            yield Rule.MEDIA_TYPE, f"{media.path} is {facts.mime_type}, which the platform does not take"
        limit_bytes = platform.media_bytes[facts.kind]
        if not 0 < facts.size_bytes <= limit_bytes:
            size = f"{facts.size_bytes / 1024**2:.1f} MB" if facts.size_bytes else "empty"
            limit = f"{limit_bytes // 1024**2} MB"
            yield Rule.MEDIA_SIZE, f"{media.path} is {size}; a {facts.kind} may have up to {limit}"
    if not media.alt.strip():
        yield Rule.ALT_MISSING, f"{media.path} has no description for people who cannot see it"
    if len(media.alt) > platform.alt_characters:
        yield (
            Rule.ALT_TOO_LONG,
            f"the description of {media.path} has {len(media.alt)} characters of {platform.alt_characters}",
        )


def _poll(poll: Poll, first: Examined, quote_id: str, platform: PlatformRules) -> Iterator[str]:
    fewest, most = platform.poll_options
    if not fewest <= len(poll.options) <= most:
        yield f"a poll has {fewest} to {most} options, and here are {len(poll.options)}"
    for option in poll.options:
        if not option.strip():
            yield "an option of the poll is empty"
        elif measure(option).weight > platform.poll_option_characters:
            yield f"the poll's option {option!r} is longer than {platform.poll_option_characters}"
    if len({canonical(option, answers=False) for option in poll.options}) < len(poll.options):
        yield "two options of the poll are the same"
    shortest, longest = platform.poll_minutes
    if not shortest <= poll.duration_minutes <= longest:
        yield f"a poll is open for {shortest} to {longest} minutes, and this one for {poll.duration_minutes}"
    if first.post.media:
        yield "a post cannot have both a poll and media"
    if quote_id:
        yield "a post cannot have both a poll and a quote"


def _repeats(posts: tuple[Examined, ...]) -> Iterator[Finding]:
    seen: dict[object, int] = {}
    for index, examined in enumerate(posts):
        told = canonical(examined.post.text, answers=False)
        if not told.words:
            continue
        first = seen.setdefault(told, index)
        if first != index:
            yield Finding(
                Rule.REPEATED,
                Severity.ERROR,
                f"the post says the same as post {first + 1}, which the platform refuses as a duplicate",
                index,
            )
