"""The references that changelogs, wikis and papers hang on a sentence: issues, commits, people, notes."""

import re
from functools import cache

from onering_cli.generation.reading.strand import GAP, Strand
from onering_cli.text.abbreviations import words_of

_COMMIT = r"\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,40}\b"
_REFERENCE = (
    rf"(?:\[?(?:[\w.-]{{1,60}}(?:/[\w.-]{{1,60}})?)?[#!]\d+\]?|\b(?:GH|bpo|gh|lp|cve)[-:]\d[\d-]*|@[\w-]+(?:\[bot\])?"
    rf"|{_COMMIT}|https?://\S{{1,200}}/(?:pull|issues?|commit|compare|merge_requests|tickets?)/[^\s()\[\]]*)"
)
_NUMBERED = r"\b(?:pull request|issue|pr|bug|ticket|commit|mr)s?\s?[#!]?\d+"
_DIGIT = re.compile(r"\d")
_DOUBLED = re.compile(r"(?<= ) +|(?<=[^.]\.)\.(?!\.)")
_CHANGE = re.compile(r"/(?:pull|issues?|commit|merge_requests|tickets?)/\w|[?&]id=\d")
_LEAD = (
    r"(?:(?:see|also|fix(?:e[sd])?|close[sd]?|resolve[sd]?|refs?|issues?|prs?|pull requests?|bugs?|by|in|from|via"
    r"|thanks|to|for|patch|reported|contributed|suggested|with|cc|and)\b[:.]?\s?){0,4}"
)
_BETWEEN = r"(?:\s?(?:[,;/&+]|and\b|by\b|in\b|thanks to\b|via\b|from\b|closes\b|fixes\b)){0,2}\s?"
_PERSON = r"(?-i:[A-Z])[\w.'’-]{0,30}(?: (?:(?:van|von|de|der|la) )?(?-i:[A-Z])[\w.'’-]{0,30}){1,3}"
_PEOPLE = rf"{_PERSON}(?:(?:, | and |, and | & ){_PERSON}){{0,5}}"
_ANY = rf"(?:{_REFERENCE}|{_NUMBERED})"
_MANY = rf"{_ANY}(?:{_BETWEEN}{_ANY}){{0,20}}"


def without_references(strand: Strand) -> Strand:
    """A line of folded text without what only points somewhere else."""
    text = strand.text
    if "[" in text:
        strand = strand.cut(_task_box()).cut(_note_marks())
    if "{" in text:
        strand = strand.rewrite(_placeholder(), lambda _: GAP).cut(_attributes())
    if text.startswith(("!!!", "???", ":::", "===")):
        strand = strand.cut(_admonition())
    if text.count(":") > 1:
        strand = strand.cut(_emoji_codes())
    if "@" in text or _DIGIT.search(text):
        strand = (
            strand.cut(_in_brackets())
            .cut(_last_words())
            .cut(_credits())
            .rewrite(_trailing(), _unless_governed)
            .cut(_leading())
        )
    return strand if strand.text is text and ".." not in text else strand.cut(_DOUBLED).strip()


def is_only_references(text: str) -> bool:
    """Whether a sentence only says where to look, as ``Fixes #12.`` does."""
    return ("@" in text or _DIGIT.search(text) is not None) and bool(_nothing_else().fullmatch(text))


def leads_to_change(address: str) -> bool:
    """Whether an address is that of a change: a pull request, an issue or a commit."""
    return _CHANGE.search(address) is not None


@cache
def _nothing_else() -> re.Pattern[str]:
    return re.compile(rf"\W{{0,3}}{_LEAD}{_MANY}[\W]{{0,3}}", re.IGNORECASE)


@cache
def _in_brackets() -> re.Pattern[str]:
    return re.compile(
        rf"\s?(?:\({_LEAD}(?:{_PEOPLE}[,;]? (?:in )?)?{_MANY}(?:[,;] [^()]{{0,80}})?\.?\)"
        rf"|\[{_LEAD}{_MANY}(?:[,;]? [^\[\]]{{0,80}})?\](?!\())",
        re.IGNORECASE,
    )


@cache
def _last_words() -> re.Pattern[str]:
    return re.compile(rf"(?<=[.!?])\s{_LEAD}{_MANY}\W{{0,2}}$", re.IGNORECASE)


@cache
def _credits() -> re.Pattern[str]:
    who = r"@[\w-]+(?:\[bot\])?"
    return re.compile(
        rf"(?:\s?[,;–—-])?\s(?:by|thanks to|thanks|via|contributed by|reported by|from) {who}"
        rf"(?:(?:, | and | ){who}){{0,20}}(?:\sin\s{_MANY})?(?=\W{{0,2}}$)",
        re.IGNORECASE,
    )


@cache
def _trailing() -> re.Pattern[str]:
    led = rf"(?:see|fixes|closes|refs?)\s{_ANY}"
    return re.compile(
        rf"(?:\s?[,;:–—-])?\s(?:{led}|(?:(?:in|for|via)\s)?{_REFERENCE})(?:(?:,\s?|\s){_REFERENCE}){{0,20}}(?=\.?$)",
        re.IGNORECASE,
    )


_GOVERNING = words_of(
    "a after an and as at before between by except from in into like of on or than that the to under with"
)


def _unless_governed(match: re.Match[str]) -> str:
    """A reference that the sentence is about stays: `reverts the change of #12`."""
    before = match.string[max(0, match.start() - 20) : match.start()].split()
    return match.group() if before and before[-1].lower() in _GOVERNING else ""


@cache
def _leading() -> re.Pattern[str]:
    numbered = r"(?:#\d+|(?:gh|GH|bpo)-\d+|[Ii]ssue #?\d+)"
    return re.compile(rf"^[\[(]?(?:{numbered}|{_COMMIT})[\])]?(?:\s?[:–—-]+\s|\s(?=[A-Z]))")


@cache
def _note_marks() -> re.Pattern[str]:
    return re.compile(
        r"\s?\[\^[^\]\s]{1,40}\]"
        r"|(?<=[.,;:!?\"'”’)])(?:\[(?:\d{1,3}|[a-z]|note \d+|nb \d+)\])+(?=[\s.,;:!?)\"”’]|$)"
        r"|(?<=[^\W_])(?:\[\d{1,3}\])+(?=[\s.,;:!?)\"”’]|$)"
        r"|\s?\[\s?\]|\s?\[(?:citation needed|edit|update|who\?|when\?|clarification needed|sic)\]"
    )


@cache
def _task_box() -> re.Pattern[str]:
    return re.compile(r"^\[[ xX~-]\]\s")


@cache
def _emoji_codes() -> re.Pattern[str]:
    return re.compile(r"(?<![\w:`/]):[a-z][a-z0-9_]{0,40}[a-z0-9]:(?![\w:`/])\s?")


@cache
def _placeholder() -> re.Pattern[str]:
    """What a site generator puts words or a figure in the place of."""
    return re.compile(r"\{%[^{}]{0,300}%\}|\{\{[^{}]{1,300}\}\}")


@cache
def _attributes() -> re.Pattern[str]:
    return re.compile(r"\s?\{[:.#][^{}]{0,200}\}")


@cache
def _admonition() -> re.Pattern[str]:
    """The line that opens a note or a tab in the Markdown of documentation tools."""
    return re.compile(
        r"^(?:(?:!!!|\?\?\?\+?)\s\w+(?:\s\"[^\"]*\")?|===!?\s\"[^\"]*\"|:::+\s?[\w-]*(?:\[[^\[\]]*\])?)\s?"
    )
