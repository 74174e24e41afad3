"""White space, line ends and invisible characters, folded as a typesetter would."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cached_property

from onering_cli.generation.reading.strand import GAP, HARD_BREAK, Strand
from onering_cli.text.abbreviations import words_of

_COMPOUNDING = words_of("""
    all anti best bi build buy case close co command cross data de deep double drop dual easy end error ever event
    ex extra fail far fast file fine first five four free front full general good half hard heavy high host hot ill
    in inter key large last late left lightweight line load long low machine man many mid mini mis multi near never
    new no non off old on one open opt out over part peer plug point post pre pro quasi re read real right role rule
    run second self semi server short side single slow so state step sub super test third three time top trade two
    type ultra un under up user vice well wide word work world write zero
""")
"""First halves of compounds that keep their hyphen when a line ends behind it."""

_JOINERS = words_of("and or und oder et ou y o e ed en of to bis")
"""Words behind a hyphen that stands for a left-out second half: ``pre- and postfix``."""

_ESCAPES = r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b\x9c]{0,4096}(?:\x07|\x1b\\|\x9c)?|[ -/]*[0-~]?)"
_INVISIBLE = re.compile(
    # C0 and C1 controls that are no white space, soft hyphens, zero-width and bidi controls, and lone surrogates.
    rf"\u00ad[ \t]*\n[ \t]*|{_ESCAPES}|[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f"
    r"\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]+"
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SPACE = re.compile(r"\s{2,}|[^\S ]")
_LETTERS_LIMIT = 40
_HYPHENATED = re.compile(
    rf"(?<=[^\W\d_])(?P<hyphen>[-\u2010])[ \t]*\n[ \t]*(?=(?P<after>[^\W\d_]{{1,{_LETTERS_LIMIT}}}))"
)
_LAST_LETTERS = re.compile(r"[^\W\d_]+\Z")
_SPACELESS = re.compile(r"[\u3001-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff00-\uff65]")

_EMOJI_CODE = re.compile(r"(?<!\w):[a-z][a-z0-9_]*[a-z]:")
_ANCHOR = re.compile(r"\s*(?:-\*-.*-\*-|\{[#.:][^{}]*\}|[¶#§🔗]+|:)$")


class Vocabulary:
    """The words a document uses elsewhere, which tell whether a hyphen at a line's end belongs to the word."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = texts

    @cached_property
    def _uses(self) -> Counter[str]:
        return Counter(word.lower() for text in self._texts for word in _WORD.findall(text))

    def keeps_hyphen(self, before: str, after: str) -> bool:
        """Whether `before-after`, broken behind the hyphen, is a compound rather than one divided word."""
        if not after.islower() or len(before) == 1:
            return True
        first, second = before.lower(), after.lower()
        joined, compound = self._uses[first + second], self._uses[f"{first}-{second}"]
        if joined or compound:
            return compound >= joined
        # The two halves were counted once where the line ends; a further use shows that they are words.
        return first in _COMPOUNDING or (self._uses[first] > 1 and self._uses[second] > 1)


def fold(strand: Strand, vocabulary: Vocabulary) -> Strand:
    """One line of text: invisible characters gone, lines joined, every run of white space one space.

    Line breaks that the author asked for stay, as one `HARD_BREAK`.
    """
    if _INVISIBLE.search(strand.text):
        strand = strand.cut(_INVISIBLE)
    if "\n" in strand.text:
        strand = strand.rewrite(_HYPHENATED, lambda match: _join_halves(match, vocabulary))
    return strand.rewrite(_SPACE, _fold_space).strip()


def _join_halves(match: re.Match[str], vocabulary: Vocabulary) -> str:
    start = match.start()
    before = _LAST_LETTERS.search(match.string[max(0, start - _LETTERS_LIMIT) : start])
    hyphen, after = match["hyphen"], match["after"]
    if after in _JOINERS:
        return f"{hyphen} "
    return hyphen if before and vocabulary.keeps_hyphen(before.group(), after) else ""


def _fold_space(match: re.Match[str]) -> str:
    space = match.group()
    if HARD_BREAK in space:
        return HARD_BREAK
    if "\n" in space:
        text, (start, end) = match.string, match.span()
        if _SPACELESS.match(text[start - 1 : start]) and _SPACELESS.match(text[end : end + 1]):
            return ""
    return " "


def fold_heading(text: str) -> str:
    """A heading's words on one line, without anchors and attributes behind them."""
    text = _EMOJI_CODE.sub("", _INVISIBLE.sub("", text))
    return _ANCHOR.sub("", " ".join(text.replace(GAP, " ").split())).lstrip("§¶# ").strip()
