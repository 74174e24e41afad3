"""Forms as grammars in llama.cpp's notation (GBNF), which a model decoding under them cannot leave.

The grammar of a post is an automaton that counts weight: each rule stands for a place in a sentence and for the weight
that is left, so no post can be too heavy, whatever its characters weigh. Notation:
https://github.com/ggml-org/llama.cpp/blob/master/grammars/README.md (2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from onering_cli.generation.forms import (
    MOST_PROBLEMS,
    PLAN_EXCERPTS,
    PLAN_TEXT_CHARS,
    POST_SEPARATOR,
    PlanForm,
    PostsForm,
    StrategyForm,
)
from onering_cli.record import record
from onering_cli.text.weights import weigh

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onering_cli.generation.forms import Form, VerdictForm

_LEAST_WEIGHT = 24
"""A shorter post says nothing."""
_MOST_LITERALS = 12
_SEPARATED_WORD = 1
"""The space before a literal."""


@record
class Script:
    """What the sentences of a language are made of, as the insides of GBNF character classes.

    Args:
        letters: Letters and marks that weigh 1.
        wide: Letters that weigh 2.
        joiners: What may stand inside a sentence, before a space or a letter.
        enders: What ends a sentence, besides a full stop; "" where sentences end without a mark.
        spaced: Words stand apart.
    """

    letters: str
    wide: str = ""
    joiners: str = ",;:'’%/-"
    enders: str = "!?"
    spaced: bool = True


_LATIN = "A-Za-zÀ-ÖØ-öø-ɏ"
# Within the ranges that weigh 1 (U+0000 to U+10FF) unless named wide; without format and bidi characters, and without
# letters that normalisation takes apart into two.
_SCRIPTS: dict[str, Script] = {
    **dict.fromkeys(("ru", "uk", "bg", "sr", "mk", "be"), Script(f"{_LATIN}Ѐ-ӿ")),
    "el": Script(f"{_LATIN}Ͱ-Ͻά-ώ"),
    **dict.fromkeys(("ar", "fa", "ur"), Script(f"{_LATIN}ء-ٟ٠-٩ٮ-ۓۺ-ۿ", joiners="،؛:%/-", enders="!؟")),
    "he": Script(f"{_LATIN}א-תְ-ׇ"),
    **dict.fromkeys(("hi", "mr", "ne"), Script(f"{_LATIN}ऀ-ॗॠ-ॣ०-ॿ", enders="!?।")),
    "th": Script(f"{_LATIN}ก-ฺเ-๎", enders=""),
    "zh": Script(_LATIN, wide="一-鿿", joiners="，、：；%", enders="。！？", spaced=False),
    "ja": Script(_LATIN, wide="ぁ-ゖァ-ヺー一-鿿々", joiners="、：%", enders="。！？", spaced=False),
    "ko": Script(_LATIN, wide="가-힣"),
}
_USUAL_SCRIPT = Script(_LATIN)


_TEXT_RULE = f'text ::= [^"\\\\\\x00-\\x20\\x7F] [^"\\\\\\x00-\\x1F\\x7F]{{8,{PLAN_TEXT_CHARS}}}'
"""A string of JSON that needs no escapes."""


def grammar_of(form: Form) -> str:
    """The form as GBNF."""
    if isinstance(form, PostsForm):
        return posts_grammar(form)
    if isinstance(form, PlanForm):
        return plan_grammar(form)
    return _object_grammar(form)


def posts_grammar(form: PostsForm) -> str:
    """Exactly `form.posts` posts of finished sentences, none heavier than the limit."""
    most = form.limit_weight
    script = _SCRIPTS.get(form.language, _USUAL_SCRIPT)
    separator = _quoted(POST_SEPARATOR)
    others = f"({separator} start{most}){{{form.posts - 1}}}" if form.posts > 1 else ""
    automaton = _Automaton(script, most, _literals(form))
    return "\n".join([f"root ::= start{most} {others}".rstrip(), *automaton.rules()]) + "\n"


def plan_grammar(form: PlanForm) -> str:
    """A plan as the one JSON shape that is asked for."""
    digits = len(str(form.excerpts))
    numbers = f'number (", " number){{0,{PLAN_EXCERPTS - 1}}}' if form.excerpts else ""
    points = f'point (", " point){{{form.least - 1},{form.most - 1}}}'
    rules = [
        f'root ::= "{{\\"hook\\": \\"" text "\\", \\"points\\": [" {points} "]}}"',
        f'point ::= "{{\\"point\\": \\"" text "\\", \\"excerpts\\": [" {numbers} "]}}"',
        f"number ::= [1-9] [0-9]{{0,{max(0, digits - 1)}}}",
        _TEXT_RULE,
    ]
    return "\n".join(rules) + "\n"


def _object_grammar(form: StrategyForm | VerdictForm) -> str:
    if isinstance(form, StrategyForm):
        root = r'''root ::= "{\"angle\": \"" text "\", \"audience\": \"" text "\", \"hook\": \"" text "\"}"'''
        return f"{root}\n{_TEXT_RULE}\n"
    numbers = " | ".join(_quoted(str(number)) for number in range(1, form.posts + 1))
    rules = [
        f'root ::= "{{\\"problems\\": [" (problem (", " problem){{0,{min(form.posts, MOST_PROBLEMS) - 1}}})? "]}}"',
        r'''problem ::= "{\"post\": " number ", \"problem\": \"" text "\"}"''',
        f"number ::= {numbers}",
        _TEXT_RULE,
    ]
    return "\n".join(rules) + "\n"


def _literals(form: PostsForm) -> tuple[tuple[str, int], ...]:
    """The words that may stand as they are, each with its weight among others."""
    weighed = ((literal, weigh(f"a {literal} b") - weigh("a  b")) for literal in dict.fromkeys(form.literals))
    return tuple((word, weight) for word, weight in weighed if weight * 2 < form.limit_weight)[:_MOST_LITERALS]


class _Automaton:
    """The rules of one post.

    A place is a state of the sentence: ``start`` (a word must begin, after a space or at the beginning), ``word``,
    ``joined`` (after a comma and the like), ``stop`` (after a full stop), ``ended`` (after another ender). The number
    behind it is the weight that is left.
    """

    def __init__(self, script: Script, most: int, literals: tuple[tuple[str, int], ...]) -> None:
        self._script = script
        self._most = most
        self._literals = literals
        self._least = min(_LEAST_WEIGHT, most // 2)
        self._ender = 2 if script.wide and not script.spaced else 1

    def rules(self) -> Iterator[str]:
        """Every rule, from the whole weight down."""
        for left in range(self._most, -1, -1):
            yield f"stop{left} ::= {self._joined_by_or(self._after_stop(left))}"
            yield f"ended{left} ::= {self._joined_by_or(self._after_ender(left))}"
            if left > self._ender:
                yield f"start{left} ::= {self._joined_by_or(self._begin(left))}"
                yield f"joined{left} ::= {self._joined_by_or(self._after_joiner(left))}"
            if left >= self._ender:
                yield f"word{left} ::= {self._joined_by_or(self._in_word(left))}"

    def _in_word(self, left: int) -> Iterator[str]:
        script, spare = self._script, left - self._ender
        if spare >= 1:
            yield f"[{script.letters}0-9] word{left - 1}"
        if script.wide and spare >= 2:  # noqa: PLR2004 -- a wide letter weighs two
            yield f"[{script.wide}] word{left - 2}"
        weight = 2 if not script.spaced else 1
        if spare > weight:
            yield f"[{script.joiners}] joined{left - weight}"
        if spare > 1:
            yield f'" " start{left - 1}'
        yield from self._ends(left)

    def _ends(self, left: int) -> Iterator[str]:
        if self._script.spaced or not self._script.wide:
            yield f'"." stop{left - 1}'
        if self._script.enders:
            yield f"[{self._script.enders}] ended{left - self._ender}"
        elif self._may_end(left):
            yield '""'

    def _begin(self, left: int) -> Iterator[str]:
        script, spare = self._script, left - self._ender
        yield f"[{script.letters}0-9] word{left - 1}"
        if script.wide and spare >= 2:  # noqa: PLR2004 -- a wide letter weighs two
            yield f"[{script.wide}] word{left - 2}"
        for literal, weight in self._literals:
            if spare >= weight:
                yield f"{_quoted(literal)} word{left - weight}"

    def _after_joiner(self, left: int) -> Iterator[str]:
        yield from self._begin(left)
        if left - self._ender > 1:
            yield f'" " start{left - 1}'

    def _after_stop(self, left: int) -> Iterator[str]:
        yield from self._after_ender(left)
        if left > self._ender:
            yield f"[0-9] word{left - 1}"

    def _after_ender(self, left: int) -> Iterator[str]:
        if self._may_end(left):
            yield '""'
        if left > self._ender + 1:
            if self._script.spaced:
                yield f'" " start{left - 1}'
            else:
                yield f"start{left}"

    def _may_end(self, left: int) -> bool:
        return self._most - left >= self._least

    @staticmethod
    def _joined_by_or(choices: Iterator[str]) -> str:
        # A place that leads nowhere keeps the grammar whole: the empty class admits no character.
        return " | ".join(choices) or '"" "\\x00"'


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
