"""The form that an answer is to have, for models that can be held to one while they write."""

import re
from collections import Counter

from onering_cli.record import record
from onering_cli.text.sentences import sentence_spans
from onering_cli.text.weights import weigh

POST_SEPARATOR = "\n---\n"


@record
class PostsForm:
    """So many posts, each a run of finished sentences, with `POST_SEPARATOR` between them.

    Args:
        posts: How many.
        limit_weight: The most that each may weigh.
        language: ISO 639-1 code, which says what letters there are; "" for Latin ones.
        literals: Words with a dot or another mark inside that a post may hold as they are: ``Node.js``.
    """

    posts: int
    limit_weight: int
    language: str = ""
    literals: tuple[str, ...] = ()

    @property
    def most_tokens(self) -> int:
        """No token is shorter than a character, so that an answer of this form never breaks off."""
        return self.posts * (self.limit_weight + len(POST_SEPARATOR)) + 1


@record
class PlanForm:
    """A plan as JSON: a hook, and at least and at most so many points with the numbers of their excerpts.

    Args:
        least: The fewest points.
        most: The most points.
        excerpts: The highest number of an excerpt; 0 when there is no material.
    """

    least: int
    most: int
    excerpts: int

    @property
    def most_tokens(self) -> int:
        """No token is shorter than a character, so that an answer of this form never breaks off."""
        return PLAN_TEXT_CHARS + 64 + self.most * (PLAN_TEXT_CHARS + 64)


@record
class StrategyForm:
    """A strategy as JSON: three short texts."""

    @property
    def most_tokens(self) -> int:
        """No token is shorter than a character, so that an answer of this form never breaks off."""
        return 3 * PLAN_TEXT_CHARS + 64


@record
class VerdictForm:
    """A verdict as JSON: at most `posts` problems, each with the number of a post.

    Args:
        posts: How many posts there are.
    """

    posts: int

    @property
    def most_tokens(self) -> int:
        """No token is shorter than a character, so that an answer of this form never breaks off."""
        return 32 + min(self.posts, MOST_PROBLEMS) * (PLAN_TEXT_CHARS + 40)


MOST_PROBLEMS = 3
"""More than that is no revision but another thread."""
PLAN_TEXT_CHARS = 110
"""A point is a few words; longer ones are posts already."""
PLAN_EXCERPTS = 4
"""A post rests on a few sentences."""

Form = PostsForm | PlanForm | StrategyForm | VerdictForm

_MOST_LITERALS = 12
_MARKED_WORD = re.compile(r"(?<![\w.@/#+-])[\w]+(?:[._@+#]+\w+)+[+#]*(?![\w@/])|(?<!\w)[A-Za-z]\w*(?:\+\+|#)(?!\w)")
_PLAIN_NUMBER = re.compile(r"[\d.]+")


def literals_in(text: str) -> tuple[str, ...]:
    """The words of a text that hold a mark inside (``Node.js``, ``C++``, ``snake_case``), the most frequent first."""
    found = Counter(word for word in _MARKED_WORD.findall(text) if not _PLAIN_NUMBER.fullmatch(word) and word.isascii())
    return tuple(word for word, _ in found.most_common(_MOST_LITERALS))


def without_forced_end(post: str, limit_weight: int) -> str:
    """A post that the limit closed in the middle of a sentence, up to the last sentence that was finished.

    A form ends every post with a full stop, also where its weight ran out. The sentence before the wall goes if
    another one is left; else its false full stop goes, so that the gates see what it is.
    """
    if weigh(post) < limit_weight - 1:
        return post
    spans = sentence_spans(post)
    if len(spans) > 1:
        return post[: spans[-2][1]].rstrip()
    return post.rstrip(".!?…。！？।؟")
