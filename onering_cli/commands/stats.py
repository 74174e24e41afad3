"""``onering stats``: what became of the user's posts."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path  # noqa: TC003 -- Typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onering_cli.commands.completion import complete_accounts
from onering_cli.commands.session import AsJson, Session, session_of
from onering_cli.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from onering_cli.memory.insight import Insight
    from onering_cli.memory.model import Metrics
    from onering_cli.memory.syncing import Synced

Account = Annotated[str, typer.Option(help="Whose posts.", autocompletion=complete_accounts)]
Since = Annotated[str, typer.Option(metavar="TIME", help="Only posts not older than this: 90d, 1y, or 2026-01-01.")]

app = typer.Typer(no_args_is_help=True, help="See what became of your posts, and when and how they do best.")


def attach(root: typer.Typer) -> None:
    """Add the noun to the app."""
    root.add_typer(app, name="stats", rich_help_panel="Publish")


class Metric(StrEnum):
    """What is counted."""

    ENGAGEMENT = "engagement"
    LIKES = "likes"
    REPOSTS = "reposts"
    REPLIES = "replies"
    IMPRESSIONS = "impressions"


@app.command()
def sync(
    context: typer.Context,
    *,
    account: Account = "",
    limit: Annotated[int, typer.Option(min=5, max=3_200, help="The most posts to read; X bills each.")] = 100,
    since: Since = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read likes, reposts, replies and views of your newest posts from X, after saying what that costs.

    Posts that the memory does not know yet join it. What your archive tells of likes and reposts needs no reading:
    `onering memory import` brings it for nothing.

    Examples:
        onering stats sync --limit 50

        onering stats sync --account work --since 30d --yes --json
    """
    from onering_cli.commands.times import past

    session = session_of(context)
    session.promise("stats.sync", as_json=as_json, account=None, read=0, new=0, cost_usd=0.0)
    account = session.toolbox.account(account)
    session.fill(account=account)
    earliest = past(since, session.toolbox.clock.now()) if since else None
    if not yes:
        _ask(session, account, limit)
    done = _read(session, account, limit, earliest)
    session.answer()
    known = done.read - done.new
    session.streams.note(
        f"read {done.read} posts for {_price(done.read)}: {known} were known, {done.new} joined the memory"
    )


def _ask(session: Session, account: str, limit: int) -> None:
    from onering_cli.publishing.cost import dollars

    spent = session.toolbox.journal.facts(account).spent_usd_milli
    budget = session.toolbox.publishing.monthly_budget_usd_milli
    of_budget = f" of {dollars(budget)}" if budget is not None else ""
    session.streams.note(f"{account} has spent {dollars(spent)}{of_budget} this month")
    if not session.streams.confirm(f"Read up to {limit:,} posts from X for at most {_price(limit)}?"):
        raise UsageError("nothing was read", hint="answer y, or add --yes")


def _read(session: Session, account: str, limit: int, since: datetime | None) -> Synced:
    from onering_cli.publishing.admission import blocked_error
    from onering_cli.publishing.model import Reason
    from onering_cli.publishing.rules import X

    facts = session.toolbox.journal.facts(account)
    if facts.block is not Reason.NONE:
        raise blocked_error(facts)

    def on_page(so_far: Synced) -> None:
        session.fill(read=so_far.read, new=so_far.new, cost_usd=so_far.read * X.read_usd_milli / 1000)
        if session.streams.err_is_terminal:
            session.streams.note(f"{so_far.read} posts read")

    return session.toolbox.stats.sync(account, limit=limit, since=since, on_page=on_page)


def _price(reads: int) -> str:
    from onering_cli.publishing.cost import dollars
    from onering_cli.publishing.rules import X

    return dollars(reads * X.read_usd_milli)


@app.command()
def show(  # noqa: PLR0913 -- one parameter per option
    context: typer.Context,
    *,
    account: Account = "",
    all_: Annotated[bool, typer.Option("--all", help="The posts of every account.")] = False,
    since: Since = "",
    metric: Annotated[Metric, typer.Option(help="What to count; engagement is all but views.")] = Metric.ENGAGEMENT,
    html: Annotated[Path | None, typer.Option(help="Write the chart as a page.", dir_okay=False)] = None,
    png: Annotated[Path | None, typer.Option(help="Write the chart as a picture.", dir_okay=False)] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that are there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show how your posts did, when they do best and which openings do, and how sure that is.

    Every group is compared with all your posts and drawn towards them the fewer there are; only what is better or worse
    at nine to one is called so.

    Examples:
        onering stats show --since 1y

        onering stats show --metric impressions --html stats.html --png stats.png
    """
    from onering_cli.render.stats import show_stats, stats_document

    session = session_of(context)
    session.promise("stats.show", as_json=as_json, account=None, files=[], **_EMPTY)
    if account and all_:
        raise UsageError("--account and --all do not go together", hint="leave one of them out")
    account = "" if all_ else session.toolbox.account(account)
    session.fill(account=account or None)
    insight, totals = _look(session, account, since, metric)
    files = _write_charts(session, insight, account, html=html, png=png, force=force)
    if session.wants_json:
        session.answer(files=files, **stats_document(insight, totals))
        return
    show_stats(session.streams, insight)
    for file in files:
        session.streams.note(f"wrote {file}")
    if not insight.posts:
        session.streams.note("bring in numbers: onering memory import ARCHIVE, or onering stats sync")


def _look(session: Session, account: str, since: str, metric: Metric) -> tuple[Insight, list[tuple[datetime, Metrics]]]:
    from onering_cli.commands.times import past
    from onering_cli.memory.insight import look_into
    from onering_cli.memory.model import Filter

    now = session.toolbox.clock.now()
    which = Filter(account=account, since=past(since, now) if since else None)
    log = session.toolbox.stats.metrics
    standings = log.standings(which, limit=MOST_COMPARED)
    if len(standings) == MOST_COMPARED:
        session.streams.note(f"only the newest {MOST_COMPARED:,} posts are compared")
    insight = look_into(standings, metric=metric, now=now, local=lambda moment: moment.astimezone())
    return insight, log.totals(which, limit=MOST_TOTALS) if session.wants_json else []


def _write_charts(
    session: Session, insight: Insight, account: str, *, html: Path | None, png: Path | None, force: bool
) -> list[str]:
    if html is None and png is None:
        return []
    from onering_cli.adapters.files import write_new
    from onering_cli.render.charts import svg
    from onering_cli.render.charts.png import png as picture
    from onering_cli.render.charts.stats import stats_scene
    from onering_cli.render.stats import sentences, tables

    scene = stats_scene(insight, title=f"What became of the posts of {account or 'all accounts'}")
    written: list[str] = []
    if html is not None:
        write_new(html, svg.page(scene, sentences(insight), tables(insight)), overwrite=force)
        written.append(str(html))
        session.fill(files=written)
    if png is not None:
        write_new(png, picture(scene), overwrite=force)
        written.append(str(png))
        session.fill(files=written)
    return written


MOST_COMPARED = 20_000
MOST_TOTALS = 1_000

_EMPTY: dict[str, Any] = {
    "metric": None,
    "posts": 0,
    "unsettled": 0,
    "enough": False,
    "summary": [],
    "weeks": [],
    "totals": [],
    "times": [],
    "weekdays": [],
    "hours": [],
    "openings": [],
    "top": [],
}
