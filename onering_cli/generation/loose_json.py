"""Reads JSON as language models write it: cut off, with trailing commas, with line breaks inside strings."""

import re

_DEEPEST = 24
_BARE_WORD = re.compile(r"[^\s,:\[\]{}\"]+")
_STARTS = re.compile(r"(?:^|(?<=\n)|(?<=```)|(?<=:))[ \t]*(?:json\s*)?(?=\[\s*[\"{\[]|\{\s*\")")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\n", "b": "", "f": "", "/": "/", "\\": "\\", '"': '"', "'": "'"}
_CONSTANTS: dict[str, object] = {"true": True, "false": False, "null": None, "None": None, "True": True, "False": False}
_HEX_DIGITS = 4


def loose_values(text: str) -> list[object]:
    """The arrays and objects that start a line of `text`, in order, closed where they were cut off.

    A whole number stays a number, another unquoted word becomes a string; what stands between the values is ignored.
    """
    values: list[object] = []
    position = 0
    while start := _STARTS.search(text, position):
        reader = _Reader(text, start.end())
        try:
            values.append(reader.value(0))
        except _TooDeepError:
            return values
        position = reader.position
    return values


class _TooDeepError(Exception):
    """Nobody asked for JSON nested this deep."""


class _Reader:
    """A descent that never fails on its input; only depth stops it."""

    def __init__(self, text: str, position: int) -> None:
        self.text = text
        self.position = position

    def value(self, depth: int) -> object:
        if depth > _DEEPEST:
            raise _TooDeepError
        mark = self._peek()
        if mark == "[":
            return self._array(depth)
        if mark == "{":
            return self._object(depth)
        if mark == '"':
            return self._string()
        return self._bare()

    def _array(self, depth: int) -> list[object]:
        self.position += 1
        items: list[object] = []
        while (mark := self._peek()) and mark not in "]}":
            if mark in ",:":
                self.position += 1
            else:
                items.append(self.value(depth + 1))
        self.position += 1
        return items

    def _object(self, depth: int) -> dict[str, object]:
        self.position += 1
        entries: dict[str, object] = {}
        while (mark := self._peek()) and mark not in "]}":
            if mark in ",:":
                self.position += 1
                continue
            key = str(self.value(depth + 1))
            if self._peek() == ":":
                self.position += 1
                entries[key] = self.value(depth + 1) if self._peek() not in ("", ",", "}", "]") else None
        self.position += 1
        return entries

    def _string(self) -> str:
        self.position += 1
        parts: list[str] = []
        while self.position < len(self.text):
            character = self.text[self.position]
            self.position += 1
            if character == '"':
                break
            parts.append(self._escape() if character == "\\" else character)
        return _without_lone_surrogates("".join(parts))

    def _escape(self) -> str:
        if self.position >= len(self.text):
            return ""
        character = self.text[self.position]
        self.position += 1
        if character != "u":
            return _ESCAPES.get(character, character)
        digits = self.text[self.position : self.position + _HEX_DIGITS]
        if len(digits) == _HEX_DIGITS and all(digit in "0123456789abcdefABCDEF" for digit in digits):
            self.position += _HEX_DIGITS
            return chr(int(digits, 16))
        return ""

    def _bare(self) -> object:
        word = _BARE_WORD.match(self.text, self.position)
        if word is None:
            self.position += 1
            return ""
        self.position = word.end()
        if word[0] in _CONSTANTS:
            return _CONSTANTS[word[0]]
        try:
            return int(word[0])
        except ValueError:
            return word[0]

    def _peek(self) -> str:
        while self.position < len(self.text) and self.text[self.position].isspace():
            self.position += 1
        return self.text[self.position : self.position + 1]


def _without_lone_surrogates(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
