"""``onering post``: publish a draft, exactly as ``--dry-run`` shows it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onering_cli.commands.completion import complete_accounts, complete_drafts
from onering_cli.commands.post_later import Terms, later, pass_alone, refuse_nonsense
from onering_cli.commands.repeats import StrictRepeats, with_repeats
from onering_cli.commands.run_outcome import EMPTY_REPORT, finish_run, run_told
from onering_cli.commands.scheduled import At, Freeze, In, LateOption, MaxLate, NextSlot, Time, Zone
from onering_cli.commands.session import AsJson, Session, declare, session_of
from onering_cli.commands.targets import Target, find_target
from onering_cli.errors import RefusedError, UsageError
from onering_cli.publishing.cost import dollars
from onering_cli.publishing.lint import WAIVABLE, Rule
from onering_cli.publishing.model import Form, Poll
from onering_cli.publishing.plan import Wishes, propose
from onering_cli.render.plans import finding_documents, plan_posts, show_plan
from onering_cli.scheduling.options import Options

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from onering_cli.publishing.lint import Finding
    from onering_cli.publishing.model import Run
    from onering_cli.publishing.plan import Plan
    from onering_cli.text.draft import Draft

_POST_ID = re.compile(r"(?:https?://[^/\s]+/[^/\s]+/status/)?(\d{1,20})(?:[/?#].*)?")

Account = Annotated[str, typer.Option(help="The account to post to.", autocompletion=complete_accounts)]


def attach(root: typer.Typer) -> None:
    """Add the command to the app."""
    root.command("post", rich_help_panel="Publish")(post)
    declare("post", **{**EMPTY_REPORT, "status": "planned", "repeats": []})


def post(  # noqa: PLR0913 -- one parameter per option
    context: typer.Context,
    draft: Annotated[
        str,
        typer.Argument(
            help="A draft's id or @last, a draft file, or - for stdin.",
            autocompletion=complete_drafts,
            show_default=False,
        ),
    ] = "",
    *,
    account: Account = "",
    as_: Annotated[Form, typer.Option("--as", help="A thread, or one long post (Premium).")] = Form.THREAD,
    number: Annotated[bool, typer.Option("--number", help="End each post with its number, as in 2/7.")] = False,
    reply_to: Annotated[str, typer.Option(help="Answer this post (id or address).")] = "",
    quote: Annotated[str, typer.Option(help="Quote this post (id or address).")] = "",
    media: Annotated[list[str] | None, typer.Option(help="Attach a file to the first post; may be repeated.")] = None,
    alt: Annotated[list[str] | None, typer.Option(help="Describe a --media file, in the same order.")] = None,
    poll: Annotated[list[str] | None, typer.Option(help="An option of a poll; give two to four.")] = None,
    poll_minutes: Annotated[int, typer.Option(help="How long the poll is open.")] = 1440,
    made_with_ai: Annotated[bool, typer.Option("--made-with-ai", help="Tell X that a model made it.")] = False,
    waive: Annotated[list[Rule] | None, typer.Option(help="Post although lint reports this rule.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Never send again what may have arrived; ask.")] = False,
    strict_repeats: StrictRepeats = False,
    idempotency_key: Annotated[str, typer.Option(help="Post once under this key, however often called.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Show what would be sent; send nothing.")] = False,
    at: At = "",
    after: In = "",
    next_slot: NextSlot = False,
    zone: Zone = "",
    late: LateOption = None,
    max_late: MaxLate = "",
    freeze: Freeze = False,
    due: Annotated[bool, typer.Option("--due", help="Post what is scheduled and due, once through, and end.")] = False,
    as_json: AsJson = False,
) -> None:
    """Publish a draft as a thread: each post once, in order, whatever dies underway.

    Called again, it goes on where it stopped; the same draft to the same account (or the same key) is posted once. With
    a time, it is put into the schedule instead, and posted as it is then; --due posts what is due, for cron and timers.

    Examples:
        onering post @last --dry-run

        onering post thread.md --account work --yes

        onering generate notes.md | onering post - --idempotency-key "notes-$(date +%F)" --json

        onering post @last --at "tomorrow 9am" --late ask

        onering post --due
    """
    session = session_of(context)
    time = Time(at, after, next_slot, zone)
    terms = Terms(late, max_late, freeze)
    if due:
        pass_alone(session, as_json=as_json, others=bool(draft or time.is_said or dry_run))
        return
    session.promise("schedule.add" if time.is_said and not dry_run else "post", as_json=as_json)
    refuse_nonsense(draft, time, terms, key=idempotency_key)
    target = find_target(session, draft)
    account = session.toolbox.account(account or target.draft.account)
    wishes = Wishes(
        form=as_,
        numbered=number,
        premium=session.toolbox.is_premium(account),
        reply_to_id=post_id(reply_to, "--reply-to"),
        quote_id=post_id(quote, "--quote"),
        poll=Poll(tuple(poll), poll_minutes) if poll else None,
        made_with_ai=made_with_ai,
        waived=_waivable(waive or ()),
    )
    planned = session.toolbox.plan(_with_media(target.draft, media or [], alt or []), account, wishes, target.folder)
    stored = target.stored.id if target.stored else None
    asks = not yes and session.streams.interactive and not session.wants_json
    planned = with_repeats(
        session,
        planned,
        draft=f"draft:{stored}" if stored else "",
        key=idempotency_key,
        strict=strict_repeats,
        quiet=(dry_run or (asks and not time.is_said)) and not session.wants_json,
    )
    if time.is_said and not dry_run:
        refuse_errors(planned)
        options = Options(
            wishes, strict=strict, strict_repeats=strict_repeats, media=tuple(_described(media or [], alt or []))
        )
        later(session, target, options, account, time, terms)
        return
    session.fill(account=account, draft=stored, warnings=[finding.message for finding in planned.warnings])
    if dry_run:
        _show_dry(session, planned, target)
    else:
        _publish(session, planned, target, strict=strict, key=idempotency_key, yes=yes)


def _show_dry(session: Session, planned: Plan, target: Target) -> None:
    session.fill(
        status="planned",
        posts=plan_posts(planned),
        remaining=len(planned.posts),
        cost_usd=planned.cost_usd_milli / 1000,
    )
    if not session.wants_json:
        show_plan(session.streams, planned, title=target.draft.title)
    refuse_errors(planned)
    session.answer()


def _publish(session: Session, planned: Plan, target: Target, *, strict: bool, key: str, yes: bool) -> None:
    from onering_cli.publishing.elapsed import stamp
    from onering_cli.publishing.report import report
    from onering_cli.publishing.words import verdict
    from onering_cli.render.posting import PostingProgress

    session.fill(posts=plan_posts(planned, brief=True), remaining=len(planned.posts))
    refuse_errors(planned)
    if not yes and session.streams.interactive and not session.wants_json:
        _ask(session, planned, target)
    elif not session.wants_json:
        _warn(session, planned)
    reference = f"draft:{target.stored.id}" if target.stored else ""
    proposal = propose(planned, draft=reference, key=key, strict=strict or session.toolbox.publishing.strict)
    progress = PostingProgress(session.streams)
    engine = session.toolbox.engine(planned.account, folder=target.folder, watcher=progress)
    began_at = session.toolbox.clock.now()
    with run_told(session, progress):
        run = engine.publish(proposal)
    told = report(run, operation="post")
    told["warnings"] = [*(finding.message for finding in planned.warnings), *told["warnings"]]
    finish_run(session, run, told, verdict(run, stamp(session.toolbox.clock)))
    _say_when_done_before(session, run, began_at)


def _warn(session: Session, planned: Plan) -> None:
    """What a person would see on the cards; of repeats they have heard already."""
    for finding in planned.warnings:
        if finding.rule is not Rule.PUBLISHED:
            place = "" if finding.index is None else f"post {finding.index + 1}: "
            session.streams.warn(f"{place}{finding.message}")


def _ask(session: Session, planned: Plan, target: Target) -> None:
    """Let a person decide with all of it in view."""
    show_plan(session.streams, planned, title=target.draft.title)
    spent = session.toolbox.journal.facts(planned.account).spent_usd_milli
    budget = session.toolbox.publishing.monthly_budget_usd_milli
    limit = f" of {dollars(budget)}" if budget is not None else ""
    session.streams.note(f"{planned.account} has spent {dollars(spent)}{limit} this month")
    if not session.streams.confirm(f"Post this for about {dollars(planned.cost_usd_milli)}?"):
        raise UsageError("nothing was posted", hint="answer y, or add --yes")


def _say_when_done_before(session: Session, run: Run, began_at: datetime) -> None:
    if run.updated_at < began_at and not session.wants_json:
        session.streams.note(f"this was posted before, as run {run.id}; nothing was sent now")


def refuse_errors(planned: Plan) -> None:
    """Refuse a plan that lint finds errors in; the first is told in full.

    Raises:
        RefusedError: There are some.
    """
    if not planned.errors:
        return
    first = planned.errors[0]
    place = "" if first.index is None else f"post {first.index + 1}: "
    more = f" (and {len(planned.errors) - 1} more)" if len(planned.errors) > 1 else ""
    raise RefusedError(
        f"{place}{first.message}{more}",
        hint=_way_out(planned, first),
        details={"findings": finding_documents(planned.findings)},
    )


def _way_out(planned: Plan, finding: Finding) -> str:
    if finding.rule in WAIVABLE:
        return f"to post it all the same: --waive {finding.rule}"
    if finding.rule is Rule.PUBLISHED:
        return "change it, or leave out --strict-repeats to be warned only"
    if finding.rule is Rule.OVER_WEIGHT and not planned.wishes.premium:
        premium = f"onering config set accounts.{planned.account}.premium true"
        return f"shorten it, or split it: onering draft split; if the account has X Premium: {premium}"
    return "change the draft, and see it all with --dry-run"


def _with_media(draft: Draft, media: list[str], alt: list[str]) -> Draft:
    from onering_cli.text.draft import Media

    if len(alt) > len(media):
        raise UsageError("there are more --alt than --media", hint="give --media FILE --alt TEXT in pairs")
    if not media or not draft.posts:
        return draft
    extra = tuple(Media(path, words) for path, words in _described(media, alt))
    first = replace(draft.posts[0], media=(*draft.posts[0].media, *extra))
    return replace(draft, posts=(first, *draft.posts[1:]))


def _described(media: list[str], alt: list[str]) -> list[tuple[str, str]]:
    descriptions = [*alt, *[""] * (len(media) - len(alt))]
    return [(str(Path(path).absolute()), words) for path, words in zip(media, descriptions, strict=True)]


def _waivable(rules: Sequence[Rule]) -> frozenset[Rule]:
    for rule in rules:
        if rule not in WAIVABLE:
            names = ", ".join(sorted(WAIVABLE))
            raise UsageError(f"the rule {rule} cannot be waived", hint=f"these can: {names}")
    return frozenset(rules)


def post_id(reference: str, option: str) -> str:
    """The id in a post's id or address; "" for ""."""
    if not reference:
        return ""
    match = _POST_ID.fullmatch(reference.strip())
    if match is None:
        raise UsageError(f"{option} takes a post's id or address, not {reference!r}", hint="copy the post's link")
    return match.group(1)
