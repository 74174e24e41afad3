"""The log: one JSON object a line, without secrets, in files that turn over by size."""

from __future__ import annotations

import json
import logging
import os
import sys
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from onering_cli.adapters.private_files import try_lock
from onering_cli.adapters.redaction import Redactor
from onering_cli.clock import to_iso

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LOGGER = "onering"  # the only one that is written: vendors' loggers name tokens in clear at DEBUG
FILE_NAME = "onering.log"
LARGEST_BYTES = 1_000_000
FILES = 5
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

_LONGEST_LINE_BYTES = 100_000
_BLOCK_BYTES = 65_536
_OWN_ATTRIBUTES = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


def open_log(folder: Path, *, level: str = "INFO", redactor: Redactor | None = None) -> logging.Logger:
    """Write what the logger ``onering`` and those below it say into `folder`, from now on; that logger.

    Nothing is created before the first entry. Loggers of other packages are neither written nor printed.
    """
    logger = logging.getLogger(LOGGER)
    close_log()
    logger.addHandler(JsonLinesHandler(folder, redactor or Redactor()))
    logger.setLevel(level)
    logger.propagate = False
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.NullHandler())  # else Python prints other packages' warnings to stderr, unredacted
    return logger


def close_log() -> None:
    """Stop writing; harmless when nothing was opened."""
    logger = logging.getLogger(LOGGER)
    for handler in list(logger.handlers):
        if isinstance(handler, JsonLinesHandler):
            logger.removeHandler(handler)
            handler.close()
            logger.propagate = True


class JsonLinesHandler(logging.Handler):
    """Appends entries to ``onering.log`` and turns it over; several processes may do so at once.

    Each line is one write to a file opened for appending, so lines never mix. Only turning the files over takes a
    lock, and who does not get it at once just goes on appending. A log that cannot be written never stops the command:
    that is said once, and every later entry tries again.

    Args:
        folder: Created 0700; the files are 0600.
        redactor: Takes out secrets.
        tell: Is told, once, that the log cannot be written.
        largest_bytes: Of one file.
        files: The current one and those before it.
    """

    def __init__(
        self,
        folder: Path,
        redactor: Redactor,
        *,
        tell: Callable[[str], object] | None = None,
        largest_bytes: int = LARGEST_BYTES,
        files: int = FILES,
    ) -> None:
        super().__init__()
        self._path = folder / FILE_NAME
        self._redactor = redactor
        self._tell = tell or _print
        self._largest_bytes = largest_bytes
        self._files = files
        self._descriptor = -1
        self._torn = False
        self._told = False

    def emit(self, record: logging.LogRecord) -> None:
        """Write one entry."""
        try:
            self._append(_line(entry_of(record, self._redactor)))
        except OSError as exc:
            if not self._told:
                self._told = True
                self._tell(f"warning: the log {self._path} cannot be written: {exc.strerror or exc}")

    def close(self) -> None:
        """Let go of the file."""
        self._release()
        super().close()

    def _append(self, line: bytes) -> None:
        self._attach()
        if os.fstat(self._descriptor).st_size + len(line) > self._largest_bytes:
            self._turn_over()
        if self._torn:
            line = b"\n" + line
        written = os.write(self._descriptor, line)
        self._torn = written < len(line)
        if self._torn:
            raise OSError(0, "the disk is full")

    def _attach(self) -> None:
        """Have the current file open; another process may have turned it over since."""
        with suppress(FileNotFoundError):
            if self._descriptor >= 0 and _same(os.fstat(self._descriptor), self._path.stat()):
                return
        self._release()
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.fchmod(self._descriptor, 0o600)

    def _turn_over(self) -> None:
        lock = os.open(self._path.with_name(FILE_NAME + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            # There is no current file for a moment after another process turned it over.
            with suppress(FileNotFoundError):
                if try_lock(lock) and _same(os.fstat(self._descriptor), self._path.stat()):
                    self._shift()
        finally:
            os.close(lock)
        self._attach()

    def _shift(self) -> None:
        for number in range(self._files - 1, 0, -1):
            with suppress(FileNotFoundError):
                _numbered(self._path, number - 1).replace(_numbered(self._path, number))

    def _release(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def entry_of(record: logging.LogRecord, redactor: Redactor) -> dict[str, Any]:
    """What is written of a record: the documented keys, every text in them redacted and of bounded length."""
    entry: dict[str, Any] = {
        "at": to_iso(datetime.fromtimestamp(record.created, UTC)),
        "level": record.levelname,
        "logger": record.name,
        "process": record.process,
        "message": redactor.opening(_message(record, redactor)),
    }
    fields = {name: value for name, value in record.__dict__.items() if name not in _OWN_ATTRIBUTES}
    if fields:
        entry["fields"] = redactor.structure(fields)
    exc = record.exc_info[1] if record.exc_info else None
    if exc is not None:
        entry["error"] = {
            "type": type(exc).__name__,
            "message": redactor.opening("".join(traceback.format_exception_only(exc)).strip()),
            "traceback": redactor.ending("".join(traceback.format_exception(exc))),
        }
    return entry


def read_log(
    folder: Path, *, limit: int, since: datetime | None = None, level: str = "DEBUG"
) -> Iterator[dict[str, Any]]:
    """The last `limit` entries of at least `level`, not older than `since`, the oldest of them first.

    Read from the end, so that it costs what is shown and not what there is. A line that is no entry, such as the half
    one that a full disk leaves, is passed over.
    """
    earliest = to_iso(since) if since is not None else ""
    wanted = LEVELS[LEVELS.index(level) :]
    found: list[dict[str, Any]] = []
    for entry in _entries_backwards(folder):
        if len(found) >= limit:
            break
        if entry["at"] >= earliest and entry["level"] in wanted:
            found.append(entry)
    return iter(found[::-1])


def _entries_backwards(folder: Path) -> Iterator[dict[str, Any]]:
    for line in _lines_backwards(folder):
        with suppress(ValueError):
            entry = json.loads(line)
            if isinstance(entry, dict) and isinstance(entry.get("at"), str) and isinstance(entry.get("level"), str):
                yield entry


def _lines_backwards(folder: Path) -> Iterator[bytes]:
    """The lines of all files, the newest first; a file that is turned over meanwhile is not read twice."""
    seen: set[tuple[int, int]] = set()
    for number in range(FILES):
        with suppress(FileNotFoundError), _numbered(folder / FILE_NAME, number).open("rb") as file:
            status = os.fstat(file.fileno())
            if (status.st_dev, status.st_ino) not in seen:
                seen.add((status.st_dev, status.st_ino))
                yield from _backwards(file)


def _backwards(file: BinaryIO) -> Iterator[bytes]:
    position = file.seek(0, os.SEEK_END)
    rest = b""
    while position > 0:
        step = min(_BLOCK_BYTES, position)
        position -= step
        file.seek(position)
        rest, *lines = (file.read(step) + rest).split(b"\n")
        yield from reversed(lines)
    yield rest


def _message(record: logging.LogRecord, redactor: Redactor) -> str:
    """The message with its arguments, in which what stands under a secret's name is redacted already."""
    arguments: Any = record.args
    if isinstance(arguments, dict):
        arguments = redactor.structure(arguments)
    elif isinstance(arguments, tuple):
        arguments = tuple(redactor.structure(one) if isinstance(one, (dict, list, tuple)) else one for one in arguments)
    try:
        return str(record.msg) % arguments if arguments else str(record.msg)
    except Exception as exc:  # noqa: BLE001 -- an entry that cannot be put together must not stop the command
        return f"{redactor.structure(record.msg)} ({type(exc).__name__} in its arguments)"


def _line(entry: dict[str, Any]) -> bytes:
    """ASCII only, so that no byte of it means anything to a terminal."""
    line = json.dumps(entry)
    if len(line) > _LONGEST_LINE_BYTES:
        line = json.dumps({**entry, "fields": {"omitted": f"{len(line):,} bytes"}})
    return (line.replace("\x7f", "\\u007f") + "\n").encode("ascii")


def _numbered(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.{number}") if number else path


def _same(one: os.stat_result, other: os.stat_result) -> bool:
    return (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino)


def _print(text: str) -> None:
    with suppress(OSError, ValueError):
        sys.stderr.write(text + "\n")
