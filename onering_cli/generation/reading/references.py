"""The references that changelogs, wikis and papers hang on a sentence: issues, commits, people, notes."""

import re

from onering_cli.generation.reading.strand import Strand

REFERENCE = (
    r"(?:\[?(?:[\w.-]+/[\w.-]+)?#\d+\]?|\bGH-\d+|\b(?:bpo|gh|lp|deb|cve)[-:#]?\d[\d-]*|@[\w-]+(?:\[bot\])?|\b[0-9a-f]{7,40}\b"
    r"|https?://\S+/(?:pull|issues|commit|compare|merge_requests|tickets?|-)/\S*[\w/]|`[0-9a-f]{7,40}`"
    r"|(?:\b(?:pull request|issue|pr|bug|ticket|commit|mr)s?\s?[#!]?\d+))"
)
_LEADING_WORDS = r"(?:(?:see|also|fix(?:e[sd])?|close[sd]?|resolve[sd]?|refs?|issues?|prs?|pull requests?|bugs?|by|in|from|via|thanks|to|cf|for|patch|reported|contributed|suggested|with)\b[:.]?\s*)*"
_BETWEEN = r"(?:\s*(?:,|;|/|&|\+|and\b|by\b|in\b|thanks\b|to\b|via\b|from\b|closes\b|fixes\b)\s*|\s+)"
_IN_BRACKETS = re.compile(rf"\s*[(\[]\s*{_LEADING_WORDS}{REFERENCE}(?:{_BETWEEN}+{REFERENCE})*\s*[)\]]", re.IGNORECASE)
_CREDIT = re.compile(
    rf"(?:\s*[,;–—-])?\s+(?:by|thanks to|thanks|via|contributed by|reported by|from) @[\w-]+(?:\[bot\])?"
    rf"(?:(?:\s*,\s*|\s+and\s+|\s+)@[\w-]+(?:\[bot\])?)*(?:\s+in\s+{REFERENCE}(?:\s*(?:,|and)\s*{REFERENCE})*)?(?=\W*$)",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    rf"(?:\s*[,;:–—-])?\s+(?:(?:in|see|fixes|closes|refs?|for|via)\s+)?(?:{REFERENCE}(?:\s*,\s*|\s+)?)+(?=\.?$)",
    re.IGNORECASE,
)
_LEADING = re.compile(rf"^\[?(?:#\d+|GH-\d+|[0-9a-f]{{7,40}})\]?(?:\s*[:–—-]+\s+|\s+(?=[A-Z]))")
_NOTE_MARKS = re.compile(
    r"\s*\[\^[^\]\s]{1,40}\]|(?<=[.,;:!?\"'”’)\w])(?:\[(?:\d{1,3}|[a-z]|note \d+|nb \d+)\])+(?=[\s.,;:!?)\"”’]|$)"
    r"|\s?\[(?:citation needed|edit|update|who\?|when\?|clarification needed|dubious[^\]]{0,20}|sic)\]"
)
_TASK_BOX = re.compile(r"^\[[ xX~-]\]\s+")
_EMOJI_CODE = re.compile(r"(?<![\w:`/]):[a-z][a-z0-9_]*[a-z0-9]:(?![\w:`/])\s?")
_SHORTCODE = re.compile(
    r"\{%.{0,300}?%\}|\{\{[<%].{0,300}?[>%]\}\}|\{:[^{}]{0,200}\}|^!!!\s+\w+(?:\s+\"[^\"]*\")?\s*|^:::+\s*\w*\s*"
)


def without_references(strand: Strand) -> Strand:
    """A line of folded text without what only points somewhere else."""
    text = strand.text
    if "[" in text or text.startswith("["):
        strand = strand.cut(_TASK_BOX).cut(_NOTE_MARKS)
    if "{" in text or text.startswith(("!!!", ":::")):
        strand = strand.cut(_SHORTCODE)
    if text.count(":") > 1:
        strand = strand.cut(_EMOJI_CODE)
    if any(mark in text for mark in "#@(["):
        strand = strand.cut(_IN_BRACKETS).cut(_CREDIT).cut(_TRAILING)
    return strand.cut(_LEADING).strip()
