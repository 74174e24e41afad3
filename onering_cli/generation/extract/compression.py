"""The only changes the extractive writer makes to a sentence: what may be left out without changing what it says.

- Trailing references go: ``(#812)``, ``[bug introduced in 1.3]``, ``[4]``, ``by @name in https://…/pull/9``.
- An aside that only points elsewhere goes: ``(see below)``, ``(Figure 2)``.
- A label or a formula before the statement goes: ``Note:``, ``Note that``, ``Please note that``.
- A connective goes when its sentence opens a post: ``However,``, ``Also,``, ``But``; the next word is capitalised.
  So does the ``also`` of ``Type states are also an example``.
- Asides in brackets go from a sentence that is too heavy for a post with them.
- A sentence too heavy for a post is divided at a semicolon when either side is a sentence of its own.
"""

import re

from onering_cli.generation.extract.terms import is_common
from onering_cli.generation.references import dangling_opening

_REFERENCE = re.compile(
    r"\s*(?:\((?:(?:[\w.-]+/[\w.-]+)?#\d+|GH-\d+|[0-9a-f]{7,40}|PR \d+)(?:,\s*(?:[\w./-]*#\d+|GH-\d+|"
    r"[0-9a-f]{7,40}))*\)"
    r"|\((?:merge|commit|cherry picked from|backport of) [0-9a-f]{7,40}\b[^()]*\)"
    r"|\[(?:bugs? (?:introduced|present|fixed)[^\]]*|\d{1,3}|note \d+|citation needed|sic|#\d+)\]"
    r"|\sby @[\w-]+ in (?:https?://\S+/pull/\d+|#\d+)|\s(?:in|via) https?://\S+/(?:pull|issues)/\d+)(?=[\s.,;:!?]|$)",
    re.IGNORECASE,
)
_POINTING_ASIDE = re.compile(
    r"\s*[(\[](?:see|cf\.?|compare|as (?:shown|described|explained|noted|mentioned)|fig(?:ure|\.)|table|section|"
    r"chapter|"
    r"appendix|listing|more (?:on|about) (?:this|that)|details|siehe|voir|véase|vgl\.)\b[^()\[\]]{0,120}[)\]]",
    re.IGNORECASE,
)
_TWICE_ENDED = re.compile(r"(?<=[^.][.!?…])\s*\.$|(?<=[^\s.!?…])\s+\.$(?!\.)")  # where a reference stood between
_FORMULA = re.compile(
    r"(?:(?:important\s+)?(?:note|nb|n\.b\.|tip|info|important|hint|fyi|remark|caution|attention)\s*[:–—]\s+"
    r"|(?:please\s+)?(?:(?:also\s+)?note|be aware|keep in mind|bear in mind|remember|notice) that,?\s+"
    r"|it (?:is|['’]s) (?:also )?(?:worth|important to) (?:noting|mentioning|note|mention) that\s+"
    r"|it should (?:also )?be noted that\s+|needless to say,?\s+)",
    re.IGNORECASE,
)
# Only connectives whose absence leaves the statement as true as before: not "for example", "otherwise" or "instead".
_CONNECTIVES = {
    "en": (
        r"(?:however|also|moreover|furthermore|additionally|in addition|further|besides|therefore|thus|hence|so|then|"
        r"next|"
        r"consequently|accordingly|as a (?:result|consequence)|nevertheless|nonetheless|still|yet|meanwhile|"
        r"on the other hand|in (?:other words|contrast)|by contrast|conversely|similarly|likewise|that said|"
        r"(?:more|most) importantly|second(?:ly)?|third(?:ly)?|finally|lastly|in (?:fact|particular)|indeed|"
        r"specifically|"
        r"again|at the same time|after all|in turn|anyway|subsequently|now),\s+"
        r"|(?:but(?! for\b| not\b| then\b)|and(?! not\b| then\b))\s+"
        r"|(?:so|yet|also|thus|hence|therefore)\s+(?=(?:the|an?|if|when|we|you|i|every|there|any|people|most|your|"
        r"our|my)\b)"
    ),
    "de": (
        r"(?:aber|und|denn|doch)\s+(?=(?:der|die|das|ein|eine|wer|wenn|viele|alle|ich|wir)\b)"
        r"|(?:zum beispiel|kurz|erstens|zweitens|drittens|mehr noch|im gegenteil),?\s+(?=(?:der|die|das|ein|eine)\b)"
    ),
    "fr": (
        r"(?:cependant|toutefois|néanmoins|pourtant|donc|ainsi|de plus|en outre|par ailleurs|par conséquent|en effet|"
        r"en revanche|au contraire|puis|ensuite|enfin|d[’']ailleurs),\s+|(?:mais|et|or|car)\s+"
    ),
    "es": (
        r"(?:sin embargo|no obstante|además|también|por (?:lo )?tanto|por (?:eso|ello)|por consiguiente|así|entonces|"
        r"luego|después|en cambio|por otr[oa] (?:lado|parte)|asimismo|finalmente),\s+|(?:pero|y)\s+"
    ),
}
_ALSO = re.compile(
    r"^((?:[^\s,.;:()]+ ){1,4}(?:is|are|was|were|has|have|had|can|could|will|would|should|may|must)) also\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\s*\((?!\))[^()]{2,160}\)")
_DASHED_ASIDE = re.compile(r"\s+[–—]\s+(?:[^–—.!?;:]{3,90})\s+[–—]\s+")
_SEMICOLON = re.compile(r"(?<=[\w)\"”’']);\s+")
_PLAIN_WORD = re.compile(r"[^\W\d_]+(?=[\s,;:!?.’'-]|$)")
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|do|does|did|can|could|will|would|shall|should|may|might|must|isn['’]t|"
    r"aren['’]t|"
    r"doesn['’]t|don['’]t|can['’]t|won['’]t|need|needs|make|makes|made|take|takes|took|use|uses|keep|keeps|gives?|gave|"
    r"gets?|got|goes|go|went|comes?|came|means?|meant|says?|said|runs?|ran|works?|lets?|shows?|becomes?|became|holds?|"
    r"held|remains?|knows?|knew|sees?|saw|finds?|found|thinks?|thought|wants?|costs?|\w{3,}ed|ist|sind|war|waren|hat|"
    r"haben|wird|werden|kann|können|est|sont|était|ont|es|son|era|fue|hay|tiene|puede)\b",
    re.IGNORECASE,
)
_LEAST_WORDS = 4


def trimmed(text: str) -> str:
    """The sentence without trailing references, pointing asides, labels and formulas; "" when it was nothing else."""
    kept = text
    if any(mark in text for mark in "([@#") or "http" in text:
        kept = _POINTING_ASIDE.sub("", _REFERENCE.sub("", text)).strip()
        kept = _TWICE_ENDED.sub("", kept) if any(character.isalnum() for character in kept) else ""
    stated = _FORMULA.sub("", kept, count=1) if _FORMULA.match(kept) else kept
    if stated != kept:
        stated = capitalised(stated)
    return stated


def opened(text: str, language: str) -> str | None:
    """The sentence as it may open a post, without its connective; None when it leans on what stands before it."""
    pattern = _connective(language)
    connective = pattern.match(text) if pattern else None
    if connective:
        text = capitalised(text[connective.end() :])
    text = _ALSO.sub(r"\1", text, count=1)
    first = text.split(maxsplit=1)[0] if text else ""
    goes_on = first.islower() and is_common(first)
    return None if goes_on or text.startswith(("(", "[")) or dangling_opening(text, language) else text


def shortened(text: str) -> str:
    """The sentence without its asides in brackets and between dashes."""
    bare = _DASHED_ASIDE.sub(" ", _ASIDE.sub("", text))
    return re.sub(r"\s+([.,;:!?])", r"\1", " ".join(bare.split()))


def clauses(text: str) -> tuple[str, ...]:
    """The sentences that a sentence falls into at its semicolons; itself alone when they would not be whole."""
    parts = _SEMICOLON.split(text)
    if len(parts) == 1 or not all(_whole_clause(part) for part in parts):
        return (text,)
    ended = [part if number == len(parts) - 1 else f"{part}." for number, part in enumerate(parts)]
    return tuple(capitalised(part) for part in ended)


def capitalised(text: str) -> str:
    """The text with its first word capitalised, unless that word is a name or an identifier."""
    word = _PLAIN_WORD.match(text)
    return text[0].upper() + text[1:] if word and word[0].islower() else text


def _whole_clause(part: str) -> bool:
    first = part.split(maxsplit=1)[0].casefold() if part.split() else ""
    joined = first in {
        "and",
        "or",
        "but",
        "which",
        "who",
        "whereas",
        "while",
        "with",
        "und",
        "oder",
        "et",
        "ou",
        "y",
        "o",
    }
    return not joined and len(part.split()) >= _LEAST_WORDS and _FINITE.search(part) is not None


def _connective(language: str) -> re.Pattern[str] | None:
    written = _CONNECTIVES.get(language[:2].lower())
    return re.compile(written, re.IGNORECASE) if written else None
