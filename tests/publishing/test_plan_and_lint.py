"""What a draft would send, what is wrong with it, and what it costs, before anything leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from doubles.threads import PICTURE, MemoryFiles, proposal, thread

from onering_cli.publishing.cost import dollars
from onering_cli.publishing.lint import Finding, Rule, Severity
from onering_cli.publishing.model import Form, MediaKind, Poll
from onering_cli.publishing.plan import Plan, Wishes, plan, propose
from onering_cli.publishing.ports import AccountFacts
from onering_cli.text.draft import Draft, Media, Post, ReplyControl

NOBODY = AccountFacts("ada")


def planned(draft: Draft, *, facts: AccountFacts = NOBODY, **wishes: object) -> Plan:
    """What would be sent of a draft."""
    files = MemoryFiles(
        **{
            "dog.gif": b"gif",
            "film.mp4": b"film",
            "old.bmp": b"bmp",
            "empty.png": b"",
            "huge.png": b"x" * (5 * 1024 * 1024 + 1),
        }
    )
    made = replace(Wishes(), **wishes)  # type: ignore[arg-type]  # the tests name fields of Wishes
    return plan(draft, account="ada", wishes=made, files=files, facts=facts)


def rules(found: tuple[Finding, ...]) -> list[tuple[Rule, int | None]]:
    return [(finding.rule, finding.index) for finding in found]


def with_media(*media: Media, text: str = "look") -> Draft:
    return Draft((Post(text, media),))


def test_a_plan_says_exactly_what_would_be_sent() -> None:
    draft = replace(thread("Hello", "Read https://example.com", pictures=(0,)), reply_control=ReplyControl.FOLLOWING)
    made = planned(draft, quote_id="7", made_with_ai=True)
    first, second = (post.segment for post in made.posts)
    assert [post.text for post in made.posts] == ["Hello", "Read https://example.com"]
    assert [post.segment.weight for post in made.posts] == [5, 28]
    assert [post.links for post in made.posts] == [(), ("https://example.com",)]
    assert [segment.cost_usd_milli for segment in (first, second)] == [15, 200]
    assert made.cost_usd_milli == 215
    assert (first.payload.quote_id, first.payload.reply_control) == ("7", ReplyControl.FOLLOWING)
    assert (second.payload.quote_id, second.payload.reply_control) == ("", ReplyControl.EVERYONE)
    assert first.payload.made_with_ai
    assert second.payload.made_with_ai
    assert first.payload.media[0].sha256
    assert first.payload.media[0].alt == "a cat"
    assert made.errors == ()


def test_posts_can_be_numbered_and_the_numbers_count() -> None:
    made = planned(thread("one", "two"), numbered=True)
    assert [post.text for post in made.posts] == ["one 1/2", "two 2/2"]
    assert [post.segment.weight for post in made.posts] == [7, 7]
    assert [post.text for post in planned(thread("alone"), numbered=True).posts] == ["alone"]


def test_a_thread_can_go_out_as_one_long_post() -> None:
    made = planned(thread("one " * 60, "two " * 60, pictures=(1,)), form=Form.LONG, premium=True)
    assert len(made.posts) == 1
    assert made.posts[0].text == "one " * 59 + "one\n\n" + "two " * 59 + "two"
    assert len(made.posts[0].media) == 1
    assert made.errors == ()
    assert rules(planned(thread("one " * 60, "two " * 60), form=Form.LONG).errors) == [(Rule.OVER_WEIGHT, 0)]


def test_equal_drafts_have_equal_hashes_and_others_do_not() -> None:
    same = planned(thread("one", "two")).payload_hash
    assert planned(thread("one", "two")).payload_hash == same
    others = [
        planned(thread("one", "two!")),
        planned(thread("two", "one")),
        planned(thread("one", "two"), reply_to_id="7"),
        planned(thread("one", "two"), made_with_ai=True),
        planned(thread("one", "two", pictures=(0,))),
    ]
    assert len({same, *(other.payload_hash for other in others)}) == 6


def test_a_file_goes_by_its_content_and_a_draft_by_its_id() -> None:
    made = planned(thread("one"))
    assert propose(made, draft="", key="", strict=False).draft == f"content:{made.payload_hash}"
    assert proposal(thread("one"), name="draft:9").draft == "draft:9"


def test_a_plan_with_errors_cannot_be_carried_out() -> None:
    with pytest.raises(ValueError, match="errors"):
        propose(planned(thread("")), draft="", key="", strict=False)


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        (thread(), [(Rule.EMPTY, None)]),
        (thread("fine", " \n "), [(Rule.EMPTY, 1)]),
        (thread("x" * 281), [(Rule.OVER_WEIGHT, 0)]),
        (thread("x" * 280), []),
        (thread("buy $AAPL and $MSFT"), [(Rule.CASHTAGS, 0)]),
        (thread("buy $AAPL"), []),
        (thread("same", "other", " same  "), [(Rule.REPEATED, 2)]),
        (with_media(Media("cat.png", "a cat"), text=""), []),
        (with_media(Media("cat.png")), [(Rule.ALT_MISSING, 0)]),
        (with_media(Media("cat.png", "c" * 1001)), [(Rule.ALT_TOO_LONG, 0)]),
        (with_media(Media("gone.png", "a dog")), [(Rule.MEDIA_UNUSABLE, 0)]),
        (with_media(Media("old.bmp", "a dog")), [(Rule.MEDIA_TYPE, 0)]),
        (with_media(Media("empty.png", "nothing")), [(Rule.MEDIA_SIZE, 0)]),
        (with_media(Media("huge.png", "much")), [(Rule.MEDIA_SIZE, 0)]),
        (with_media(*[Media("cat.png", "a cat")] * 4), []),
        (with_media(*[Media("cat.png", "a cat")] * 5), [(Rule.MEDIA_COUNT, 0)]),
        (with_media(Media("dog.gif", "a dog")), []),
        (with_media(Media("film.mp4", "a film")), []),
        (with_media(Media("dog.gif", "a dog"), Media("cat.png", "a cat")), [(Rule.MEDIA_COUNT, 0)]),
    ],
)
def test_what_the_platform_would_refuse_is_found_first(draft: Draft, expected: list[tuple[Rule, int | None]]) -> None:
    assert rules(planned(draft).errors) == expected


@pytest.mark.parametrize(
    ("poll", "faults"),
    [
        (Poll(("yes", "no"), 60), 0),
        (Poll(("yes",), 60), 1),
        (Poll(("1", "2", "3", "4", "5"), 60), 1),
        (Poll(("yes", " yes "), 60), 1),
        (Poll(("yes", " "), 60), 1),
        (Poll(("yes", "n" * 26), 60), 1),
        (Poll(("yes", "no"), 4), 1),
        (Poll(("yes", "no"), 10_081), 1),
    ],
)
def test_polls_keep_their_rules(poll: Poll, faults: int) -> None:
    assert rules(planned(thread("well?"), poll=poll).errors) == [(Rule.POLL, 0)] * faults


def test_a_poll_stands_alone_and_needs_a_question() -> None:
    poll = Poll(("yes", "no"), 60)
    assert rules(planned(thread("well?", pictures=(0,)), poll=poll).errors) == [(Rule.POLL, 0)]
    assert rules(planned(thread("well?"), poll=poll, quote_id="7").errors) == [(Rule.POLL, 0)]
    assert rules(planned(thread(""), poll=poll).errors) == [(Rule.EMPTY, 0)]


@pytest.mark.parametrize(
    ("text", "is_warned"),
    [("run foo.py now", True), ("see README.md", True), ("example.com", False), ("https://foo.py/", False)],
)
def test_file_names_that_are_links_are_told(text: str, is_warned: bool) -> None:
    found = planned(thread(text)).warnings
    assert (Rule.FILE_NAME_LINK in {finding.rule for finding in found}) is is_warned
    assert (Rule.LINK_COST, 0) in rules(found)
    if is_warned:
        assert "counts 23 and is billed as a link" in found[0].message


def test_a_very_long_thread_is_told_to_come_in_parts() -> None:
    assert rules(planned(thread(*map(str, range(101)))).findings) == [(Rule.LONG_THREAD, None)]


def test_after_refused_replies_a_thread_needs_a_person_s_word() -> None:
    facts = replace(NOBODY, replies_refused_at=datetime(2026, 8, 1, tzinfo=UTC))
    assert rules(planned(thread("one", "two"), facts=facts).errors) == [(Rule.REPLIES_REFUSED, None)]
    assert "--as long" in planned(thread("one", "two"), facts=facts).errors[0].message
    waived = planned(thread("one", "two"), facts=facts, waived=frozenset({Rule.REPLIES_REFUSED}))
    assert waived.errors == ()
    assert rules(waived.warnings) == [(Rule.REPLIES_REFUSED, None)]
    assert planned(thread("one"), facts=facts).findings == ()
    assert planned(thread("one", "two"), facts=facts, form=Form.LONG).findings == ()


def test_only_what_can_be_waived_is_waived() -> None:
    everything = frozenset(Rule)
    assert planned(with_media(Media("cat.png")), waived=everything).errors == ()
    assert rules(planned(thread("x" * 281), waived=everything).errors) == [(Rule.OVER_WEIGHT, 0)]


def test_findings_come_in_the_order_of_the_posts() -> None:
    found = planned(thread("x" * 281, "foo.py", "", "x" * 281)).findings
    assert [finding.index for finding in found] == sorted(finding.index or 0 for finding in found)
    assert {finding.severity for finding in found} == {Severity.ERROR, Severity.WARNING}


def test_media_are_frozen_by_their_content() -> None:
    media = planned(thread("one", pictures=(0,))).posts[0].segment.payload.media[0]
    assert (media.kind, media.mime_type, media.size_bytes) == (MediaKind.IMAGE, "image/png", len(PICTURE))


@pytest.mark.parametrize(
    ("usd_milli", "text"),
    [(0, "$0.00"), (15, "$0.015"), (200, "$0.20"), (1200, "$1.20"), (1_234_567, "$1234.567"), (-5, "-$0.005")],
)
def test_amounts_are_written_to_the_tenth_of_a_cent(usd_milli: int, text: str) -> None:
    assert dollars(usd_milli) == text
