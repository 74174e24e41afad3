"""Tells what a path holds, and opens it as the archive that it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onering_cli.adapters.archives.containers import Files, Folder, Tar, Zip, closing_stream, open_file
from onering_cli.memory.archives import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from onering_cli.adapters.archives.containers import Container
    from onering_cli.memory.archives import Archive

_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
_GZIP_MARK, _XZ_MARK, _BZIP_MARK = b"\x1f\x8b", b"\xfd7zXZ", b"BZh"
_TAR_MARK, _TAR_MARK_AT = b"ustar", 257
_HEAD_BYTES = 1 << 16
_KNOWN = (
    "an X archive (zip or folder), a Mastodon archive or outbox.json, a Bluesky repo.car, a .jsonl file, or .md notes"
)


def open_archives(paths: Sequence[Path], *, account: str, everybody: bool = True) -> list[Archive]:
    """The archives that paths hold, each once; single notes are one archive together.

    Raises:
        ArchiveError: One is not there, is none, or is damaged; the message says which.
    """
    from onering_cli.adapters.archives.notes import NOTE, Notes

    once = list(dict.fromkeys(paths))
    notes = [path for path in once if NOTE.match(path.name) and not path.is_dir()]
    several = set(notes) if len(notes) > 1 else set()
    archives = [open_archive(path, account=account, everybody=everybody) for path in once if path not in several]
    if several:
        archives.append(Notes(f"{len(notes)} notes", Files(notes), account=account))
    return archives


def open_archive(path: Path, *, account: str, everybody: bool = True) -> Archive:
    """The archive that a path holds.

    Args:
        path: A file or a folder.
        account: Whose the posts are, within OneRing.
        everybody: In JSONL, let the lines' own accounts stand.

    Raises:
        ArchiveError: It is not there, is none, or is damaged; the message says what it is.
    """
    if path.is_dir():
        return _archive(str(path), Folder(path), account=account, everybody=everybody)
    if not path.exists():
        raise ArchiveError(f"there is no file {path}", hint=f"give {_KNOWN}")
    with closing_stream(open_file(path)) as stream:
        head = stream.read(_HEAD_BYTES)
    container: Container
    if head.startswith(_ZIP_MARKS):
        container = Zip(path)
    elif head.startswith((_GZIP_MARK, _XZ_MARK, _BZIP_MARK)) or head[_TAR_MARK_AT:].startswith(_TAR_MARK):
        container = Tar(path)
    else:
        if path.suffix == ".zip":
            raise ArchiveError(f"{path} is no zip file", hint="download it again")
        container = Files([path])
    return _archive(str(path), container, account=account, everybody=everybody, head=head)


def _archive(name: str, container: Container, *, account: str, everybody: bool, head: bytes = b"") -> Archive:
    from onering_cli.adapters.archives.mastodon import OUTBOX, MastodonArchive
    from onering_cli.adapters.archives.notes import NOTE, Notes
    from onering_cli.adapters.archives.x_archive import XArchive, refuse_empty, tweet_members

    names = container.names
    if tweet_members(container):
        return XArchive(name, container, account=account)
    refuse_empty(container, name)
    if any(OUTBOX.match(one) for one in names) or (len(names) == 1 and b'"orderedItems"' in head):
        return MastodonArchive(name, container, account=account)
    if repositories := [one for one in names if one.endswith(".car")]:
        from onering_cli.adapters.archives.bluesky import BlueskyArchive

        return BlueskyArchive(name, container, repositories[0], account=account)
    if len(names) == 1 and b'"records"' in head and b"at://" in head:
        from onering_cli.adapters.archives.bluesky import BlueskyArchive

        return BlueskyArchive(name, container, names[0], account=account)
    if len(names) == 1 and names[0].endswith((".jsonl", ".ndjson")):
        from onering_cli.adapters.archives.jsonl import Jsonl

        return Jsonl(name, container, account=account, everybody=everybody)
    if any(NOTE.match(one) for one in names):
        return Notes(name, container, account=account)
    seen = ", ".join(sorted(names, key=len)[:3]) or "nothing"
    raise ArchiveError(f"{name} is no archive that OneRing knows; it holds {seen}", hint=f"give {_KNOWN}")
