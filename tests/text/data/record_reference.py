"""Writes `reference.json`: adversarial texts and what the reference counts in them.

Run it where ``TWITTER_TEXT`` names the directory of npm twitter-text 3.1.0 and PyPI ``emoji`` (2.16) is installed::

    TWITTER_TEXT=…/node_modules/twitter-text PYTHONPATH=tests python tests/text/data/record_reference.py
"""

import json
import re

from doubles.adversarial_text import CHARACTERS, KNOWN_EMOJI, LINKS, PARTS, TAGS, posts
from doubles.twitter_text import RECORD, Counted, count, newer_emoji_pattern, recommended_emoji

SEED = 20_200_601
POSTS = 3_000

NOTE = (
    "Made by record_reference.py beside this file. 'texts': a text, then what npm twitter-text 3.1.0 says: its "
    "weightedLength by parseTweet, then links, cashtags, mentions and hashtags by extractEntitiesWithIndices in UTF-16 "
    "units; OneRing must say the same. 'newer_emoji': every sequence that Unicode recommends but the reference (Emoji "
    "11, 2018) takes for several, with the weight it gives; OneRing deliberately gives 2, the weight that X documents "
    "for every emoji it draws, modifiers or not."
)

INVISIBLE = (
    r"[\u007f-\u00a0\u00ad\u061c\u180e\u2000-\u200c\u200e\u200f\u2028-\u202f"
    r"\u205f-\u206f\ud800-\udfff\ufeff\ufff0-\uffff]"
)


def main() -> None:
    """Ask the reference and write its answers down."""
    recommended = recommended_emoji()
    newer = {
        text: answer.weight for text, answer in zip(recommended, count(recommended), strict=True) if answer.weight != 2
    }
    is_newer = newer_emoji_pattern(newer)
    pieces = (*LINKS, *TAGS, *KNOWN_EMOJI, *PARTS, *CHARACTERS)
    texts = [*dict.fromkeys([*pieces, *(f"a {piece} b" for piece in pieces), *posts(SEED, POSTS)])]
    texts = [text for text in texts if not is_newer.search(text)]
    rows = [[text, *fields(answer)] for text, answer in zip(texts, count(texts), strict=True)]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    newer_line = json.dumps(newer, ensure_ascii=False, separators=(",", ":"))
    document = f'{{"note":{json.dumps(NOTE)},\n"newer_emoji":{newer_line},\n"texts":[\n{lines}\n]}}\n'
    RECORD.write_text(re.sub(INVISIBLE, escaped, document), encoding="utf-8")


def escaped(character: re.Match[str]) -> str:
    """A character that no editor shows, as JSON spells it."""
    return f"\\u{ord(character[0]):04x}"


def fields(answer: Counted) -> list[object]:
    """The answer as a row's tail."""
    return [answer.weight, answer.links, answer.cashtags, answer.mentions, answer.hashtags]


if __name__ == "__main__":
    main()
