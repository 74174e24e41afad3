"""``onering ring``: what was earned and spent, and the proof that nobody changed it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path  # noqa: TC003 -- Typer resolves annotations when it runs
from typing import Annotated

import typer

from onering_cli.billing.spending import Perk  # noqa: TC001 -- Typer resolves annotations when it runs
from onering_cli.billing.streaks import level, level_begins_at, streak
from onering_cli.commands.session import AsJson, session_of
from onering_cli.render.ring import (
    document_of,
    export_csv,
    export_lines,
    read_witness,
    show_rows_of_ring,
    show_standing,
)
from onering_cli.settings.catalogue import RING_LIMIT_PRICE

app = typer.Typer(no_args_is_help=True, help="See what was earned and spent in RING.")


class ExportFormat(StrEnum):
    """How the ledger is written."""

    JSONL = "jsonl"
    CSV = "csv"


def attach(root: typer.Typer) -> None:
    """Add the noun to the app."""
    root.add_typer(app, name="ring", rich_help_panel="Upgrade")


@app.command()
def balance(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Print the balance in RING; a person also sees the level and the streak.

    Examples:
        onering ring balance
    """
    session = session_of(context)
    session.promise("ring.balance", as_json=as_json, balance=None, level=None, next_level_at=None, streak_days=None)
    billing = session.toolbox.billing
    head = billing.ledger.head()
    number = level(head.earned)
    found = streak(billing.ledger.days(), billing.today())
    if session.wants_json:
        session.answer(
            balance=head.balance, level=number, next_level_at=level_begins_at(number + 1), streak_days=found.days
        )
    else:
        show_standing(session.streams, head, number, found)


@app.command()
def history(
    context: typer.Context,
    *,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="The most rows to show.")] = 20,
    offset: Annotated[int, typer.Option(min=0, help="Skip so many.")] = 0,
    as_json: AsJson = False,
) -> None:
    """List what was earned and spent, the latest first.

    Examples:
        onering ring history --limit 5
    """
    session = session_of(context)
    session.promise("ring.history", as_json=as_json, rows=[])
    rows = session.toolbox.billing.ledger.page(limit=limit, offset=offset)
    if session.wants_json:
        session.answer(rows=[document_of(row) for row in rows])
        return
    show_rows_of_ring(session.streams, rows)
    if not rows:
        session.streams.note("nothing was earned yet")


@app.command()
def verify(
    context: typer.Context,
    *,
    against: Annotated[
        Path | None, typer.Option(help="An export made earlier: prove that its rows are still the first ones.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Prove that no row of the ledger was altered or removed, and that the balance is their sum.

    A file beside the configuration remembers how far the ledger had come. Whoever can write to both can forge both: an
    export kept elsewhere is the stronger witness.

    Examples:
        onering ring verify

        onering ring verify --against ring-july.jsonl
    """
    session = session_of(context)
    session.promise("ring.verify", as_json=as_json, rows=None, balance=None, head=None)
    billing = session.toolbox.billing
    witnesses = [billing.witness.read(), read_witness(against) if against is not None else None]
    head = billing.ledger.verify(witness for witness in witnesses if witness is not None)
    session.answer(rows=head.rows, balance=head.balance, head=head.hash.hex())
    if not session.wants_json:
        rows = f"{head.rows:,} row" + "s" * (head.rows != 1)
        session.streams.data(f"{rows}, {head.balance:,} RING: the ledger is whole")
        session.streams.note(f"head {head.hash.hex()}")


@app.command()
def export(
    context: typer.Context,
    *,
    format_: Annotated[ExportFormat, typer.Option("--format", help="One JSON object a line, or CSV.")] = (
        ExportFormat.JSONL
    ),
) -> None:
    """Print the whole ledger, the first row first, with the hashes that prove it.

    Examples:
        onering ring export > ring-july.jsonl
    """
    session = session_of(context)
    rows = session.toolbox.billing.ledger.rows()
    if format_ is ExportFormat.CSV:
        export_csv(session.streams, rows)
    else:
        export_lines(session.streams, rows)


@app.command()
def spend(
    context: typer.Context,
    perk: Annotated[Perk, typer.Argument(help="limit: more threads an hour, for a day.", show_default=False)],
    *,
    as_json: AsJson = False,
) -> None:
    """Spend RING: a day with a higher posting limit.

    Examples:
        onering ring spend limit
    """
    from onering_cli.render.times import local

    session = session_of(context)
    session.promise("ring.spend", as_json=as_json, perk=perk, price=None, begins_at=None, ends_at=None, balance=None)
    toolbox = session.toolbox
    price = toolbox.settings[RING_LIMIT_PRICE]
    bought = toolbox.billing.ledger.buy(perk, price)
    balance = toolbox.billing.ledger.head().balance
    begins, ends = bought.begins_at.isoformat(), bought.ends_at.isoformat()
    session.answer(price=price, begins_at=begins, ends_at=ends, balance=balance)
    session.streams.note(
        f"a higher posting limit from {local(bought.begins_at)} to {local(bought.ends_at)} for {price} RING; "
        f"{balance} RING left"
    )
