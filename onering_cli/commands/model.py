"""``onering model``: which models can write, fetching local ones, and trying one out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from onering_cli.commands.session import AsJson, session_of
from onering_cli.errors import OneRingError, RefusedError
from onering_cli.render.models import gigabytes, pulling, show_models

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from onering_cli.adapters.local.shelf import ShelfEntry

app = typer.Typer(no_args_is_help=True, help="See which models can write, fetch local ones, and try one out.")


def attach(root: typer.Typer) -> None:
    """Add the noun to the app."""
    root.add_typer(app, name="model", rich_help_panel="Write")


@app.command("list")
def list_(
    context: typer.Context,
    *,
    local: Annotated[bool, typer.Option("--local", help="Ask no service; only what runs on this machine.")] = False,
    server: Annotated[str, typer.Option(help="Also the models of a server, by its address: http://HOST:PORT/v1.")] = "",
    as_json: AsJson = False,
) -> None:
    """List the models that `generate --model` takes, and whether each can be used now.

    Examples:
        onering model list

        onering model list --local --json

        onering model list --server http://127.0.0.1:11434/v1
    """
    session = session_of(context)
    session.promise("model.list", as_json=as_json, models=[], notes=[])
    models = [_extract(), *map(_local, session.toolbox.writing.shelf.entries())]
    notes: list[str] = []
    writing = session.toolbox.writing
    if not local:
        models += _served("groq", lambda: writing.groq("").model_names(), notes)
    if server:
        models += _served(server, lambda: writing.served(f"{server}#any").model_names(), notes)
    if session.wants_json:
        session.answer(models=models, notes=notes)
        return
    show_models(session.streams, models)
    for note in notes:
        session.streams.note(note)


@app.command("pull")
def pull(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A model that `model list` shows.", show_default=False)],
    *,
    as_json: AsJson = False,
) -> None:
    """Fetch a local model's weights: resumed where they broke off, held against their checksum, used offline after.

    Examples:
        onering model pull qwen2.5-1.5b
    """
    session = session_of(context)
    session.promise("model.pull", as_json=as_json, model=name, path=None, licence=None, sha256=None)
    writing, streams = session.toolbox.writing, session.streams
    known = writing.shelf.known(name)
    session.fill(model=f"local:{known.name}", licence=known.licence, sha256=known.sha256)
    streams.note(f"{known.title}: {gigabytes(known.size_bytes)}, licence {known.licence}, from {known.repository}")
    with pulling(streams, known.name) as on_progress:
        path = writing.pull(name, on_progress=on_progress, on_wait=streams.note)
    if session.wants_json:
        session.answer(path=str(path))
        return
    streams.data(str(path))
    streams.note(f"try it: onering model test local:{known.name}")


@app.command("test")
def try_out(
    context: typer.Context,
    model: Annotated[str, typer.Argument(help="What `generate --model` takes: local:NAME, local:PATH, groq:NAME …")],
    *,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives a local model the same words.")] = 7,
    as_json: AsJson = False,
) -> None:
    """Have a model write three short posts, and say how fast it was and whether they came out well-formed.

    Examples:
        onering model test local:qwen2.5-1.5b

        onering model test local:~/weights/model.gguf --json
    """
    session = session_of(context)
    empty: dict[str, Any] = {"posts": [], "well_formed": False, "faults": [], "first_token_s": None, "total_s": None}
    session.promise("model.test", as_json=as_json, model=model, input_tokens=0, output_tokens=0, **empty)

    from onering_cli.generation.trial import trial

    tried = trial(session.toolbox.writing.chat_model(model, seed=seed), session.toolbox.embedder)
    usage = tried.usage
    session.fill(
        posts=list(tried.posts),
        well_formed=tried.well_formed,
        faults=list(tried.faults),
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        first_token_s=round(usage.first_token_s, 3),
        total_s=round(usage.total_s, 3),
    )
    if not tried.well_formed:
        raise RefusedError(f"{model} did not write three posts as asked", hint="try another: onering model list")
    if session.wants_json:
        session.answer()
        return
    for post in tried.posts:
        session.streams.data(post + "\n")
    speed = usage.output_tokens / max(0.001, usage.total_s - usage.first_token_s)
    session.streams.note(
        f"three posts as asked; first word after {usage.first_token_s:.2f} s, {speed:.0f} tokens a second"
    )
    for fault in tried.faults:
        session.streams.warn(fault)


def _extract() -> dict[str, Any]:
    return _row("extract", "ready", title="no model: your material's own sentences")


def _local(entry: ShelfEntry) -> dict[str, Any]:
    known = entry.known
    return _row(
        f"local:{entry.name}",
        "ready" if entry.path else "to pull",
        title=entry.title,
        size_bytes=known.size_bytes if known else entry.path.stat().st_size if entry.path else None,
        memory_bytes=known.memory_bytes if known else None,
        licence=known.licence if known else None,
        sha256=known.sha256 if known else None,
        path=str(entry.path) if entry.path else None,
    )


def _served(place: str, names: Callable[[], tuple[str, ...]], notes: list[str]) -> Iterator[dict[str, Any]]:
    """A service's models as it lists them; why not, when it does not."""
    try:
        found = names()
    except OneRingError as exc:
        notes.append(f"{place}: {exc.message}" + (f"; {exc.hint}" if exc.hint else ""))
        return
    for name in found:
        yield _row(f"groq:{name}" if place == "groq" else f"{place}#{name}", "ready", title=f"at {place}")


def _row(model: str, state: str, **facts: Any) -> dict[str, Any]:
    empty = dict.fromkeys(("title", "size_bytes", "memory_bytes", "licence", "sha256", "path"))
    return {"model": model, "state": state, **empty, **facts}
