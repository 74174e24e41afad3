"""The extractive writer makes threads that an editor would let pass, of the material's own sentences."""

from __future__ import annotations

import random
import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from doubles.hash_embedder import HashEmbedder
from doubles.material import DATA, brief_of_files, brief_of_text

from onering_cli.adapters.static_embedder import StaticEmbedder
from onering_cli.errors import UsageError
from onering_cli.generation.extract import ExtractWriter
from onering_cli.generation.model import Delta, DraftedPost, Fault, Gate, MaterialKind, Outline
from onering_cli.generation.references import dangling_opening
from onering_cli.text.weights import weigh

if TYPE_CHECKING:
    from onering_cli.generation.model import Brief

EMBEDDER = StaticEmbedder()


def thread(brief: Brief) -> list[str]:
    writer = ExtractWriter(EMBEDDER)
    return [post.text for post in writer.write(brief, writer.outline(brief), lambda _: None)]


@pytest.mark.parametrize("name", ["article", "notes", "artikel", "release", "note", "changelog", "readme"])
def test_a_document_gives_the_thread_that_was_read_and_approved(name: str) -> None:
    approved = (DATA / f"{name}.thread.txt").read_text(encoding="utf-8")
    assert "\n---\n".join(thread(brief_of_files(f"{name}.md"))) + "\n" == approved


def test_the_hook_names_the_subject_by_the_title_when_its_sentence_does_not() -> None:
    hook = thread(brief_of_text("# tidepool\n\nA tide calculator that needs no network and no account at all."))[0]
    assert hook == "tidepool: A tide calculator that needs no network and no account at all."


def test_the_hook_does_not_repeat_a_title_that_its_sentence_names() -> None:
    assert thread(brief_of_text("# tidepool\n\nWith tidepool, tides are computed without a network."))[0].startswith(
        "With"
    )


def test_a_title_that_is_a_sentence_stands_on_a_line_of_its_own() -> None:
    hook = thread(
        brief_of_text("# Why we stopped holding meetings\n\nIn May our calendar held 61 hours of calls a week.")
    )[0]
    assert hook == "Why we stopped holding meetings\n\nIn May our calendar held 61 hours of calls a week."


def test_this_library_opens_a_thread_only_below_its_name() -> None:
    text = "This library parses dates in forty languages."
    assert thread(brief_of_text(f"# datewise\n\n{text}"))[0] == f"datewise: {text}"


def test_no_post_opens_with_a_word_that_leans_on_an_absent_sentence() -> None:
    for name in ("article.md", "readme.md", "artikel.md"):
        brief = brief_of_files(name)
        for posts in range(2, 6):
            for text in thread(replace(brief, posts=posts)):
                assert dangling_opening(text, brief.language) is None


def test_a_connective_is_left_out_where_its_sentence_opens_a_post() -> None:
    texts = thread(replace(brief_of_files("article.md"), posts=9))
    assert any(text.startswith("The hardest part was not SQL.") for text in texts)


def test_an_author_note_is_no_part_of_a_thread() -> None:
    assert not any(
        "Maria" in text for posts in (3, 9, 14) for text in thread(replace(brief_of_files("article.md"), posts=posts))
    )


def test_the_number_of_posts_is_honoured_exactly() -> None:
    brief = brief_of_files("article.md")
    for posts in range(1, 20):
        assert len(thread(replace(brief, posts=posts))) == posts


def test_more_posts_than_the_material_carries_are_refused_with_the_most_that_it_does() -> None:
    brief = brief_of_files("article.md")
    with pytest.raises(UsageError, match=r"the material carries (\d+) posts of its own sentences, not 200") as caught:
        thread(replace(brief, posts=200))
    possible = int(str(caught.value.details["posts_possible"]))
    assert f"--posts {possible}" in caught.value.hint
    assert len(thread(replace(brief, posts=possible))) == possible
    with pytest.raises(UsageError, match=f"carries {possible} posts"):
        thread(replace(brief, posts=possible + 1))


def test_a_short_note_is_one_post_and_keeps_every_sentence() -> None:
    text = "We moved the bakery to Hill Street. The oven came with us. Bread is ready at seven."
    assert thread(brief_of_text(text)) == [text]


def test_a_list_is_never_shown_without_the_sentence_that_introduces_it() -> None:
    text = (
        "The ferry runs in every season but one, and its crew knows every regular by name.\n\n"
        "The following never travel on the ferry for reasons of safety:\n\n- Petrol in open cans\n- Live geese\n\n"
        "Tickets are sold on board, in cash, by whoever has a hand free at that moment."
    )
    for posts in (None, 1, 2):
        joined = "\n".join(thread(brief_of_text(text, posts=posts)))
        assert "geese" not in joined or "never travel" in joined


def test_a_list_whose_introduction_counts_its_items_is_told_whole_or_not_at_all() -> None:
    items = [
        f"{name} brings {thing} to the harbour every single morning before the sun is up"
        for name, thing in [("Anna", "bread"), ("Boris", "coffee"), ("Clara", "newspapers")]
    ]
    text = "Three people keep the harbour going:\n\n" + "\n".join(f"- {item}" for item in items)
    joined = "\n".join(thread(brief_of_text(text)))
    shown = sum(item in joined for item in items)
    assert shown in {0, 3}
    assert shown == 3 or "Three people" not in joined


def test_items_of_a_list_are_set_as_bullets_under_their_heading() -> None:
    assert "Fixed:\n• Images with spaces in their names" in "\n".join(thread(brief_of_files("release.md")))


def test_a_changelog_gives_its_newest_release_and_not_what_is_unreleased() -> None:
    texts = thread(brief_of_files("changelog.md"))
    assert texts[0].startswith("Ferrybook 3.2.0 (2025-04-11)\n\n")
    assert not any("Nothing yet" in text or "Internet Explorer" in text for text in texts)


def test_older_releases_follow_under_their_own_names_when_more_posts_are_asked_for() -> None:
    texts = thread(replace(brief_of_files("changelog.md"), posts=4))
    assert sum(text.startswith("Ferrybook 3.1.0 (2025-01-20)\n\n") for text in texts) == 1


def test_code_after_a_sentence_breaks_the_flow() -> None:
    text = (
        "Dates are read from any text that you hand over.\n\n```\nparse('tomorrow')\n```\n\n"
        "That prints a date. Time zones come from the system and never from a table of our own."
    )
    assert not any("That prints" in post for post in thread(brief_of_text(text)))


def test_sentences_that_point_at_another_place_on_the_page_are_left_out() -> None:
    text = (
        "Otters sleep holding hands so that they do not drift apart. See the figure below. As shown above, they float. "
        "Otter fur has a million hairs on every square inch, more than any other animal. Click here for more."
    )
    joined = " ".join(thread(brief_of_text(text)))
    assert "million hairs" in joined
    assert not re.search("figure|above|Click", joined)


def test_every_material_contributes_in_the_order_given() -> None:
    brief = brief_of_files("release.md", "article.md", "notes.md")
    writer = ExtractWriter(EMBEDDER)
    posts = writer.write(brief, writer.outline(brief), lambda _: None)
    order = [span.material for post in posts for span in post.spans]
    assert order == sorted(order)
    assert set(order) == {0, 1, 2}
    first_of_second = next(post for post in posts if post.spans[0].material == 1)
    assert first_of_second.text.startswith("We replaced Postgres with SQLite and nobody noticed\n\n")


def test_a_topic_draws_the_sentences_that_are_about_it() -> None:
    brief = replace(brief_of_files("article.md"), posts=3)
    assert "backups" not in " ".join(thread(brief))
    assert "backups" in " ".join(thread(replace(brief, topic="backups and recovery")))


def test_variants_differ_and_are_as_clean() -> None:
    brief = brief_of_files("article.md")
    versions = [tuple(thread(replace(brief, variant=variant))) for variant in range(3)]
    assert len(set(versions)) == 3
    assert versions[1][0] != versions[0][0]
    for version in versions:
        assert all(weigh(text) <= 280 and dangling_opening(text) is None for text in version)


def test_more_variants_than_the_material_has_are_refused() -> None:
    with pytest.raises(UsageError, match="the material carries 1 different version of a thread of 1 post, not 2"):
        thread(brief_of_text("Bread is ready at seven.", variant=1))


@pytest.mark.parametrize("text", ["", "```\ncode only\n```\n", "| a | b |\n|---|---|\n| 1 | 2 |\n"])
def test_material_without_prose_is_told_so(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        thread(brief_of_text(text))
    assert caught.value.hint


def test_a_sentence_heavier_than_a_post_is_never_cut() -> None:
    endless = "The harbour " + "and the harbour " * 40 + "sleeps."
    brief = brief_of_text(
        f"The ferry leaves at nine and takes an hour to cross. {endless} The crew eats on the far side."
    )
    joined = " ".join(thread(brief))
    assert "and the harbour" not in joined
    assert "The ferry leaves at nine" in joined


def test_a_heavy_sentence_is_divided_only_where_both_halves_are_sentences() -> None:
    left = "The old lighthouse was built in 1874 by two brothers who had never seen the sea before that very summer"
    right = (
        "the new one was built by a company that has never sent anybody to look at it in all of its forty years here"
    )
    brief = brief_of_text(f"{left}; {right}.", limit_weight=200)
    assert thread(replace(brief, posts=2)) == [f"{left}.", f"T{right[1:]}."]


def test_posts_are_told_piece_by_piece_and_add_up() -> None:
    brief = brief_of_files("article.md")
    writer = ExtractWriter(EMBEDDER)
    told: list[Delta] = []
    posts = writer.write(brief, writer.outline(brief), told.append)
    assert [delta.post for delta in told] == sorted(delta.post for delta in told)
    assert len(told) > len(posts)
    for number, post in enumerate(posts):
        assert "".join(delta.text for delta in told if delta.post == number) == post.text


def test_spans_say_where_each_sentence_stands() -> None:
    brief = brief_of_files("article.md")
    writer = ExtractWriter(EMBEDDER)
    for post in writer.write(brief, writer.outline(brief), lambda _: None):
        assert post.spans
        for span in post.spans:
            source = " ".join(brief.materials[span.material].text[span.start : span.end].split())
            assert source.removeprefix("However, ").removeprefix("But ")[2:] in post.text


def test_the_outline_names_each_post_by_its_first_words_and_its_sentences() -> None:
    brief = brief_of_files("article.md")
    writer = ExtractWriter(EMBEDDER)
    outline = writer.outline(brief)
    posts = writer.write(brief, outline, lambda _: None)
    assert [point.spans for point in outline.points] == [post.spans for post in posts]
    assert outline.points[1].point == "We serve 40 requests a second at peak, nearly…"
    assert outline.reason == "6 posts, as many as the material calls for, from 5 sections in the source's order"


def test_revising_replaces_the_faulty_post_and_keeps_the_others() -> None:
    brief = brief_of_files("article.md")
    writer = ExtractWriter(EMBEDDER)
    posts = writer.write(brief, writer.outline(brief), lambda _: None)
    told: list[Delta] = []
    revised = writer.revise(
        brief, posts, [Fault(Gate.PUBLISHED, 2, "the post repeats what was published")], told.append
    )
    assert [number for number, post in enumerate(revised) if post != posts[number]] == [2]
    assert {delta.post for delta in told} == {2}
    assert posts[1].spans[-1] < revised[2].spans[0]
    assert revised[2].spans[-1] < posts[3].spans[0]


def test_revising_mends_what_another_writer_wrote() -> None:
    brief = brief_of_files("article.md")
    foreign = (
        DraftedPost("Postgres is dead, says NASA."),
        DraftedPost("We measured everything twice and slept well."),
        DraftedPost("Measure your own load."),
    )
    faults = [Fault(Gate.UNSUPPORTED, 0, "the material does not hold “NASA”", "NASA")]
    revised = ExtractWriter(EMBEDDER).revise(brief, foreign, faults, lambda _: None)
    assert revised[1:] == foreign[1:]
    assert revised[0].text.startswith("We replaced Postgres with SQLite and nobody noticed\n\n")


def test_a_wrong_number_of_posts_is_answered_with_a_thread_of_its_own() -> None:
    brief = replace(brief_of_files("article.md"), posts=4)
    revised = ExtractWriter(EMBEDDER).revise(
        brief,
        [DraftedPost("Too few.")],
        [Fault(Gate.COUNT, None, "4 posts were asked for and 1 was written")],
        lambda _: None,
    )
    assert [post.text for post in revised] == thread(brief)


def test_a_post_that_nothing_can_replace_comes_back_as_it_was() -> None:
    brief = brief_of_text("Bread is ready at seven.")
    posts = (DraftedPost("Bread is ready at seven.", ()),)
    assert ExtractWriter(EMBEDDER).revise(brief, posts, [Fault(Gate.REPEAT, 0, "again")], lambda _: None) == posts


def test_it_has_no_instructions_no_usage_and_no_imagination() -> None:
    writer = ExtractWriter(HashEmbedder())
    assert (writer.name, writer.instructions, writer.invents) == ("extract", "", False)
    assert writer.usage.input_tokens == 0


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "ja",
            "猫は一日の大半を眠って過ごします。そのため夜に活動します。東京の猫は地下鉄の駅でも暮らしています。駅員は毎朝水を置きます。",
        ),
        ("ar", "تعبر العبارة الخليج ست مرات في اليوم. يعرف الطاقم كل راكب باسمه. لا تباع التذاكر إلا على متنها."),
        (
            "ru",
            "Паром пересекает залив шесть раз в день. Команда знает каждого пассажира по имени. Билеты продают на борту.",
        ),
    ],
)
def test_other_languages_and_scripts_make_threads_too(language: str, text: str) -> None:
    brief = brief_of_text(text, MaterialKind.PLAIN, language=language)
    assert "".join(thread(brief)).replace(" ", "").startswith(text.replace(" ", "")[:10])


def test_a_long_book_takes_bounded_time() -> None:
    words = [
        "harbour",
        "ferry",
        "crew",
        "bread",
        "oven",
        "tide",
        "rock",
        "lighthouse",
        "winter",
        "storm",
        "captain",
        "rope",
    ]
    chance = random.Random(7)  # noqa: S311 - a book, not a secret
    paragraphs = [
        " ".join(f"The {' '.join(chance.choices(words, k=12))} is number {number}-{part}." for part in range(5))
        for number in range(500)
    ]
    brief = brief_of_text("\n\n".join(paragraphs))
    started = time.perf_counter()
    assert len(thread(brief)) == 8
    assert len(thread(replace(brief, posts=50))) == 50
    assert time.perf_counter() - started < 30


def test_the_outline_given_to_write_is_not_needed() -> None:
    brief = brief_of_files("note.md")
    writer = ExtractWriter(EMBEDDER)
    assert [post.text for post in writer.write(brief, Outline(()), lambda _: None)] == thread(brief)


@pytest.mark.benchmark
def test_speed_on_an_article_of_two_thousand_words() -> None:
    article = (DATA / "article.md").read_text(encoding="utf-8")
    parts = [re.sub(r"\b(SQLite|Postgres)\b", rf"\1-{number}", article) for number in range(4)]
    brief = brief_of_text("\n\n".join(parts))
    # Processor time: what other programs do meanwhile is none of the writer's business.
    started = time.process_time()
    writer = ExtractWriter(StaticEmbedder())
    writer.write(brief, writer.outline(brief), lambda _: None)
    spent_s = time.process_time() - started
    words = len(brief.materials[0].text.split())
    print(f"{words} words: {spent_s:.3f} s of processor time, the vectors' loading included")
    assert spent_s <= 0.30


LIGHTHOUSE = """# Lampkeeper

Lampkeeper schedules the lamps of four hundred lighthouses from one table, and nobody has climbed a tower since.

It reads the tides every night and lights each lamp an hour before the fishing boats come home.
"""


def told(text: str, kind: MaterialKind = MaterialKind.MARKDOWN, **fields: int) -> str:
    return "\n".join(thread(brief_of_text(text, kind, **fields)))


def test_what_stood_between_two_full_stops_leaves_one() -> None:
    text = """# Pagemill 3.1

## Fixes

* "pagemill build" forgot the theme, which has been corrected.
  (merge 3013d98d7a jd/theme-fix later to maint).
* "pagemill serve" did not describe the "--port" option correctly (merge 4b52e3c1 jd/port later to maint).
* Feeds of more than nine hundred entries are written at once. (Ada Byron, PR #41).
"""
    posts = told(text)
    assert "which has been corrected.\n" in posts
    assert '"--port" option correctly.' in posts
    assert posts.endswith("are written at once.")


@pytest.mark.parametrize(
    "section",
    [
        "## Installation\n\nInvoking make in the root folder builds the lamp driver. A cmake file is provided too.",
        "## Build instructions\n\n### Meson\n\nA Meson project is provided within the build folder of the sources.",
        "## Lampkeeper for Enterprise\n\nSave time and reduce risk while paying the keepers of the lamps you use.",
        "## Usage\n\nTry it with pip install lampkeeper in a fresh folder of your own.",
        "## Drift\n\nUnlike the tables, it never drifts more than a minute a year.",
        "## Errors\n\nReturns the number of lamps that failed since the tower was switched on.",
        "## Tables\n\nmoonrise is blank for the poles because it fails there.",
        "## Colours\n\nFor a more detailed explanation of colours, you may refer to the reference.",
        "## Steps\n\nNow we need to configure the lamps.",
        "## Otherwise\n\nObviously such a lamp is not very good.",
        "## History\n\n- 0.2: second argument of light was not honoured\n- 0.1: first release to the keepers",
    ],
)
def test_errands_fragments_and_leaning_sentences_stay_out_of_a_thread(section: str) -> None:
    assert told(LIGHTHOUSE + "\n" + section) == told(LIGHTHOUSE)


def test_a_document_about_installing_is_told_all_the_same() -> None:
    text = "# Installing Lampkeeper\n\n## Installation\n\nLampkeeper needs a tower, a lamp and a keeper who can climb."
    assert "needs a tower" in told(text)


def test_a_word_that_many_things_are_called_does_not_name_the_subject() -> None:
    text = "# mailbird Package Architecture\n\nConceptually the package is organised around the model of a message."
    assert told(text).startswith("mailbird Package Architecture")


def test_sentences_that_differ_in_a_word_are_told_once() -> None:
    text = LIGHTHOUSE + (
        "\n## Light\n\nUse the function light() to determine the length of a single beam.\n"
        "\n## More\n\nUse the function light() to determine the length of a single flash.\n"
    )
    assert told(text, posts=2).count("Use the function light()") == 1


def test_also_is_left_out_where_its_sentence_opens_a_post() -> None:
    text = "# Type states\n\nType states are also an example of an abstraction that costs nothing at run time."
    assert told(text) == "Type states are an example of an abstraction that costs nothing at run time."


def test_releases_named_by_their_day_are_releases_too() -> None:
    items = "".join(f"* Fix the lamp of tower {number}\n* Speed up tower {number}\n" for number in range(2))
    days = "".join(f"\n## v201{year}0716\n{items}" for year in range(5, 0, -1))
    posts = thread(brief_of_text(f"## Version History\n\n## v1.4.0\n{items}{days}"))
    assert posts[0].startswith("v1.4.0")
    assert not any("v2013" in post for post in posts)


def test_the_part_of_release_notes_for_developers_comes_last() -> None:
    text = """# Lampkeeper 2.0 Release Notes

UI, Workflows & Features

 * "lampkeeper light" learned to light the lamps of several towers at once.

 * "lampkeeper tide" shows the tide of the day before beside the one of today.

Performance, Internal Implementation, Development Support etc.

 * The definitions of the lamp states were moved from octal numbers to an enumeration.
"""
    posts = told(text, MaterialKind.PLAIN)
    assert "several towers" in posts
    assert "UI, Workflows & Features:\n• The definitions" not in posts
    assert "octal" not in posts or "Internal Implementation" in posts
