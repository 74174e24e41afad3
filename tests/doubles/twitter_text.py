"""The counting reference, npm twitter-text 3.1.0, as it runs under Node and as it was recorded."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

DATA = Path(__file__).parents[1] / "text" / "data"
RECORD = DATA / "reference.json"

EMOJI_VERSION = 17
"""Unicode 17 (September 2025). An emoji that X does not know yet weighs more than 2 there, so newer ones wait."""

Spans = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Counted:
    """What the reference says of a text; offsets count UTF-16 units."""

    weight: int
    links: Spans
    cashtags: Spans
    mentions: Spans
    hashtags: Spans


def is_installed() -> bool:
    """Whether Node is there, and ``TWITTER_TEXT`` names the package's directory."""
    return shutil.which("node") is not None and bool(os.environ.get("TWITTER_TEXT"))


def ask(mode: str, question: str = "") -> str:
    """What `reference.cjs` answers."""
    command = ["node", str(DATA / "reference.cjs"), mode]
    return subprocess.run(command, input=question, stdout=subprocess.PIPE, check=True, encoding="utf-8").stdout


def count(texts: Iterable[str]) -> list[Counted]:
    """Ask the live reference about texts."""
    return [counted(fields) for fields in json.loads(ask("cases", json.dumps(list(texts))))]


def recommended_emoji() -> list[str]:
    """Every emoji that Unicode recommends for interchange; needs the PyPI package ``emoji``."""
    import emoji  # type: ignore[import-not-found]  # only whoever derives the tables anew has it

    return [
        text
        for text, facts in emoji.EMOJI_DATA.items()
        if facts["status"] == emoji.STATUS["fully_qualified"] and facts["E"] <= EMOJI_VERSION
    ]


def counted(fields: list[object]) -> Counted:
    """What the reference's answer means."""
    weight, *entities = fields
    assert isinstance(weight, int)
    links, cashtags, mentions, hashtags = ([(start, end) for start, end in kind] for kind in entities)  # type: ignore[attr-defined]  # JSON
    return Counted(weight, links, cashtags, mentions, hashtags)


def recorded() -> tuple[list[tuple[str, Counted]], dict[str, int]]:
    """The recorded texts with the reference's answers, and the emoji newer than it with the weights it gives them."""
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    return [(text, counted(fields)) for text, *fields in record["texts"]], record["newer_emoji"]


def in_units(text: str, extents: Iterable[tuple[int, int]]) -> Spans:
    """Ranges of characters as ranges of UTF-16 units."""
    starts = list(accumulate((2 if character > "\uffff" else 1 for character in text), initial=0))
    return [(starts[start], starts[end]) for start, end in extents]


def newer_emoji_pattern(newer: Iterable[str]) -> re.Pattern[str]:
    """Finds emoji that the reference counts too high."""
    return re.compile("|".join(map(re.escape, sorted(newer, key=len, reverse=True))))
