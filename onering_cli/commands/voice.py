"""``onering voice``: how the user writes, measured from what was published."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from onering_cli.commands.completion import complete_voices
from onering_cli.commands.session import AsJson, session_of
from onering_cli.render.voices import show_voice, show_voices, voice_document

Name = Annotated[
    str, typer.Argument(help="The voice's name.", autocompletion=complete_voices, show_default="the account's")
]

app = typer.Typer(no_args_is_help=True, help="Measure how you write, and let drafts keep to it.")


def attach(root: typer.Typer) -> None:
    """Add the noun to the app."""
    root.add_typer(app, name="voice", rich_help_panel="Write")


class Format(StrEnum):
    """How a voice is shown."""

    WORDS = "words"
    FILE = "file"


@app.command()
def show(
    context: typer.Context,
    name: Name = "",
    *,
    format_: Annotated[Format, typer.Option("--format", help="`file` prints its file.")] = Format.WORDS,
    as_json: AsJson = False,
) -> None:
    """Tell what is characteristic of a voice, with the posts that show it.

    The file that it names is yours to edit: what stands there is what counts.

    Examples:
        onering voice show

        onering voice show work --format file
    """
    session = session_of(context)
    session.promise("voice.show", as_json=as_json, **_EMPTY)
    kept = session.toolbox.voices.get(session.toolbox.account(name))
    if session.wants_json:
        session.answer(**voice_document(kept.voice, kept.path, edited=kept.edited))
    elif format_ is Format.FILE:
        session.streams.raw(kept.path.read_text(encoding="utf-8"))
    else:
        show_voice(session.streams, kept.voice)
        session.streams.note(f"{'edited by hand: ' if kept.edited else 'to edit: '}{kept.path}")


@app.command("list")
def list_(context: typer.Context, *, as_json: AsJson = False) -> None:
    """List the voices.

    Examples:
        onering voice list
    """
    from onering_cli.errors import OneRingError

    session = session_of(context)
    session.promise("voice.list", as_json=as_json, voices=[])
    voices = []
    for name in session.toolbox.voices.names():
        try:
            kept = session.toolbox.voices.get(name)
        except OneRingError as error:
            session.streams.warn(error.message)
            continue
        voices.append(kept)
    if session.wants_json:
        session.answer(voices=[voice_document(kept.voice, kept.path, edited=kept.edited) for kept in voices])
        return
    show_voices(session.streams, [kept.voice for kept in voices])
    if not voices:
        session.streams.note("no voices yet; begin with: onering voice build")


@app.command()
def rm(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The voice's name.", autocompletion=complete_voices, show_default=False)],
    *,
    as_json: AsJson = False,
) -> None:
    """Remove a voice and its file; the posts it was measured from stay.

    Examples:
        onering voice rm old
    """
    session = session_of(context)
    session.promise("voice.rm", as_json=as_json, removed=None)
    session.toolbox.voices.remove(name)
    session.streams.note(f"removed the voice {name}")
    session.answer(removed=name)


_EMPTY: dict[str, Any] = {
    "name": None,
    "file": None,
    "edited": False,
    "account": "",
    "posts": 0,
    "since": None,
    "until": None,
    "built_at": None,
    "notes": "",
    "description": [],
    "weight": None,
    "rhythm": None,
    "person": {},
    "marks": {},
    "emoji": None,
    "hashtags": None,
    "links": 0.0,
    "words": [],
    "openers": [],
    "openings": {},
    "exemplars": [],
}
