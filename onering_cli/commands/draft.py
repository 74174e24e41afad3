"""``onering draft``: what is kept, and how it comes in, goes out, goes away and comes back."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onering_cli.commands import draft_changes
from onering_cli.commands.completion import complete_accounts, complete_drafts
from onering_cli.commands.session import AsJson, Session, session_of
from onering_cli.errors import UsageError
from onering_cli.render.drafts import show_draft, show_summaries, summary_document
from onering_cli.render.times import local

if TYPE_CHECKING:
    from onering_cli.drafts.model import StoredDraft

Reference = Annotated[
    str, typer.Argument(help="An id, a prefix of one, or @last.", autocompletion=complete_drafts, show_default=False)
]
References = Annotated[
    list[str], typer.Argument(help="Ids, prefixes, or @last.", autocompletion=complete_drafts, show_default=False)
]

app = typer.Typer(no_args_is_help=True, help="Keep, read, change and check drafts.")


def attach(root: typer.Typer) -> None:
    """Add the noun to the app."""
    draft_changes.attach(app)
    root.add_typer(app, name="draft", rich_help_panel="Write")


class Format(StrEnum):
    """How a draft is shown."""

    CARDS = "cards"
    MD = "md"


@app.command("list")
def list_(
    context: typer.Context,
    *,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The most drafts to list.")] = 20,
    offset: Annotated[int, typer.Option(min=0, help="Skip so many.")] = 0,
    account: Annotated[
        str, typer.Option(help="Only drafts meant for this account.", autocompletion=complete_accounts)
    ] = "",
    removed: Annotated[bool, typer.Option("--removed", help="List the bin instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """List drafts, the one saved last first.

    Examples:
        onering draft list

        onering draft list --json | jq -r '.drafts[].id'
    """
    session = session_of(context)
    session.promise("draft.list", as_json=as_json, drafts=[], total=0)
    drafts = session.toolbox.drafts
    summaries = drafts.list(limit=limit, offset=offset, removed=removed, account=account)
    if session.wants_json:
        total = drafts.count(removed=removed)
        session.answer(drafts=[summary_document(summary) for summary in summaries], total=total)
        return
    show_summaries(session.streams, summaries)
    if not summaries:
        session.streams.note("the bin is empty" if removed else "no drafts yet; begin with: onering generate notes.md")


@app.command()
def show(
    context: typer.Context,
    reference: Reference,
    *,
    format_: Annotated[
        Format, typer.Option("--format", help="`md` prints the draft file, byte for byte.")
    ] = Format.CARDS,
    as_json: AsJson = False,
) -> None:
    """Show a draft as cards, or print its file.

    Examples:
        onering draft show @last

        onering draft show @last --format md > thread.md
    """
    session = session_of(context)
    session.promise("draft.show", as_json=as_json, **_EMPTY_DRAFT)
    stored = session.toolbox.drafts.get(reference)
    if session.wants_json:
        session.answer(**_document(session, stored))
    elif format_ is Format.MD:
        session.streams.raw(stored.source)
    else:
        show_draft(session.streams, stored, session.toolbox.limit_weight(stored.draft.account))


@app.command()
def rm(context: typer.Context, references: References, *, as_json: AsJson = False) -> None:
    """Move drafts to the bin, where they stay for 30 days.

    Examples:
        onering draft rm 0abcdefghj

        onering draft restore 0abcdefghj
    """
    session = session_of(context)
    session.promise("draft.rm", as_json=as_json, removed=[])
    drafts = session.toolbox.drafts
    gone = []
    for identifier in dict.fromkeys(drafts.get(reference).id for reference in references):
        until = drafts.remove(identifier)
        gone.append({"id": identifier, "restorable_until": until.isoformat()})
        session.fill(removed=gone)
        session.streams.note(f"removed {identifier}; until {local(until)}: onering draft restore {identifier}")
    session.answer(removed=gone)


@app.command()
def restore(context: typer.Context, references: References, *, as_json: AsJson = False) -> None:
    """Take drafts out of the bin.

    Examples:
        onering draft restore 0abcdefghj
    """
    session = session_of(context)
    session.promise("draft.restore", as_json=as_json, restored=[])
    drafts = session.toolbox.drafts
    back: list[str] = []
    for reference in references:
        back.append(drafts.restore(drafts.get(reference, removed=True).id).id)
        session.fill(restored=back)
        session.streams.note(f"restored {back[-1]}")
    session.answer(restored=back)


@app.command("import")
def import_(
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(help="Draft files, or `-` for stdin.", show_default=False)],
    *,
    as_json: AsJson = False,
) -> None:
    """Keep draft files as drafts, exactly as they are.

    All are checked before the first is kept.

    Examples:
        onering draft import threads/*.md
    """
    from onering_cli.commands.repeats import repeat_documents, warn_of_repeats
    from onering_cli.commands.targets import find_target

    session = session_of(context)
    session.promise("draft.import", as_json=as_json, drafts=[], repeats=[])
    targets = [find_target(session, file) for file in files]
    for target in targets:
        if target.stored is not None:
            raise UsageError(f"{target.name} is a draft already", hint="give files, or - for stdin")
    kept, repeats = [], []
    for target in targets:
        found = warn_of_repeats(session, [post.text for post in target.draft.posts], target.draft.account)
        repeats += [{"file": target.name, **document} for document in repeat_documents(found)]
        session.fill(repeats=repeats)
        stored = session.toolbox.drafts.add(
            target.source, provenance={"imported_from": target.name, "folder": str(target.folder)}
        )
        kept.append({"id": stored.id, "file": target.name, "posts": len(stored.draft.posts)})
        session.fill(drafts=kept)
        if not session.wants_json:
            session.streams.row(stored.id, target.name)
    session.answer(drafts=kept)


@app.command()
def export(
    context: typer.Context,
    references: Annotated[list[str] | None, typer.Argument(help="Ids, prefixes, or @last.", show_default=False)] = None,
    *,
    to: Annotated[Path, typer.Option(help="The folder to write into; made when it is missing.")] = Path("drafts"),
    all_: Annotated[bool, typer.Option("--all", help="Every draft.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that are there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write drafts into files named by their ids, byte for byte.

    Examples:
        onering draft export --all --to ~/threads
    """
    from onering_cli.adapters.files import write_new

    session = session_of(context)
    session.promise("draft.export", as_json=as_json, files=[])
    if bool(references) == all_:
        raise UsageError("name the drafts to export, or say --all", hint="onering draft export --all --to FOLDER")
    drafts = session.toolbox.drafts
    identifiers = [drafts.get(reference).id for reference in references or ()]
    if all_:
        identifiers = [summary.id for summary in drafts.list(limit=drafts.count() or 1)]
    written = []
    for identifier in identifiers:
        path = to / f"{identifier}.md"
        write_new(path, drafts.get(identifier).source, overwrite=force)
        written.append({"id": identifier, "file": str(path)})
        session.fill(files=written)
        if not session.wants_json:
            session.streams.data(str(path))
    session.answer(files=written)


_EMPTY_DRAFT: dict[str, Any] = {
    "id": None,
    "title": "",
    "account": "",
    "revision": 0,
    "created_at": None,
    "updated_at": None,
    "posts": [],
    "source": "",
    "provenance": {},
}


def _document(session: Session, stored: StoredDraft) -> dict[str, Any]:
    from onering_cli.render.drafts import post_documents

    return {
        "id": stored.id,
        "title": stored.draft.title,
        "account": stored.draft.account,
        "revision": stored.revision,
        "created_at": stored.created_at.isoformat(),
        "updated_at": stored.updated_at.isoformat(),
        "posts": post_documents(stored.draft, session.toolbox.limit_weight(stored.draft.account)),
        "source": stored.source,
        "provenance": dict(stored.provenance),
    }
