"""``onering voice``: how the user writes, measured from what was published."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onering_cli.commands.completion import complete_accounts, complete_voices
from onering_cli.commands.session import AsJson, session_of
from onering_cli.errors import UsageError
from onering_cli.memory.voice.model import FEWEST_POSTS
from onering_cli.memory.voice.voice_file import VoiceFileError
from onering_cli.render.voices import show_voice, show_voices, voice_document

if TYPE_CHECKING:
    from onering_cli.adapters.voice_files import VoiceFiles
    from onering_cli.memory.voice.model import Voice

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
def build(
    context: typer.Context,
    name: Name = "",
    *,
    account: Annotated[str, typer.Option(help="Measure this account's posts.", autocompletion=complete_accounts)] = "",
    all_: Annotated[bool, typer.Option("--all", help="Measure the posts of every account.")] = False,
    since: Annotated[
        str, typer.Option(metavar="TIME", help="Only posts not older than this: 90d, 1y, or 2026-01-01.")
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Measure anew what was edited by hand.")] = False,
    as_json: AsJson = False,
) -> None:
    """Measure how you write from the posts that are remembered, and keep that as a file to read and edit.

    Built again, it keeps your notes and the exemplars that you pinned.

    Examples:
        onering voice build

        onering voice build work --account work --since 1y
    """
    from onering_cli.commands.times import past
    from onering_cli.memory.voice.renewal import renewed

    session = session_of(context)
    session.promise("voice.build", as_json=as_json, **_EMPTY)
    if account and all_:
        raise UsageError("--account and --all do not go together", hint="leave one of them out")
    files = session.toolbox.voices.files
    account = "" if all_ else session.toolbox.account(account)
    name = name or account or "all"
    old = _unedited(files, name, force=force)
    earliest = past(since, session.toolbox.clock.now()) if since else None
    measured = session.toolbox.voices.measure(name, account=account, since=earliest)
    voice = renewed(old, measured) if old is not None else measured
    path = files.keep(voice)
    session.answer(**voice_document(voice, path, edited=False))
    if not session.wants_json:
        session.streams.data(str(path))
    session.streams.note(f"measured the voice {name} from {voice.posts:,} posts; see it: onering voice show {name}")
    if not voice.is_telling:
        session.streams.warn(
            f"{voice.posts} posts tell little; drafts are held against a voice of {FEWEST_POSTS} or more"
        )


def _unedited(files: VoiceFiles, name: str, *, force: bool) -> Voice | None:
    """The voice that is to be built anew, None for a new one or one that cannot be read and may be overwritten."""
    if not files.has(name):
        return None
    try:
        kept = files.get(name)
    except VoiceFileError:
        if force:
            return None
        raise
    if kept.edited and not force:
        raise UsageError(
            f"{kept.path} was edited by hand, and measuring anew would undo that",
            hint="add --force (your notes and pinned exemplars stay), or choose another name",
        )
    return kept.voice


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
    kept = session.toolbox.voices.files.get(session.toolbox.account(name))
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
    for name in session.toolbox.voices.files.names():
        try:
            kept = session.toolbox.voices.files.get(name)
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
    session.toolbox.voices.files.remove(name)
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
