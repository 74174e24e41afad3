"""``onering upgrade`` and ``onering plan``: pay for more, and see what was paid for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from onering_cli.billing.checkout import Plan, begin, plan_in_force, wait
from onering_cli.billing.fulfilment import fulfil, sync
from onering_cli.billing.purchase import Purchase, Standing, verifies
from onering_cli.commands.session import AsJson, Session, session_of
from onering_cli.errors import RefusedError, TryLaterError, UsageError
from onering_cli.render.upgrade import plan_document, qr_code, show_plan, time_of, watching
from onering_cli.settings.catalogue import STRIPE_POLL_S, STRIPE_SUCCESS_URL

if TYPE_CHECKING:
    from onering_cli.toolbox.billing import Billing

_EMPTY = {"plan": None, "status": None, "session": None, "url": None, "expires_at": None, "verified": None}


def attach(root: typer.Typer) -> None:
    """Add the commands to the app."""
    root.command("upgrade", rich_help_panel="Upgrade")(upgrade)
    root.command("plan", rich_help_panel="Upgrade")(plan)


def upgrade(
    context: typer.Context,
    *,
    plan: Annotated[Plan, typer.Option(help="What to buy.")] = Plan.PRO,
    open_: Annotated[
        bool | None, typer.Option("--open/--no-open", help="Open the page in a browser; by default in a terminal only.")
    ] = None,
    wait_: Annotated[bool, typer.Option("--wait", help="Wait until it is paid.")] = False,
    sync_: Annotated[bool, typer.Option("--sync", help="Only look what was paid since the last time.")] = False,
    portal: Annotated[bool, typer.Option("--portal", help="Open the page where you manage what you pay.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask about live or test mode.")] = False,
    as_json: AsJson = False,
) -> None:
    """Open a payment page at Stripe; a payment marks you verified and earns 500 RING.

    The key is your own Stripe account's (`onering auth login stripe`), the price its setting `stripe.price`.

    Examples:
        onering upgrade --wait

        onering upgrade --no-open

        onering upgrade --sync
    """
    session = session_of(context)
    session.promise("upgrade", as_json=as_json, **{**_EMPTY, "plan": plan.value})
    if sync_ + portal + wait_ > 1:
        raise UsageError("--wait, --sync and --portal are three different things", hint="give one of them")
    billing = session.toolbox.billing
    _agree_on_mode(session, yes=yes)
    if sync_:
        looked_at = sync(billing.payments, billing.purchases)
        session.toolbox.log.info(
            "payments looked at", extra={"looked_at": looked_at, "verified": billing.is_verified()}
        )
        session.streams.note(f"{looked_at} looked at")
        _answer(session, plan_in_force(billing.purchases.purchases()))
        if not session.wants_json:
            _show_plan(session)
        return
    if portal:
        _open_portal(session, open_=open_)
        return
    purchase = _in_force(billing) or begin(
        billing.wish(plan), billing.payments, billing.purchases, session.toolbox.clock
    )
    if purchase.standing is Standing.OPEN:
        _show_page(session, purchase, open_=open_)
        if wait_:
            purchase = _wait(session, purchase)
    _finish(session, purchase)


def plan(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Show the plan, the verification and the renewal, as they were last seen.

    Examples:
        onering plan
    """
    session = session_of(context)
    session.promise("plan", as_json=as_json, **plan_document(None, is_verified=False, threads_per_hour=None))
    if not session.wants_json:
        _show_plan(session)
        return
    billing = session.toolbox.billing
    found = plan_in_force(billing.purchases.purchases())
    is_verified, limit = billing.is_verified(), billing.threads_per_hour()
    session.answer(**plan_document(found, is_verified=is_verified, threads_per_hour=limit))


def _show_plan(session: Session) -> None:
    billing = session.toolbox.billing
    found = plan_in_force(billing.purchases.purchases())
    is_verified, limit = billing.is_verified(), billing.threads_per_hour()
    show_plan(session.streams, found, is_verified=is_verified, threads_per_hour=limit)


def _agree_on_mode(session: Session, *, yes: bool) -> None:
    """A store counts either test payments or real ones; a key of the other kind is taken only knowingly."""
    billing = session.toolbox.billing
    live, before = billing.payments.live, billing.purchases.identity().live
    if before is not None and before != live and not yes:
        now, then = ("live", "test") if live else ("test", "live")
        stake = "real money will be charged" if live else "real payments will not count any more"
        if session.wants_json or not session.streams.interactive:
            raise UsageError(f"this is a {now} key, and {then} mode was used so far: {stake}", hint="add --yes")
        if not session.streams.confirm(f"This is a {now} key, and {then} mode was used so far: {stake}. Go on?"):
            raise UsageError("nothing was changed", hint=f"use a {then} key")
    if before != live:
        billing.purchases.change_mode(live=live)


def _in_force(billing: Billing) -> Purchase | None:
    """The purchase that grants the plan already, looked at again: it may have ended since."""
    known = plan_in_force(billing.purchases.purchases())
    if known is None:
        return None
    purchase, _ = fulfil(known.session, billing.payments, billing.purchases)
    return plan_in_force([purchase])


def _show_page(session: Session, purchase: Purchase, *, open_: bool | None) -> None:
    _fill(session, purchase)
    if not session.wants_json:
        session.streams.data(purchase.url)
    elif open_ is None:
        open_ = False
    _open(session, purchase.url, open_=open_)


def _open(session: Session, url: str, *, open_: bool | None) -> None:
    """Open a page, or draw it for a phone where there is no browser; in a pipe only when that was asked for."""
    streams = session.streams
    is_opened = (streams.interactive if open_ is None else open_) and session.toolbox.billing.open_page(url)
    if is_opened:
        streams.note("the page is open in your browser")
        return
    if open_:
        streams.warn("no browser could be opened; the address is above" if not session.wants_json else "no browser")
    if streams.err_is_terminal and not session.wants_json:
        streams.note(qr_code(url, streams.width))


def _wait(session: Session, purchase: Purchase) -> Purchase:
    toolbox = session.toolbox
    billing = toolbox.billing
    try:
        with watching(session.streams) as look:
            return wait(
                purchase,
                billing.payments,
                billing.purchases,
                toolbox.clock,
                look,
                every_s=toolbox.settings[STRIPE_POLL_S],
            )
    except KeyboardInterrupt:
        session.streams.note(f"the page stays open until {time_of(purchase.expires_s)}; later: onering upgrade --sync")
        raise


def _finish(session: Session, purchase: Purchase) -> None:
    """Say how it ended, or that it goes on."""
    _fill(session, purchase)
    told = {"session": purchase.session, "standing": purchase.standing, "live": purchase.live}
    session.toolbox.log.info("payment", extra={**told, "verified": session.toolbox.billing.is_verified()})
    standing, streams = purchase.standing, session.streams
    if standing is Standing.EXPIRED:
        raise TryLaterError("the page closed before anybody paid", hint="onering upgrade opens a new one")
    if standing is Standing.FAILED:
        raise RefusedError("the payment failed", hint="onering upgrade opens a new page")
    _answer(session, purchase)
    if standing is Standing.PROCESSING:
        streams.note("the payment is on its way, which takes days; onering upgrade --sync looks again")
    elif standing is Standing.OPEN:
        streams.note(f"open until {time_of(purchase.expires_s)}; once it is paid: onering upgrade --sync")
    elif verifies(purchase):
        balance = session.toolbox.billing.ledger.head().balance
        streams.note(f"paid: you are on {purchase.plan} and verified, with {balance:,} RING")
    else:
        streams.note(f"you are on {purchase.plan}; nothing was to pay, so nothing is verified")


def _fill(session: Session, purchase: Purchase) -> None:
    session.fill(
        status=purchase.standing.value,
        session=purchase.session,
        url=purchase.url or None,
        expires_at=time_of(purchase.expires_s, iso=True) if purchase.standing is Standing.OPEN else None,
    )


def _answer(session: Session, purchase: Purchase | None) -> None:
    if purchase is not None:
        _fill(session, purchase)
    session.answer(verified=session.toolbox.billing.is_verified())


def _open_portal(session: Session, *, open_: bool | None) -> None:
    billing = session.toolbox.billing
    customer = billing.purchases.identity().customer
    if not customer:
        if _in_force(billing) is not None:
            raise UsageError("what was paid once has nothing to manage", hint="onering plan")
        raise UsageError("nothing was paid yet, so there is nothing to manage", hint="onering upgrade")
    url = billing.payments.open_portal(customer, session.toolbox.settings[STRIPE_SUCCESS_URL].partition("?")[0])
    session.answer(status="portal", url=url, verified=billing.is_verified())
    if not session.wants_json:
        session.streams.data(url)
        _open(session, url, open_=open_)
