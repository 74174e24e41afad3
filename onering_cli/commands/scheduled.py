"""What ``post --at`` and ``schedule add`` share: from words for a time to entries in the queue."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from onering_cli.commands.session import declare
from onering_cli.errors import RefusedError, UsageError
from onering_cli.record import record
from onering_cli.scheduling.model import Late

if TYPE_CHECKING:
    from onering_cli.commands.session import Session
    from onering_cli.commands.targets import Target
    from onering_cli.drafts.model import StoredDraft
    from onering_cli.scheduling.model import Entry, NewEntry
    from onering_cli.scheduling.when import When

At = Annotated[str, typer.Option("--at", help='Post then: "tomorrow 9am", "mon 9:30", "2026-08-01 14:00".')]
In = Annotated[str, typer.Option("--in", help="Post after so long: 2h, 90m, 3d.")]
NextSlot = Annotated[bool, typer.Option("--next-slot", help="Post at the account's next free slot.")]
Zone = Annotated[str, typer.Option("--tz", help="The time zone that is meant, such as Europe/London.")]
LateOption = Annotated[Late | None, typer.Option("--late", help="When its time went by: post, skip or ask.")]
MaxLate = Annotated[str, typer.Option("--max-late", help="How late it may go out without asking: 30m, 2h.")]
Freeze = Annotated[bool, typer.Option("--freeze", help="Post the text as it is now, whatever becomes of the draft.")]

declare("schedule.add", entry=None, repeats=[])
_SLOT_TRIES = 20


@record
class Time:
    """How a command line says when.

    Args:
        at: A moment in words.
        after: A length of time in words.
        next_slot: The account's next free slot.
        zone: What the words are meant in; "" for the user's.
    """

    at: str = ""
    after: str = ""
    next_slot: bool = False
    zone: str = ""

    @property
    def is_said(self) -> bool:
        """Whether any of the options was given."""
        return bool(self.at or self.after or self.next_slot)

    def refuse_several(self) -> None:
        """Refuse options that contradict each other."""
        if sum((bool(self.at), bool(self.after), self.next_slot)) > 1:
            raise UsageError("--at, --in and --next-slot each say when", hint="give one of them")


def resolve_time(session: Session, time: Time, account: str) -> When:
    """The moment that a command line means.

    Raises:
        UsageError: It says none, several, or one that cannot be.
    """
    from onering_cli.scheduling.when import When, parse_when

    time.refuse_several()
    scheduling = session.toolbox.scheduling
    zone = time.zone or scheduling.zone
    now = session.toolbox.clock.now()
    if time.next_slot:
        from onering_cli.scheduling.moments import local_text
        from onering_cli.scheduling.slots import HORIZON, next_free, parse_slot

        slots = [parse_slot(kept.spec, zone=kept.zone) for kept in scheduling.slots.of(account)]
        taken = set(scheduling.queue.taken(account, now, now + HORIZON + timedelta(days=1)))
        at = next_free(slots, after=now, taken=taken)
        slot = next(slot for slot in slots if next(slot.after(at - timedelta(seconds=1))) == at)
        return When(at, local_text(at, slot.zone), slot.zone, slot.note(at))
    if time.after:
        return parse_when(f"in {time.after}", now=now, zone=zone)
    if time.at:
        return parse_when(time.at, now=now, zone=zone)
    raise UsageError("when?", hint='say --at "tomorrow 9am", --in 2h or --next-slot')


def max_late_s(text: str) -> float | None:
    """Seconds from ``--max-late``; None when it was not given."""
    if not text:
        return None
    from onering_cli.scheduling.durations import parse_duration

    return parse_duration(text).total_seconds()


def keep_target(session: Session, target: Target) -> StoredDraft:
    """The stored draft that is to be posted; a file or a stream is taken into the store first."""
    if target.stored is not None:
        return target.stored
    stored = session.toolbox.drafts.add(
        target.source, provenance={"writer": "import", "source": target.name, "folder": str(target.folder)}
    )
    if not session.wants_json:
        session.streams.note(f"kept as draft {stored.id}: later changes to {target.name} do not count")
    return stored


def refuse_posted(session: Session, account: str, draft_id: str) -> None:
    """Refuse to schedule once more what is out already."""
    from onering_cli.publishing.model import RunStatus

    run = session.toolbox.journal.latest(account, f"draft:{draft_id}")
    if run is not None and run.status is RunStatus.POSTED:
        raise RefusedError(
            f"draft {draft_id} was posted to {account} already, as run {run.id}",
            hint="schedule a copy: onering draft show ID --format md | onering post - --at …",
            details={"run": run.id},
        )


def put_in(session: Session, new: NewEntry, time: Time | None = None) -> Entry:
    """Put an entry in and say so; with `time`, one that must have its slot to itself."""
    from onering_cli.scheduling.ports import MomentTakenError

    queue, clock = session.toolbox.scheduling.queue, session.toolbox.clock
    if time is None or not time.next_slot:
        (entry_id,) = queue.add([new], clock.now())
    else:
        entry_id = ""
        for _ in range(_SLOT_TRIES):
            try:
                (entry_id,) = queue.add([new], clock.now(), exclusive=True)
                break
            except MomentTakenError:  # somebody took the slot meanwhile
                from dataclasses import replace

                when = resolve_time(session, time, new.account)
                new = replace(new, due=when.at, zone=when.zone)
        if not entry_id:
            raise UsageError("the slots are taken faster than they can be asked for", hint="try again")
    entry = queue.get(entry_id)
    tell(session, entry)
    return entry


def tell(session: Session, entry: Entry) -> None:
    """Say how an entry stands now."""
    from onering_cli.render.schedule import entry_document
    from onering_cli.scheduling.moments import in_full

    session.answer(entry=entry_document(entry))
    if session.wants_json:
        return
    session.streams.data(f"{entry.id}  {in_full(entry.due, entry.zone)}")
    if entry.note:
        session.streams.note(f"  {entry.note}")
