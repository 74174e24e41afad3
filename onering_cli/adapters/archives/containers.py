"""Zip files, tar files and folders as what they hold, read as streams and never extracted."""

from __future__ import annotations

import stat
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Protocol

from onering_cli.memory.archives import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from tarfile import TarFile, TarInfo
    from zipfile import ZipFile, ZipInfo

# Deflate gives at most 1032:1; generated posts, whose frames are all alike, are packed 8:1 at its best (measured).
_LARGEST_RATIO = 250
_RATIO_MATTERS_BYTES = 64 << 20
_LARGEST_MEMBER_BYTES = 16 << 30
_MOST_MEMBERS = 2_000_000
_BOMB_HINT = "it looks like a zip bomb; download the archive again from the platform"


class ByteStream(Protocol):
    """Bytes from the beginning to the end, once."""

    def read(self, size: int = -1, /) -> bytes:
        """At most so many bytes; none at the end."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Container(Protocol):
    """Named streams."""

    @property
    def names(self) -> list[str]:
        """The names of all files, with ``/`` between folders, in the container's own order."""
        ...

    def size(self, name: str) -> int:
        """How many bytes a file has."""
        ...

    def fingerprint(self, names: list[str]) -> str:
        """The same for the same content of these files."""
        ...

    def open(self, name: str) -> ByteStream:
        """A file as a stream of bytes."""
        ...


class Folder:
    """A folder, with all that is below it; hidden files and links out of it are left alone."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.names = sorted(self._walk())

    def _walk(self) -> Iterator[str]:
        for folder, folders, files in self._path.walk() if hasattr(self._path, "walk") else _walk(self._path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in files:
                if not name.startswith("."):
                    yield (folder / name).relative_to(self._path).as_posix()

    def size(self, name: str) -> int:
        """How many bytes a file has."""
        return (self._path / name).stat().st_size

    def fingerprint(self, names: list[str]) -> str:
        """The same for the same content of these files."""
        digest = blake2b(digest_size=16)
        for name in names:
            digest.update(f"{name}\0".encode("utf-8", "surrogateescape"))
            digest.update(file_digest(self._path / name))
        return digest.hexdigest()

    def open(self, name: str) -> ByteStream:
        """A file as a stream of bytes."""
        return open_file(self._path / name)


class Zip:
    """A zip file.

    Raises:
        ArchiveError: It is none, is cut off, or holds what no platform packs.
    """

    def __init__(self, path: Path) -> None:
        import zipfile

        self._path = path
        try:
            self._file: ZipFile = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError) as exc:
            raise ArchiveError(
                f"{path} is no whole zip file: it is cut off or damaged", hint="download it again"
            ) from exc
        members = [member for member in self._file.infolist() if not member.is_dir()]
        if len(members) > _MOST_MEMBERS:
            raise ArchiveError(f"{path} holds {len(members):,} files: that is no archive of posts", hint=_BOMB_HINT)
        self._members = {member.filename: member for member in members}
        self.names = list(self._members)
        check_names(path, self.names)

    def size(self, name: str) -> int:
        """How many bytes a file has."""
        return self._members[name].file_size

    def fingerprint(self, names: list[str]) -> str:
        """The same for the same content of these files, by their checksums in the directory."""
        digest = blake2b(digest_size=16)
        for name in names:
            member = self._members[name]
            digest.update(f"{name}\0{member.CRC}\0{member.file_size}\0".encode("utf-8", "surrogateescape"))
        return digest.hexdigest()

    def open(self, name: str) -> ByteStream:
        """A file as a stream of bytes."""
        member = self._members[name]
        _check_size(self._path, member)
        try:
            return _Told(self._file.open(member), f"{self._path}: {name}")
        except _zip_errors() as exc:
            raise _unreadable(f"{self._path}: {name}", exc) from exc


class Tar:
    """A tar file, compressed or not.

    Raises:
        ArchiveError: It is none, or is cut off.
    """

    def __init__(self, path: Path) -> None:
        import tarfile

        self._path = path
        try:
            self._file: TarFile = tarfile.open(path)  # noqa: SIM115 - it lives as long as the process reads from it
            members = [member for member in self._file if member.isfile()]
        except (tarfile.TarError, EOFError, OSError, ValueError) as exc:
            raise ArchiveError(
                f"{path} is no whole tar file: it is cut off or damaged", hint="download it again"
            ) from exc
        self._members: dict[str, TarInfo] = {member.name.removeprefix("./"): member for member in members}
        self.names = list(self._members)
        check_names(path, self.names)

    def size(self, name: str) -> int:
        """How many bytes a file has."""
        return self._members[name].size

    def fingerprint(self, names: list[str]) -> str:
        """The same for the same file."""
        return blake2b(file_digest(self._path) + "\0".join(names).encode(), digest_size=16).hexdigest()

    def open(self, name: str) -> ByteStream:
        """A file as a stream of bytes."""
        stream = self._file.extractfile(self._members[name])
        if stream is None:
            raise ArchiveError(f"{self._path}: {name} is not a file", hint="download it again")
        return _Told(stream, f"{self._path}: {name}")


class Files:
    """Some files, each under its path.

    Raises:
        ArchiveError: One is not there, or cannot be read.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = {str(path): path for path in paths}
        self.names = list(self._paths)
        for path in paths:
            open_file(path).close()

    def size(self, name: str) -> int:
        """How many bytes a file has."""
        return self._paths[name].stat().st_size

    def fingerprint(self, names: list[str]) -> str:
        """The same for the same content."""
        return blake2b(b"".join(file_digest(self._paths[name]) for name in names), digest_size=16).hexdigest()

    def open(self, name: str) -> ByteStream:
        """A file as a stream of bytes."""
        return open_file(self._paths[name])


class _Told:
    """A stream within an archive whose troubles are told as the archive's."""

    def __init__(self, stream: ByteStream, name: str) -> None:
        self._stream = stream
        self._name = name

    def read(self, size: int = -1, /) -> bytes:
        try:
            return self._stream.read(size)
        except _zip_errors() as exc:
            raise _unreadable(self._name, exc) from exc

    def close(self) -> None:
        self._stream.close()


def _zip_errors() -> tuple[type[Exception], ...]:
    import lzma
    import tarfile
    import zipfile
    import zlib

    # RuntimeError: encrypted; NotImplementedError is one of it: an unknown compression.
    return (zipfile.BadZipFile, zlib.error, lzma.LZMAError, tarfile.TarError, EOFError, RuntimeError, OSError)


def _unreadable(name: str, exc: Exception) -> ArchiveError:
    if "encrypted" in str(exc) or "password" in str(exc):
        return ArchiveError(f"{name} is encrypted", hint="unpack it with its password, and import the folder")
    return ArchiveError(f"{name} is damaged: it cannot be unpacked to its end", hint="download the archive again")


def check_names(path: Path, names: list[str]) -> None:
    """Refuse names that point out of the archive; nothing is ever extracted, but no platform packs such a thing.

    Raises:
        ArchiveError: There is one.
    """
    for name in names:
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if ".." in parts or (parts and (parts[0] == "/" or parts[0].endswith(":"))):
            raise ArchiveError(
                f"{path} holds a file named {name[:80]!r}, which points out of the archive",
                hint="no platform packs that; download the archive again from the platform",
            )


def _check_size(path: Path, member: ZipInfo) -> None:
    ratio = member.file_size / max(member.compress_size, 1)
    too_large = member.file_size > _LARGEST_MEMBER_BYTES
    if too_large or (member.file_size > _RATIO_MATTERS_BYTES and ratio > _LARGEST_RATIO):
        raise ArchiveError(
            f"{path}: {member.filename} would unpack to {member.file_size:,} bytes, {ratio:,.0f} times its size",
            hint=_BOMB_HINT,
        )


def open_file(path: Path) -> ByteStream:
    """A regular file as a stream of bytes.

    Raises:
        ArchiveError: It cannot be read, or is no regular file.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise ArchiveError(f"{path} is not a regular file", hint="give a file, a folder or a zip")
        return path.open("rb")
    except OSError as exc:
        raise ArchiveError(f"{path} cannot be read: {exc.strerror}", hint="check its permissions") from exc


def file_digest(path: Path) -> bytes:
    """A digest of a file's content, as far as it reaches now."""
    digest = blake2b(digest_size=16)
    with closing_stream(open_file(path)) as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.digest()


@contextmanager
def closing_stream(stream: ByteStream) -> Iterator[ByteStream]:
    """Close a stream that may know nothing but `read` and `close`."""
    try:
        yield stream
    finally:
        stream.close()


def _walk(path: Path) -> Iterator[tuple[Path, list[str], list[str]]]:
    import os
    from pathlib import Path as RealPath

    for folder, folders, files in os.walk(path):
        yield RealPath(folder), folders, files
