"""Front matter: where it ends, and the title it gives."""

import re

_OPENING = re.compile(r"\ufeff?(?P<fence>---|\+\+\+)[ \t]*(?:\r\n?|\n)")
_FIRST_KEY = {
    "---": re.compile(r"(?:\s*#[^\n\r]*[\n\r])*\s*['\"]?[A-Za-z_][\w .-]*['\"]?[ \t]*:(?:\s|$)"),
    "+++": re.compile(r"(?:\s*#[^\n\r]*[\n\r])*\s*(?:\[|['\"]?[A-Za-z_][\w.-]*['\"]?[ \t]*=)"),
}
_CLOSING = {
    "---": re.compile(r"^(?:---|\.\.\.)[ \t]*(?:$|\r\n?|\n)", re.MULTILINE),
    "+++": re.compile(r"^\+\+\+[ \t]*(?:$|\r\n?|\n)", re.MULTILINE),
}
_TITLE = re.compile(r"^['\"]?title['\"]?[ \t]*[:=][ \t]*(?P<title>[^\n\r]*)", re.MULTILINE | re.IGNORECASE)
_QUOTED = re.compile(r"(?P<quote>['\"])(?P<inside>.*?)(?<!\\)(?P=quote)(?:\s*#.*)?")
_LIMIT_CHARS = 20_000


def front_matter(text: str) -> tuple[int, str]:
    """Where the text behind the front matter begins (0 without any), and the title in it, or ``""``."""
    opening = _OPENING.match(text)
    if not opening or not _FIRST_KEY[opening["fence"]].match(text, opening.end()):
        return 0, ""
    closing = _CLOSING[opening["fence"]].search(text, opening.end(), _LIMIT_CHARS)
    if not closing:
        return 0, ""
    title = _TITLE.search(text, opening.end(), closing.start())
    return closing.end(), _plain(title["title"]) if title else ""


def _plain(value: str) -> str:
    value = value.strip()
    quoted = _QUOTED.fullmatch(value)
    if quoted:
        return quoted["inside"].replace('\\"', '"').replace("''", "'").strip()
    return "" if value[:1] in {"|", ">", "[", "{", "&", "*"} else re.split(r"\s#", value, maxsplit=1)[0].strip()
