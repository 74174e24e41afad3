"""Counts in words."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """``1 post``, ``1,200 posts``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
