"""Takes secrets from a prompt that hides them, or from stdin; never from arguments, which others can see."""

from __future__ import annotations

import io
import json
import warnings
from typing import TYPE_CHECKING, TextIO

from onering_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_BYTES = 65_536


def enter_secrets(keyboard: TextIO, questions: Mapping[str, str]) -> dict[str, str]:
    """A value for each of the questions, by their names.

    A person is asked them one by one. From a pipe come the values in the questions' order, a line each, or one JSON
    object with the names.

    Raises:
        UsageError: There are too few or too many values, or one is empty or not a single word.
    """
    if keyboard.isatty():
        entered = {name: _asked(question) for name, question in questions.items()}
    else:
        entered = _piped(keyboard, questions)
    for name, value in entered.items():
        if not value:
            raise UsageError(f"{name} is empty", hint="nothing was changed")
        if not (value.isascii() and value.isprintable()) or " " in value:
            raise UsageError(f"{name} holds characters that no key has", hint="copy it again; nothing was changed")
    return entered


def _asked(question: str) -> str:
    from getpass import GetPassWarning, getpass

    with warnings.catch_warnings():
        warnings.simplefilter("error", GetPassWarning)
        try:
            return getpass(f"{question} (hidden): ").strip()
        except GetPassWarning as exc:
            raise UsageError(
                "this terminal cannot hide what you type", hint="pipe the secret in: onering auth login SERVICE < FILE"
            ) from exc
        except EOFError as exc:
            raise UsageError("nothing was entered", hint="nothing was changed") from exc


def _piped(keyboard: TextIO, questions: Mapping[str, str]) -> dict[str, str]:
    text = _read(keyboard)
    if text.lstrip().startswith("{"):
        return _from_json(text, questions)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) != len(questions):
        wanted = f"{len(questions)} lines: {', '.join(questions)}" if len(questions) > 1 else "one line"
        raise UsageError(f"stdin has {len(lines)} lines of text", hint=f"give {wanted}")
    return dict(zip(questions, lines, strict=True))


def _from_json(text: str, questions: Mapping[str, str]) -> dict[str, str]:
    try:
        document = json.loads(text)
    except ValueError:
        document = None  # told without the parser's words: they may quote a secret
    if not isinstance(document, dict) or not all(isinstance(value, str) for value in document.values()):
        raise UsageError("stdin is not a JSON object of texts", hint=f"give an object with {', '.join(questions)}")
    if document.keys() != questions.keys():
        raise UsageError(
            f"stdin's JSON object has {', '.join(sorted(document)) or 'nothing'}", hint=f"give {', '.join(questions)}"
        )
    return {name: document[name].strip() for name in questions}


def _read(keyboard: TextIO) -> str:
    data = keyboard.buffer.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise UsageError("stdin is too long to be a secret", hint="pipe in the secret alone")
    try:
        return io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig").read()
    except UnicodeDecodeError as exc:
        raise UsageError("stdin is not text in UTF-8", hint="pipe in the secret alone") from exc
