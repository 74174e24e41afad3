"""One key of a draft file's front matter, with its place."""

from onering_cli.record import record


@record
class Entry:
    """One key of the front matter, its value, and where in the text they stand.

    `text` is a scalar as it was written, before a type was read into it, and None for a list or a mapping.
    """

    key: str
    value: object
    text: str | None
    key_at: int
    value_at: int
