"""Times as archives write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_MONTHS = {
    name: number
    for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)  # noqa: SIM905 - a word list reads best as one
}
_TWITTER = re.compile(r"\w{3} (\w{3}) (\d\d?) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d) (\d{4})\Z")
_TWITTER_EPOCH_MS = 1_288_834_974_657  # of the ids that hold a time, since 2010-11-04 (docs.x.com, 2026-01-10)
_FIRST_TIMED_ID = 29_700_859_247
_LAST_TIMED_ID = 1 << 63
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def twitter_time(text: object) -> datetime | None:
    """``Wed Mar 01 09:30:00 +0000 2023``, or ISO 8601 as newer files have it; None when it is neither."""
    if not isinstance(text, str):
        return None
    found = _TWITTER.match(text)
    if found is None:
        return iso_time(text)
    month, day, hour, minute, second, sign, off_hours, off_minutes, year = found.groups()
    try:
        moment = datetime(int(year), _MONTHS[month], int(day), int(hour), int(minute), min(int(second), 59), tzinfo=UTC)
        offset = timedelta(hours=int(off_hours), minutes=int(off_minutes))
        return moment - offset if sign == "+" else moment + offset
    except (ValueError, KeyError, OverflowError):
        return None


def twitter_id_time(remote_id: str) -> datetime | None:
    """The time that is part of a post's id at X since November 2010."""
    if not remote_id.isascii() or not remote_id.isdigit() or len(remote_id) > 19:  # noqa: PLR2004 - of 2 ** 63
        return None
    number = int(remote_id)
    if not _FIRST_TIMED_ID <= number < _LAST_TIMED_ID:
        return None
    return _EPOCH + timedelta(milliseconds=(number >> 22) + _TWITTER_EPOCH_MS)


def iso_time(text: object) -> datetime | None:
    """An ISO 8601 time in UTC, to the millisecond; one without a zone is taken as UTC; None when it is none."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
