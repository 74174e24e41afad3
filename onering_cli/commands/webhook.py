"""``onering webhook``: hear of payments as they happen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onering_cli.billing.fulfilment import Heard, hear
from onering_cli.billing.ports import Outcome
from onering_cli.commands.session import AsJson, session_of
from onering_cli.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from onering_cli.billing.ports import News

_LARGEST_BYTES = 16 * 1024 * 1024

app = typer.Typer(no_args_is_help=True, help="Hear of payments as they happen.")


def attach(root: typer.Typer) -> None:
    """Add the noun to the app."""
    root.add_typer(app, name="webhook", rich_help_panel="Upgrade")


@app.command()
def listen(
    context: typer.Context,
    *,
    host: Annotated[str, typer.Option(help="Where to listen; this machine alone by default.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="On which port; 0 for any that is free.")] = 4242,
) -> None:
    """Listen for Stripe's webhooks and act on them, until Ctrl-C.

    The signing secret (whsec_...) is kept by `onering auth login stripe --webhook`; several, with commas, during a
    rotation. Needs the extra `server`: pip install 'onering-cli[server]'.

    Examples:
        onering webhook listen

        stripe listen --forward-to 127.0.0.1:4242/webhook
    """
    session = session_of(context)
    streams = session.streams

    def tell(news: News, heard: Heard) -> None:
        why = f": {heard.detail}" if heard.detail else ""
        streams.note(f"{heard.outcome}  {news.type}  {news.event}{why}{'' if heard.new else ' (known already)'}")

    def ready(address: str) -> None:
        streams.note(f"listening on {address}/webhook; have events sent there with:")
        streams.note(f"  stripe listen --forward-to {address.partition('//')[2]}/webhook")

    session.toolbox.billing.listen(host, port, on_ready=ready, on_heard=tell)


@app.command()
def replay(
    context: typer.Context,
    event: Annotated[str, typer.Argument(help="A kept event's id (evt_...), or a file with events in JSON.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Act on an event once more: look at what it is about, and book what is missing.

    A file needs no signature: an event only says where to look, and what counts is what Stripe shows there.

    Examples:
        onering webhook replay evt_1Nxyz

        onering webhook replay event.json
    """
    session = session_of(context)
    session.promise("webhook.replay", as_json=as_json, events=[], balance=None)
    billing = session.toolbox.billing
    news = _from_file(Path(event)) if Path(event).is_file() else [_kept(billing.purchases.find_news(event), event)]
    outcomes = hear(news, billing.payments, billing.purchases, again=True)
    told = [
        {"event": one.event, "type": one.type, "outcome": heard.outcome.value, "detail": heard.detail}
        for one, heard in zip(news, outcomes, strict=True)
    ]
    session.fill(events=told, balance=billing.ledger.head().balance)
    for one in told:
        session.toolbox.log.info("webhook replayed", extra=one)
        if not session.wants_json:
            session.streams.row(*one.values())
    if failed := next((heard.error for heard in outcomes if heard.error is not None), None):
        raise failed
    if foreign := next((heard for heard in outcomes if heard.outcome is Outcome.FOREIGN), None):
        raise RefusedError(f"nothing was credited: {foreign.detail}", hint="the event is about somebody else's payment")
    session.answer()


def _kept(found: Any, event: str) -> News:
    if found is None:
        raise UsageError(f"{event} is neither a file nor an event that was kept", hint="onering log shows their ids")
    news: News = found.news
    return news


def _from_file(path: Path) -> list[News]:
    """The events in a file: one JSON object, an array of them, or one a line."""
    from onering_cli.adapters.stripe.shapes import news_of

    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST_BYTES + 1)
        if len(text) > _LARGEST_BYTES:
            raise UsageError(f"{path} is larger than 16 MiB", hint="split it into several files")
        events = _events(text.decode())
        news = [news_of(event) for event in events if isinstance(event, dict)]
    except OSError as exc:
        raise UsageError(f"{path} cannot be read: {exc.strerror}", hint="check its permissions") from exc
    except (ValueError, RecursionError) as exc:
        raise UsageError(f"{path} holds no events of Stripe", hint="give one JSON object, or one a line") from exc
    if not any(news):
        raise UsageError(f"{path} holds no event that changes a purchase", hint="is it the right file?")
    return [one for one in news if one is not None]


def _events(text: str) -> list[Any]:
    try:
        told = json.loads(text)
    except ValueError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    return told if isinstance(told, list) else [told]
