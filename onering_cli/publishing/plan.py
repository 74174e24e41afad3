"""Exactly what would be sent: a draft turned into frozen segments, with what each weighs and costs."""

from dataclasses import replace

from onering_cli.publishing.cost import create_usd_milli
from onering_cli.publishing.freezing import payload_digest, run_digest
from onering_cli.publishing.lint import Examined, Finding, Rule, Severity, lint
from onering_cli.publishing.model import Form, FrozenMedia, Payload, Poll, Segment
from onering_cli.publishing.ports import AccountFacts, MediaFacts, MediaFiles, Proposal
from onering_cli.publishing.rules import PlatformRules, X
from onering_cli.publishing.sameness import likeness
from onering_cli.record import record
from onering_cli.text.draft import Draft, Media, Post, ReplyControl
from onering_cli.text.weights import LIMIT_WEIGHT, PREMIUM_LIMIT_WEIGHT, measure


@record
class Wishes:
    """How the user wants a draft published.

    Args:
        form: As thread or as one long post.
        numbered: End each post with `` n/m``.
        premium: The account may send posts of up to 25,000.
        reply_to_id: The post to answer, or "".
        quote_id: The post the first one quotes, or "".
        poll: To go with the first post.
        made_with_ai: Tell the platform so.
        waived: Lint errors to live with.
    """

    form: Form = Form.THREAD
    numbered: bool = False
    premium: bool = False
    reply_to_id: str = ""
    quote_id: str = ""
    poll: Poll | None = None
    made_with_ai: bool = False
    waived: frozenset[Rule] = frozenset()


@record
class PlannedPost:
    """One post as it would be sent.

    Args:
        segment: Frozen, as the run would start with it.
        links: As they stand in the text.
        media: As the draft names them, whether or not they can be used.
    """

    segment: Segment
    links: tuple[str, ...]
    media: tuple[Media, ...]

    @property
    def text(self) -> str:
        """The text to the last character."""
        return self.segment.payload.text


@record
class Plan:
    """What publishing a draft to an account would send.

    Args:
        account: Whose.
        wishes: What was asked for.
        limit_weight: The most each post may weigh.
        posts: In order.
        findings: Of lint.
        payload_hash: SHA-256 over all of it.
    """

    account: str
    wishes: Wishes
    limit_weight: int
    posts: tuple[PlannedPost, ...]
    findings: tuple[Finding, ...]
    payload_hash: str

    @property
    def cost_usd_milli(self) -> int:
        """The estimate for all posts, in tenths of a US cent."""
        return sum(post.segment.cost_usd_milli for post in self.posts)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What must be mended before it can be sent."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What is worth knowing before it is sent."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.WARNING)


def plan(
    draft: Draft,
    *,
    account: str,
    wishes: Wishes,
    files: MediaFiles,
    facts: AccountFacts,
    platform: PlatformRules = X,
) -> Plan:
    """Turn a draft into what would be sent; asks nobody and sends nothing.

    Args:
        draft: As it is now.
        account: Whose.
        wishes: How.
        files: Where its media are.
        facts: What is remembered of the account.
        platform: Its limits and prices.

    Raises:
        UsageError: The posts cannot be numbered.
    """
    posts = _formed(draft.posts, wishes)
    examined = tuple(
        Examined(post, measure(post.text), tuple(files.inspect(media.path) for media in post.media)) for post in posts
    )
    limit_weight = PREMIUM_LIMIT_WEIGHT if wishes.premium else LIMIT_WEIGHT
    findings = lint(
        examined,
        limit_weight=limit_weight,
        platform=platform,
        facts=facts,
        poll=wishes.poll,
        quote_id=wishes.quote_id,
        reply_to_id=wishes.reply_to_id,
        waived=wishes.waived,
    )
    planned = tuple(
        PlannedPost(
            segment=_segment(index, post, draft.reply_control, wishes, platform),
            links=tuple(link.text for link in post.measurement.links),
            media=post.post.media,
        )
        for index, post in enumerate(examined)
    )
    digest = run_digest(tuple(post.segment.payload_hash for post in planned), reply_to_id=wishes.reply_to_id)
    return Plan(account, wishes, limit_weight, planned, findings, digest)


def propose(
    plan: Plan, *, draft: str, key: str, strict: bool, once: bool = False, warnings: tuple[str, ...] = ()
) -> Proposal:
    """The run that would carry out a plan.

    Args:
        plan: Without errors.
        draft: ``draft:ID``, or "" for a file or a stream, which goes by its content.
        key: The caller's idempotency key, or "".
        strict: Never send again what may have arrived.
        once: Refuse when the draft was posted to the account before, under another key or none.
        warnings: To keep with the run, for whoever did not see it begin.

    Raises:
        ValueError: The plan has errors.
    """
    if plan.errors:
        raise ValueError("a plan with errors cannot be carried out")
    return Proposal(
        account=plan.account,
        draft=draft or f"content:{plan.payload_hash}",
        key=key,
        payload_hash=plan.payload_hash,
        form=plan.wishes.form,
        reply_to_id=plan.wishes.reply_to_id,
        strict=strict,
        segments=tuple(post.segment for post in plan.posts),
        warnings=warnings,
        once=once,
    )


def _formed(posts: tuple[Post, ...], wishes: Wishes) -> tuple[Post, ...]:
    if wishes.form is Form.LONG and posts:
        text = "\n\n".join(post.text.strip() for post in posts if post.text.strip())
        return (Post(text, tuple(media for post in posts for media in post.media)),)
    if wishes.numbered and len(posts) > 1:
        from onering_cli.text.splitting import number

        texts = number([post.text for post in posts])
        return tuple(replace(post, text=text) for post, text in zip(posts, texts, strict=True))
    return posts


def _segment(
    index: int, examined: Examined, reply_control: ReplyControl, wishes: Wishes, platform: PlatformRules
) -> Segment:
    first = index == 0
    media = tuple(
        FrozenMedia(facts.path, media.alt, facts.kind, facts.mime_type, facts.size_bytes, facts.sha256)
        for media, facts in zip(examined.post.media, examined.files, strict=True)
        if isinstance(facts, MediaFacts)
    )
    payload = Payload(
        text=examined.post.text,
        media=media,
        poll=wishes.poll if first else None,
        quote_id=wishes.quote_id if first else "",
        reply_control=reply_control if first else ReplyControl.EVERYONE,
        made_with_ai=wishes.made_with_ai,
    )
    return Segment(
        index=index,
        payload=payload,
        payload_hash=payload_digest(payload),
        # Later segments answer a post of their own; only the first can be taken for another run's.
        likeness=likeness(payload.text, media_count=len(media), parent_id=wishes.reply_to_id) if first else "",
        weight=examined.measurement.weight,
        cost_usd_milli=create_usd_milli(len(examined.measurement.links), platform),
        uploads=(None,) * len(media),
    )
