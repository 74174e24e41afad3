"""``onering search`` and ``onering similar``: find what was written and what was published."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onering_cli.commands.completion import complete_accounts
from onering_cli.commands.session import AsJson, Session, session_of
from onering_cli.errors import UsageError
from onering_cli.render.drafts import summary_document
from onering_cli.render.found import found_document, show_found

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onering_cli.drafts.model import DraftHit
    from onering_cli.memory.model import Filter
    from onering_cli.memory.search import Found

Account = Annotated[str, typer.Option(help="Only this account's.", autocompletion=complete_accounts)]
Kinds = Annotated[
    list[str] | None, typer.Option("--kind", help="Only post, thread, reply, quote, article or note; may be repeated.")
]
Since = Annotated[str, typer.Option(metavar="TIME", help="Not older than this: 90d, 1y, or 2026-01-01.")]
Until = Annotated[str, typer.Option(metavar="TIME", help="Older than this.")]
Limit = Annotated[int, typer.Option(min=1, max=1000, help="The most to show.")]


class Place(StrEnum):
    """Where to look."""

    ALL = "all"
    DRAFTS = "drafts"
    MEMORY = "memory"


def attach(root: typer.Typer) -> None:
    """Add the commands to the app."""
    root.command("search", rich_help_panel="Remember")(search)
    root.command("similar", rich_help_panel="Remember")(similar)


def search(  # noqa: PLR0913 - one parameter per option
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(help="What to look for.", show_default=False)],
    *,
    in_: Annotated[Place, typer.Option("--in", help="Look in drafts, in what was published, or in both.")] = Place.ALL,
    account: Account = "",
    kind: Kinds = None,
    since: Since = "",
    until: Until = "",
    only_words: Annotated[bool, typer.Option("--words", help="By words only.")] = False,
    meaning: Annotated[bool, typer.Option("--meaning", help="By meaning only, whatever the words.")] = False,
    limit: Limit = 10,
    as_json: AsJson = False,
) -> None:
    """Search your drafts and what you published, the best match first.

    It looks for the words, whole or their beginnings, "exact phrases" in quotes; when fewer than five posts have them
    all, it looks for the meaning too.

    Examples:
        onering search release notes

        onering search restoring a backup --meaning --since 1y

        onering search caches --in memory --account work --kind thread --json
    """
    from onering_cli.memory.search import By

    session = session_of(context)
    query = " ".join(words).strip()
    session.promise("search", as_json=as_json, query=" ".join(words), results=[])
    if not query:
        raise UsageError("there is nothing to search for", hint="onering search WORDS")
    if only_words and meaning:
        raise UsageError("--words and --meaning do not go together", hint="leave both out for both")
    which = _which(session, account, kind, since, until)
    by = By.WORDS if only_words else By.MEANING if meaning else By.BOTH_IF_FEW
    narrowed = bool(kind or since or until or meaning)
    drafts: Sequence[DraftHit] = ()
    if in_ is Place.DRAFTS or (in_ is Place.ALL and not narrowed):
        hits = session.toolbox.drafts.search(query, limit=limit)
        drafts = [hit for hit in hits if not account or hit.summary.account == account]
    found = [] if in_ is Place.DRAFTS else session.toolbox.memory.search.find(query, which, limit=limit, by=by)
    _answer(session, query, drafts, found, limit)


def similar(
    context: typer.Context,
    text: Annotated[list[str], typer.Argument(help="A text, or a draft: its id, @last, its file.", show_default=False)],
    *,
    account: Account = "",
    kind: Kinds = None,
    since: Since = "",
    until: Until = "",
    limit: Limit = 10,
    as_json: AsJson = False,
) -> None:
    """Find what you published that is nearest in meaning to a text or a draft, the nearest first.

    Examples:
        onering similar "a backup is only as good as its restore"

        onering similar @last
    """
    from onering_cli.memory.search import Found

    session = session_of(context)
    query = " ".join(text).strip()
    session.promise("similar", as_json=as_json, query=query, results=[])
    if not query:
        raise UsageError("there is nothing to compare with", hint="onering similar TEXT")
    which = _which(session, account, kind, since, until)
    near = session.toolbox.memory.search.similar(_text(session, query), which, limit=limit)
    _answer(session, query, (), [Found(one.remembered, one.similarity, (), one.similarity) for one in near], limit)


def _which(session: Session, account: str, kinds: list[str] | None, since: str, until: str) -> Filter:
    from onering_cli.commands.times import past
    from onering_cli.memory.model import Filter, PostKind

    now = session.toolbox.clock.now()
    try:
        wanted = tuple(PostKind(kind) for kind in kinds or ())
    except ValueError as exc:
        raise UsageError(f"there is no such kind: {exc}", hint=f"say one of {', '.join(PostKind)}") from exc
    return Filter(
        account=account,
        kinds=wanted,
        since=past(since, now) if since else None,
        until=past(until, now, option="--until") if until else None,
    )


def _text(session: Session, query: str) -> str:
    """The text that is meant: a draft's when that is what the words name, else the words themselves."""
    from onering_cli.commands.targets import find_target

    if " " in query:
        return query
    try:
        target = find_target(session, query)
    except UsageError:
        if query.startswith("@"):
            raise
        return query
    return "\n\n".join(post.text for post in target.draft.posts)


def _answer(session: Session, query: str, drafts: Sequence[DraftHit], found: Sequence[Found], limit: int) -> None:
    from onering_cli.memory.search import query_words

    words = query_words(query)
    # In turns: the score of a draft and that of a post are not of one measure.
    results: list[DraftHit | Found] = []
    for place in range(limit):
        results += drafts[place : place + 1]
        results += found[place : place + 1]
    results = results[:limit]
    if session.wants_json:
        session.answer(results=[_document(result, words) for result in results])
        return
    show_found(session.streams, results, words)
    if not results:
        session.streams.note(f"nothing has {query!r}")
    if waiting := session.toolbox.memory.waiting_posts:
        session.streams.note(f"{waiting:,} posts cannot be found by meaning yet: onering memory embed")


def _document(result: DraftHit | Found, words: Sequence[str]) -> dict[str, Any]:
    from onering_cli.memory.search import Found

    if isinstance(result, Found):
        return found_document(result, words)
    return {"in": "drafts", **summary_document(result.summary), "snippet": result.snippet, "score": result.score}
