"""Times as people read them: local, with the zone."""

from datetime import datetime


def local(moment: datetime) -> str:
    """``2026-08-01 09:30 CEST``."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M %Z}"
