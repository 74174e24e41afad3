"""Plans, payment pages and prices as people see them."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from onering_cli.billing.purchase import verifies
from onering_cli.render.times import local

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from onering_cli.billing.purchase import Purchase
    from onering_cli.render.streams import Streams

# https://docs.stripe.com/currencies#minor-units and #special-cases, August 2026. UGX and ISK have no decimals, but the
# API counts them in hundredths all the same.
_WITHOUT_DECIMALS = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split())  # noqa: SIM905 -- a word list reads best as one
_WITH_THREE = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
_HOUR_S, _MINUTE_S = 3600, 60


def money(amount_minor: int, currency: str) -> str:
    """``49.00 USD``, ``500 JPY``, ``5.120 KWD``."""
    decimals = 0 if currency in _WITHOUT_DECIMALS else 3 if currency in _WITH_THREE else 2
    whole, rest = divmod(amount_minor, 10**decimals)
    return f"{whole}{f'.{rest:0{decimals}}' if decimals else ''} {currency.upper()}"


def time_of(seconds: int, *, iso: bool = False) -> str:
    """A moment that the service counts in seconds since 1970."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat() if iso else local(moment)


def plan_document(purchase: Purchase | None, *, is_verified: bool, threads_per_hour: int | None) -> dict[str, Any]:
    """The plan as JSON has it."""
    subscription = purchase.subscription if purchase else None
    ends = subscription is not None and subscription.ends_then
    at = time_of(subscription.period_ends_s, iso=True) if subscription and subscription.period_ends_s else None
    return {
        "plan": purchase.plan if purchase else "free",
        "verified": is_verified,
        "threads_per_hour": threads_per_hour,
        "subscription": subscription.status if subscription else None,
        "renews_at": None if ends else at,
        "ends_at": at if ends else None,
        "paid_minor": purchase.amount_minor if purchase else None,
        "currency": purchase.currency if purchase else None,
        "live": purchase.live if purchase else None,
    }


def show_plan(streams: Streams, purchase: Purchase | None, *, is_verified: bool, threads_per_hour: int) -> None:
    """A line each."""
    rows = [("plan", purchase.plan if purchase else "free"), ("verified", "yes" if is_verified else "no")]
    subscription = purchase.subscription if purchase else None
    if subscription is not None and subscription.period_ends_s:
        word = "ends" if subscription.ends_then else "renews"
        late = ", a payment is overdue" if subscription.status == "past_due" else ""
        rows.append((word, time_of(subscription.period_ends_s) + late))
    if purchase is not None and verifies(purchase):
        rows.append(
            ("paid", money(purchase.amount_minor, purchase.currency) + ("" if purchase.live else ", in test mode"))
        )
    rows.append(("posting", f"{threads_per_hour} threads an hour"))
    for name, value in rows:
        if streams.out_is_terminal:
            streams.data(f"{name:<9} {value}")
        else:
            streams.row(name, value)


def qr_code(url: str, width: int) -> str:
    """An address as a code for a phone's camera; words where the terminal is too narrow for it."""
    import segno

    rows = [[bool(cell) for cell in row] for row in segno.make(url, error="l", boost_error=False, micro=False).matrix]
    size = len(rows) + 4
    if size > width:
        return f"(a QR code needs {size} columns)"
    light = [False] * size
    padded = [light, light, *([False, False, *row, False, False] for row in rows), light, light, light]
    # Half blocks, two rows a line: what is light is drawn, since most terminals are dark.
    halves = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
    lines = zip(padded[::2], padded[1::2], strict=False)
    return "\n".join("".join(halves[pair] for pair in zip(upper, lower, strict=True)) for upper, lower in lines)


@contextmanager
def watching(streams: Streams) -> Iterator[Callable[[Purchase, float], None]]:
    """A function that keeps one line up to date while a payment is waited for; silent where nobody watches."""
    if not streams.err_is_terminal:
        streams.note("waiting for the payment")
        yield lambda _purchase, _left_s: None
        return
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    console = Console(file=streams.err, width=streams.width, no_color=not streams.colour, markup=False, emoji=False)
    with Live(
        console=console, transient=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False
    ) as live:
        yield lambda _purchase, left_s: live.update(Text(f"waiting for the payment; {_left(left_s)}"), refresh=True)


def _left(seconds: float) -> str:
    hours, minutes = int(seconds // _HOUR_S), int(seconds % _HOUR_S // _MINUTE_S)
    return f"the page is open for {hours} h {minutes:02} min" if seconds else "the page is closing"
