"""What surrounds prose without being any: notices, bylines, buttons, tables of contents."""

import re
from functools import cache

from onering_cli.generation.reading.references import is_only_references
from onering_cli.text.abbreviations import words_of

_NOTICE_CHARS = 260
_LABEL_WORDS = 2
_LABELLED_WORDS = 6
_BUTTON_WORDS = 9
_COUNTED_WORDS = 2
_DATELINE_CHARS = 120
_HEADING_CHARS = 60

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")

_DIGIT = re.compile(r"\d")


def _phrases(text: str) -> frozenset[str]:
    return frozenset(phrase.strip() for phrase in text.replace("\n", " ").split("|"))


_SECTIONS = _phrases("""
    license|licence|licensing|the license|license and copyright|copyright|copyright notice|copyright and license
    |legal|license information|disclaimer|legal notice|contents|table of contents|toc|on this page|in this article
    |navigation|contributors|our contributors|all contributors|sponsors|our sponsors|backers|our backers
    |sponsors and backers|gold sponsors|silver sponsors|stargazers|star history|stargazers over time|references
    |bibliography|works cited|citation|citations|citing|citing us|how to cite|footnotes|notes and references
    |see also|external links|related posts|further reading|related articles|related projects|related reading
    |related links|related|share|share this|comments|leave a comment|leave a reply|badges|project links|links
    |useful links|new contributors|full changelog|tags|categories|read more|read next|you may also like
    |you might also like|about the author|about the authors|code of conduct|indices and tables|author|authors
    |maintainers|credits and license|more from this author|recommended
""")

_BUTTON_STARTS = words_of("""
    accept advertisement allow archive back buy close collapse comment comments contact continue copy cookie decline
    dismiss donate download edit email expand follow go hide home index join keep learn leave like load loading log
    login logout manage menu more navigation newer next older open pin prev previous print privacy read register
    reject related report reply return rss save search see share show sign signup sitemap skip sponsored star submit
    subscribe suggest tags toc toggle top tweet unsubscribe up view watch
""")
_BUTTON_REST = words_of("""
    a about abuse account all an and an article articles as at best blog bug by changes clipboard code comment
    comments contents conversation cookie cookies contact contact-us day details document done edit edits email
    essential everything facebook feed file for free friend friends full github gitlab hacker here history home in
    index ios issue later latest less link linkedin list mail mailing main mastodon me menu month more my necessary
    navigation new news newsletter next now number of on only open option options or our out page pages pdf pin
    pinterest pocket policy post posts preferences previous privacy product profile project reader reading reddit
    release releases replies reply reply report repository rest results rss section see service services settings
    share sidebar site slack social source story svg table terms that the theme this thread to top tour twitter up
    update updates us use via video view we week weekly whatsapp with wiki x your youtube account's content bluesky
    telegram discord
""")
_LABELS = words_of("""
    author authors bugs categories category changelog code contact copyright credits date demo discord distribution
    docs documentation download downloads email e-mail filed github gitlab homepage issues keywords licence license
    maintainer maintainers modified pypi posted published release released repo repository revision revised slack
    source status support tag tags topics twitter updated url urgency version versions web website written
    translator translators editor editors
""")
_RIGHTS_WORDS = words_of(
    "copyright copyrighted license licensed licence licenced licences licenses trademark rights reserved c"
)
_LICENCE_WORDS = words_of(
    "copy copying event file licensed licenced permission redistribution redistributions software"
)
_BANNER_WORDS = words_of("""
    cookie cookies consent newsletter spam unsubscribe generated powered built made toc contributor contribution
    changelog all-contributors doctoc iphone ipad android outlook read min mins photo image illustration figure fig
    video javascript
""")
_DATELINE_STARTS = words_of("""
    by posted published written updated created edited last reviewed words released author patch fix bug reported
    contributed suggested found discovered implemented submitted requested fixed initial original based analysis
    developed
""")


def is_boilerplate_heading(heading: str) -> bool:
    """Whether what stands below a heading is not part of what a document has to say."""
    if len(heading) > _HEADING_CHARS:
        return False
    return " ".join(word for word in _WORD.findall(heading.casefold()) if not word.isdigit()) in _SECTIONS


def is_boilerplate(text: str) -> bool:
    """Whether a short block or sentence is a notice, a byline, a button or the like."""
    if len(text) > _NOTICE_CHARS:
        return bool(_licence_text().match(text))
    words = _WORD.findall(text.casefold())
    if not words:
        return True
    used = set(words)
    bare = text.strip(" \t*_|•·–—-→←↑↓«»<>[]")
    return (
        _is_button(words, text)
        or _is_labelled(words, text)
        or _is_dateline(words, bare)
        or (("©" in text or not used.isdisjoint(_RIGHTS_WORDS)) and bool(_rights().fullmatch(bare)))
        or (not used.isdisjoint(_LICENCE_WORDS) and bool(_licence_text().match(text)))
        or (not used.isdisjoint(_BANNER_WORDS) and bool(_banner().fullmatch(bare)))
        or (("/" in text or "@" in text) and bool(_address().fullmatch(text)))
        or is_only_references(text)
    )


def _is_button(words: list[str], text: str) -> bool:
    if words[0].isdigit():
        return len(words) == _COUNTED_WORDS and words[1] in _BUTTON_REST
    if len(words) > _BUTTON_WORDS or words[0] not in _BUTTON_STARTS or text.endswith((".", ":", "?")):
        return False
    return all(word in _BUTTON_REST or word in _BUTTON_STARTS or word.isdigit() for word in words[1:])


def _is_labelled(words: list[str], text: str) -> bool:
    """``Author: Jane Doe``, and the like."""
    label, colon, value = text.partition(":")
    if not colon or len(words) > _LABELLED_WORDS + 2 or text.endswith((".", "!", "?")):
        return False
    names = _WORD.findall(label.casefold())
    return (
        0 < len(names) <= _LABEL_WORDS
        and names[-1] in _LABELS
        and len(value.split()) <= _LABELLED_WORDS
        and bool(value.strip())
    )


def _is_dateline(words: list[str], text: str) -> bool:
    if len(text) > _DATELINE_CHARS:
        return False
    dated = _DIGIT.search(text) is not None
    return (dated and bool(_date().fullmatch(text))) or (
        words[0] in _DATELINE_STARTS and bool(_byline().fullmatch(text))
    )


_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_TIME = r"(?:[,T ]+(?:at\s+)?\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?\s*(?:[ap]\.?m\.?)?\s*(?:[A-Z]{1,4}|[+-]\d{2}:?\d{2})?)?"
_DATE = (
    rf"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?(?:\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH},?\s+\d{{4}}"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|{_MONTH}\s+\d{{4}}|\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}"
    rf"|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{2,4}}|\d{{4}}年\d{{1,2}}月\d{{1,2}}日){_TIME}"
)
# Names are capitalised: `By default it is off` names nobody.
_NAME = r"(?-i:[A-Z][\w.'’-]*(?:,?\s+(?:[A-Z][\w.'’-]*|and|&|de|der|van|von|la|bin)){0,9})"
_SEPARATOR = r"\s*(?:on\b|at\b|in\b|by\b|[,|·•/–—-])?\s*"


@cache
def _date() -> re.Pattern[str]:
    reading_time = r"(?:~|about |an? )?\d{1,3}[ -]min(?:ute)?s?\.?(?:[ -](?:read|to read).{0,10})?"
    return re.compile(
        rf"(?:{_DATE}|{reading_time})(?:{_SEPARATOR}(?:{_DATE}|{reading_time}|{_NAME}))?(?:\s*<[^<>]+>)?", re.IGNORECASE
    )


@cache
def _byline() -> re.Pattern[str]:
    done = r"(?:posted|published|written|updated|created|edited|reviewed|released|last[ -]\w+)"
    given = (
        r"(?:reported|contributed|suggested|found|discovered|implemented|submitted|requested|fixed|developed|provided)"
    )
    return re.compile(
        rf"{done}?(?:\s*(?:by|on|at|in))?:?\s*(?:{_NAME})?{_SEPARATOR}{_DATE}.{{0,40}}"
        rf"|(?:(?:initial|original|based on an?)\s)?(?:patch|fix|bug|analysis|{given})(?:\s{given})? by {_NAME}\.?"
        rf"|(?:(?:words|written|posted|published) )?by:? {_NAME}",
        re.IGNORECASE,
    )


@cache
def _rights() -> re.Pattern[str]:
    granted = r"(?:dual[ -])?(?:licen[cs]ed|released|distributed|available|covered|published|provided)"
    known = r"(?:licen[cs]e|apache|mit|bsd|gpl|mpl|creative commons|cc[ -]by|public domain)"
    return re.compile(
        r"(?:portions |all \w+ )?copyright\W{0,4}(?:(?:©|\(c\))\W*)?(?:\d{4}|by\b).*|(?:copyright )?©.*|\(c\) \d{4}.*"
        r"|.{0,100}\ball rights reserved\b.{0,60}"
        r"|(?:(?:this|the|it|its|all|unless|except)\b.{0,80}\b(?:is|are|otherwise)\s+)?"
        rf"{granted}\b.{{0,40}}\b(?:under|terms)\b.{{0,120}}{known}.*"
        r"|(?:the )?(?:mit|apache(?:[ -]2(?:\.0)?)?|bsd|gpl|isc|mpl|gnu[\w ]*)(?:[\w .,-]{0,24})licen[cs]e\b.{0,40}"
        r"|(?:(?:please )?(?:see|read)|refer to)\b.{0,40}\blicen[cs]e\b.{0,60}"
        r"|licen[cs]e[ds]?(?::|\s[–—-]).{0,80}"
        r"|.{0,60}\b(?:is|are) (?:a )?(?:registered )?trademarks?\b.{0,100}"
        r"|you (?:may|can) (?:obtain|find) a copy of the licen[cs]e.*",
        re.IGNORECASE,
    )


@cache
def _licence_text() -> re.Pattern[str]:
    """How the paragraphs of well-known licences begin."""
    return re.compile(
        r"(?:this file is part of|permission (?:is hereby granted|to use, copy)|redistributions? (?:and use|of|in)\b"
        r"|licen[cs]ed under the|unless required by applicable law|you should have received a copy"
        r"|(?:the|this) software is provided|copying and distribution of this file|in no event shall"
        r"|.{0,100}\bis (?:free software[;,:]? you|distributed in the hope)\b|.{0,100}\bwithout warranty of any kind)",
        re.IGNORECASE,
    )


@cache
def _banner() -> re.Pattern[str]:
    site = r"(?:we|this (?:web ?)?site|our (?:web ?)?site|\S+\.(?:com|org|net))"
    page = r"(?:this|the) (?:page|document|file|site|post|article|changelog|readme)"
    return re.compile(
        rf"{site}\b.{{0,60}}\b(?:uses?|using|stores?|sets?)\b.{{0,60}}\bcookies?\b.*"
        r"|by (?:continuing|using|clicking|closing)\b.{0,120}\b(?:cookies?|consent)\b.*"
        r"|(?:sign|subscribe|join|get)\b.{0,80}\bnewsletter\b.{0,40}|(?:no spam|unsubscribe (?:at )?any ?time).{0,60}"
        rf"|{page}\s+(?:was|is|has been)\s+(?:automatically |auto-?)?(?:generated|built|made|rendered|created)\b.*"
        r"|(?:auto-?|automatically )?(?:generated|powered) (?:by|with|using)\b[^,;:]{0,25}"
        r"|(?:please )?enable javascript.*|.{0,60}requires javascript.*"
        r"|full change ?log:?.*|.{0,40}made (?:their|his|her) first contribution.{0,80}|\[?_?toc_?\]?"
        r"|generated by doctoc.*|this project follows the all-contributors.*"
        r"|(?:sent|get outlook) (?:from|for) .{0,30}|(?:~|about |an? )?\d{1,3}[ -]min(?:ute)?s?\.?[ -]read\W*"
        r"|(?:photo|image|illustration|video|figure|fig)s?\.?\s?(?:(?:credit|by|via|courtesy)\b|\d+\s?[:.]).{0,120}",
        re.IGNORECASE,
    )


@cache
def _address() -> re.Pattern[str]:
    named = r"(?:(?:[\w-]+ ?){0,3}:\s*|(?-i:(?:[A-Z][\w.'’-]* ){1,4})<?)?"
    return re.compile(
        rf"\W*{named}(?:(?:https?|ftp|mailto|git|ssh)[:@]\S+|www\.\S+|[\w.+-]+@[\w-]+\.[\w.-]+)\W*", re.IGNORECASE
    )


_CODE_ENDS = (";", "{", "}", "\\")
_CODE_LIKE = re.compile(r"(?:[$>#%]|>>>)\s+\S|[\w.]+\([^()]*\)$|[\w./-]+\s*=\s*\S+$|(?:--?[\w-]+[ ,=]*)+$|\S+/\S*$")


def is_no_prose(text: str) -> bool:
    """Whether a line consists of code, rules or marks rather than words."""
    if text.startswith("[") and text.endswith("]"):
        return True
    letters = sum(map(str.isalpha, text))
    if letters < 2 or letters * 3 < len(text) - text.count(" "):  # noqa: PLR2004 - one letter is no word
        return True
    return text.endswith(_CODE_ENDS) or text.count("|") > 2 or bool(_CODE_LIKE.match(text))  # noqa: PLR2004 - a row
