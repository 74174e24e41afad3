"""``onering memory``: what was published comes in, is counted, goes out and is forgotten."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onering_cli.commands.completion import complete_accounts
from onering_cli.commands.session import AsJson, Session, session_of
from onering_cli.errors import UsageError
from onering_cli.render.counts import counted
from onering_cli.render.memory import count_document, import_document, show_counts, show_import

if TYPE_CHECKING:
    from onering_cli.memory.model import Filter

Account = Annotated[str, typer.Option(help="Only this account's posts.", autocompletion=complete_accounts)]
Before = Annotated[str, typer.Option(metavar="TIME", help="Only posts older than this: 90d, 5y, or 2020-01-01.")]

app = typer.Typer(no_args_is_help=True, help="Remember what you published, on this machine only.")


def attach(root: typer.Typer) -> None:
    """Add the noun to the app."""
    root.add_typer(app, name="memory", rich_help_panel="Remember")


@app.command("import")
def import_(
    context: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(help="Archives: zip files, folders, .jsonl, .car, .md.", show_default=False)
    ],
    *,
    account: Annotated[
        str, typer.Option(help="Whose posts these are; else your default account's.", autocompletion=complete_accounts)
    ] = "",
    words_only: Annotated[bool, typer.Option("--words-only", help="Leave search by meaning for later.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remember what you published: X data archives, Mastodon, Bluesky, JSONL and Markdown notes.

    Nothing leaves this machine. Importing again adds only what is new; an import that was stopped goes on where it
    was. Reposts and direct messages are left out.

    Examples:
        onering memory import twitter-2026-01-02-abc.zip

        onering memory import outbox.json --account work

        onering memory import notes/*.md
    """
    from onering_cli.memory.importing import import_archive
    from onering_cli.render.memory import ImportProgress

    session = session_of(context)
    session.promise("memory.import", as_json=as_json, account=None, archives=[], new=0, embedded=0)
    memory = session.toolbox.memory
    account_name = session.toolbox.account(account)
    progress = ImportProgress(session.streams)
    archives = memory.open_archives(paths, account)
    embedding = None if words_only else memory.embedding()
    told: list[dict[str, Any]] = []
    embedded = 0
    try:
        for archive in archives:
            report = import_archive(
                archive,
                memory.corpus,
                progress.on_progress,
                account=account,
                meanwhile=embedding.advance if embedding else None,
            )
            progress.end()
            told.append(import_document(report))
            session.fill(account=account_name, archives=told, new=sum(one["new"] for one in told))
            if not session.wants_json:
                show_import(session.streams, report)
        embedded = embedding.finish(progress.on_embedded) if embedding else 0
    finally:
        progress.end()
        if embedding:
            embedding.close()
    session.answer(embedded=embedded)
    if not as_json:
        named = not account and any(
            one["format"] == "jsonl" for one in told
        )  # its lines may name accounts of their own
        whose = "" if named else f" for the account {account_name}"
        session.streams.note(f"remembered{whose}; search it: onering search WORDS")


@app.command()
def stats(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Count what is remembered, account by account.

    Examples:
        onering memory stats
    """
    session = session_of(context)
    session.promise("memory.stats", as_json=as_json, accounts=[], posts=0, embedder=None, pending=0)
    memory = session.toolbox.memory
    counts = memory.corpus.counts()
    total = sum(count.total for count in counts)
    model = memory.vectors.model
    pending = memory.vectors.pending(model or memory.embedder.model)
    session.answer(
        accounts=[count_document(count) for count in counts], posts=total, embedder=model or None, pending=pending
    )
    if session.wants_json:
        return
    show_counts(session.streams, counts)
    if not counts:
        session.streams.note("nothing is remembered yet; begin with: onering memory import ARCHIVE")
        return
    searchable = f"searchable by meaning through {model}" if model else "not searchable by meaning yet"
    waiting = f"; {counted(pending, 'post')} to go: onering memory embed" if pending else ""
    session.streams.note(f"{counted(total, 'post')}; {searchable}{waiting}")


@app.command()
def embed(
    context: typer.Context,
    *,
    anew: Annotated[bool, typer.Option("--anew", help="Make every vector again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make posts searchable by meaning that are not yet; goes on where it was stopped.

    When another embedder is in force than before, this makes all vectors with it; search uses the old ones until then.

    Examples:
        onering memory embed
    """
    from onering_cli.render.memory import ImportProgress

    session = session_of(context)
    session.promise("memory.embed", as_json=as_json, embedder=None, embedded=0)
    memory = session.toolbox.memory
    model = memory.embedder.model
    if anew:
        memory.vectors.forget_model(model)
    progress = ImportProgress(session.streams)
    embedding = memory.embedding()
    try:
        embedded = embedding.finish(progress.on_embedded)
    finally:
        progress.end()
        embedding.close()
    session.answer(embedder=model, embedded=embedded)
    if not session.wants_json:
        session.streams.note(f"{counted(embedded, 'post')} made searchable by meaning with {model}")


@app.command()
def forget(
    context: typer.Context,
    posts: Annotated[list[int] | None, typer.Argument(help="Numbers of posts.", show_default=False)] = None,
    *,
    account: Account = "",
    source: Annotated[str, typer.Option(help="Only posts that came from this file, as it was named.")] = "",
    before: Before = "",
    all_: Annotated[bool, typer.Option("--all", help="Everything.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Forget posts, their metrics and their vectors, for good; the archive can be imported again.

    Examples:
        onering memory forget --account old

        onering memory forget --before 2015-01-01
    """
    session = session_of(context)
    session.promise("memory.forget", as_json=as_json, forgotten=0)
    which = _which(session, account=account, source=source, before=before, posts=tuple(posts or ()))
    if all_ == which.narrows:
        raise UsageError("say what to forget, or --all", hint="onering memory forget --account NAME")
    corpus = session.toolbox.memory.corpus
    count = corpus.count(which)
    if count and not yes and not session.streams.confirm(f"Forget {counted(count, 'post')} for good?"):
        session.streams.note("nothing was forgotten")
        return
    forgotten = corpus.forget(which) if count else 0
    session.toolbox.memory.vectors.forget()
    session.answer(forgotten=forgotten)
    if not session.wants_json:
        session.streams.note(f"forgot {counted(forgotten, 'post')}")


@app.command()
def export(
    context: typer.Context,
    *,
    account: Account = "",
    since: Annotated[str, typer.Option(metavar="TIME", help="Only posts not older than this.")] = "",
    before: Before = "",
) -> None:
    """Print the posts as JSON Lines, which `memory import` reads back exactly.

    Examples:
        onering memory export > posts.jsonl

        onering memory export --account work --since 1y | jq -r .text
    """
    import json

    from onering_cli.memory.exporting import lines

    session = session_of(context)
    which = _which(session, account=account, since=since, before=before)
    for line in lines(session.toolbox.memory.corpus, which):
        session.streams.raw(json.dumps(line, ensure_ascii=False) + "\n")


def _which(
    session: Session,
    *,
    account: str,
    source: str = "",
    since: str = "",
    before: str = "",
    posts: tuple[int, ...] = (),
) -> Filter:
    from onering_cli.commands.times import past
    from onering_cli.memory.model import Filter

    now = session.toolbox.clock.now()
    return Filter(
        account=account,
        source=source,
        since=past(since, now) if since else None,
        until=past(before, now, option="--before") if before else None,
        ids=posts,
    )
