"""The schedule as people read it, as a pipe takes it, and as JSON."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from onering_cli.scheduling.changes import opens_at
from onering_cli.scheduling.model import NEEDS_A_PERSON, EntryState
from onering_cli.scheduling.moments import ZONES_OF_UTC, in_full
from onering_cli.scheduling.zones import find_zone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from onering_cli.render.streams import Streams
    from onering_cli.scheduling.model import Entry, Gate, Slot

_WEEK_DAYS = 7
_INDENT = " " * 12


def entry_document(entry: Entry) -> dict[str, Any]:
    """The keys that every command prints for an entry."""
    repeat = entry.repeat
    return {
        "entry": entry.id,
        "series": entry.series,
        "occurrence": entry.occurrence,
        "state": str(entry.state),
        "account": entry.account,
        "draft": entry.draft or None,
        "tag": entry.tag or None,
        "frozen": entry.frozen is not None,
        "due": {
            "utc": entry.due.isoformat(),
            "local": entry.due.astimezone(find_zone(entry.zone)).isoformat(),
            "zone": entry.zone,
        },
        "act_at": entry.act_at.isoformat(),
        "note": entry.note,
        "late": str(entry.late) if entry.late else None,
        "max_late_s": entry.max_late_s,
        "cron": repeat.cron if repeat else None,
        "until": repeat.until.isoformat() if repeat and repeat.until else None,
        "more": repeat.more if repeat else None,
        "run": entry.run or None,
        "cause": str(entry.cause) or None,
        "detail": entry.detail or None,
        "stands_for": entry.stands_for,
    }


def gate_document(gate: Gate, now: datetime) -> dict[str, Any]:
    """The keys that ``schedule list --json`` prints for an account."""
    opens = opens_at(gate, now)
    return {
        "account": gate.account,
        "paused": gate.paused,
        "waits_until": opens.isoformat() if opens else None,
        "cause": str(gate.cause) or None if opens else None,
        "detail": gate.detail or None if opens else None,
    }


def show_entries(streams: Streams, entries: Sequence[Entry], titles: Mapping[str, str]) -> None:
    """Two lines an entry for a person; tab-separated for a pipe, with the time in UTC, local and its zone."""
    for entry in entries:
        title = titles.get(entry.draft, "")
        if not streams.out_is_terminal:
            local = entry.due.astimezone(find_zone(entry.zone)).isoformat()
            utc = entry.due.astimezone(UTC).isoformat()
            state = str(entry.state)
            streams.row(entry.id, state, utc, local, entry.zone, entry.account, entry.draft, title, entry.detail)
            continue
        streams.data(_fit(streams, f"{entry.id}  {in_full(entry.due, entry.zone)}"))
        streams.data(_fit(streams, f"{_INDENT}{_stands(entry)} · {entry.account} · {_what(entry, title)}"))
        for told in (entry.detail, entry.note):
            if told:
                streams.data(f"{_INDENT}{told}")
        if entry.state in NEEDS_A_PERSON:
            streams.data(f"{_INDENT}onering schedule resume {entry.id}, or move it, or rm it")


def show_week(
    streams: Streams,
    entries: Sequence[Entry],
    titles: Mapping[str, str],
    *,
    free: Sequence[tuple[datetime, Slot]],
    zone: str,
    now: datetime,
) -> None:
    """Seven days from today on the clocks of a zone, each entry and free slot at its time; what went by comes first."""
    clocks = find_zone(zone)
    streams.data(f"times in {zone}, and in UTC" if zone not in ZONES_OF_UTC else "times in UTC")
    today = now.astimezone(clocks).date()
    lines: dict[int, list[tuple[datetime, str]]] = {}
    for entry in entries:
        told = f"{entry.account} · {_what(entry, titles.get(entry.draft, ''))}"
        if entry.state is not EntryState.SCHEDULED:
            told = f"{_stands(entry)} · {told}"
        lines.setdefault((entry.due.astimezone(clocks).date() - today).days, []).append((entry.due, told))
    for at, slot in free:
        lines.setdefault((at.astimezone(clocks).date() - today).days, []).append((at, f"{slot.account} · free slot"))
    first = min([0, *lines])
    for number in range(first, _WEEK_DAYS):
        if number < 0 and number not in lines:
            continue
        streams.data("")
        streams.data(f"{today + timedelta(days=number):%a %Y-%m-%d}{' today' if number == 0 else ''}")
        for at, told in sorted(lines.get(number, [])):
            local = at.astimezone(clocks)
            universal = "" if zone in ZONES_OF_UTC else f"{_utc(at, local)}  "
            streams.data(_fit(streams, f"  {local:%H:%M %Z}  {universal}{told}"))
        if number not in lines:
            streams.data("  –")


def show_gates(streams: Streams, gates: Mapping[str, Gate], now: datetime, zone: str) -> None:
    """What keeps entries from having their turn."""
    for gate in gates.values():
        name = gate.account or "the whole queue"
        if gate.paused:
            streams.note(f"{name} is paused: onering schedule resume {_gate_option(gate)}")
        elif (opens := opens_at(gate, now)) is not None:
            streams.note(f"{name} waits until {in_full(opens, zone)}: {gate.detail}")


def _gate_option(gate: Gate) -> str:
    return f"--account {gate.account}" if gate.account else "--all"


def _stands(entry: Entry) -> str:
    if entry.state is EntryState.MISSED and entry.stands_for > 1:
        return f"missed {entry.stands_for} times"
    return str(entry.state)


def _what(entry: Entry, title: str) -> str:
    parts = [title or (f"a draft tagged {entry.tag}" if entry.tag else entry.draft)]
    parts += [f"again by {entry.repeat.cron}"] if entry.repeat else []
    return " · ".join(parts)


def _utc(at: datetime, local: datetime) -> str:
    universal = at.astimezone(UTC)
    day = "" if universal.date() == local.date() else f" {universal:%a}"
    return f"{universal:%H:%M} UTC{day}"


def _fit(streams: Streams, text: str) -> str:
    """A line that the terminal does not wrap."""
    if not streams.out_is_terminal or len(text) <= streams.width:
        return text
    return f"{text[: streams.width - 1]}…"
