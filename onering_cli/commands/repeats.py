"""How commands tell that a draft repeats what was published, or refuse it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from onering_cli.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onering_cli.commands.session import Session
    from onering_cli.memory.repeats import Repeat
    from onering_cli.publishing.plan import Plan

StrictRepeats = Annotated[
    bool, typer.Option("--strict-repeats", help="Refuse what repeats a published post, instead of warning.")
]


def repeat_documents(repeats: Sequence[Repeat]) -> list[dict[str, Any]]:
    """Repeats for JSON."""
    return [
        {
            "post": repeat.index + 1,
            "sameness": repeat.sameness,
            "score": round(repeat.score, 3),
            "published": {
                "text": repeat.published.post.text,
                "at": repeat.published.post.published_at.isoformat() if repeat.published.post.published_at else None,
                "url": repeat.published.post.url or None,
                "id": repeat.published.post.remote_id or None,
            },
        }
        for repeat in repeats
    ]


def warn_of_repeats(
    session: Session, texts: Sequence[str], account: str, *, strict: bool = False, fresh: bool = False
) -> tuple[Repeat, ...]:
    """Warn of posts that repeat what the account published; `fresh` as for `RepeatTools.find`.

    Raises:
        RefusedError: `strict`, and there are some.
    """
    repeats = session.toolbox.repeats.find(texts, session.toolbox.account(account), fresh=fresh)
    if not repeats:
        return ()
    from onering_cli.memory.repeats import told

    if strict:
        refuse_repeats(repeats)
    for repeat in repeats:
        session.streams.warn(f"post {repeat.index + 1}: {told(repeat)}")
    return repeats


def with_repeats(
    session: Session, planned: Plan, *, draft: str = "", key: str = "", strict: bool = False, quiet: bool = False
) -> Plan:
    """A plan with what it repeats among its findings: as warnings, or as errors where that is asked for.

    Args:
        session: Told of them on stderr, and under ``repeats`` in JSON.
        planned: What would be sent.
        draft: ``draft:ID``, or "" for what goes by its content.
        key: The caller's idempotency key: what the very same run published already is no repeat.
        strict: Make them errors.
        quiet: The findings are shown anyway.
    """
    repeats = session.toolbox.repeats.find(
        [post.text for post in planned.posts],
        planned.account,
        draft=draft or f"content:{planned.payload_hash}",
        payload_hash=planned.payload_hash,
        key=key,
    )
    session.fill(repeats=repeat_documents(repeats))
    if not repeats:
        return planned
    from dataclasses import replace

    from onering_cli.memory.repeats import told
    from onering_cli.publishing.lint import Finding, Rule, Severity

    severity = Severity.ERROR if strict else Severity.WARNING
    if not quiet and not strict:
        for repeat in repeats:
            session.streams.warn(f"post {repeat.index + 1}: {told(repeat)}")
    found = tuple(Finding(Rule.PUBLISHED, severity, told(repeat), repeat.index) for repeat in repeats)
    return replace(planned, findings=(*planned.findings, *found))


def refuse_repeats(repeats: Sequence[Repeat]) -> None:
    """Stop at the first repeat, if there is one.

    Raises:
        RefusedError: There is; its details hold all of them.
    """
    if not repeats:
        return
    from onering_cli.memory.repeats import told

    first = repeats[0]
    more = f" (and {len(repeats) - 1} more)" if len(repeats) > 1 else ""
    raise RefusedError(
        f"post {first.index + 1} repeats: {told(first)}{more}",
        hint="change it, or leave out --strict-repeats to be warned only",
        details={"repeats": repeat_documents(repeats)},
    )
