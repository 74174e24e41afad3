"""Guesses what text without a telling name is written in."""

import re

_HEAD_CHARS = 60_000
_PAGE = re.compile(
    r"\s*(?:<!--.{0,2000}?-->\s*)?(?:<!doctype html|<html|<\?xml[^>]{0,100}\?>\s*<(?:!doctype html|html))",
    re.IGNORECASE | re.DOTALL,
)
_MARKDOWN = (
    re.compile(r"^#{1,6} \S", re.MULTILINE),
    re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE),
    re.compile(r"(?<!\\)\]\((?:https?:|\.{0,2}/|#|mailto:|[\w-]+\.\w)"),
    re.compile(r"(?<![\w*])\*\*[^\s*][^*\n]{0,200}\*\*(?!\w)"),
    re.compile(r"(?<![`\w])`[^`\n]{1,80}`(?![`_\w])"),
    re.compile(r"^\s{0,3}\[[^\]\n]{1,80}\]:\s+\S", re.MULTILINE),
)
_RST = (
    re.compile(r"^\.\. (?:[\w:-]+::|_[^:\n]+:|\|[^|\n]+\|)", re.MULTILINE),
    re.compile(r"(?<!\w):[a-z][\w:-]{1,20}:`[^`\n]{1,120}`"),
    re.compile(r"`[^`<>]{1,120}<[^<>\n]{1,300}>`_|\w`_(?=[\s.,;:)])"),
)
_RST_OR_OTHERS = (
    re.compile(r"^(?=\S)[^\n]{2,100}\n([=~^\"'*+#-])\1{2,}[ \t]*$", re.MULTILINE),
    re.compile(r"(?<!`)``[^`\n]{1,80}``(?!`)"),
    re.compile(r"::[ \t]*\n[ \t]*\n[ \t]+\S"),
)


def is_page(text: str) -> bool:
    """Whether text is an HTML page."""
    return bool(_PAGE.match(text))


def is_rst(text: str) -> bool:
    """Whether plain text uses enough of reStructuredText's marks to be read as it."""
    telling, shared = _cues(text, _RST), _cues(text, _RST_OR_OTHERS)
    return telling + shared > 1 and telling > 0


def is_markdown(text: str) -> bool:
    """Whether plain text uses enough of Markdown's marks to be read as it."""
    return _cues(text, _MARKDOWN) > 1


def _cues(text: str, patterns: tuple[re.Pattern[str], ...]) -> int:
    head = text[:_HEAD_CHARS]
    return sum(bool(pattern.search(head)) for pattern in patterns)
