"""The verbs of ``onering draft`` that check a draft or change its text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from onering_cli.commands.completion import complete_accounts, complete_drafts, complete_voices
from onering_cli.commands.repeats import StrictRepeats, repeat_documents, warn_of_repeats, with_repeats
from onering_cli.commands.session import AsJson, Session, session_of
from onering_cli.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from onering_cli.publishing.lint import Finding
    from onering_cli.text.draft import Draft, Post

Target = Annotated[
    str,
    typer.Argument(
        help="A draft's id or @last, a draft file, or - for stdin.", autocompletion=complete_drafts, show_default=False
    ),
]
Reference = Annotated[
    str, typer.Argument(help="An id, a prefix of one, or @last.", autocompletion=complete_drafts, show_default=False)
]


def attach(app: typer.Typer) -> None:
    """Add the verbs to the noun."""
    from onering_cli.commands.draft_improve import improve

    for name, verb in (("edit", edit), ("improve", improve), ("lint", lint), ("split", split), ("diff", diff)):
        app.command(name)(verb)


def edit(
    context: typer.Context,
    reference: Reference,
    *,
    recover: Annotated[
        bool, typer.Option("--recover", help="Go on with the text that an earlier edit could not save.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Edit a draft in $VISUAL or $EDITOR; its text is never lost.

    Examples:
        onering draft edit @last

        EDITOR="code --wait" onering draft edit @last
    """
    from onering_cli.adapters.editor import editor_for
    from onering_cli.drafts.editing import edit as edit_draft

    session = session_of(context)
    session.promise("draft.edit", as_json=as_json, id=None, revision=0, changed=False, repeats=[])
    toolbox = session.toolbox
    stored = toolbox.drafts.get(reference)
    session.fill(id=stored.id, revision=stored.revision)
    done = edit_draft(
        toolbox.drafts,
        stored,
        folder=toolbox.paths.recovery_folder,
        run_editor=editor_for(toolbox.environment),
        recover=recover,
    )
    if done.changed:
        draft = done.stored.draft
        found = warn_of_repeats(session, [post.text for post in draft.posts], draft.account)
        session.fill(repeats=repeat_documents(found))
    session.answer(revision=done.stored.revision, changed=done.changed)
    what = f"saved {stored.id}, revision {done.stored.revision}" if done.changed else f"{stored.id} is unchanged"
    session.streams.note(what)


def lint(
    context: typer.Context,
    target: Target,
    *,
    account: Annotated[
        str, typer.Option(help="Check against this account's limits.", autocompletion=complete_accounts)
    ] = "",
    voice: Annotated[
        str, typer.Option(help="Tell where it departs from this voice.", autocompletion=complete_voices)
    ] = "",
    strict_repeats: StrictRepeats = False,
    as_json: AsJson = False,
) -> None:
    """Check a draft for all that the platform would refuse, and for what will cost more.

    Exits with 4 when something must be mended; what departs from a voice never has to be, and what repeats a published
    post only with --strict-repeats.

    Examples:
        onering draft lint @last

        onering draft lint thread.md --voice work
    """
    from onering_cli.commands.targets import find_target
    from onering_cli.publishing.plan import Wishes
    from onering_cli.render.counts import counted
    from onering_cli.render.plans import finding_documents, show_findings

    session = session_of(context)
    session.promise("draft.lint", as_json=as_json, draft=None, posts=0, findings=[], repeats=[], cost_usd=0.0)
    found = find_target(session, target)
    account = session.toolbox.account(account or found.draft.account)
    wishes = Wishes(premium=session.toolbox.is_premium(account))
    planned = session.toolbox.plan(found.draft, account, wishes, found.folder)
    reference = f"draft:{found.stored.id}" if found.stored else ""
    planned = with_repeats(session, planned, draft=reference, strict=strict_repeats, quiet=not session.wants_json)
    findings = (*planned.findings, *(_departures(session, voice, found.draft) if voice else ()))
    session.answer(
        draft=found.stored.id if found.stored else None,
        posts=len(planned.posts),
        findings=finding_documents(findings),
        cost_usd=planned.cost_usd_milli / 1000,
    )
    if not session.wants_json:
        show_findings(session.streams, findings)
        if not findings:
            session.streams.note(f"{found.name}: {counted(len(planned.posts), 'post')}, nothing to mend")
    if planned.errors:
        raise typer.Exit(ExitCode.REFUSED)


def _departures(session: Session, name: str, draft: Draft) -> list[Finding]:
    """Where a draft departs from a voice, as findings that stop nothing."""
    from onering_cli.memory.voice.departures import departures
    from onering_cli.memory.voice.model import FEWEST_POSTS
    from onering_cli.publishing.lint import Finding, Rule, Severity

    voice = session.toolbox.voices.files.get(name).voice
    if not voice.is_telling:
        session.streams.note(
            f"the voice {name} was measured from {voice.posts} posts; it takes {FEWEST_POSTS} to judge"
        )
    return [
        Finding(Rule.VOICE, Severity.WARNING, departure.message, departure.index)
        for departure in departures(voice, [post.text for post in draft.posts])
    ]


def split(
    context: typer.Context,
    target: Target,
    *,
    limit: Annotated[int, typer.Option(min=40, max=25_000, help="The most a post may weigh.")] = 280,
    number: Annotated[bool, typer.Option("--number", help="End each post with its number.")] = False,
    as_json: AsJson = False,
) -> None:
    """Cut posts that are too long at the best boundaries.

    A stored draft is saved anew; a file or stdin is printed as a draft file and stays as it is.

    Examples:
        onering draft split @last --number

        onering draft split essay.md > thread.md
    """
    from onering_cli.commands.targets import find_target
    from onering_cli.text.draft_file import compose

    session = session_of(context)
    session.promise("draft.split", as_json=as_json, id=None, revision=0, posts=[], source="")
    found = find_target(session, target)
    parted = _parted(found.draft, limit, numbered=number)
    source = compose(parted)
    session.fill(posts=[post.text for post in parted.posts], source=source)
    if found.stored is not None:
        stored = found.stored
        if parted.posts != found.draft.posts:
            stored = session.toolbox.drafts.replace(stored.id, source, expected_revision=stored.revision)
        session.fill(id=stored.id, revision=stored.revision)
        session.streams.note(f"{stored.id}: {len(found.draft.posts)} posts became {len(parted.posts)}")
    elif not session.wants_json:
        session.streams.raw(source)
    session.answer()


def diff(
    context: typer.Context,
    reference: Reference,
    other: Annotated[str, typer.Argument(help="Another draft to compare with.", show_default=False)] = "",
    *,
    revision: Annotated[int, typer.Option(min=0, help="An earlier revision.", show_default="the one before")] = 0,
    as_json: AsJson = False,
) -> None:
    """Show what changed since an earlier revision, or how two drafts differ, post by post.

    Examples:
        onering draft diff @last

        onering draft diff @last --revision 1
    """
    from onering_cli.drafts.difference import changes, unified
    from onering_cli.text.draft_file import parse

    session = session_of(context)
    session.promise("draft.diff", as_json=as_json, before="", after="", diff="")
    drafts = session.toolbox.drafts
    after = drafts.get(reference)
    after_name = f"{after.id} revision {after.revision}"
    if other:
        stored = drafts.get(other)
        before, before_name = stored.draft, f"{stored.id} revision {stored.revision}"
    else:
        earlier = {kept.number: kept.source for kept in drafts.revisions(after.id)}
        wanted = revision or max(after.revision - 1, 1)
        if wanted not in earlier:
            raise UsageError(f"draft {after.id} has no revision {wanted}", hint=f"it has 1 to {after.revision}")
        before, before_name = parse(earlier[wanted], name=after.id), f"{after.id} revision {wanted}"
    text = unified(changes(before, after.draft), before_name=before_name, after_name=after_name)
    session.answer(before=before_name, after=after_name, diff=text)
    if not session.wants_json and text:
        session.streams.data(text.rstrip("\n"))
    if not text:
        session.streams.note("no difference")


def _parted(draft: Draft, limit_weight: int, *, numbered: bool) -> Draft:
    from onering_cli.text.splitting import number, numbering_weight
    from onering_cli.text.splitting import split as split_text

    def parts(room: int) -> tuple[Post, ...]:
        """Each post's own pieces; its media stay with the first."""
        pieces = []
        for post in draft.posts:
            first, *rest = split_text(post.text, limit_weight=room) or ("",)
            pieces += [replace(post, text=first), *(replace(post, text=text, media=()) for text in rest)]
        return tuple(pieces)

    if not numbered:
        return replace(draft, posts=parts(limit_weight))
    posts, total = parts(limit_weight), 0
    while numbering_weight(len(posts)) > numbering_weight(total):
        total = len(posts)
        posts = parts(limit_weight - numbering_weight(total))
    texts = number([post.text for post in posts])
    return replace(draft, posts=tuple(replace(post, text=text) for post, text in zip(posts, texts, strict=True)))
