"""``onering draft improve``: the critic over a draft that was written or edited by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from onering_cli.commands.completion import complete_drafts
from onering_cli.commands.session import AsJson, session_of

Reference = Annotated[
    str, typer.Argument(help="An id, a prefix of one, or @last.", autocompletion=complete_drafts, show_default=False)
]


def improve(
    context: typer.Context,
    reference: Reference,
    sources: Annotated[
        list[str] | None, typer.Argument(help="Files that the draft may rest on.", show_default=False)
    ] = None,
    *,
    model: Annotated[
        str, typer.Option(help="Who judges and writes again; `extract` only tells what is wrong.")
    ] = "extract",
    seed: Annotated[int | None, typer.Option(min=0, help="As for `generate`.", show_default=False)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Show what would change and save nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Judge a hand-edited draft as a generated one is, and have a model write again only the posts that fail.

    A post that no revision mends stays as you wrote it, and the earlier text stays a revision of the draft.

    Examples:
        onering draft improve @last

        onering draft improve @last notes.md --model groq --dry-run
    """
    from pathlib import Path

    from onering_cli.generation.improving import improve as improve_posts
    from onering_cli.render.improving import fault_documents, show_improvement
    from onering_cli.text.draft_file import compose

    session = session_of(context)
    session.promise("draft.improve", as_json=as_json, id=None, revision=0, changed=[], faults=[], posts=[])
    toolbox = session.toolbox
    stored = toolbox.drafts.get(reference)
    texts = [post.text for post in stored.draft.posts]
    materials = [toolbox.read_file(Path(source)) for source in sources or ()]
    limit = toolbox.limit_weight(stored.draft.account)
    done = improve_posts(texts, materials, toolbox.writing.crew(model, seed=seed), limit_weight=limit)
    revision = stored.revision
    if done.changed and not dry_run:
        posts = tuple(replace(post, text=text) for post, text in zip(stored.draft.posts, done.posts, strict=True))
        source = compose(replace(stored.draft, posts=posts))
        revision = toolbox.drafts.replace(stored.id, source, expected_revision=stored.revision).revision
    if session.wants_json:
        session.answer(
            id=stored.id,
            revision=revision,
            changed=[number + 1 for number in done.changed],
            faults=fault_documents(done.found),
            posts=list(done.posts),
        )
        return
    show_improvement(session.streams, texts, done)
    if revision != stored.revision:
        session.streams.note(f"saved {stored.id}, revision {revision}; what changed: onering draft diff {stored.id}")
