"""How many posts a second are weighed, linted by X's counting and split, on one core."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from onering_cli.text.splitting import split
from onering_cli.text.weights import measure, weigh

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.benchmark

POSTS = 20_000
WANTED_PER_S = 20_000
ENTITIES = "See https://example.com/notes/{n} by @somebody, about #release {n} of the program and its upgrades. "
SENTENCE = "The reader who matters is deciding, on a busy afternoon, whether to upgrade to release {n} of the program. "
TEXTS = {
    "plain English": SENTENCE,
    "with a link, a mention and a tag": ENTITIES + SENTENCE + SENTENCE,
    "of nothing but links, mentions and tags": ENTITIES,
    "typeset, with an emoji": "“The reader who matters” – on a busy afternoon… – decides whether to upgrade 🚀 to release {n} of it. ",
    "Japanese": "東京の猫は地下鉄の駅でも暮らしています。駅員は毎朝水を{n}回置きます。",
}


def posts_of(pattern: str) -> list[str]:
    """Posts of 280 characters that all differ, so that nothing is remembered from one to the next."""
    return [(pattern.format(n=number) * 12)[:280] for number in range(POSTS)]


def per_second(work: Callable[[str], object], texts: list[str]) -> float:
    """Texts a second of processor time."""
    work(texts[0])
    begin = time.process_time()
    for text in texts:
        work(text)
    return len(texts) / (time.process_time() - begin)


@pytest.mark.parametrize("kind", TEXTS)
def test_twenty_thousand_posts_a_second_are_weighed(kind: str) -> None:
    texts = posts_of(TEXTS[kind])
    weighed, measured = per_second(weigh, texts), per_second(measure, texts)
    print(f"\n{kind}: {weighed:,.0f} weighed, {measured:,.0f} with their entities, a second (wanted {WANTED_PER_S:,})")


def test_long_texts_are_split() -> None:
    texts = ["".join(SENTENCE.format(n=number + part) for part in range(20)) for number in range(500)]
    made = sum(len(split(text, limit_weight=280)) for text in texts)
    begin = time.process_time()
    for text in texts:
        split(text, limit_weight=280)
    print(f"\nsplit: {made / (time.process_time() - begin):,.0f} posts a second")
