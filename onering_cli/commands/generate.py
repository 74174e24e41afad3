"""``onering generate``: material in, a thread out, saved as a draft."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onering_cli.commands.completion import complete_accounts, complete_drafts, complete_voices
from onering_cli.commands.repeats import StrictRepeats, repeat_documents, warn_of_repeats
from onering_cli.commands.session import AsJson, Session, session_of
from onering_cli.commands.unfinished import Choices, finish, keep_unfinished, unfinished
from onering_cli.errors import OneRingError, StoreError, UsageError
from onering_cli.render.threads import show_explanation, show_side_by_side, show_thread, thread_document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from onering_cli.drafts.model import StoredDraft
    from onering_cli.generation.assignment import Assignment, Crew
    from onering_cli.generation.model import Material, Thread
    from onering_cli.text.draft import Draft

MOST_POSTS = 100
"""More posts than this are no thread; X allows 100 creates in 15 minutes (docs.x.com, August 2026)."""
MOST_VARIANTS = 9

Sources = Annotated[
    list[str] | None,
    typer.Argument(help="Files (.md .txt .html …), `-` for stdin, or a topic in quotes.", show_default=False),
]
From = Annotated[
    list[str] | None, typer.Option("--from", help="A web page (or file) to write from; may be given again.")
]
Posts = Annotated[int | None, typer.Option(help="Exactly so many posts.", show_default="as many as it takes")]
Model = Annotated[str, typer.Option(help="Who writes: `extract` (no model), or PROVIDER:NAME such as groq:NAME.")]
Seed = Annotated[
    int | None, typer.Option(min=0, help="The same words again, where the model honours it.", show_default=False)
]
BudgetTokens = Annotated[int, typer.Option(min=1, help="Ask a model nothing more after so many tokens.")]
BudgetSeconds = Annotated[
    float, typer.Option(min=1, help="Ask a model nothing more after so many seconds of its time.")
]
Limit = Annotated[int, typer.Option(help="The most a post may weigh, as X counts.")]


def attach(root: typer.Typer) -> None:
    """Add the command to the app."""
    root.command("generate", rich_help_panel="Write")(generate)


def generate(  # noqa: PLR0913 -- one parameter per option
    context: typer.Context,
    sources: Sources = None,
    *,
    from_: From = None,
    topic: Annotated[str, typer.Option(help="What the thread is about.")] = "",
    posts: Posts = None,
    model: Model = "extract",
    variants: Annotated[int, typer.Option(min=1, max=MOST_VARIANTS, help="So many different threads.")] = 1,
    number: Annotated[bool, typer.Option("--number", help="End each post with its number, as in 2/7.")] = False,
    limit: Limit = 280,
    account: Annotated[str, typer.Option(help="The account it is meant for.", autocompletion=complete_accounts)] = "",
    language: Annotated[str, typer.Option(help="Write in this language (ISO 639-1), if a model writes.")] = "",
    hook: Annotated[str, typer.Option(help="How it opens, if a model writes (see `onering style list`).")] = "",
    format_: Annotated[
        str, typer.Option("--format", help="How it is built, if a model writes: list, story, how-to …")
    ] = "",
    voice: Annotated[
        str, typer.Option(help="Write as this voice does (see `onering voice`).", autocompletion=complete_voices)
    ] = "",
    allow_unsupported: Annotated[
        bool, typer.Option("--allow-unsupported", help="Keep names and numbers that the material does not hold.")
    ] = False,
    seed: Seed = None,
    judge: Annotated[bool, typer.Option(help="Have the model judge its own thread once.")] = True,
    budget_tokens: BudgetTokens = 40_000,
    budget_seconds: BudgetSeconds = 900,
    resume: Annotated[
        str,
        typer.Option(help="Go on with a generation that was interrupted: its draft.", autocompletion=complete_drafts),
    ] = "",
    strict_repeats: StrictRepeats = False,
    stream: Annotated[bool, typer.Option(help="Show the posts as they take shape (terminals only).")] = True,
    explain: Annotated[bool, typer.Option("--explain", help="Show what each step decided and changed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Turn notes, an article or a topic into a thread, and save it as a draft.

    Examples:
        onering generate notes.md

        onering generate --from https://example.com/post --posts 5

        git log --format=%s v1.0.. | onering generate - --topic "What is new"

        onering generate notes.md --model groq:openai/gpt-oss-120b --explain

        onering generate notes.md --voice work --hook question --format story

        onering generate --resume @last
    """
    session = session_of(context)
    session.promise(
        "generate", as_json=as_json, draft=None, title="", writer=model, posts=[], variants=[], steps=[], repeats=[]
    )
    if resume:
        _resume(session, resume, [*(sources or []), *(from_ or [])], stream=stream, explain=explain)
        return
    _check(session, posts, limit, account)
    words, materials = _read(session, [*(sources or []), *(from_ or [])])
    writing = session.toolbox.writing
    crew = writing.crew(model, seed=seed)
    choices = Choices(model, seed, voice, hook, format_, number, limit, account)

    from onering_cli.generation.assignment import Assignment
    from onering_cli.text.splitting import numbering_weight

    assignment = Assignment(
        topic=" ".join([*words, topic]).strip(),
        materials=materials,
        posts=posts,
        limit_weight=limit - (numbering_weight(posts or MOST_POSTS - 1) if number else 0),
        language=language,
        allow_unsupported=allow_unsupported,
        voice=session.toolbox.voices.files.get(voice).voice if voice else None,
        hook=writing.styles.hook(hook) if hook else None,
        build=writing.styles.format(format_) if format_ else None,
        judge=judge,
        budget_tokens=budget_tokens,
        budget_s=budget_seconds,
    )
    if (hook or format_) and not crew.writer.invents:
        session.streams.warn(f"{crew.writer.name} keeps the material's own words: --hook and --format need a model")
    kept: list[tuple[Thread, StoredDraft]] = []
    repeats: list[dict[str, Any]] = []
    for thread in _write_variants(session, assignment, crew, variants, choices, stream=stream):
        texts = [post.text for post in thread.posts]
        with _shown_if_not_saved(session, thread, choices):
            found = warn_of_repeats(session, texts, account, strict=strict_repeats, fresh=True)
            repeats += [{"variant": len(kept) + 1, **document} for document in repeat_documents(found)]
            session.fill(repeats=repeats)
            kept.append((thread, _save(session, thread, assignment, choices)))
        _fill(session, kept)
    if len(kept) > 1:
        kept, reasons = _ranked(session, kept)
        _fill(session, kept, reasons)
        _show(session, kept, limit, explain=explain, reasons=reasons)
        return
    _show(session, kept, limit, explain=explain)


def _ranked(
    session: Session, kept: list[tuple[Thread, StoredDraft]]
) -> tuple[list[tuple[Thread, StoredDraft]], list[str]]:
    """The versions, the best first, and why each stands where it does."""
    from onering_cli.generation.ranking import ranked

    places = ranked([thread for thread, _ in kept], session.toolbox.embedder)
    return [kept[place.index] for place in places], [place.reason for place in places]


def _resume(session: Session, reference: str, sources: list[str], *, stream: bool, explain: bool) -> None:
    """Go on with an interrupted run as it was asked for, in the draft that it left."""
    if sources:
        raise UsageError("--resume goes on with the material it had", hint="leave the other sources out")
    stored, assignment, choices = unfinished(session, reference)
    session.fill(draft=stored.id, writer=choices.model)
    crew = session.toolbox.writing.crew(choices.model, seed=choices.seed)
    thread = _write(session, assignment, crew, choices, stream=stream)
    with _shown_if_not_saved(session, thread, choices):
        kept = [(thread, _save(session, thread, assignment, choices, over=stored))]
    _fill(session, kept)
    _show(session, kept, choices.limit, explain=explain)


def _check(session: Session, posts: int | None, limit: int, account: str) -> None:
    from onering_cli.settings.catalogue import ACCOUNT_PREMIUM
    from onering_cli.text.weights import LIMIT_WEIGHT, PREMIUM_LIMIT_WEIGHT

    if posts is not None and not 1 <= posts <= MOST_POSTS:
        raise UsageError(
            f"--posts takes a number from 1 to {MOST_POSTS}, not {posts}",
            hint="leave it out to let the material decide",
        )
    premium = session.toolbox.settings.for_account(ACCOUNT_PREMIUM, account) if account else False
    most = PREMIUM_LIMIT_WEIGHT if premium else LIMIT_WEIGHT
    if not 40 <= limit <= most:  # noqa: PLR2004 -- below this hardly a sentence fits
        raise UsageError(
            f"--limit takes a weight from 40 to {most}, not {limit}",
            hint="a Premium account may post more: onering config set accounts.NAME.premium true, then --account NAME",
        )


def _read(session: Session, references: Sequence[str]) -> tuple[list[str], tuple[Material, ...]]:
    """Topic words and materials: what names a file or page is read, words in quotes are a topic."""
    words: list[str] = []
    materials: list[Material] = []
    for reference in references:
        if reference == "-":
            materials.append(session.toolbox.read_stdin(sys.stdin.buffer))
        elif reference.lower().startswith(("http://", "https://")):
            materials.append(session.toolbox.fetch(reference))
        elif " " in reference.strip() and not Path(reference).exists():
            words.append(reference.strip())
        else:
            materials.append(session.toolbox.read_file(Path(reference)))
    return words, tuple(materials)


def _write_variants(
    session: Session, assignment: Assignment, crew: Crew, variants: int, choices: Choices, *, stream: bool
) -> Iterator[Thread]:
    """Each thread as it is finished, so that none is lost when a later one fails; fewer when the material ends."""
    from dataclasses import replace

    threads: list[Thread] = []
    for variant in range(variants):
        try:
            thread = _write(session, replace(assignment, variant=variant), crew, choices, stream=stream)
        except UsageError as exc:
            if not threads:
                raise
            session.streams.warn(exc.message)
            return
        if any([post.text for post in thread.posts] == [post.text for post in other.posts] for other in threads):
            session.streams.warn(f"no more than {len(threads)} different came about")
            return
        threads.append(thread)
        yield thread


def _write(session: Session, assignment: Assignment, crew: Crew, choices: Choices, *, stream: bool) -> Thread:
    from onering_cli.generation.graph import Progress, StoppedError, generate
    from onering_cli.generation.model import Delta, Step, Thread
    from onering_cli.render.live import live_thread

    enabled = stream and session.streams.out_is_terminal and session.streams.err_is_terminal and not session.wants_json
    progress, status, finished = Progress(), "reading", None
    try:
        with live_thread(session.streams, enabled=enabled) as show:
            for event in generate(assignment, crew):
                if isinstance(event, Delta):
                    progress.add(event)
                    status = "writing"
                elif isinstance(event, Step):
                    status = event.node
                else:
                    finished = event
                show(status, tuple(post.text for post in progress.posts))
    except StoppedError as stopped:
        keep_unfinished(session, stopped, assignment, choices)
        raise stopped.cause from None
    if not isinstance(finished, Thread):
        raise OneRingError("the chain ended without a thread")
    return finished


def _save(
    session: Session, thread: Thread, assignment: Assignment, choices: Choices, *, over: StoredDraft | None = None
) -> StoredDraft:
    from onering_cli.generation.provenance import provenance
    from onering_cli.text.draft_file import compose

    draft = _drafted(thread, choices)
    remembered = provenance(thread, assignment)
    if over is not None:
        return finish(session, over, draft, remembered)
    return session.toolbox.drafts.add(compose(draft), provenance=remembered)


def _drafted(thread: Thread, choices: Choices) -> Draft:
    from onering_cli.text.draft import Draft, Post
    from onering_cli.text.splitting import number as numbered

    texts = [post.text for post in thread.posts]
    texts = list(numbered(texts)) if choices.number else texts
    return Draft(tuple(Post(text) for text in texts), title=thread.title, account=choices.account)


@contextmanager
def _shown_if_not_saved(session: Session, thread: Thread, choices: Choices) -> Iterator[None]:
    """Hand over a thread, which may have cost tokens, although the store cannot keep it."""
    from onering_cli.text.draft_file import compose

    try:
        yield
    except StoreError:
        draft = _drafted(thread, choices)
        session.fill(**thread_document(thread, draft, None))
        if not session.wants_json:
            session.streams.raw(compose(draft))
        raise


def _fill(session: Session, kept: Sequence[tuple[Thread, StoredDraft]], reasons: Sequence[str] = ()) -> None:
    if session.wants_json:
        documents = [thread_document(thread, stored.draft, stored.id) for thread, stored in kept]
        for place, reason in enumerate(reasons):
            documents[place] |= {"rank": place + 1, "reason": reason}
        session.fill(**documents[0], variants=documents if len(documents) > 1 else [])


def _show(
    session: Session,
    kept: Sequence[tuple[Thread, StoredDraft]],
    limit: int,
    *,
    explain: bool,
    reasons: Sequence[str] = (),
) -> None:
    if session.wants_json:
        session.answer()
        return
    for thread, draft in kept:
        if explain:
            show_explanation(session.streams, thread)
        if not (reasons and session.streams.out_is_terminal):
            show_thread(session.streams, thread, draft, limit)
        replaced = sum(bool(post.replaced_by) for post in thread.posts)
        if replaced:
            session.streams.warn(f"{replaced} of {len(thread.posts)} posts of {thread.writer} failed and were replaced")
    if reasons and session.streams.out_is_terminal:
        show_side_by_side(session.streams, kept, reasons)
    for (_, draft), reason in zip(kept, reasons, strict=False):
        session.streams.note(f"{draft.id}: {reason}")
    identifiers = ", ".join(draft.id for _, draft in kept)
    session.streams.note(f"saved as {identifiers}; see what would be sent: onering post {kept[0][1].id} --dry-run")
