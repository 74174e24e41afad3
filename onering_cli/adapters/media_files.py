"""The media files that a draft names, by their content and never through a link."""

from __future__ import annotations

import os
import stat
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from onering_cli.adapters.x.media_types import HEAD_BYTES, sniff
from onering_cli.publishing.ports import MediaFacts, MediaProblem

if TYPE_CHECKING:
    from onering_cli.publishing.model import FrozenMedia

_CHUNK_BYTES = 1024 * 1024


class MediaFolder:
    """Media files whose relative paths count from one folder; satisfies `MediaFiles`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def inspect(self, path: str) -> MediaFacts | MediaProblem:
        """What the file is now; its whole content is read once for the digest."""
        place = self._folder / Path(path).expanduser()
        opened = _open(place)
        if isinstance(opened, MediaProblem):
            return opened
        with opened as file:
            try:
                head = file.read(HEAD_BYTES)
                kind = sniff(head)
                if kind is None:
                    return MediaProblem.UNKNOWN_TYPE
                digest, size_bytes = sha256(head), len(head)
                while chunk := file.read(_CHUNK_BYTES):
                    digest.update(chunk)
                    size_bytes += len(chunk)
            except OSError:
                return MediaProblem.UNREADABLE
        return MediaFacts(str(place.absolute()), kind[0], kind[1], size_bytes, digest.hexdigest())

    def snapshot(self, media: FrozenMedia) -> BinaryIO | None:
        """A private copy of the frozen bytes: what is checked is what is uploaded, whatever happens to the file."""
        import tempfile

        opened = _open(Path(media.path))
        if isinstance(opened, MediaProblem):
            return None
        copy = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 -- the caller closes it
        digest = sha256()
        with opened as file:
            try:
                while chunk := file.read(_CHUNK_BYTES):
                    digest.update(chunk)
                    copy.write(chunk)
            except OSError:
                copy.close()
                return None
        if digest.hexdigest() != media.sha256:
            copy.close()
            return None
        copy.seek(0)
        return copy


def _open(path: Path) -> BinaryIO | MediaProblem:
    try:
        # O_NONBLOCK: a named pipe must not keep the command waiting for a writer.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        return MediaProblem.MISSING
    except OSError:
        return MediaProblem.NOT_A_FILE if path.is_symlink() or path.is_dir() else MediaProblem.UNREADABLE
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return MediaProblem.NOT_A_FILE
    return os.fdopen(descriptor, "rb")
