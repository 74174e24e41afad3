"""Tells the language of a text by its script and its most frequent small words."""

import re
from collections import defaultdict
from functools import cache

_SAMPLE_CHARS = 20_000
_ENOUGH_LETTERS = 12
_ENOUGH_WORDS = 2
_ENOUGH_SHARE = 0.08
"""Small words are 30 to 50 % of prose; a list of names and terms has next to none."""
_CLEAR_LEAD = 1.2
_FOREIGN_SHARE = 0.02
_KANA_SHARE = 0.1

_SCRIPTS = {
    "kana": re.compile(r"[\u3040-\u30ff]"),
    "han": re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]"),
    "hangul": re.compile(r"[\uac00-\ud7af]"),
    "cyrillic": re.compile(r"[\u0400-\u04ff]"),
    "arabic": re.compile(r"[\u0600-\u06ff\u0750-\u077f]"),
    "devanagari": re.compile(r"[\u0900-\u097f]"),
    "thai": re.compile(r"[\u0e00-\u0e7f]"),
    "latin": re.compile(r"[A-Za-z\u00c0-\u024f]"),
}
_WEIGHTS = {"han": 3, "kana": 3}
"""A Chinese or Japanese character says as much as a short word."""

_LANGUAGE_OF_SCRIPT = {
    "hangul": "ko",
    "arabic": "ar",
    "devanagari": "hi",
    "thai": "th",
}
_NOT_RUSSIAN = re.compile(r"[іїєґўјљњђћџѓќѕ]", re.IGNORECASE)
_NOT_ARABIC = re.compile(r"[پچژگٹڈڑے]")

_SMALL_WORDS = {
    "en": """
        the of and to in is that it for on with as was are be this by at from or an have not you but they we his her
        which will would can has had their there what when your if been more all one so do its than into our how who
    """,
    "de": """
        der die und das den ist von zu mit nicht ein eine auf im sich des dem für es auch als an werden aus er hat
        dass sie nach wird bei einer um am sind noch wie einem über so zum haben nur oder aber vor zur bis mehr
        durch ich wir man kann wenn sein einen
    """,
    "fr": """
        le la les de des et en un une du est que qui dans pour pas sur au plus par ne se ce il sont avec son sa ses
        aux ou mais nous vous on cette ces été être fait comme tout leur je elle si sans peut y
    """,
    "es": """
        el la los las de que y en un una es por con no se del para su al lo como más pero sus le ya o este sí porque
        esta entre cuando muy sin sobre también me hasta hay donde quien desde todo nos son fue ha
    """,
    "it": """
        il lo la gli le di che e è un una in per non con del della si da al dei delle sono come più ma anche nel
        alla ha questo o se nella dal i ci suo essere loro stato tra quando dalla ai degli
    """,
    "pt": """
        o a os as de que e do da em um uma para é com não se na no por mais dos das como mas foi ao ele tem seu sua
        ou ser quando muito há nos já está eu também só pelo pela até isso são você
    """,
    # Languages that share words with those above and would pass for them.
    "": """
        och att det som är på för av till inte jag men så hade från og af ikke jeg til blev være også nie się jest że
        jak ale jako przez nebo není jsou şi în este care pentru din cu bir ve bu için değil olarak ja ei että oli mutta
        hogy nem az egy és els amb això sk sa
    """,
    "nl": """
        de het een en van in is dat op te zijn met voor niet aan er om ook als dan maar bij uit nog naar door over
        ze hij wordt worden heeft kan deze dit werd of je we meer al zo wat geen
    """,
}
_WORD = re.compile(r"[^\W\d_]+(?:['’])?")


def language_of(text: str) -> str:
    """The ISO 639-1 code of a text's main language, or ``""`` when it is not known here or cannot be told."""
    sample = text[:_SAMPLE_CHARS]
    letters = {script: len(pattern.findall(sample)) for script, pattern in _SCRIPTS.items()}
    script = max(letters, key=lambda name: letters[name] * _WEIGHTS.get(name, 1))
    if letters[script] * _WEIGHTS.get(script, 1) < _ENOUGH_LETTERS:
        return ""
    match script:
        case "han" | "kana":
            return "ja" if letters["kana"] > letters["han"] * _KANA_SHARE else "zh"
        case "cyrillic":
            return "" if _has(sample, _NOT_RUSSIAN, letters[script]) else "ru"
        case "arabic":
            return "" if _has(sample, _NOT_ARABIC, letters[script]) else "ar"
        case "latin":
            return _latin_language(sample)
        case _:
            return _LANGUAGE_OF_SCRIPT[script]


def _has(sample: str, pattern: re.Pattern[str], letters: int) -> bool:
    return len(pattern.findall(sample)) > letters * _FOREIGN_SHARE


def _latin_language(sample: str) -> str:
    languages = _languages_of_words()
    words = [word.lower() for word in _WORD.findall(sample)]
    votes: defaultdict[str, float] = defaultdict(float)
    for word in words:
        shared = languages.get(word, ())
        for language in shared:
            votes[language] += 1 / len(shared)
    if not votes:
        return ""
    language = max(votes, key=votes.__getitem__)
    vote = votes.pop(language)
    enough = max(_ENOUGH_WORDS, _ENOUGH_SHARE * len(words))
    return language if vote >= enough and vote > _CLEAR_LEAD * max(votes.values(), default=0.0) else ""


@cache
def _languages_of_words() -> dict[str, list[str]]:
    languages: defaultdict[str, list[str]] = defaultdict(list)
    for language, words in _SMALL_WORDS.items():
        for word in words.split():
            languages[word].append(language)
    return languages
