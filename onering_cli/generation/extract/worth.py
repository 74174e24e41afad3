"""What a sentence is worth to a reader who does not have the document before them."""

import re

# Sections that every document of their kind has and nobody shares, and those that say what the document is about.
_BOILERPLATE_HEADING = re.compile(
    r"^(?:\W|\d+[.)]?\s)*(?:licen[sc]e|licensing|copyright|contribut\w*|how to contribute|credits?|acknowledge?ments?|thanks|"
    r"special thanks|authors?|maintainers?|contact|sponsors?|backers|funding|donat\w+|table of contents|contents|toc|"
    r"references|bibliography|footnotes|notes and references|see also|further reading|external links|links|related\b.*|"
    r"citation|citing\b.*|how to cite|badges|new contributors|full changelog|support(?: us)?|get(?:ting)? help|"
    r"code of conduct|security policy|reporting (?:bugs|issues).*|bug reports|community|stay in touch|star history|"
    r"repobeats|about the author.*|disclaimer|warranty|trademarks?|lizenz|danksagung|licence|remerciements|licencia|"
    r"sphinx|downloads?|mailing lists?|who uses\b.*|who['’]s using\b.*|used by|testimonials|other languages)(?:\W|$)",
    re.IGNORECASE,
)
_WORKSHOP_HEADING = re.compile(
    r"\b(?:install(?:ation|ing)?|set-?up|requirements?|prerequisites?|dependencies|build(?:ing)?|compil(?:e|ing)|"
    r"develop(?:ment|ing)|test(?:s|ing)?|ci|internal\w*|chores?|maintenance|packaging|refactor\w*|docs|documentation|"
    r"troubleshooting|faq|changelog|release notes|upgrading|deprecat\w+|known issues|configuration|api(?: reference)?|"
    r"options|parameters|arguments|command[- ]line|examples?|usage)\b",
    re.IGNORECASE,
)
_MENDING_HEADING = re.compile(r"\b(?:bug ?)?fix(?:e[sd])?\b|\bbugs?\b", re.IGNORECASE)
_POINTED_HEADING = re.compile(
    r"\b(?:highlights?|why|features?|new|added|key|overview|summary|tl;?dr|security|performance|breaking|results?|findings|"
    r"lessons?|conclusions?|takeaways?|motivation|rationale|philosophy|principles|goals?|benefits|advantages)\b",
    re.IGNORECASE,
)

_ELSEWHERE = re.compile(
    r"\b(?:(?:see|refer to|consult|check(?: out)?|visit)\s+[^.]{0,40}\b(?:below|above|section|chapter|appendix|here)\b"
    r"|[,;:] (?:please )?(?:see|read|refer to|consult|visit|check(?: out)?) [^,;]{1,60}(?=\.$)|^for (?:more|further|details)\b"
    r"|^(?:please )?(?:see|read|refer to|consult|visit|check out|look at|have a look at|browse) (?:the|our|these|this)\b"
    r"[^,;]{0,60}\b(?:docs?|documentation|guides?|manual|page|wiki|posts?|announcement|website|repository|tutorial|readme|"
    r"changelog|guidelines|reference|faq|issues?|examples?|list|links?|file|article|instructions|notes)\b"
    r"|(?:above|following|previous|preceding|next|last|first)\s+(?:sections?|chapters?|examples?|tables?|figures?|code|lists?|"
    r"diagrams?|snippets?|commands?|paragraphs?|listings?|sub-?sections?|pages?|screenshots?|pictures?|images?|links?|"
    r"lines?|options)"
    r"|(?:sections?|chapters?|examples?|tables?|figures?|code|lists?|diagrams?|snippets?|commands?|listings?|notes?|"
    r"instructions|links?|screenshots?|image|illustration)\s+(?:above|below)"
    r"|(?:figure|fig\.|table|listing|appendix|chapter)\s+[\dA-Z](?:[.\d-]+)?\b|section\s+\d"
    r"|(?:shown|listed|described|mentioned|discussed|explained|noted|outlined|defined|seen|given|used|documented|covered|"
    r"found)\s+(?:above|below|earlier|here|previously|in (?:the )?(?:previous|next|following|last))"
    r"|as (?:above|below|follows|we (?:saw|have seen|['’]ve seen|will see|['’]ll see))|the following\b|click here|"
    r"right[- ]click|this (?:link|button)|let['’]s (?:look|see|take a look|start|begin|discuss|explore|go (?:over|through))|"
    r"(?:we['’]ll|we will|i['’]ll|i will) (?:\w+ )?(?:see|look at|cover|discuss|show|explain|walk|explore|talk about|introduce|"
    r"describe|get to|come back|return)\b|for (?:more|further) (?:information|details?)|"
    r"for an? (?:complete|full|detailed)\b[^.]{0,40}\b(?:see|list|documentation)|"
    r"(?:siehe|vgl\.) (?:oben|unten|abschnitt|abbildung|tabelle|kapitel)|(?:voir|cf\.) (?:ci-dessus|ci-dessous|figure)|"
    r"ci-dessous|ci-dessus|como se muestra|véase)\b"
    r"|\b(?:above|below|(?:available|found|listed|live|hosted|more|is|are|it|them|see) here)\s*[.:)]*$|^here\b|^(?:see|cf\.?|compare)\b",
    re.IGNORECASE,
)
_ABOUT_ITSELF = re.compile(
    r"\b(?:(?:in )?this (?:article|post|blog post|document|page|section|chapter|readme|file|guide|tutorial|book|essay|paper|"
    r"talk|series|newsletter|issue|list|table|appendix|episode|manual|note)\b|the (?:rest|remainder) of (?:this|the)\b|"
    r"(?:earlier|later) in (?:this|the)\b|part (?:one|two|three|1|2|3) of|work in progress|under construction)",
    re.IGNORECASE,
)
_ROUNDS_UP = re.compile(
    r"^(?:and )?(?:(?:many|various|some|several|lots of|a few|numerous)\s+)?(?:other|various|misc\w*|minor|small|assorted|"
    r"general)\b[^.]{0,60}\b(?:fix(?:es)?|improvements?|clean-?ups?|changes|tweaks|updates|bugs?|refactorings?)\b|"
    r"\betc\.*$|^bump\b|^(?:update|upgrade) (?:dependenc|deps)|\bdependabot\b|^merge (?:pull request|branch)",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"\bis (?:an?|the) (?:\w+ ){0,4}(?:writer|journalist|reporter|columnist|editor|author|engineer|developer|professor|"
    r"consultant|freelancer|designer|founder|correspondent)\b[^.]{0,40}\b(?:at|based|living|lives|who|for|in|from|and|of)\b"
    r"|\bfollow (?:him|her|them|me|us|@)|\bsubscribe\b|\bsign up (?:for|to) (?:our|the|my) newsletter|\bnewsletter\b"
    r"|^(?:share|tweet|photo|image|picture|credit|source|tags?|filed under|posted|published|updated|last updated|advertisement|"
    r"read more|related|originally published|reading time|comments?|author|by)\b\s*[:|]"
    r"|\b\d+ min(?:ute)?s? read\b|\ball rights reserved\b|©|\(c\) \d{4}|\bcopyright\b|\blicen[sc]ed under\b|\bcookies? policy\b"
    r"|\breleased under the\b|\bdistributed under\b|^(?:skip to|back to top|table of contents|edit this page)"
    r"|\bbadge\b|\bbuild status\b|\bpull requests? (?:are )?welcome\b|\bopen an issue\b|\bCLA\b|"
    r"^(?:tip|note|warning|caution|important|danger)s?[.:!]?$",
    re.IGNORECASE,
)
_CODE_CHARACTERS = re.compile(r"[{}\[\]<>=|\\$;_/#*`~^]|::|\b\w+\(\)|(?<![\w-])--?\w+")
_MARKUP_LEFT = re.compile(
    r"``|::|\|\w[\w -]*\||\bcode-?block\b|^\.\. |`[^`]+<[^>]+>`|^\*\*[^*]+\*\*$|^[=~^*#+-]{3,}|!\[|\]\(|<\w+[ />]|\{[%{]"
)
_ADDRESS = re.compile(r"https?://|www\.|\b[\w.+-]+@[\w-]+\.\w")
_TERMINAL = re.compile(r"[.!?…。！？．؟।॥۔។။፡።][\"'”’»)\]」』）]*$|[\U0001F300-\U0001FAFF\u2600-\u27bf]\ufe0f?$")  # noqa: RUF001 - full stops of other scripts
_QUESTION = re.compile(r"[?？؟][\"'”’»)\]」』]*$")  # noqa: RUF001 - question marks of other scripts
_SETS_UP = re.compile(
    r"\b(?:two|three|four|five|six|several|some|a few|many|these|the) (?:\w+ ){0,2}(?:reasons|ways|things|problems|steps|"
    r"options|kinds|types|parts|cases|approaches|rules|examples|categories|exceptions|questions|points|choices|forms|modes|"
    r"ideas|principles|requirements|goals|features|benefits|advantages|changes|variants|levels|stages|phases|methods)"
    r"(?: to [^.]*| of [^.]*| in [^.]*| for [^.]*)?[.:]$|\b(?:here is|here['’]s|like so|like this|for example|as follows|such as|"
    r"namely|including|e\.g|the answer|the reason|one (?:reason|example|problem))[.:]?$",
    re.IGNORECASE,
)
_HEDGED = re.compile(
    r"^(?:i (?:think|guess|suppose|believe|hope|wonder|digress|am not sure)|perhaps|maybe|in my opinion|to be honest|"
    r"of course|admittedly|granted|obviously|as (?:you|we) (?:know|can see)|thanks to everyone|thank you|"
    r"(?:we|i) (?:would like to|['’]d like to|want to) thank)\b",
    re.IGNORECASE,
)

_CAPTION = re.compile(r"^(?:an? )?[A-Z][a-z]+ing (?!(?:is|was|can|has)\b)(?:[^\s,]+ ){0,8}[^\s,]+\.?$")

_LEAST_LETTERS_SHARE = 0.6
_MOST_CODE_SHARE = 0.08
_SHORT_WORDS = 5
_LONG_WORDS = 42


def worth_of_heading(headings: tuple[str, ...]) -> float:
    """How much the section under `headings` matters: 0.1 for a licence, 0.5 for how to build, 1.1 for why."""
    if any(_BOILERPLATE_HEADING.match(heading) for heading in headings):
        return 0.1
    inner = headings[-1] if headings else ""
    if _POINTED_HEADING.search(inner):
        return 1.1
    if _MENDING_HEADING.search(inner):
        return 0.85
    return 0.5 if _WORKSHOP_HEADING.search(inner) else 1.0


def is_usable(text: str) -> bool:
    """Whether a sentence can stand in a post at all: it is prose and does not point at a figure or a place on the page."""
    letters = sum(character.isalnum() or character.isspace() for character in text)
    code = sum(len(match) for match in _CODE_CHARACTERS.findall(text))
    return (
        letters >= _LEAST_LETTERS_SHARE * len(text)
        and code <= max(3, 2 * _MOST_CODE_SHARE * len(text))
        and not _MARKUP_LEFT.search(text)
        and not _ELSEWHERE.search(text)
        and not _FURNITURE.search(text)
    )


def worth_of_text(text: str, *, loose: bool) -> float:
    """How much the form of a sentence speaks for it, around 1.0; `loose` where fragments are the custom, as in lists."""
    words = text.split()
    worth = 1.0
    if _ABOUT_ITSELF.search(text):
        worth *= 0.25
    if _ROUNDS_UP.search(text):
        worth *= 0.25
    if _HEDGED.match(text):
        worth *= 0.7
    if _ADDRESS.search(text):
        worth *= 0.5
    code = sum(len(match) for match in _CODE_CHARACTERS.findall(text))
    if code > _MOST_CODE_SHARE * len(text):
        worth *= 0.6
    if not loose and (not is_whole(text) or _CAPTION.match(text)):
        worth *= 0.25
    if is_question(text):
        worth *= 0.7
    if len(words) > _LONG_WORDS:
        worth *= 0.85
    elif len(words) < _SHORT_WORDS and " " in text and not loose:
        worth *= 0.7
    if re.search(r"(?<![\w.])\d+(?:[.,]\d+)?(?!\w)|[$€£%]", text):
        worth *= 1.12
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
