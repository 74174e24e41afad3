"""Which machine this is, and whether a file lies on a disk of its own."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from onering_cli.errors import StoreError

_MACHINE_ID = Path("/etc/machine-id")
MOUNTS = Path("/proc/mounts")
# What the kernel and FUSE call file systems that other machines may write to as well (Linux's fs/ and the file systems'
# own documentation, August 2026).
_SHARED = frozenset(
    {
        "9p",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "coda",
        "davfs",
        "fuse.davfs",
        "fuse.glusterfs",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.sshfs",
        "gfs2",
        "glusterfs",
        "gpfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "ocfs2",
        "orangefs",
        "smb3",
        "smbfs",
        "virtiofs",
    }
)


def machine() -> str:
    """A name for this machine that others do not have: its id where it has one, else its host name."""
    try:
        return _MACHINE_ID.read_text(encoding="ascii").strip() or socket.gethostname()
    except (OSError, UnicodeDecodeError):
        return socket.gethostname()


def refuse_share(path: Path) -> None:
    """Refuse to keep time from a file that another machine may be using as well.

    Two machines on one store would each believe that the other's processes are dead, and SQLite's write-ahead log does
    not work across machines (https://sqlite.org/wal.html, August 2026: "all processes using a database must be on the
    same host computer").

    Raises:
        StoreError: The file lies on a network share.
    """
    kind, place = _file_system(path.absolute())
    if kind in _SHARED:
        raise StoreError(
            f"the store {path} is on a network share ({kind} at {place}), and scheduling needs a disk of this machine",
            hint="set ONERING_HOME to a folder on a local disk; two machines need two stores",
            details={"file_system": kind},
        )


def _file_system(path: Path) -> tuple[str, str]:
    """The kind of the file system that holds a path, and where it is mounted; ("", "") where nothing tells."""
    try:
        lines = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return "", ""
    real = os.path.realpath(path)
    best = ("", "")
    for line in lines:
        _, place, kind, *_ = (*line.split(" "), "", "")
        place = place.replace("\\040", " ")
        inside = real == place or real.startswith(place.rstrip("/") + "/")
        if inside and len(place) >= len(best[1]):
            best = (kind, place)
    return best
