"""``onering schedule add``: one time, a recurring rule, or a rotation over drafts with a tag."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from onering_cli.commands.completion import complete_accounts, complete_drafts
from onering_cli.commands.repeats import StrictRepeats, repeat_documents, warn_of_repeats
from onering_cli.commands.scheduled import (
    At,
    Freeze,
    In,
    LateOption,
    MaxLate,
    NextSlot,
    Time,
    Zone,
    keep_target,
    max_late_s,
    put_in,
    refuse_posted,
    resolve_time,
)
from onering_cli.commands.session import AsJson, Session, session_of
from onering_cli.errors import UsageError

if TYPE_CHECKING:
    from onering_cli.scheduling.model import Repeat
    from onering_cli.scheduling.when import When


def attach(app: typer.Typer) -> None:
    """Add the verb to the noun."""
    app.command("add")(add)


def add(  # noqa: PLR0913 -- one parameter per option
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
    tag: Annotated[str, typer.Option(help="Instead of one draft: those with this tag, in turn.")] = "",
    account: Annotated[str, typer.Option(help="The account to post to.", autocompletion=complete_accounts)] = "",
    at: At = "",
    after: In = "",
    next_slot: NextSlot = False,
    cron: Annotated[str, typer.Option(help='Again and again: five cron fields, as in "30 9 * * mon-fri".')] = "",
    until: Annotated[str, typer.Option(help="With --cron: not after this.")] = "",
    count: Annotated[int | None, typer.Option(min=1, help="With --cron: so many times.")] = None,
    cool_down: Annotated[str, typer.Option(help="With --tag: leave a draft alone for so long after a post.")] = "30d",
    zone: Zone = "",
    late: LateOption = None,
    max_late: MaxLate = "",
    freeze: Freeze = False,
    strict: Annotated[bool, typer.Option("--strict", help="Never send again what may have arrived; ask.")] = False,
    strict_repeats: StrictRepeats = False,
    as_json: AsJson = False,
) -> None:
    """Schedule a draft once, by a rule, or drafts with a tag in turn.

    The draft is posted as it is when its time comes, unless it is frozen.

    Examples:
        onering schedule add @last --at "tomorrow 9am"

        onering schedule add weekly.md --cron "0 17 * * fri" --tz Europe/London

        onering schedule add --tag evergreen --cron "30 9 * * mon-fri" --cool-down 30d
    """
    from onering_cli.commands.post import refuse_errors
    from onering_cli.commands.targets import find_target
    from onering_cli.publishing.plan import Wishes
    from onering_cli.scheduling.durations import parse_duration
    from onering_cli.scheduling.model import NewEntry
    from onering_cli.scheduling.options import Options, written

    session = session_of(context)
    session.promise("schedule.add", as_json=as_json)
    time = Time(at, after, next_slot, zone)
    _refuse_nonsense(draft, tag, cron, until=until, count=count, freeze=freeze)
    stored = None
    if draft:
        target = find_target(session, draft)
        account = session.toolbox.account(account or target.draft.account)
        if not (time.is_said or cron) and target.draft.schedule:
            time = Time(at=target.draft.schedule, zone=zone)
        when, repeat = _first(session, time, account, cron=cron, until=until, count=count)
        wishes = Wishes(premium=session.toolbox.is_premium(account))
        refuse_errors(session.toolbox.plan(target.draft, account, wishes, target.folder))
        stored = keep_target(session, target)
        if not cron:
            refuse_posted(session, account, stored.id)
            texts = [post.text for post in target.draft.posts]
            session.fill(repeats=repeat_documents(warn_of_repeats(session, texts, account, strict=strict_repeats)))
        folder = str(target.folder)
    else:
        account = session.toolbox.account(account)
        when, repeat = _first(session, time, account, cron=cron, until=until, count=count)
        folder = ""
        if not session.toolbox.drafts.tagged(tag):
            session.streams.warn(f"no draft is tagged {tag} yet: put `tags: [{tag}]` into its front matter")
    options = Options(Wishes(), strict=strict, strict_repeats=strict_repeats, again=bool(cron or tag), folder=folder)
    new = NewEntry(
        account=account,
        draft=stored.id if stored else "",
        due=when.at,
        zone=when.zone,
        note=when.note,
        late=late,
        max_late_s=max_late_s(max_late),
        repeat=repeat,
        tag=tag.strip().lower(),
        cool_down_s=parse_duration(cool_down).total_seconds() if tag else 0.0,
        options=written(options),
        frozen=stored.source if stored and freeze else None,
    )
    put_in(session, new, time)


def _refuse_nonsense(draft: str, tag: str, cron: str, *, until: str, count: int | None, freeze: bool) -> None:
    if bool(draft) == bool(tag):
        raise UsageError("which draft?", hint="give a draft, or --tag for those with a tag in turn")
    if tag and freeze:
        raise UsageError("a rotation chooses its draft when the time comes", hint="leave out --freeze")
    if not cron and (until or count):
        raise UsageError("--until and --count end a rule", hint="give the rule with --cron")


def _first(
    session: Session, time: Time, account: str, *, cron: str, until: str, count: int | None
) -> tuple[When, Repeat | None]:
    """When the first occurrence is, and what follows it."""
    if not cron:
        return resolve_time(session, time, account), None
    from onering_cli.scheduling.moments import local_text
    from onering_cli.scheduling.recurrence import repeat_of
    from onering_cli.scheduling.rules import parse_rule
    from onering_cli.scheduling.when import When, parse_until

    if time.is_said:
        raise UsageError("--cron says when", hint="leave out --at, --in and --next-slot")
    zone = time.zone or session.toolbox.scheduling.zone
    now = session.toolbox.clock.now()
    last = parse_until(until, now=now, zone=zone) if until else None
    rule = parse_rule(cron, zone=zone, now=now, until=last, count=count)
    first = rule.next_after(now)
    if first is None:
        raise UsageError(f"{cron!r} never comes", hint="check its day and month")
    return When(first, local_text(first, zone), zone, rule.note(first)), repeat_of(rule.text, until=last, count=count)
