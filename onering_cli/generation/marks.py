"""How models mark up a thread: rules, labels, counters, greetings and what else is no part of a post."""

import re

RULE = re.compile(r"[ \t]*(?:[-*_=~—–][ \t]?){3,}[ \t]*")
"""A line that separates two posts; `---` is what is asked for."""
FENCE = re.compile(r"[ \t]*(?:```|~~~)[\w-]*[ \t]*")
HEADING = re.compile(r"[ \t]*#{1,6}[ \t]+")

_POST_WORDS = r"post|tweet|thread post|part|slide|beitrag|publication|publicación|entrada|tuit|mensaje|投稿|帖子|пост"
LABEL = re.compile(
    rf"[ \t]*(?:#{{1,6}}[ \t]+)?[*_\[(]{{0,3}}(?:{_POST_WORDS})[ \t]*(?:no\.?|number|nr\.?|#)?[ \t]*(\d{{1,3}})"
    r"(?:[ \t]*(?:/|of|von|de|sur)[ \t]*\d{1,3})?[ \t]*(?:\([^()\n]{0,40}\))?[ \t]*[*_\])]{0,3}[ \t]*"
    r"(?:[:：.)\-–—]+[*_]{0,3}[ \t]*|(?=\n|$))",
    re.IGNORECASE,
)
"""`Post 2:`, `**Tweet 2/5 (hook)**`, `### Part 3`; group 1 is the number."""
COUNTED = re.compile(
    r"[ \t]*[*_]{0,2}[(\[]?(\d{1,3})[ \t]?/[ \t]?(\d{1,3}|n)?[)\]]?[*_]{0,2}(?:[:.]?[ \t]+|[ \t]*(?=\n|$))",
    re.IGNORECASE,
)
"""`2/5`, `(2/5)`, `2/`; group 1 is the number, group 2 the total if it is given."""
LISTED = re.compile(r"[ \t]*[*_]{0,2}(\d{1,3})[.):][*_]{0,2}(?:[ \t]+|[ \t]*(?=\n|$))")
"""`2.`, `2)`; group 1 is the number."""
COUNTED_END = re.compile(r"[(\[]?(\d{1,3})/(\d{1,3})[)\]]?$")
"""A number behind the text: `(2/5)`."""
ROLE = re.compile(
    r"[ \t]*[*_]{0,2}(?:hook|opening|intro|introduction|body|cta|call to action|conclusion|closing|close)"
    r"[*_]{0,2}[:：][*_]{0,2}[ \t]*",
    re.IGNORECASE,
)
"""`**Hook:**`: what the post is for, told to the user."""

_COUNT_OF = r"(?:(?:character|word|weighted)s?[ \t]+(?:count|length)[ \t]*[:=]?[ \t]*)"
NOTE = re.compile(
    rf"[ \t]*[*_]{{0,2}}[(\[]?[ \t]*(?:{_COUNT_OF}?[~≈]?\d{{1,5}}(?:[ \t]*/[ \t]*\d{{1,5}})?[ \t]*"
    r"(?:characters?|chars?|zeichen|caract[eè]res|caracteres)[ \t]*[)\].]?[*_]{0,2}[ \t]*"
    rf"|{_COUNT_OF}\d{{1,5}}.{{0,20}})",
    re.IGNORECASE,
)
"""A line that counts characters: `(231 characters)`, `Character count: 231`."""

_GREETING = re.compile(
    r"[ \t]*(?:sure(?: thing)?|certainly|of course|absolutely|okay|ok|alright|great|no problem|understood|gladly"
    r"|klar|gerne|natürlich|bien sûr|claro|por supuesto|certo)[ \t]*[!,.:—–-]+[ \t]*",
    re.IGNORECASE,
)
_ABOUT_THE_TASK = re.compile(
    r"\b(?:here|below|hier|voici|aquí|ecco|threads?|posts?|tweets?|json|outline|beiträge|hilo|publicaciones)\b",
    re.IGNORECASE,
)
_ANNOUNCEMENT = re.compile(
    r"[ \t]*(?:here(?:'s|’s| is| are)|below (?:is|are)|this is|these are|i(?:'ve|’ve| have) (?:written|drafted|created)"
    r"|hier (?:ist|sind)|voici|aquí (?:está|tienes|van)|ecco)\b[^\n]{0,160}?"
    r"\b(?:thread|posts?|tweets?|json|outline|beiträge|fil|hilo|publicaciones)\b[^\n]{0,120}[:：][ \t]*[*_]{0,2}[ \t]*",
    re.IGNORECASE,
)
FAREWELL = re.compile(
    r"[ \t]*(?:(?:please )?let me know (?:if|whether)\b.{0,60}\b"
    r"(?:adjust|chang|tweak|edit|revis|rewrit|shorten|different|another|tone|version|modif)"
    r"|would you like me to\b|feel free to (?:adjust|edit|modify|tweak|change)\b"
    r"|i hope (?:this|these|that) (?:helps?|thread|posts?)\b|hope this helps"
    r"|i can (?:also )?(?:adjust|revise|rewrite|tweak)\b"
    r"|note:? (?:each|all|every|the|these) (?:posts?|tweets?|thread)\b"
    r"|(?:each|all|every) (?:of the )?(?:post|tweet)s? (?:is|are|stays?|fits?) )",
    re.IGNORECASE,
)
REFUSAL = re.compile(
    r"(?:(?:i(?:'|’)?m |i am )?(?:really |very )?sorry,? (?:but )?|unfortunately,? )?"
    r"(?:(?:i (?:can(?:not|no|'?t|’t)|am (?:unable|not able) to|won(?:'|’)t)|i(?:'|’)m (?:unable|not able) to) "
    r"(?:\w+ ){0,2}?"
    r"(?:help|assist|write|create|produce|provide|comply|generate|fulfill?|continue|complete|do (?:that|this))\b"
    r"|as an ai\b)",
    re.IGNORECASE,
)
"""How a model declines."""


_QUOTATION = re.compile(r"[ \t]*(?:<<<)?MATERIAL-[0-9A-F]*(?:>>>)?[ \t]*")
"""A line that opens or closes what a prompt quotes, whole or cut off."""


def is_rule(line: str) -> bool:
    """Whether a line only separates."""
    return RULE.fullmatch(line) is not None


def is_furniture(line: str) -> bool:
    """Whether a line belongs to no post: a code fence, a count of characters, a fence of the prompt's own."""
    return any(mark.fullmatch(line) for mark in (FENCE, NOTE, _QUOTATION))


def is_preamble(line: str) -> bool:
    """Whether an answer's first line talks to the user instead of to the reader."""
    greeting = _GREETING.match(line)
    if greeting:
        rest = line[greeting.end() :]
        return not rest.strip() or _ABOUT_THE_TASK.search(rest) is not None
    return _ANNOUNCEMENT.fullmatch(line) is not None
