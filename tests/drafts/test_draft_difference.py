from __future__ import annotations

import time

from doubles.draft_strategies import drafts
from hypothesis import given

from onering_cli.drafts.difference import changes, unified
from onering_cli.text.draft import Draft, Media, Post


def thread(*texts: str, title: str = "") -> Draft:
    return Draft(tuple(Post(text) for text in texts), title=title)


def headings(before: Draft, after: Draft) -> list[str]:
    return [change.heading for change in changes(before, after)]


@given(drafts)
def test_a_draft_does_not_differ_from_itself(draft: Draft) -> None:
    assert changes(draft, draft) == ()


@given(drafts, drafts)
def test_every_post_is_told_once_and_in_order(before: Draft, after: Draft) -> None:
    found = changes(before, after)
    assert bool(found) == (before != after)
    for numbers, posts in (
        ([change.before for change in found if change.before], before.posts),
        ([change.after for change in found if change.after], after.posts),
    ):
        assert numbers == sorted(set(numbers))
        assert all(1 <= number <= len(posts) for number in numbers)
    gone = sum(change.after is None for change in found)
    new = sum(change.before is None for change in found)
    assert len(after.posts) - len(before.posts) == new - gone


def test_equal_drafts_give_no_text() -> None:
    assert unified(changes(thread("a"), thread("a")), before_name="a", after_name="b") == ""


def test_a_difference_reads_like_a_unified_diff() -> None:
    before = thread("The first post stays.", "The second post\nhas two lines.", "The third goes.", title="Old")
    after = thread("The first post stays.", "A whole new one!", "The second post\nhas two good lines.", title="New")
    assert unified(changes(before, after), before_name="revision 1", after_name="revision 2") == (
        "--- revision 1\n+++ revision 2\n"
        "@@ front matter @@\n-title: Old\n+title: New\n"
        "@@ post 2, new @@\n+A whole new one!\n"
        "@@ post 3, was 2 @@\n The second post\n-has two lines.\n+has two good lines.\n"
        "@@ post 3, gone @@\n-The third goes.\n"
    )


def test_a_post_put_before_a_changed_one_does_not_hide_the_change() -> None:
    assert headings(thread("We moved to SQLite last year."), thread("Hello!", "We moved to SQLite, last year.")) == [
        "post 1, new",
        "post 2, was 1",
    ]


def test_media_belong_to_their_post() -> None:
    before = Draft((Post("Look.", (Media("a.png", "old words"),)),))
    after = Draft((Post("Look.", (Media("a.png", "new words"),)),))
    (change,) = changes(before, after)
    assert change.lines == (" Look.", " ", "-![old words](a.png)", "+![new words](a.png)")


def test_a_post_that_only_moved_up_is_no_change() -> None:
    assert headings(thread("a", "b", "c"), thread("b", "c")) == ["post 1, gone"]


def test_front_matter_alone_can_change() -> None:
    assert headings(thread(), thread(title="New")) == ["front matter"]


def test_long_drafts_are_paired_in_order() -> None:
    before = thread(*(f"number {number}" for number in range(50)))
    after = thread(*(f"changed {number}" for number in range(49)))
    assert headings(before, after) == [f"post {number}" for number in range(1, 50)] + ["post 50, gone"]


def test_posts_that_have_nothing_in_common_are_one_gone_and_one_new() -> None:
    assert headings(thread("We moved to SQLite last year."), thread("Ten thousand people, one file!")) == [
        "post 1, gone",
        "post 1, new",
    ]


def test_long_drafts_do_not_take_long() -> None:
    before = thread(*(f"Post number {number} " + "of many words " * 15 for number in range(250)))
    after = thread(*(f"Changed post {number} " + "of many words " * 15 for number in range(250)))
    started = time.process_time()
    assert len(changes(before, after)) == 250
    assert time.process_time() - started < 5
