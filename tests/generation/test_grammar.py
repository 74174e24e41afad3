"""The grammars that local models decode under: what they admit, walked at random, without a model."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onering_cli.generation.forms import (
    POST_SEPARATOR,
    PlanForm,
    PostsForm,
    StrategyForm,
    VerdictForm,
    literals_in,
    without_forced_end,
)
from onering_cli.generation.grammar import grammar_of, posts_grammar
from onering_cli.text.weights import weigh

if TYPE_CHECKING:
    from random import Random

LANGUAGES = ("en", "de", "ru", "el", "ar", "he", "hi", "th", "zh", "ja", "ko", "vi", "")
_PART = re.compile(r'\[((?:[^\]\\]|\\.)+)\]|"((?:[^"\\]|\\.)*)"|(\w+)')


class Walk:
    """Follows the rules of one post from its start, choosing at random."""

    def __init__(self, grammar: str, random: Random) -> None:
        self.rules = dict(line.split(" ::= ", 1) for line in grammar.splitlines())
        self.random = random

    def post(self, start: str, *, eager: bool) -> str:
        """A post that the grammar admits; an eager one never ends before it must."""
        text, rule = "", start
        while rule:
            choices = [_PART.findall(choice) for choice in self.rules[rule].split(" | ")]
            going = [choice for choice in choices if choice[-1][2]]
            parts = self.random.choice(going if eager and going else choices)
            rule = ""
            for letters, literal, name in parts:
                if letters:
                    text += self._one_of(letters)
                rule = name or rule
                text += literal.replace('\\"', '"').replace("\\n", "\n")
        return text

    def _one_of(self, letters: str) -> str:
        ranges = re.findall(r"(.)-(.)|(.)", letters)
        first, last, single = self.random.choice(ranges)
        return single or chr(self.random.randint(ord(first), ord(last)))


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=25, deadline=None)
@given(random=st.randoms(use_true_random=False), limit=st.integers(40, 280), eager=st.booleans())
def test_no_post_of_the_grammar_is_too_heavy_in_any_script(
    language: str, random: Random, limit: int, eager: bool
) -> None:
    form = PostsForm(1, limit, language, ("Node.js", "README.md", "C++", "a_b"))
    post = Walk(posts_grammar(form), random).post(f"start{limit}", eager=eager)
    assert weigh(post) <= limit, post
    assert any(map(str.isalnum, post))
    assert "\n" not in post
    assert not re.search(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]", post)


def test_the_count_is_in_the_grammar() -> None:
    root = posts_grammar(PostsForm(5, 100)).splitlines()[0]
    assert root == 'root ::= start100 ("\\n---\\n" start100){4}'
    assert posts_grammar(PostsForm(1, 100)).splitlines()[0] == "root ::= start100"


@pytest.mark.parametrize(
    "form", [PostsForm(3, 90), PlanForm(2, 5, 120), PlanForm(1, 1, 0), StrategyForm(), VerdictForm(4)], ids=repr
)
def test_every_rule_that_is_named_is_there(form: PostsForm | PlanForm | StrategyForm | VerdictForm) -> None:
    lines = grammar_of(form).splitlines()
    named = {line.split(" ::= ")[0] for line in lines}
    for line in lines:
        bare = re.sub(r'"(?:[^"\\]|\\.)*"|\[(?:[^\]\\]|\\.)+\]|\{[\d,]+\}', " ", line.split(" ::= ")[1])
        assert set(re.findall(r"[a-z]\w*", bare)) <= named, line
    assert form.most_tokens > 0


def test_words_with_marks_inside_are_kept_as_they_are() -> None:
    text = "We use Node.js and C++ here; Node.js 20.1 reads README.md. Mail me@example.com, then stop."
    assert literals_in(text)[:3] == ("Node.js", "C++", "README.md")
    assert "20.1" not in literals_in(text)
    assert json.dumps("Node.js") + " word" in posts_grammar(PostsForm(1, 100, "en", ("Node.js",)))


def test_a_sentence_that_the_limit_closed_is_not_taken_for_a_finished_one() -> None:
    whole = "The script runs every night. It restores the copy."
    assert without_forced_end(whole, 280) == whole
    walled = "The script runs every night. It restores the co."
    assert without_forced_end(walled, weigh(walled)) == "The script runs every night."
    single = "The script runs every night and restores the co."
    assert without_forced_end(single, weigh(single)) == single[:-1]
    assert POST_SEPARATOR == "\n---\n"
