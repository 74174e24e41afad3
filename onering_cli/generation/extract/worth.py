"""What a sentence is worth to a reader who does not have the document before them."""

import re

from onering_cli.generation.phrases import phrases

_PARTS = {
    "PLACE": "sections? | chapters? | sub-?sections? | pages? | paragraphs? | appendix | appendices",
    "EXHIBIT": r"""
        examples? | tables? | figures? | code | lists? | diagrams? | snippets? | commands? | listings? | screenshots?
        pictures? | images? | links? | lines? | options | notes? | instructions | illustrations?""",
    "DOCUMENT": r"""
        docs? | documentation | guides? | manual | page | wiki | posts? | announcement | website | repository | tutorial
        readme | changelog | guidelines | reference | faq | issues? | examples? | list | links? | file | article
        instructions | notes""",
    "GO_TO": "see | refer to | consult | visit | check(?: out)?",
    "SHOWN": r"""
        shown | listed | described | mentioned | discussed | explained | noted | outlined | defined | seen | given
        used | documented | covered | found""",
    "TELL": r"""
        see | look at | cover | discuss | show | explain | walk | explore | talk about | introduce | describe | get to
        come back | return""",
    "TRADE": r"""
        writer | journalist | reporter | columnist | editor | author | engineer | developer | professor | consultant
        freelancer | designer | founder | correspondent""",
    "AFTER": "(?: (?:to|of|in|for) [^.]*)",
    "THINGS": r"""
        reasons | ways | things | problems | steps | options | kinds | types | parts | cases | approaches | rules
        examples | categories | exceptions | questions | points | choices | forms | modes | ideas | principles
        requirements | goals | features | benefits | advantages | changes | variants | levels | stages | phases
        methods""",
}
# A sentence that sends the reader to another place on the page, or promises what only the page keeps.
_ELSEWHERE = phrases(
    r"""
    \b(?:GO_TO) [^.]{0,40}\b(?:below|above|here|PLACE)\b
    \b(?:above|following|previous|preceding|next|last|first) (?:PLACE|EXHIBIT)\b
    \b(?:PLACE|EXHIBIT) (?:above|below)\b | \bthe above \w | \bthe \w+ (?:above|below)\b(?! (?:the|an?|all)\b)
    \b(?:figure|fig\.|table|listing|appendix|chapter) [\dA-Z](?:[.\d-]+)?\b | \bsection \d
    \b(?:SHOWN) (?:above|below|earlier|here|previously|in (?:the )?(?:previous|next|following|last))\b
    \bas (?:above|below|follows)\b | \bas we (?:saw|have seen|['’]ve seen|will see|['’]ll see)\b
    \bas \w+ (?:above|below|earlier|before)\b | \bthe following\b | \baforementioned\b
    \bclick here\b | \bright[- ]click\b | \bthis (?:link|button)\b | \bcontinue reading\b | \bread on\b
    \b(?:you can|to) (?:read|find|learn|see) (?:more|out more|further)\b
    \bfor (?:more|further) (?:information|details?)\b
    \bfor an? (?:complete|full|detailed)\b[^.]{0,40}\b(?:see|list|documentation)\b
    \bfor (?:an? )?more (?:complete|detailed|thorough)\b | \b(?:may|can|should|please|must) (?:also )?refer to\b
    \bis (?:left )?blank\b
    \blet['’]s (?:look|see|take a look|start|begin|discuss|explore|go (?:over|through))\b
    \b(?:dive|jump) (?:right )?in\b | \b(?:we['’]ll|we will|i['’]ll|i will) (?:\w+ )?(?:TELL)\b
    \b(?:siehe|vgl\.) (?:oben|unten|abschnitt|abbildung|tabelle|kapitel)\b | \b(?:voir|cf\.) figure\b
    \bci-dessous\b | \bci-dessus\b | \bcomo se muestra\b | \bvéase\b
    ^(?:please )?(?:GO_TO|read|look at|have a look at|browse) (?:the|our|these|this)\b[^,;]{0,60}\b(?:DOCUMENT)\b
    ^(?:for (?:more|further|details)|(?:learn|read|find out) more|here|see|cf|compare)\b
    [,;:] (?:please )?(?:GO_TO|read) [^,;]{1,60}\.$
    \b(?:above|below|(?:available|found|listed|live|hosted|more|is|are|it|them|see) here)\s*[.:)]*$
    """,
    _PARTS,
)
# One of these is in whatever the pattern above finds; looking for them first is ten times as fast.
_POINTING_CUES = phrases(
    """
    see | refer | consult | check | visit | read | below | above | here | aforementioned | follow | previous | preceding
    next | last | first | fig | table | listing | appendix | chapter | section | earlier | before | dive | jump | 'll
    blank
    ’ll | let's | let’s | learn | find | will | click | link | button | more | further | for a | details | look | browse
    cf | siehe | vgl | voir | ci-de | como | véase | compare
    """
)
_ABOUT_ITSELF = phrases(
    r"""
    (?:in )?this (?:article|(?:blog )?post|document|page|section|chapter|readme|file|guide|tutorial|book|essay|paper)
    (?:in )?this (?:talk|series|newsletter|issue|list|table|appendix|episode|manual|note)
    the (?:rest|remainder) of (?:this|the) | (?:earlier|later) in (?:this|the) | part (?:one|two|three|1|2|3) of
    work in progress | under construction
    an? (?:brief|short|quick) (?:overview|introduction|summary|description)(?:,| of)
    """,
    before=r"\b",
    after=r"\b",
)
# What stands on a page around its prose: authors, newsletters, licences, captions.
_FURNITURE = phrases(
    r"""
    \bis (?:an?|the) (?:\w+ ){0,4}(?:TRADE)\b[^.]{0,40}\b(?:at|based|living|lives|who|for|in|from|and|of)\b
    \bfollow (?:him|her|them|me|us|@) | \bsubscribe\b | \bsign up (?:for|to) (?:our|the|my) newsletter | \bnewsletter\b
    ^(?:share|tweet|photo|image|picture|credit|source|tags?|filed under|posted|published|(?:last )?updated) *[:|]
    ^(?:advertisement|read more|related|originally published|reading time|comments?|author|by) *[:|]
    \b\d+ min(?:ute)?s? read\b | \ball rights reserved\b | © | \(c\) \d{4} | \bcopyright\b | \bcookies? policy\b
    \b(?:licen[sc]ed|released|distributed) under (?:the|a)\b
    ^(?:skip to|back to top|table of contents|edit this page) | \bbadge\b | \bbuild status\b
    \bpull requests? (?:are )?welcome\b | \bopen an issue\b | \bCLA\b | \btidelift\b
    \bsponsor(?:s|ed|ing|ship)?\b | \bdonat(?:e|ions?)\b | \bcode of conduct\b | ^\w+(?:Error|Exception|Warning):\s
    ^(?:tip|note|warning|caution|important|danger)s?[.:!]?$
    """,
    _PARTS,
)
_HOUSEKEEPING = phrases(
    r"""
    issue tracker | bug reports? | (?:file|report|submit) (?:them|bugs?|an issue|issues) | mailing[- ]list | on pypi
    can be found (?:on|at|in|here) | under (?:the |an? )?[\w. -]{2,30} licen[sc]e | licen[sc]ed (?:code|under)
    on (?:irc|discord|slack|gitter|matrix) | join (?:us|the|our) (?:on|discussion|community) | github discussions
    contributions? (?:are|is) | welcomes? (?:your|contributions?) | (?:reference )?documentation at
    (?:pip3?|pipx|npm|npx|yarn|pnpm|brew|apt|apt-get|dnf|yum|cargo|gem|conda|go|choco|make|snap|composer) install
    git clone | documentation is (?:available|hosted) | supports? python \d | requires python
    """,
    before=r"\b",
    after=r"\b",
)
_ROUNDS_UP = phrases(
    r"""
    ^(?:and )?(?:(?:many|various|some|several|lots of|a few) )?(?:OTHER)\b[^.]{0,60}\b(?:CHANGES)\b | \betc\.*$
    ^(?:(?:bug|code|test|docs?|documentation|build|minor|misc\w*|internal|l10n|translations?) ?){1,3}(?:CHORES)?\W*$
    ^(?:ci|chores?|tests?|docs?|build|style|refactor|lint)(?:\([^()]*\))?:
    ^same as\b | ^see also\b | ^bump\b | ^(?:update|upgrade) (?:dependenc|deps) | \bdependabot\b
    ^merge (?:pull request|branch)
    """,
    {
        "OTHER": r"other | various | misc\w* | minor | small | assorted | general",
        "CHORES": "fix(?:es)? | clean-?ups? | modernizations? | updates? | improvements? | changes | refactorings?",
        "CHANGES": "fix(?:es)? | improvements? | clean-?ups? | changes | tweaks | updates | bugs? | refactorings?",
    },
)
_BREAKS_OFF = phrases(
    r"e\.g | i\.e | such as | like | namely | for (?:example|instance) | z\.B", before=r"\b", after="[.,:]*$"
)
_SETS_UP = phrases(
    r"""
    \b(?:two|three|four|five|six|several|some|a few|many|these|the) (?:\w+ ){0,2}(?:THINGS)AFTER?[.:]$
    \b(?:here is|here['’]s|like so|like this|for example|as follows|such as|namely|including|e\.g|the answer)[.:]?$
    \b(?:the reason|one (?:reason|example|problem))[.:]?$
    ^(?:\w+ )?(?:we|i) (?:measured|tested|tried|checked|asked|counted) (?:this|that|it|both|them)\b[^.]{0,60}[.:]$
    """,
    _PARTS,
)
_HEDGED = phrases(
    r"""
    i (?:think|guess|suppose|believe|hope|wonder|digress|am not sure) | perhaps | maybe | in my opinion
    to be honest | of course | admittedly | granted | obviously | as (?:you|we) (?:know|can see)
    thanks to everyone | thank you | (?:we|i) (?:would like to|['’]d like to|want to) thank
    """,
    before="^",
    after=r"\b",
)
_STEP = phrases(
    r"now,? (?:we|you|let['’]s|i|your) | (?:next|first|then|finally),? (?:we|you|let['’]s|i)", before="^", after=r"\b"
)
_CODE_CHARACTERS = re.compile(r"[{}\[\]<>=|\\$;_/#*`~^]|::|\b\w+\(\)|(?<![\w-])--?\w+")
_MARKUP_LEFT = re.compile(
    r"``|::|\|\w[\w -]*\||\bcode-?block\b|^\.\. |`[^`]+<[^>]+>`|"
    r"^\*\*[^*]+\*\*$|^[=~^*#+-]{3,}|!\[|\]\(|<\w+[ />]|\{[%{]"
)
_ADDRESS = re.compile(r"https?://|www\.|\b[\w.+-]+@[\w-]+\.\w")
_TERMINAL = re.compile("[.!?…。！？．؟।॥۔။።፡][\"'”’»)\\]」』）]*$|[\U0001f300-\U0001faff\u2600-\u27bf]\ufe0f?$")
_QUESTION = re.compile("[?？؟][\"'”’»)\\]」』]*$")
_CAPTION = re.compile(r"^(?:an? )?[A-Z][a-z]+ing (?!(?:is|was|can|has)\b)(?:[^\s,]+ ){0,8}[^\s,]+\.?$")
_FIGURE = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)?(?!\w)|[$€£%]")

_LEAST_LETTERS_SHARE = 0.6
_MUCH_CODE_SHARE = 0.08
_MOST_CODE_SHARE = 0.16
_CODE_ALLOWANCE_CHARACTERS = 3
_SHORT_WORDS = 5
_LONG_WORDS = 42

# What each finding does to a sentence's worth.
_FACTORS = (
    (_ABOUT_ITSELF, 0.25),
    (_ROUNDS_UP, 0.25),
    (_HOUSEKEEPING, 0.25),
    (_HEDGED, 0.7),
    (_STEP, 0.4),
    (_ADDRESS, 0.5),
    (_QUESTION, 0.7),
    (_FIGURE, 1.12),
)


def is_usable(text: str) -> bool:
    """Whether a sentence can stand in a post at all: it is prose and sends nobody to another place on the page."""
    letters = sum(character.isalnum() or character.isspace() for character in text)
    return (
        letters >= _LEAST_LETTERS_SHARE * len(text)
        and _code_characters(text) <= max(_CODE_ALLOWANCE_CHARACTERS, _MOST_CODE_SHARE * len(text))
        and not _MARKUP_LEFT.search(text)
        and not (_POINTING_CUES.search(text) and _ELSEWHERE.search(text))
        and not _FURNITURE.search(text)
        and not _BREAKS_OFF.search(text)
    )


def worth_of_text(text: str, *, loose: bool) -> float:
    """How much the form of a sentence speaks for it, around 1.0; `loose` where fragments are the custom."""
    worth = _worth_of_length(len(text.split()), loose=loose)
    for finding, factor in _FACTORS:
        if finding.search(text):
            worth *= factor
    if _code_characters(text) > _MUCH_CODE_SHARE * len(text):
        worth *= 0.6
    if not loose and (not is_whole(text) or _CAPTION.match(text)):
        worth *= 0.25
    return worth


def is_whole(text: str) -> bool:
    """Whether a sentence ends as sentences do."""
    return _TERMINAL.search(text) is not None


def is_question(text: str) -> bool:
    """Whether a sentence asks."""
    return _QUESTION.search(text) is not None


def sets_up(text: str) -> bool:
    """Whether a sentence promises something that only the next one tells."""
    return is_question(text) or _SETS_UP.search(text) is not None


def _worth_of_length(words: int, *, loose: bool) -> float:
    if words == 1:  # a list's single word, or a script without spaces
        return 0.4 if loose else 1.0
    if words < _SHORT_WORDS:
        return 1.0 if loose else 0.7
    return 0.85 if words > _LONG_WORDS else 1.0


def _code_characters(text: str) -> int:
    return sum(len(match) for match in _CODE_CHARACTERS.findall(text))
