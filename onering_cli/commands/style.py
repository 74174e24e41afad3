"""``onering style``: the library of hooks and formats that `generate` takes."""

from __future__ import annotations

import typer

from onering_cli.commands.session import AsJson, session_of
from onering_cli.render.tables import show_rows

app = typer.Typer(no_args_is_help=True, help="See and edit the ways a thread can open and be built.")


def attach(root: typer.Typer) -> None:
    """Add the noun to the app."""
    root.add_typer(app, name="style", rich_help_panel="Write")


@app.command("list")
def list_(context: typer.Context, *, as_json: AsJson = False) -> None:
    """List the hooks and formats that `generate --hook` and `--format` take, your own among them.

    Examples:
        onering style list

        onering generate notes.md --model groq --hook question --format story
    """
    session = session_of(context)
    session.promise("style.list", as_json=as_json, hooks={}, formats={}, file="")
    styles = session.toolbox.writing.styles
    file = session.toolbox.writing.styles_file
    if session.wants_json:
        session.answer(hooks=dict(styles.hooks), formats=dict(styles.formats), file=str(file))
        return
    rows = [("hook", name, text) for name, text in styles.hooks.items()]
    rows += [("format", name, text) for name, text in styles.formats.items()]
    show_rows(session.streams, ("KIND", "NAME", "WHAT IT ASKS OF A MODEL"), rows)


@app.command("edit")
def edit(context: typer.Context) -> None:
    """Edit your own hooks and formats in $VISUAL or $EDITOR; what does not parse is told and stays as you left it.

    Examples:
        onering style edit
    """
    session = session_of(context)
    file = session.toolbox.writing.edit_styles()
    styles = session.toolbox.writing.styles
    session.streams.note(f"{len(styles.hooks)} hooks and {len(styles.formats)} formats, with those of {file}")
