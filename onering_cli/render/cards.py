"""A thread as cards for a person, and as plain text for a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onering_cli.record import record
from onering_cli.text.sanitize import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console
    from rich.text import Text

    from onering_cli.render.streams import Streams

WIDEST_COLUMNS = 84
"""Wider lines are hard to read (https://en.wikipedia.org/wiki/Line_length); a wide terminal keeps the rest empty."""
_METER_CELLS = 10
_METER_COLUMNS = 32
"""In a narrower terminal the bar would push the numbers out."""
_TIGHT = 0.9


@record
class Card:
    """One post as it is shown.

    Args:
        text: The post as it would be sent.
        weight: Its twitter-text weight.
        limit_weight: The most it may weigh.
        media: A line for each attachment.
        warnings: What is wrong with it.
        note: A word beside its number: a state, a link, who replaced it.
    """

    text: str
    weight: int
    limit_weight: int
    media: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    note: str = ""


def show_cards(streams: Streams, cards: Sequence[Card], *, title: str = "", footer: str = "") -> None:
    """Draw cards in a terminal; in a pipe, print the same facts as plain text."""
    if streams.out_is_terminal:
        _draw(streams, cards, title, footer)
    else:
        _print(streams, cards, title, footer)


def console_for(streams: Streams) -> Console:
    """A Rich console on stdout that keeps to what `streams` says; never interprets markup in data."""
    from rich.console import Console

    return Console(
        file=streams.out,
        width=streams.width,
        force_terminal=True,
        color_system="auto" if streams.colour else None,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
    )


def _draw(streams: Streams, cards: Sequence[Card], title: str, footer: str) -> None:
    from rich.panel import Panel
    from rich.text import Text

    console = console_for(streams)
    width = min(streams.width, WIDEST_COLUMNS)
    if title:
        console.print(Text(printable(title, newlines=False), style="bold"), width=width)
    for index, card in enumerate(cards, start=1):
        over = card.weight > card.limit_weight
        label = f"{index}/{len(cards)}" + (f" · {printable(card.note, newlines=False)}" if card.note else "")
        console.print(
            Panel(
                _body(card),
                title=Text(label),
                title_align="left",
                subtitle=_meter(card, width),
                subtitle_align="right",
                width=width,
                border_style="red" if over or card.warnings else "dim",
            )
        )
    if footer:
        console.print(Text(printable(footer), style="dim"), width=width)


def _body(card: Card) -> Text:
    from rich.text import Text

    body = Text(printable(card.text))
    for line in card.media:
        body.append(f"\n▣ {printable(line, newlines=False)}", style="cyan")
    for line in card.warnings:
        body.append(f"\n! {printable(line, newlines=False)}", style="yellow")
    return body


def _meter(card: Card, width: int) -> Text:
    from rich.text import Text

    share = card.weight / card.limit_weight
    filled = min(_METER_CELLS, round(share * _METER_CELLS))
    style = "red" if share > 1 else "yellow" if share > _TIGHT else "green"
    meter = Text()
    if width >= _METER_COLUMNS:
        meter.append("━" * filled, style=style)
        meter.append("─" * (_METER_CELLS - filled) + " ", style="dim")
    meter.append(f"{card.weight}/{card.limit_weight}", style="red" if share > 1 else "")
    return meter


def _print(streams: Streams, cards: Sequence[Card], title: str, footer: str) -> None:
    if title:
        streams.data(printable(title, newlines=False))
    for index, card in enumerate(cards, start=1):
        note = f"  {card.note}" if card.note else ""
        streams.data(f"[{index}/{len(cards)}]  {card.weight}/{card.limit_weight}{printable(note, newlines=False)}")
        streams.data(card.text)
        for line in card.media:
            streams.data(f"media: {printable(line, newlines=False)}")
        for line in card.warnings:
            streams.data(f"warning: {printable(line, newlines=False)}")
        streams.data("")
    if footer:
        streams.data(footer)
