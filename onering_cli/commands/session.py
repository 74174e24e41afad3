"""What every command is handed: the toolbox, the streams, and its JSON document."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onering_cli.errors import OneRingError
    from onering_cli.render.streams import Streams
    from onering_cli.toolbox import Toolbox

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]


_EMPTY: dict[str, Mapping[str, Any]] = {}


def declare(operation: str, **empty: Any) -> None:
    """Say, when a command is added to the app, which keys its JSON object has whatever goes wrong."""
    _EMPTY[operation] = empty


@dataclass(slots=True)
class Session:
    """One run of the program.

    Args:
        toolbox: Builds what a command needs.
        streams: What the person or the pipe sees.
        document: The JSON object that was promised, with a value for every key, once a command has promised one.
    """

    toolbox: Toolbox
    streams: Streams
    document: dict[str, Any] | None = field(default=None)

    def promise(self, operation: str, *, as_json: bool, **empty: Any) -> None:
        """Say which keys the JSON object of this command has; a failure prints them too, with an ``error``."""
        self.document = {"operation": operation, **_EMPTY.get(operation, {}), **empty} if as_json else None

    @property
    def wants_json(self) -> bool:
        """Whether the command answers with JSON."""
        return self.document is not None

    def fill(self, **values: Any) -> None:
        """Give promised keys values that a failure later on should print too."""
        if self.document is not None:
            self.document.update(values)

    def answer(self, **values: Any) -> None:
        """Print the promised JSON object."""
        if self.document is not None:
            self._print({**self.document, **values})

    def answer_error(self, error: OneRingError) -> None:
        """Print the promised JSON object with what went wrong."""
        if self.document is not None:
            told = {"code": error.code, "message": error.message, "hint": error.hint, **error.details}
            self._print({**self.document, "error": told})

    def _print(self, document: Mapping[str, Any]) -> None:
        import json

        self.streams.raw(json.dumps(document, ensure_ascii=self.streams.out_is_terminal, indent=2) + "\n")


def session_of(context: typer.Context) -> Session:
    """The session that `app.py` put on the context."""
    session: Session = context.obj
    return session
