"""How much memory this machine can still give away."""

from __future__ import annotations

import os
import re
from pathlib import Path

_MEMINFO = Path("/proc/meminfo")
_CGROUP = Path("/sys/fs/cgroup")
_AVAILABLE = re.compile(r"^MemAvailable:\s+(\d+) kB$", re.MULTILINE)


def available_bytes(meminfo: Path = _MEMINFO, cgroup: Path = _CGROUP) -> int | None:
    """What a process may still take, or None where that cannot be told.

    On Linux what the kernel calls available, or what the container is allowed, whichever is less; elsewhere all the
    machine has, since other systems give up their caches without saying how large they are.
    """
    found = _AVAILABLE.search(_text(meminfo))
    if found:
        available = int(found[1]) * 1024
        limit, used = _text(cgroup / "memory.max").strip(), _text(cgroup / "memory.current").strip()
        if limit.isdigit() and used.isdigit():
            reclaimable = re.search(r"^inactive_file (\d+)$", _text(cgroup / "memory.stat"), re.MULTILINE)
            left = int(limit) - int(used) + (int(reclaimable[1]) if reclaimable else 0)
            return max(0, min(available, left))
        return available
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
