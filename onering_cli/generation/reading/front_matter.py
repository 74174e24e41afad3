"""Front matter: where it ends, and the title it gives."""

import re

_LIMIT_CHARS = 20_000
_LINE_END = r"[ \t]*(?:\r\n?|\n|\Z)"
_OPENING = re.compile(r"\ufeff?(?P<fence>---|\+\+\+)[ \t]*(?:\r\n?|\n)")
# Pandoc's: https://pandoc.org/MANUAL.html#extension-pandoc_title_block (read 2025-11-23)
_TITLE_BLOCK = re.compile(r"\ufeff?%[ \t]+(?P<title>[^\r\n]+)(?:\r\n?|\n)(?:%[^\r\n]*(?:\r\n?|\n))*(?=[\r\n]|\Z)")
_CLOSING = {
    "---": re.compile(rf"(?<=[\r\n])(?:---|\.\.\.){_LINE_END}"),
    "+++": re.compile(rf"(?<=[\r\n])\+\+\+{_LINE_END}"),
}
# A key, a comment, an item, or what goes on from the line before; prose between two rules has other lines as well.
_LINE = re.compile(r"\s|#|-\s|[\]}]|['\"]?[A-Za-z_][\w.-]*['\"]?[ \t]*[:=](?:\s|$)|\[+[\w.-]+\]+\s*$")
_TITLE = re.compile(r"['\"]?title['\"]?[ \t]*[:=][ \t]*(?P<title>.*)", re.IGNORECASE)
_QUOTED = re.compile(r"(?P<quote>['\"])(?P<inside>.*?)(?<!\\)(?P=quote)(?:\s*#.*)?")


def front_matter(text: str) -> tuple[int, str]:
    """Where the text behind the front matter begins (0 without any), and the title in it, or ``""``."""
    block = _TITLE_BLOCK.match(text)
    if block:
        return block.end(), block["title"].strip()
    opening = _OPENING.match(text)
    if not opening:
        return 0, ""
    closing = _CLOSING[opening["fence"]].search(text, opening.end(), _LIMIT_CHARS)
    if not closing:
        return 0, ""
    lines = text[opening.end() : closing.start()].splitlines()
    if not lines or not lines[0].strip() or not all(_LINE.match(line) for line in lines if line):
        return 0, ""
    titles = (title["title"] for title in map(_TITLE.match, lines) if title)
    return closing.end(), _plain(next(titles, ""))


def _plain(value: str) -> str:
    value = value.strip()
    quoted = _QUOTED.fullmatch(value)
    if quoted:
        return quoted["inside"].replace('\\"', '"').replace("''", "'").strip()
    return "" if value[:1] in {"|", ">", "[", "{", "&", "*"} else re.split(r"\s#", value, maxsplit=1)[0].strip()
