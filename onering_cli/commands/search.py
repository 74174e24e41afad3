"""``onering search``: find what was written."""

from __future__ import annotations

from typing import Annotated

import typer

from onering_cli.commands.session import AsJson, session_of
from onering_cli.errors import UsageError
from onering_cli.render.drafts import show_hits, summary_document


def attach(root: typer.Typer) -> None:
    """Add the command to the app."""
    root.command("search", rich_help_panel="Write")(search)


def search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(help="What to look for.", show_default=False)],
    *,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="The most drafts to show.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Search the drafts by their words, the best match first.

    Examples:
        onering search release notes
    """
    session = session_of(context)
    session.promise("search", as_json=as_json, query=" ".join(words), results=[])
    query = " ".join(words).strip()
    if not query:
        raise UsageError("there is nothing to search for", hint="onering search WORDS")
    hits = session.toolbox.drafts.search(query, limit=limit)
    if session.wants_json:
        results = [{**summary_document(hit.summary), "snippet": hit.snippet, "score": hit.score} for hit in hits]
        session.answer(results=results)
        return
    show_hits(session.streams, hits)
    if not hits:
        session.streams.note(f"no draft has {query!r}")
