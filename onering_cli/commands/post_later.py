"""What ``onering post`` does when it is given a time, or ``--due``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from onering_cli.commands.scheduled import keep_target, max_late_s, put_in, refuse_posted, resolve_time
from onering_cli.errors import UsageError
from onering_cli.record import record

if TYPE_CHECKING:
    from onering_cli.commands.scheduled import Time
    from onering_cli.commands.session import Session
    from onering_cli.commands.targets import Target
    from onering_cli.scheduling.model import Late
    from onering_cli.scheduling.options import Options


@record
class Terms:
    """On what terms a draft is posted later.

    Args:
        late: What becomes of it when its time went by; None for as the account has it.
        max_late: In words, or "".
        freeze: As it is now.
    """

    late: Late | None = None
    max_late: str = ""
    freeze: bool = False


def refuse_nonsense(draft: str, time: Time, terms: Terms, *, key: str) -> None:
    """Refuse options that make no sense together.

    Raises:
        UsageError: They do not.
    """
    if not draft:
        raise UsageError("which draft?", hint="give a draft's id, @last, a file, or - for stdin")
    if time.is_said and key:
        raise UsageError("a scheduled draft has a key of its own", hint="leave out --idempotency-key")
    if not time.is_said and (time.zone or terms != Terms()):
        raise UsageError(
            "--tz, --late, --max-late and --freeze are for a draft that is posted later",
            hint="say when: --at, --in or --next-slot",
        )


def pass_alone(session: Session, *, as_json: bool, others: bool) -> None:
    """Make one pass over what is due.

    Raises:
        UsageError: There was more on the command line.
    """
    from onering_cli.commands.due import post_due

    session.promise("post.due", as_json=as_json)
    if others:
        raise UsageError("--due posts what is scheduled", hint="give it neither a draft nor a time")
    post_due(session)


def later(session: Session, target: Target, options: Options, account: str, time: Time, terms: Terms) -> None:
    """Put a draft into the schedule."""
    from onering_cli.scheduling.model import NewEntry
    from onering_cli.scheduling.options import written

    when = resolve_time(session, time, account)
    longest_s = max_late_s(terms.max_late)
    stored = keep_target(session, target)
    refuse_posted(session, account, stored.id)
    new = NewEntry(
        account=account,
        draft=stored.id,
        due=when.at,
        zone=when.zone,
        note=when.note,
        late=terms.late,
        max_late_s=longest_s,
        options=written(replace(options, folder=str(target.folder))),
        frozen=stored.source if terms.freeze else None,
    )
    put_in(session, new, time)
