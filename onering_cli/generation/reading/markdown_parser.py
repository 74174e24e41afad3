"""A Markdown parser whose inline tokens know where in their block they came from.

markdown-it tells a block's lines but not where in them a token stands. Its inline rules are therefore registered anew
through its public ruler, each wrapped so that the tokens it pushes carry `meta["at"]` and `meta["end"]`, offsets into
the block's content. Text that no rule takes becomes a token of its own, so that nothing is left without a place.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline

    InlineRule = Callable[[StateInline, bool], bool]

_MARKUP = re.compile(r"[\n!&*<\[\]\\_`~]")
"""The characters that an inline rule, or the search for a link's end, may begin at."""

_LEGIBLE_CHARS = 4_000
_LEGIBLE_SHARE = 0.25
"""Prose dense with links and emphasis has a tenth of its characters in marks; short blocks may have any share."""


@cache
def markdown_parser() -> MarkdownIt:
    """CommonMark with tables and strikethrough; an image's token has no children."""
    from markdown_it import MarkdownIt, rules_inline

    class Parser(MarkdownIt):
        def normalizeLink(self, url: str) -> str:  # noqa: N802 - the vendor's name for it
            # An address is kept as its author wrote it.
            return url

    parser = Parser("commonmark").enable(["table", "strikethrough"])
    parser.core.ruler.after("block", "unread", _drop_unread)
    # Joining would merge tokens whose sources are apart.
    parser.core.ruler.disable("text_join")
    parser.inline.ruler2.disable("fragments_join")
    ruler = parser.inline.ruler
    placed: dict[str, InlineRule] = {
        "newline": rules_inline.newline,
        "escape": rules_inline.escape,
        "backticks": rules_inline.backtick,
        "strikethrough": rules_inline.strikethrough.tokenize,
        "emphasis": rules_inline.emphasis.tokenize,
        "html_inline": rules_inline.html_inline,
        "entity": rules_inline.entity,
    }
    for name, rule in placed.items():
        ruler.at(name, _placing(rule))
    ruler.at("text", _text)
    ruler.at("link", _link)
    ruler.at("autolink", _autolink)
    ruler.at("image", _image)
    ruler.push("literal", _literal)
    return parser


def _drop_unread(state: StateCore) -> None:
    """Empty the blocks that are not read: cells, and marks without words, as a million brackets take minutes."""
    in_table = 0
    for token in state.tokens:
        in_table += (token.type == "table_open") - (token.type == "table_close")
        if token.type == "inline" and (in_table or _is_illegible(token.content)):
            token.content = ""


def _is_illegible(content: str) -> bool:
    if len(content) <= _LEGIBLE_CHARS:
        return False
    return len(_MARKUP.findall(content)) > len(content) * _LEGIBLE_SHARE


def _placing(rule: InlineRule) -> InlineRule:
    def place(state: StateInline, silent: bool) -> bool:
        start, known = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        if not silent:
            if state.pending:
                state.pushPending()
            _mark(state, known, start)
        return True

    return place


def _mark(state: StateInline, known: int, start: int) -> None:
    """Tell the tokens since number `known` their places: a delimiter run is several texts, one behind the other."""
    at = start
    for token in state.tokens[known:]:
        end = at + len(token.content) if token.type == "text" else state.pos
        token.meta = {"at": at, "end": end}
        at = end if token.type == "text" else at


def _push_text(state: StateInline, end: int) -> None:
    token = state.push("text", "", 0)
    token.content = state.src[state.pos : end]
    token.meta = {"at": state.pos, "end": end}


def _text(state: StateInline, silent: bool) -> bool:
    markup = _MARKUP.search(state.src, state.pos, state.posMax)
    end = markup.start() if markup else state.posMax
    if end == state.pos:
        return False
    if not silent:
        _push_text(state, end)
    state.pos = end
    return True


def _literal(state: StateInline, silent: bool) -> bool:
    if not silent:
        _push_text(state, state.pos + 1)
    state.pos += 1
    return True


def _link(state: StateInline, silent: bool) -> bool:
    from markdown_it import rules_inline

    start, known = state.pos, len(state.tokens)
    if not rules_inline.link(state, silent):
        return False
    if not silent:
        for token in (state.tokens[known], state.tokens[-1]):
            token.meta = {"at": start, "end": state.pos}
    return True


def _autolink(state: StateInline, silent: bool) -> bool:
    from markdown_it import rules_inline

    start, known = state.pos, len(state.tokens)
    if not rules_inline.autolink(state, silent):
        return False
    if not silent:
        for token in state.tokens[known:]:
            token.meta = {"at": start, "end": state.pos}
            if token.type == "text":
                token.content = state.src[start + 1 : state.pos - 1]
                token.meta = {"at": start + 1, "end": state.pos - 1}
    return True


def _image(state: StateInline, silent: bool) -> bool:
    from markdown_it import rules_inline

    start = state.pos
    # Its alternative text is not read, so none is parsed: images within images would take the stack.
    if not rules_inline.image(state, silent=True):
        return False
    if not silent:
        state.push("image", "img", 0).meta = {"at": start, "end": state.pos}
    return True
