"""What would be sent, shown before it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onering_cli.publishing.cost import dollars
from onering_cli.publishing.lint import Severity
from onering_cli.render.cards import Card, show_cards
from onering_cli.render.drafts import media_line
from onering_cli.text.draft import ReplyControl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onering_cli.publishing.lint import Finding
    from onering_cli.publishing.plan import Plan, PlannedPost
    from onering_cli.render.streams import Streams

_KEYS_OF_A_RUN = ("index", "state", "id", "url", "weight")


def show_plan(streams: Streams, plan: Plan, *, title: str = "") -> None:
    """Every post as it would be sent, in order, with weight, links and cost, and what it costs in all."""
    cards = [
        Card(
            post.text,
            post.segment.weight,
            plan.limit_weight,
            media=tuple(media_line(media) for media in post.media),
            warnings=tuple(finding.message for finding in plan.findings if finding.index == post.segment.index),
            note=_note(post),
        )
        for post in plan.posts
    ]
    count = len(plan.posts)
    account = plan.account or "the default account"
    answers = f", in answer to {plan.wishes.reply_to_id}" if plan.wishes.reply_to_id else ""
    footer = f"{count} post{'s' * (count != 1)} to {account}{answers}, about {dollars(plan.cost_usd_milli)}"
    show_cards(streams, cards, title=title, footer=footer)
    for finding in plan.findings:
        if finding.index is None:
            streams.warn(finding.message)


def _note(post: PlannedPost) -> str:
    parts = [dollars(post.segment.cost_usd_milli), *_extras(post)]
    if post.links:
        parts.append(f"{len(post.links)} link{'s' * (len(post.links) != 1)}")
    return " · ".join(parts)


def _extras(post: PlannedPost) -> list[str]:
    """What is sent beside the text and the media."""
    payload = post.segment.payload
    poll = payload.poll
    told = (
        (poll is not None, poll and f"poll: {' / '.join(poll.options)} ({poll.duration_minutes} min)"),
        (payload.quote_id, f"quotes {payload.quote_id}"),
        (payload.reply_control is not ReplyControl.EVERYONE, f"replies: {payload.reply_control}"),
        (payload.made_with_ai, "marked as made with AI"),
    )
    return [str(words) for holds, words in told if holds]


def plan_posts(plan: Plan, *, brief: bool = False) -> list[dict[str, Any]]:
    """The posts of a plan for JSON: as ``post --dry-run`` tells them, or with no more keys than a run's posts have."""
    if brief:
        return [{name: post[name] for name in _KEYS_OF_A_RUN} for post in plan_posts(plan)]
    return [
        {
            "index": post.segment.index + 1,
            "state": post.segment.state,
            "id": None,
            "url": None,
            "weight": post.segment.weight,
            "text": post.text,
            "links": list(post.links),
            "media": [{"path": media.path, "alt": media.alt} for media in post.media],
            "poll": _poll_document(post),
            "quote_id": post.segment.payload.quote_id or None,
            "reply_to_id": (plan.wishes.reply_to_id or None) if post.segment.index == 0 else None,
            "reply_control": post.segment.payload.reply_control,
            "made_with_ai": post.segment.payload.made_with_ai,
            "cost_usd": post.segment.cost_usd_milli / 1000,
        }
        for post in plan.posts
    ]


def _poll_document(post: PlannedPost) -> dict[str, Any] | None:
    poll = post.segment.payload.poll
    return {"options": list(poll.options), "duration_minutes": poll.duration_minutes} if poll is not None else None


def finding_documents(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Lint's findings for JSON."""
    return [
        {
            "rule": finding.rule,
            "severity": finding.severity,
            "post": None if finding.index is None else finding.index + 1,
            "message": finding.message,
        }
        for finding in findings
    ]


def show_findings(streams: Streams, findings: Sequence[Finding]) -> None:
    """Lint's findings, a line each on stdout."""
    for finding in findings:
        place = "thread" if finding.index is None else f"post {finding.index + 1}"
        label = "error" if finding.severity is Severity.ERROR else "warning"
        streams.data(f"{place}: {label}: {finding.message} [{finding.rule}]")
