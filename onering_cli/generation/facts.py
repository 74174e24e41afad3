"""Numbers, dates, names, addresses and quotations in a text that its material does not hold."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache


def _word_set(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_NUMBER_WORDS = {
    word: str(value)
    for value, words in enumerate((
        "zero null zéro cero",
        "one",
        "two zwei deux dos",
        "three drei trois tres",
        "four vier quatre cuatro",
        "five fünf cinq cinco",
        "six sechs seis",
        "seven sieben sept siete",
        "eight acht huit ocho",
        "nine neun neuf nueve",
        "ten zehn dix diez",
        "eleven elf onze once",
        "twelve zwölf douze doce",
    ))
    for word in words.split()
}  # fmt: skip
# A writer counts its own posts and points; that is no claim about the world.
_COUNTED_BY_WRITER = (
    "things|reasons|ways|lessons|steps|points|tips|ideas|facts|takeaways|rules|parts|questions|posts|tweets|words|"
    "examples|principles|tricks|habits|mistakes|myths|signs|changes|sentences|minutes?|seconds?"
)
_ORDER_WORDS = {"first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5"}
_SCALES = {
    "k": 3, "thousand": 3, "tausend": 3, "mille": 3, "mil": 3,
    "m": 6, "mn": 6, "mio": 6, "million": 6, "millions": 6, "millionen": 6, "millón": 6, "millones": 6,
    "b": 9, "bn": 9, "billion": 9, "billions": 9, "milliarde": 9, "milliarden": 9, "milliard": 9, "milliards": 9,
    "trillion": 12, "trillions": 12,
}  # fmt: skip
_MONTHS = (
    ("january", "jan"), ("february", "feb"), ("march", "mar"), ("april", "apr"), ("may",), ("june", "jun"),
    ("july", "jul"), ("august", "aug"), ("september", "sep", "sept"), ("october", "oct"), ("november", "nov"),
    ("december", "dec"),
)  # fmt: skip
_DAYS = _word_set("monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun")
# Capitalised or shouted for other reasons than being a name.
_NO_NAMES = _word_set("""
    i i'm i've i'd i'll ok okay yes no not never always only every all any and or but the a an this that these those it
    he she we they you your my our why how what when where who which if then so now here there must do don't does stop
    just be is are was were in on at to for of with by from as into vs etc tl dr tldr ps pps fyi aka faq q qa imo imho
    btw thread new free more most less first last next one two three four five six seven eight nine ten bonus edit
    update note tip pro con pros cons before after today tomorrow yesterday mr mrs ms dr prof sir st nr
    let's can can't won't isn't hook step part api url id diy ceo cto
""")

_MARKUP = re.compile(r"[*_`~]+|!?\[(?=[^\]]*\]\()|\]\([^)\s]*\)")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>()\"“”]+", re.IGNORECASE)
_MENTION = re.compile(r"(?<![\w@.])@\w+")
_HASHTAG = re.compile(r"(?<!\w)#[^\W\d]\w*")
_NUMBER = re.compile(
    r"(?<![\w.,])[vV]?(?P<digits>\d+(?:[.,'’\u00a0\u202f\u2009 ](?=\d)\d+)*)"
    r"(?P<suffix>st\b|nd\b|rd\b|th\b|er\b|e\b|º|ª)?"
    r"(?:(?P<glued>[kKmMbB]|bn|mn)(?![\w])|[\s\u00a0-](?P<scale>thousand|millions?|billions?|trillions?|mille|tausend|"
    r"millionen|milliarden?|milliards?|mil|millón|millones|mio|mn|bn)\b)?"
)
_DIGIT_RUN = re.compile(r"\d+(?:[.,'’\u00a0\u202f\u2009 ](?=\d)\d+)*")
_THOUSANDS = re.compile(r"\d{1,3}(?:([.,'’\u00a0\u202f\u2009 ])\d{3})(?:\1\d{3})*(?:[.,]\d+)?")
_ISO_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_ENUMERATION = re.compile(r"(?m)^\s*(?:\d{1,2}\s*[.):/]|\(\d{1,2}\))(?:\s*\d{1,2})?(?=\s|$)|\b\d{1,2}/\d{1,2}\s*$")
_WORD_COUNT = re.compile(r"\b(?P<word>[^\W\d_]+)\b(?P<next>(?:[\s-]+[^\W\d_]+){0,3})")
_WORD = re.compile(r"[^\W_]+(?:['’.&+#-][^\W_]+)*[+#]*")
_QUOTATION = re.compile(
    r"“([^“”\n]+)”|„([^„“”\n]+)[“”]|«([^«»\n]+)»|「([^「」\n]+)」|『([^『』\n]+)』|(?<!\w)\"([^\"\n]+)\"(?!\w)"
)
_QUOTED_WORDS_LEAST = 3
_GLYPHS = str.maketrans({
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    "–": "-", "—": "-", "‑": "-", "‐": "-", "−": "-", "\u00ad": "", "\u200b": "",
})  # fmt: skip
_INVISIBLE = {0xAD: None, 0x200B: None}  # the soft hyphen and the zero-width space, which break words for the eye only
_SENTENCE_END = re.compile(r"[.!?…:;•·–—\"“”«»„(\[>|/\n]\s*$|(?:^|\s)[-*]\s*$")
_GERMAN = _word_set("der die das und ist nicht ein eine mit für auf von den dem sich auch wird sind im zu")
_ENGLISH = _word_set("the of and is to in that it for was with as are be this on you not we by")
_STEM_LEAST = 4
_ENDING_MOST = 3


def unsupported_facts(text: str, material: str) -> tuple[str, ...]:
    """What `text` claims and `material` does not hold, each as written, in the order of the text.

    Facts are numbers and dates (however written: ``1,000``, ``1.000``, ``one``, ``1.2 million``, ``2024-03-05``), names
    (words capitalised within a sentence or in a row), mentions, addresses, and quotations of three words or more.
    Paraphrase is let through: inflected names, possessives, emphasis, other quotation marks, initials of a name that is
    spelled out, a count of the writer's own points. Numbering of posts and hashtags are no facts.
    """
    held = _held(material)
    bare = _MARKUP.sub("", unicodedata.normalize("NFKC", text)).translate(_INVISIBLE)
    found: dict[str, int] = {}
    for start, fact in (
        *_addresses(bare, held),
        *_quotations(bare, held),
        *_numbers(_blanked(bare), held),
        *_names(_blanked(bare), held),
    ):
        found.setdefault(fact, start)
    return tuple(sorted(found, key=lambda fact: found[fact]))


def _normal(text: str) -> str:
    return _MARKUP.sub("", unicodedata.normalize("NFKC", text)).translate(_GLYPHS)


def _blanked(text: str) -> str:
    """The text without addresses, mentions and hashtags, offsets kept."""
    for pattern in (_ADDRESS, _MENTION, _HASHTAG):
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return text


@dataclass(frozen=True)
class _Held:
    """What a material holds, in the forms that claims are looked up in."""

    text: str
    marked_up: str

    @cached_property
    def folded(self) -> str:
        return " ".join(self.text.casefold().split())

    @cached_property
    def words(self) -> frozenset[str]:
        found = set()
        for word in set(_WORD.findall(self.folded)):
            found.add(_bare_word(word))
            found.update(part for part in re.split(r"['.&-]", word) if part)
        return frozenset(found)

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(word[:length] for word in self.words for length in range(_STEM_LEAST, len(word) + 1))

    @cached_property
    def initials(self) -> str:
        return "".join(word[0] if word[0].isupper() else " " for word in re.findall(r"[^\W\d_]+", self.text))

    @cached_property
    def squeezed(self) -> str:
        return re.sub(r"[\W_]+", "", self.folded)

    @cached_property
    def numbers(self) -> frozenset[str]:
        found: set[str] = set()
        for match in _NUMBER.finditer(self.folded):
            found.update(_values(match))
        for match in _DIGIT_RUN.finditer(self.folded):
            found.update(_readings(match[0]))
        found.update(value for word, value in _NUMBER_WORDS.items() if word in self.words)
        found.update(value for word, value in _ORDER_WORDS.items() if word in self.words)
        return frozenset(found)

    @cached_property
    def months(self) -> frozenset[int]:
        named = {number for number, names in enumerate(_MONTHS, 1) if not self.words.isdisjoint(names)}
        return frozenset(named | {int(date[1]) for date in _ISO_DATE.findall(self.text)})

    @cached_property
    def capitalises_nouns(self) -> bool:
        words = re.findall(r"[^\W\d_]+", self.folded)
        return sum(word in _GERMAN for word in words) > sum(word in _ENGLISH for word in words)


@lru_cache(maxsize=2)
def _held(material: str) -> _Held:
    """Every post of a thread, and every round of it, is held against the same material."""
    return _Held(_normal(material), unicodedata.normalize("NFKC", material).casefold())


def _addresses(text: str, held: _Held) -> Iterator[tuple[int, str]]:
    for match in _ADDRESS.finditer(text):
        address = match[0].rstrip(".,;:!?…'\"")
        if re.sub(r"^(?:https?://)?(?:www\.)?", "", address.casefold()).rstrip("/") not in held.marked_up:
            yield match.start(), address
    for match in _MENTION.finditer(text):
        if match[0].casefold() not in held.folded and match[0][1:].casefold() not in held.words:
            yield match.start(), match[0]


def _quotations(text: str, held: _Held) -> Iterator[tuple[int, str]]:
    for match in _QUOTATION.finditer(text):
        quoted = next(group for group in match.groups() if group is not None)
        if len(quoted.split()) < _QUOTED_WORDS_LEAST and not re.search(r"[\u3040-\u9fff]{6}", quoted):
            continue
        pieces = re.split(r"…|\.\.\.|\[[^\]]*\]", _normal(quoted).casefold())
        if not all(re.sub(r"[\W_]+", "", piece) in held.squeezed for piece in pieces):
            yield match.start(), quoted.strip()


def _numbers(text: str, held: _Held) -> Iterator[tuple[int, str]]:
    text = _ENUMERATION.sub(lambda match: " " * len(match[0]), text)
    dated = _ISO_DATE.sub(lambda match: " " * len(match[0]), text)
    for match in _ISO_DATE.finditer(text):
        year, month, day = (str(int(part)) for part in match.groups())
        if match[0] not in held.text and not ({year, day} <= held.numbers and int(month) in held.months):
            yield match.start(), match[0]
    for match in _NUMBER.finditer(dated):
        if not _values(match) & held.numbers and not _begins_version(dated, match, held):
            yield _with_unit(text, match)
    for match in _WORD_COUNT.finditer(dated):
        value = _NUMBER_WORDS.get(match["word"].casefold())
        following = match["next"].casefold()
        if value in {None, "0", "1"} or re.search(rf"\b(?:{_COUNTED_BY_WRITER})\b", following):
            continue
        if value not in held.numbers:
            yield match.start(), match["word"]


def _with_unit(text: str, number: re.Match[str]) -> tuple[int, str]:
    before = re.search(r"[$€£¥]\s?$", text[: number.start()])
    after = re.match(r"\s?[%‰€°]", text[number.end() :])
    start = before.start() if before else number.start()
    return start, text[start : number.end() + (after.end() if after else 0)].strip()


def _values(match: re.Match[str]) -> set[str]:
    readings = _readings(match["digits"])
    scale = (match["glued"] or match["scale"] or "").casefold()
    if not scale:
        return readings
    return {_scaled(reading, _SCALES[scale]) for reading in readings}


def _readings(digits: str) -> set[str]:
    """The canonical values that a run of digits may stand for: ``1.000`` is a thousand or one."""
    found = {_canonical(digits.replace(",", "."))} if digits.count(".") + digits.count(",") <= 1 else {digits}
    if _THOUSANDS.fullmatch(digits):
        whole, mark, fraction = digits, "", ""
        separators = re.sub(r"\d", "", digits)
        if len(set(separators)) > 1:
            mark = separators[-1]
            whole, _, fraction = digits.rpartition(mark)
        found.add(_canonical(re.sub(r"\D", "", whole) + ("." + fraction if mark else "")))
    elif re.search(r"[^\d.,]", digits):
        found.update(part for part in re.split(r"[^\d.,]", digits) if part)
    return found


def _canonical(number: str) -> str:
    if re.fullmatch(r"\d+(?:\.\d+)?", number) is None:
        return number
    whole, _, fraction = number.partition(".")
    fraction = fraction.rstrip("0")
    return (whole.lstrip("0") or "0") + ("." + fraction if fraction else "")


def _scaled(number: str, exponent: int) -> str:
    if re.fullmatch(r"\d+(?:\.\d+)?", number) is None:
        return number
    whole, _, fraction = number.partition(".")
    shifted = whole + fraction[:exponent].ljust(exponent, "0")
    return _canonical(shifted + ("." + fraction[exponent:] if fraction[exponent:] else ""))


def _begins_version(text: str, number: re.Match[str], held: _Held) -> bool:
    """Whether the material holds a longer version: ``3.45`` of ``3.45.1``, "Python 3" of "Python 3.12"."""
    digits = re.escape(number["digits"])
    if "." in number["digits"]:
        return re.search(rf"(?<![\d.]){digits}\.\d", held.folded) is not None
    before = re.search(r"([^\W\d_]+)\s?$", text[: number.start()])
    called = before and re.search(rf"\b{re.escape(before[1].casefold())}\s?v?{digits}\.\d", held.folded)
    return called is not None


def _names(text: str, held: _Held) -> Iterator[tuple[int, str]]:
    for line_start, line in _lines(text):
        words = list(_WORD.finditer(line))
        titled = _is_title_case([word[0] for word in words])
        for run in _capitalised_runs(line, words):
            opens = _opens_sentence(line, run[0].start())
            named = run[1:] if opens and len(run) == 1 and not _marked(run[0][0]) else run
            if titled or held.capitalises_nouns:
                named = [word for word in named if _marked(word[0])]
            strange = [word for word in named if not _supported(word[0], held)]
            if opens and strange == run[:1] and len(run) > 1 and not _marked(run[0][0]):
                continue  # only the sentence's own first word is new: "Meet Ada"
            if strange:
                first, last = strange[0], strange[-1]
                yield line_start + first.start(), line[first.start() : last.end()]


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.splitlines(keepends=True):
        yield start, line
        start += len(line)


def _capitalised_runs(line: str, words: list[re.Match[str]]) -> Iterator[list[re.Match[str]]]:
    run: list[re.Match[str]] = []
    for word in words:
        apart = run and line[run[-1].end() : word.start()] not in {" ", "\u00a0", "-", "/", " & "}
        if run and (apart or not _is_capitalised(word[0])):
            yield run
            run = []
        if _is_capitalised(word[0]):
            run.append(word)
    if run:
        yield run


def _is_capitalised(word: str) -> bool:
    return (word[0].isupper() or _marked(word)) and not word.isdigit()


def _marked(word: str) -> bool:
    """Whether a word looks like a name wherever it stands: ``GitHub``, ``NASA``, ``iPhone``, ``B2B``."""
    bare = re.sub(r"['’]s?$", "", word)
    return len(bare) > 1 and any(letter.isupper() for letter in bare[1:]) and not bare.istitle()


def _opens_sentence(line: str, start: int) -> bool:
    before = line[:start]
    if not any(character.isalnum() for character in before):
        return True
    return any(_SENTENCE_END.search(part) for part in (before, before.rstrip("\"'“‘„«([{¿¡ \u00a0")))


def _is_title_case(words: list[str]) -> bool:
    long = [word for word in words if len(word) > 3]  # noqa: PLR2004 - short words stay small in titles
    return len(long) > 2 and sum(word[0].isupper() for word in long) >= 0.75 * len(long)  # noqa: PLR2004 - a line, mostly


def _supported(word: str, held: _Held) -> bool:
    folded = _bare_word(word.translate(_GLYPHS).casefold())
    if folded in held.words or folded in _NO_NAMES or folded in _DAYS or not folded:
        return True
    month = next((number for number, names in enumerate(_MONTHS, 1) if folded in names), None)
    if month is not None:
        return month in held.months
    parts = [part for part in re.split(r"[-/.&']", folded) if part]
    if len(parts) > 1:
        return all(_supported(part, held) for part in parts)
    if word.isupper() and len(folded) > 1 and word in held.initials:
        return True
    if len(folded) > _STEM_LEAST and len(folded) >= _STEM_LEAST + 2 and folded in held.squeezed:
        return True  # "JavaScript" of "Java Script", "e-mail" of "email"
    stem = folded[: max(_STEM_LEAST, len(folded) - _ENDING_MOST)]
    return len(stem) >= _STEM_LEAST and len(folded) > _STEM_LEAST and stem in held.stems


def _bare_word(word: str) -> str:
    """A folded word without possessive and plural endings."""
    word = re.sub(r"'(?:s|re|ve|ll|d|m)?$", "", word)
    if len(word) > _STEM_LEAST and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word
