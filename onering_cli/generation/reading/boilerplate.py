"""What surrounds prose without being any: notices, bylines, buttons, tables of contents."""

import re

from onering_cli.generation.reading.references import REFERENCE

_SHORT_CHARS = 240
_BUTTON_CHARS = 60

_SECTIONS = re.compile(
    r"(?:\W|\d+\.)*(?:(?:the )?licen[cs](?:e|es|ing)(?: (?:and|&) (?:copyright|credits|attribution))?|copyright(?: notice)?"
    r"|(?:table of )?contents|toc|on this page|navigation|contributors(?: .)?|our (?:contributors|sponsors|backers)"
    r"|sponsors?|backers|sponsors? (?:and|&) backers|star history|stargazers(?: over time)?|references|bibliography"
    r"|works cited|citations?|citing(?: us)?|footnotes|see also|external links|further reading|related (?:posts|articles"
    r"|projects|reading|links)|share(?: this.{0,20})?|comments|leave a (?:comment|reply)|badges|project links|links"
    r"|new contributors|full changelog|tags|categories|read (?:more|next)|you (?:may|might) also like|about the authors?"
    r"|code of conduct|indices and tables)\W*",
    re.IGNORECASE,
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_DATE = (
    rf"(?:(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?(?:\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}"
    rf"\.?,?\s+\d{{2,4}}|{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|{_MONTH}\.?\s+\d{{4}}|\d{{4}}[-/.]\d{{1,2}}"
    rf"[-/.]\d{{1,2}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{2,4}}|\d{{4}}年\d{{1,2}}月\d{{1,2}}日)"
    r"(?:[,T ]+(?:at\s+)?\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?\s*(?:[ap]\.?m\.?)?\s*(?:Z|UTC|GMT|[A-Z]{2,4}|[+-]\d{2}:?\d{2})?)?)"
)
_NAME = r"[\w.'’-]+(?:\s+[\w.'’-]+){0,4}"

# Each tells a whole block or sentence, and only a short one.
_NOTICES = re.compile(
    "|".join(
        (
            # Rights and licences.
            r"(?:copyright|©|\(c\)).{0,20}(?:\b(?:19|20)\d\d\b|©|\(c\)|by\b).*",
            r".{0,80}\ball rights reserved\b.{0,60}",
            r"(?:this|the|it|its|all|unless|except|see|code|source|content|documentation|released|licen[cs]ed|distributed"
            r"|published|dual|available|[\w.-]+ is).{0,100}\b(?:licen[cs]ed|released|distributed|available|covered|published)"
            r"\b.{0,30}\b(?:under|terms)\b.{0,120}(?:licen[cs]e|apache|mit|bsd|gpl|mpl|creative commons|cc[ -]by|public domain).*",
            r"(?:mit|apache(?:[ -]2\.0)?|bsd|gpl|isc|mpl)(?:[\w .-]{0,20})licen[cs]e\b.{0,40}",
            r"(?:see|read)\b.{0,40}\blicen[cs]e\b.{0,60}",
            r"licen[cs]ed? ?[:–—-].{0,80}",
            r"(?:©|copyright).{0,60}",
            r"\w[\w ]{0,40}\bis a (?:registered )?trademark of\b.*",
            # Bylines and dates.
            rf"(?:posted|published|written|updated|created|edited|last[ -](?:updated|modified|edited|changed|revised))"
            rf"(?: (?:by|on|at|in))?:?\s*(?:{_NAME})?(?:\s*(?:on|,|at|[|·•–—-])\s*)?(?:{_DATE}).{{0,40}}",
            rf"(?:by|words by|written by|posted by|author)s?:? {_NAME}"
            rf"(?:\s*(?:,|on|[|·•–—-])\s*(?:{_DATE}|\d+ min(?:ute)?s?(?: read)?))*",
            rf"(?:{_DATE})(?:\s*(?:[|·•–—,-]|by)\s*.{{0,40}})?",
            r"(?:authors?|date|version|status|tags?|categor(?:y|ies)|keywords|filed under|topics?|posted in|release date"
            r"|release[ds]?|maintainers?|contact|e-?mail|home ?page|website|repository|source(?: code)?|documentation|docs"
            r"|issues|issue tracker|download|copyright|url|pypi|github|changelog|last[ -](?:updated|modified|changed|revised)"
            r"|revision|distributions?|urgency|demo|live demo|discord|slack|twitter|mailing list|bug (?:reports?|tracker)"
            rf")s?\s?:\s*(?:{_NAME}|\S*(?:://|@|\.\w)\S*|{_DATE}|v?\d[\w.+-]*|.{{0,30}})",
            r"(?:~|about |an? )?\d{1,3}[ -]min(?:ute)?s?\.?[ -](?:read(?:ing)?(?: time)?|to read)\W*",
            r"reading time.{0,30}",
            # Buttons, banners and what a page says about itself.
            r"(?:edit|view|improve|see|open) (?:this|the) (?:page|article|document|file|source|post)\b.{0,30}",
            r"(?:suggest (?:an edit|edits|changes)|report (?:an issue|a bug|abuse)|view (?:source|on github|page source"
            r"|history|comments?|all posts)|open in (?:\w+ ?){1,3})\W*",
            r"(?:share|tweet|pin|like|email|print|save|copy link|follow)(?: (?:this|it|us|me|on|via|to|with|by|post|page|article"
            r"|story|link|twitter|x|facebook|linkedin|reddit|mastodon|bluesky|whatsapp|pinterest|email|mail|friends"
            r"|your))*\W*",
            r"(?:we|this (?:web ?)?site|our (?:web ?)?site|by (?:continuing|using|clicking)).{0,120}\bcookies?\b.*",
            r"(?:accept|reject|allow|manage|decline)(?: (?:all|cookies?|settings|preferences|only|essential|necessary))*\W*",
            r"(?:subscribe|sign up|sign in|log ?in|register|join)(?: (?:to|for|now|here|today|up|our|my|the|us|via|with|rss|email"
            r"|weekly|free|newsletter|mailing list|feed|updates?|account|an?))*\W*",
            r"(?:enter|type) your e-?mail.{0,40}",
            r"(?:no spam|unsubscribe (?:at )?any ?time).{0,60}",
            r"(?:read|learn|show|see|view|load) (?:more|less|all|next)\W*(?:comments?|posts?|results?|articles?)?\W*",
            r"(?:continue reading|keep reading|click here|tap here|back to (?:the )?(?:top|home|contents|index|blog)|return to top"
            r"|go to top|skip to (?:main )?content|next(?: (?:post|page|article))?|prev(?:ious)?(?: (?:post|page|article))?|menu"
            r"|home|search|close|loading|advertisement|sponsored|related|comments?|\d+ comments?|no comments?(?: yet)?|leave a"
            r" (?:comment|reply)|tags|share|archive|about|contact|privacy(?: policy)?|terms(?: (?:of|and) \w+)*|cookie policy"
            r"|top|toc|table of contents|contents|index|up|print|pdf|rss)\W*",
            r"(?:photo|image|illustration|picture|video|credit|source)s?(?: (?:credit|by|via|courtesy of))?s?: .{0,80}",
            r"(?:photo|image|illustration)(?:graph)? (?:by|via|courtesy of) .{0,80}",
            r"(?:this (?:page|document|file|post|article) (?:was|is|has been) )?(?:automatically |auto-?)generated (?:by|with|from|on|using)\b.*",
            r"(?:this (?:page|document|file|site) was )?(?:built|made|powered|created|generated|rendered) (?:with|by|using)\b.{0,60}",
            r"full change ?log:?.*",
            r"(?:view|see) (?:the )?(?:full )?(?:change ?log|diff|release notes|compare)\b.{0,60}",
            r".{0,30}made (?:their|his|her) first contribution.{0,80}",
            r"\[?(?:_?toc_?|\[_toc_\])\]?",
            r"(?:figure|fig\.|table|listing|plate) \d+[.:].{0,200}",
            r"generated by doctoc.*|this project follows the all-contributors.*",
            r"(?:sent|get outlook) (?:from|for) (?:my )?(?:i?os|iphone|ipad|android|mobile|mail|outlook)\b.{0,30}",
        )
    ),
    re.IGNORECASE,
)
_ADDRESS_ONLY = re.compile(
    r"\W*(?:(?:https?|ftp|mailto|git|ssh)[:@]\S+|www\.\S+|[\w.+-]+@[\w-]+\.[\w.-]+)\W*", re.IGNORECASE
)
_REFERENCES_ONLY = re.compile(
    rf"\W*(?:(?:fix(?:e[sd])?|close[sd]?|resolve[sd]?|refs?|see|thanks(?: to)?|by|via|issues?|bugs?|prs?|pull requests?"
    rf"|cc|and|patch|reported|contributed|suggested|in|to|#)[\s:]+)*(?:{REFERENCE})(?:[\s,;/&()]|and\b|by\b|in\b|{REFERENCE})*\W*",
    re.IGNORECASE,
)
_CODE_LIKE = re.compile(
    r"[{};]\s*$|^\s*(?:[$>#%]|>>>)\s+\S|^[\w.]+\([^)]*\)$|^[\w./-]+\s*=\s*\S+$|^(?:--?[\w-]+[ ,=]*)+$"
)
_RULED = re.compile(r"[|│┃║+=_~*#-]{4,}|(?:\|[^|]*){3,}\|?$")


def is_boilerplate_section(headings: tuple[str, ...]) -> bool:
    """Whether what stands below these headings is not part of what a document has to say."""
    return any(_SECTIONS.fullmatch(heading) for heading in headings if len(heading) <= _BUTTON_CHARS)


def is_boilerplate(text: str) -> bool:
    """Whether a short block or sentence is a notice, a byline, a button or the like."""
    if len(text) > _SHORT_CHARS:
        return False
    return bool(
        _NOTICES.fullmatch(text.strip(" \t*_|•·–—-→←↑↓«»<>[]"))
        or _ADDRESS_ONLY.fullmatch(text)
        or _REFERENCES_ONLY.fullmatch(text)
    )


def is_no_prose(text: str) -> bool:
    """Whether a line consists of code, rules or marks rather than words."""
    letters = sum(map(str.isalpha, text))
    return (
        letters < 2 or letters * 3 < len(text) - text.count(" ") or bool(_CODE_LIKE.search(text) or _RULED.search(text))
    )
