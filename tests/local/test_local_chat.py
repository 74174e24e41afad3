"""Real weights, loaded and decoded in this process."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from onering_cli.adapters.local.chat import LocalChat, Sampling
from onering_cli.clock import SystemClock
from onering_cli.errors import ExitCode, UsageError
from onering_cli.generation.forms import POST_SEPARATOR, PlanForm, PostsForm
from onering_cli.generation.ports import Message
from onering_cli.text.likeness import resemblance
from onering_cli.text.weights import weigh

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from doubles.program import Result

QUESTION = [
    Message("system", "You write short posts."),
    Message(
        "user", "Our backup script has 140 lines. It restores the night's copy every morning. Write posts about it."
    ),
]


@pytest.fixture
def chat(smollm2: Path) -> Iterator[LocalChat]:
    model = LocalChat("smollm2", smollm2, clock=SystemClock(), sampling=Sampling(seed=1, context=1024))
    yield model
    model.close()


def written(chat: LocalChat, form: PostsForm) -> list[str]:
    reply = chat.stream(QUESTION, json_schema=None, max_tokens=1, form=form)
    return "".join(reply.pieces).split(POST_SEPARATOR)


def assert_well_formed(posts: list[str], form: PostsForm) -> None:
    assert len(posts) == form.posts
    for post in posts:
        assert weigh(post) <= form.limit_weight
        assert post.isprintable()
        assert post[-1] in ".!?"
    for one, other in combinations(posts, 2):
        assert resemblance(one, other) < 0.5, (one, other)


def test_every_post_keeps_to_its_form_and_none_to_another(chat: LocalChat) -> None:
    form = PostsForm(3, 70, "en")
    first = written(chat, form)
    assert_well_formed(first, form)
    assert written(chat, form) != first  # each call has a seed of its own


def test_the_same_seed_gives_the_same_words(smollm2: Path) -> None:
    form = PostsForm(2, 60)
    answers = []
    for _ in range(2):
        model = LocalChat("smollm2", smollm2, clock=SystemClock(), sampling=Sampling(seed=11, context=1024))
        answers.append(written(model, form))
        assert model.settings["seed"] == 11
        model.close()
    assert answers[0] == answers[1]


def test_words_come_one_by_one_and_are_counted(chat: LocalChat) -> None:
    reply = chat.stream(QUESTION, json_schema=None, max_tokens=12)
    pieces = list(reply.pieces)
    assert len(pieces) > 4
    assert reply.usage.output_tokens == 12
    assert reply.stopped_by_length
    assert 0 < reply.usage.first_token_s <= reply.usage.total_s


def test_an_answer_that_nobody_reads_on_ends(chat: LocalChat) -> None:
    pieces = chat.stream(QUESTION, json_schema=None, max_tokens=900).pieces
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]  # a generator
    again = chat.stream(QUESTION, json_schema=None, max_tokens=3)
    assert list(again.pieces)


def test_a_plan_is_json_with_the_points_that_were_asked_for(chat: LocalChat) -> None:
    reply = chat.stream(QUESTION, json_schema=None, max_tokens=1, form=PlanForm(2, 2, 12))
    plan = json.loads("".join(reply.pieces))
    assert len(plan["points"]) == 2
    assert all(point["point"] and point["excerpts"] for point in plan["points"])


def test_a_request_that_does_not_fit_the_context_is_told_with_both_numbers(chat: LocalChat) -> None:
    with pytest.raises(UsageError, match=r"has \d{4} tokens and local:smollm2 takes 1024"):
        list(chat.stream([Message("user", "word " * 1500)], json_schema=None, max_tokens=9).pieces)


def test_no_port_is_opened(chat: LocalChat) -> None:
    list(chat.stream(QUESTION, json_schema=None, max_tokens=2).pieces)
    own = {str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()}
    inodes = {name[8:-1] for name in own if name.startswith("socket:[")}
    listening = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/self/net/{table}").read_text(encoding="ascii").splitlines()[1:]
    ]
    assert not [row for row in listening if row[3] == "0A" and row[9] in inodes]


def test_whatever_the_weights_write_the_thread_passes_its_gates(
    onering: Callable[..., Result], smollm2: Path, tmp_path: Path
) -> None:
    notes = tmp_path / "notes.md"
    notes.write_text(
        "# Backups\n\nOur backup was three cron jobs and a reminder. A restore took eleven hours last month.\n\n"
        "We replaced all of it with one script of 140 lines. Every morning it restores the copy of the night.\n",
        encoding="utf-8",
    )
    asked = ("--posts", "2", "--limit", "90", "--no-judge", "--budget-tokens", "2600")  # a revision takes no other path
    result = onering("generate", notes, "--model", f"local:{smollm2}", *asked, "--json")
    assert result.code == 0, result.err
    posts = result.json["posts"]
    assert len(posts) == 2
    assert all(post["weight"] <= 90 for post in posts)
    assert result.json["writer"] == f"local:{smollm2.stem}"
    assert "test model" in result.err


def test_a_model_can_be_tried_out(onering: Callable[..., Result], smollm2: Path) -> None:
    result = onering("model", "test", f"local:{smollm2}", "--json")
    assert result.code in (0, ExitCode.REFUSED), result.err
    assert result.json["output_tokens"] > 0
    assert result.json["first_token_s"] > 0


@pytest.mark.slow
def test_fifty_seeds_of_fifty_are_well_formed_and_distinct(smollm2: Path) -> None:
    form = PostsForm(5, 110, "en")
    model = LocalChat("smollm2", smollm2, clock=SystemClock(), sampling=Sampling(seed=0, context=2048))
    threads = []
    for _ in range(50):
        posts = written(model, form)
        assert_well_formed(posts, form)
        threads.append(tuple(posts))
    model.close()
    assert len(set(threads)) == 50
