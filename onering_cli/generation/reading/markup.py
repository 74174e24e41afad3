"""The markup that opens right before a sentence's first character and closes right behind its last."""

import html
import re

_WINDOW_CHARS = 2_000
_TAIL_CHARS = 400
_INLINE = (
    "a|abbr|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|ins|kbd|mark|q|s|samp|small|span|strong|sub|sup|time|tt|u|var"
)
_CLOSING = re.compile(
    rf"(?:[*_~`]+|</(?:{_INLINE})\s*>|\]\((?:[^()\n]|\([^()\n]*\)){{0,1000}}\)|\]\[[^\[\]\n]{{0,200}}\]|\]|(?<=\S)>)*"
)
_OPENING = re.compile(rf"(?:[*_~`]|<(?:{_INLINE})(?:\s[^<>]*)?>|\[|<)*\Z")
_OPENING_ENDS = frozenset("*_~`>[<")
_ENTITY = re.compile(r"&(?:#[xX]?[0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);?")


def outer_start(source: str, start: int, floor: int) -> int:
    """Where a sentence's source begins whose first character stands at `start`, `floor` at the earliest."""
    if source[start - 1 : start] not in _OPENING_ENDS:
        return start
    gap = source[max(floor, start - _TAIL_CHARS) : start]
    opening = _OPENING.search(gap)
    return start - (len(gap) - opening.start()) if opening else start


def outer_end(source: str, last: int, character: str, ceiling: int) -> int:
    """Where a sentence's source ends whose last character stands at `last`, `ceiling` at the latest."""
    end = last + 1
    entity = _ENTITY.match(source, last, ceiling) if source.startswith("&", last) else None
    if entity and character in html.unescape(entity.group()):
        end = entity.end()
    closing = _CLOSING.match(source, end, max(end, min(ceiling, end + _WINDOW_CHARS)))
    return closing.end() if closing else end
