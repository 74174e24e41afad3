"""The user's own hooks and formats, in a TOML file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onering_cli.errors import UsageError
from onering_cli.generation.styles import FORMATS, HOOKS, Styles, library

if TYPE_CHECKING:
    from pathlib import Path

_HEAD = """\
# Your own hooks and formats for `onering generate --hook NAME --format NAME`. What you write here goes to the model as
# instructions. A name that is built in is replaced by yours, and one with an empty text is taken away. Built in are:
"""


def read_styles(file: Path) -> Styles:
    """The built-in styles with those of the file over them; the built-in ones when there is no file.

    Raises:
        UsageError: The file cannot be read, is no TOML, or holds something else.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return library({})
    except (OSError, UnicodeDecodeError) as exc:
        raise UsageError(f"{file} cannot be read: {exc}") from exc
    return styles_in(text, file)


def styles_in(text: str, file: Path) -> Styles:
    """The styles of a file's text.

    Raises:
        UsageError: It is no TOML, or holds something else.
    """
    import tomllib

    try:
        return library(tomllib.loads(text))
    except tomllib.TOMLDecodeError as exc:
        raise UsageError(f"{file} is no TOML: {exc}", hint="onering style edit") from exc
    except UsageError as exc:
        raise UsageError(f"{file}: {exc.message}", hint="onering style edit") from exc


def template() -> str:
    """A file to begin with: everything that is built in, as comments."""
    lines = [_HEAD]
    for table, styles in (("hooks", HOOKS), ("formats", FORMATS)):
        lines += [f"[{table}]", *(f'# {name} = "{text}"' for name, text in styles.items()), ""]
    return "\n".join(lines)
