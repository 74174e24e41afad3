"""Where sentences begin and end, in scripts with and without spaces."""

import re
from collections.abc import Iterator
from functools import cache

from onering_cli.text.abbreviations import (
    AMBIGUOUS,
    BEFORE_NUMBERS,
    CALENDAR,
    NEVER_LAST,
    OFTEN_LAST,
    OPENERS,
    words_of,
)

# Longer asides are prose of their own: their sentences count.
_ASIDE_LIMIT = 240
_TOKEN_WINDOW = 40


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """The sentences of `text` in order, as half-open ranges without surrounding white space.

    Everything but white space belongs to exactly one span. A blank line or the start of a list item always ends a
    sentence; a single line break does not. Quotations and asides are kept whole, and when a rule cannot tell, the two
    sentences stay together: a long sentence reads better than half of one.
    """
    spans: list[tuple[int, int]] = []
    for start, end in _blocks(text):
        first_of_block = len(spans)
        for sentence_start, sentence_end in _cut(text, start, end):
            words = any(character.isalnum() for character in text[sentence_start:sentence_end])
            if not words and len(spans) > first_of_block:
                spans[-1] = (spans[-1][0], sentence_end)
            else:
                spans.append((sentence_start, sentence_end))
    return spans


def sentence_boundaries(text: str) -> list[int]:
    """The offsets just behind each sentence, the last one included."""
    return [end for _, end in sentence_spans(text)]


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    casual = text[start:end].islower()
    asides = _asides(text, start, end)
    held_until = start
    sentence_start = start
    for stop in _stops().finditer(text, start, end):
        while asides and asides[-1][0] < stop.end():
            held_until = max(held_until, asides.pop()[1])
        if stop.end() < held_until or not _ends_sentence(text, stop, sentence_start, end, casual=casual):
            continue
        yield sentence_start, stop.end()
        sentence_start = _skip_space(text, stop.end(), end)
    if sentence_start < end:
        yield sentence_start, end


def _ends_sentence(text: str, stop: re.Match[str], start: int, end: int, *, casual: bool) -> bool:
    if stop.end() >= end:
        return False
    if stop["ideographic"] is not None:
        return _reporting().match(text, stop.end(), end) is None
    if stop["danda"] is not None:
        return True
    following = _following().match(text, stop.end(), end)
    word = following["word"] or "" if following else ""
    goes_on = word[:1].islower() and not casual and not _is_identifier(word)
    marks = stop["marks"]
    if marks != ".":
        return not goes_on
    if goes_on:
        return False
    return _full_stop_ends_sentence(text, stop.start(), start, word, closed=bool(stop["closers"]))


def _full_stop_ends_sentence(text: str, stop_at: int, start: int, word: str, *, closed: bool) -> bool:
    before = _token_before().search(text, max(start, stop_at - _TOKEN_WINDOW), stop_at)
    token = before["token"] if before else ""
    if token.isdigit():
        return not _is_enumerator_or_ordinal(text, stop_at - len(token), start, token, word)
    opens = not word or word.rstrip(".,:;").casefold() in OPENERS
    if len(token) == 1 and token.isalpha():
        return _letter_ends_sentence(text, stop_at, start, token, opens=opens, closed=closed)
    folded = token.casefold()
    if folded in NEVER_LAST:
        return False
    if folded in BEFORE_NUMBERS or token in CALENDAR:
        return not _is_number(word) or (folded == "no" and word == "I")
    if folded in AMBIGUOUS or (_is_dotted(token) and folded not in OFTEN_LAST):
        return opens
    return True


def _letter_ends_sentence(text: str, stop_at: int, start: int, letter: str, *, opens: bool, closed: bool) -> bool:
    """Whether the stop behind a single letter ends a sentence: an initial does not, nor does ``z. B.``."""
    if closed or (_is_uncased(letter) and not letter.isascii()):
        return True
    chained = _letter_pair().search(text, max(start, stop_at - _TOKEN_WINDOW), stop_at)
    return opens and chained is None and letter.isupper()


def _is_enumerator_or_ordinal(text: str, number_at: int, start: int, number: str, word: str) -> bool:
    """``1. First`` at the head of a block or line, and German ordinals: ``am 3. Oktober``."""
    if len(number) > 3:  # noqa: PLR2004 - a list or an ordinal runs to three digits; a year has four
        return False
    line_start = max(start, text.rfind("\n", start, number_at) + 1)
    if not text[line_start:number_at].strip("([#*_ \t"):
        return True
    before = _token_before().search(text, max(start, number_at - _TOKEN_WINDOW), number_at - 1)
    article = before["token"].casefold() if before and text[number_at - 1 : number_at] == " " else ""
    return article in _ORDINAL_ARTICLES or word in _GERMAN_MONTHS


def _is_identifier(word: str) -> bool:
    """A name that is written small even where a sentence opens: ``iPhone``, ``foo.py``, ``pip-tools``."""
    return any(character.isupper() or character.isdigit() or character in "._/(" for character in word.rstrip(".,:;"))


def _is_number(word: str) -> bool:
    bare = word.rstrip(".,:;)")
    return word[:1].isdigit() or (bare != "" and _ROMAN.issuperset(bare))


def _is_dotted(token: str) -> bool:
    parts = token.split(".")
    return len(parts) > 1 and all(len(part) <= 2 for part in parts)  # noqa: PLR2004 - as in Ph.D, U.S, a.m


def _is_uncased(character: str) -> bool:
    return character.lower() == character.upper()


def _skip_space(text: str, position: int, end: int) -> int:
    while position < end and text[position].isspace():
        position += 1
    return position


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for gap in _gaps().finditer(text):
        yield from _trimmed(text, start, gap.start())
        start = gap.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    start = _skip_space(text, start, end)
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


def _asides(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Quotations and parentheses that close again soon, the last first."""
    return [aside.span() for aside in _aside().finditer(text, start, end)][::-1]


_ROMAN = frozenset("IVXLC")
_ORDINAL_ARTICLES = words_of("am der den dem das des die vom zum zur im beim ein eine einen einem seit bis ab")
_GERMAN_MONTHS = words_of("Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember")


@cache
def _gaps() -> re.Pattern[str]:
    line = r"(?:\r\n|[\n\r\v\f\x85\u2028])"
    item = r"(?:[-*+•‣◦▪–—·]|\(?\d{1,3}[.)]|\(?[a-z]\))[ \t]"
    return re.compile(rf"\u2029|{line}[ \t]*{line}\s*|{line}(?=[ \t]*{item})")


@cache
def _stops() -> re.Pattern[str]:
    closers = r"(?:[ \u00a0\u202f]?»(?=\s|$)|[\"'”’“‘«»›‹)\]}*_`~]|\[\d{1,3}\])*"
    spaceless = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
    return re.compile(
        r"(?P<ideographic>(?:[。！？｡]+|．(?![0-9０-９]))[。！？｡!?．]*[」』）】〉》〕］｣”’\"')]*|"
        rf"[!?]+[」』）】〉》〕］｣”’\"')]*(?=[{spaceless}]))|"
        r"(?P<danda>[।॥။៕។]+[\"'”’)]*)|"
        rf"(?P<marks>(?:\.(?:[ \u00a0]\.){{2,3}}|[.!?…‼⁇⁈⁉‽؟۔።՜։]+))(?P<closers>{closers})(?=\s|$)"
    )


@cache
def _aside() -> re.Pattern[str]:
    inside = rf"{{1,{_ASIDE_LIMIT}}}"
    pairs = ("()", "[]", "“”", "„“", "«»", "»«", "「」", "『』", "（）", "【】", "《》")
    either = "|".join(rf"\{pair[0]}[^\{pair[0]}\{pair[1]}\n]{inside}\{pair[1]}" for pair in pairs)
    return re.compile(rf"(?:{either}|(?<![^\s(\[]){chr(34)}(?!\s)[^{chr(34)}\n]{inside}{chr(34)})")


@cache
def _following() -> re.Pattern[str]:
    return re.compile(r"[\s\"'“”‘’„«»‹›()\[\]{}¿¡*_`~—–-]*(?P<word>\w\S*)?")


@cache
def _token_before() -> re.Pattern[str]:
    return re.compile(r"(?<![^\s\"'“”‘’„«»‹›(\[{¿¡*_~—–-])(?P<token>[^\W_]+(?:[.\-'’&][^\W_]+)*)$")


@cache
def _letter_pair() -> re.Pattern[str]:
    return re.compile(r"(?<!\w)[a-zäöü]\.[ \u00a0]?\w$")


@cache
def _reporting() -> re.Pattern[str]:
    """What goes on after a quotation in Japanese and Chinese, so that its full stop does not end the sentence."""
    return re.compile(
        r"(?<=[」』”’])(?:と|って|という|とか|など|[がはのでにをもやへ]|[他她它我你]们?[说說问問道]|[、，])"
    )
