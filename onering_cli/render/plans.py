"""What would be sent, shown before it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onering_cli.publishing.cost import dollars
from onering_cli.publishing.lint import Severity
from onering_cli.render.cards import Card, show_cards
from onering_cli.render.drafts import media_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onering_cli.publishing.lint import Finding
    from onering_cli.publishing.plan import Plan, PlannedPost
    from onering_cli.render.streams import Streams


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
    footer = f"{count} post{'s' * (count != 1)} to {account}, about {dollars(plan.cost_usd_milli)}"
    show_cards(streams, cards, title=title, footer=footer)
    for finding in plan.findings:
        if finding.index is None:
            streams.warn(finding.message)


def _note(post: PlannedPost) -> str:
    parts = [dollars(post.segment.cost_usd_milli)]
    if post.links:
        parts.append(f"{len(post.links)} link{'s' * (len(post.links) != 1)}")
    return " · ".join(parts)


def plan_posts(plan: Plan) -> list[dict[str, Any]]:
    """The posts of a plan for ``post --dry-run --json``."""
    return [
        {
            "index": post.segment.index + 1,
            "state": post.segment.state,
            "id": None,
            "url": None,
            "weight": post.segment.weight,
            "text": post.text,
            "links": list(post.links),
            "media": [media.path for media in post.media],
            "cost_usd": post.segment.cost_usd_milli / 1000,
        }
        for post in plan.posts
    ]


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
