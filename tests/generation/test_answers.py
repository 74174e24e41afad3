"""Reading what models answer: posts, outlines, refusals, however loosely they keep to the form."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onering_cli.generation.answers import outline_in, posts_in, refusal_in

ONE = "Caches lie: they tell you what was true a minute ago."
TWO = "We measured it for a week, and 40 of 100 reads were stale."
THREE = "So we wrote the time beside every value. Now readers know."
THREAD = (ONE, TWO, THREE)

LOOSE_FORMS = {
    "as asked": f"{ONE}\n---\n{TWO}\n---\n{THREE}",
    "blank lines around the rule": f"{ONE}\n\n---\n\n{TWO}\n\n---\n\n{THREE}\n",
    "other rules": f"{ONE}\n***\n{TWO}\n=====\n{THREE}",
    "a rule at both ends": f"---\n{ONE}\n---\n{TWO}\n---\n{THREE}\n---",
    "windows line ends": f"{ONE}\r\n---\r\n{TWO}\r\n---\r\n{THREE}",
    "an english greeting": f"Sure! Here is your thread:\n\n{ONE}\n---\n{TWO}\n---\n{THREE}",
    "a greeting of its own block": f"Certainly! Here's the thread.\n---\n{ONE}\n---\n{TWO}\n---\n{THREE}",
    "an announcement": f"Here are the three posts:\n\n{ONE}\n---\n{TWO}\n---\n{THREE}",
    "an announcement in another language": f"Tässä on ketju:\n---\n{ONE}\n---\n{TWO}\n---\n{THREE}",
    "a farewell": f"{ONE}\n---\n{TWO}\n---\n{THREE}\n\nLet me know if you'd like me to adjust the tone!",
    "a farewell behind a rule": f"{ONE}\n---\n{TWO}\n---\n{THREE}\n---\nFeel free to edit these posts.",
    "counted": f"1/ {ONE}\n\n2/ {TWO}\n\n3/ {THREE}",
    "counted with a total": f"1/3 {ONE}\n---\n2/3 {TWO}\n---\n3/3 {THREE}",
    "counted in brackets": f"(1/3) {ONE}\n\n(2/3) {TWO}\n\n(3/3) {THREE}",
    "counted at the end": f"{ONE} (1/3)\n---\n{TWO} (2/3)\n---\n{THREE} (3/3)",
    "listed": f"1. {ONE}\n2. {TWO}\n3. {THREE}",
    "listed with rules": f"1. {ONE}\n---\n2. {TWO}\n---\n3. {THREE}",
    "labelled": f"Post 1: {ONE}\n\nPost 2: {TWO}\n\nPost 3: {THREE}",
    "labelled in bold": f"**Post 1:** {ONE}\n\n**Post 2:** {TWO}\n\n**Post 3:** {THREE}",
    "labelled as tweets of three": f"**Tweet 1/3 (Hook)**\n{ONE}\n\n**Tweet 2/3**\n{TWO}\n\n**Tweet 3/3**\n{THREE}",
    "labelled by headings": f"### Post 1\n{ONE}\n\n### Post 2\n{TWO}\n\n### Post 3\n{THREE}",
    "with a title": f"# Caches lie\n\n---\n{ONE}\n---\n{TWO}\n---\n{THREE}",
    "with counts of characters": f"{ONE}\n(54 characters)\n---\n{TWO}\n(59 chars)\n---\n{THREE}\nCharacter count: 61",
    "with roles": f"**Hook:** {ONE}\n---\n{TWO}\n---\nConclusion: {THREE}",
    "quoted": f'"{ONE}"\n---\n“{TWO}”\n---\n"{THREE}"',
    "in bold": f"**{ONE}**\n---\n{TWO}\n---\n{THREE}",
    "paragraphs only": f"{ONE}\n\n{TWO}\n\n{THREE}",
    "in a fence": f"```\n{ONE}\n---\n{TWO}\n---\n{THREE}\n```",
    "in a fence behind a greeting": f"Sure, here you go:\n```text\n{ONE}\n---\n{TWO}\n---\n{THREE}\n```",
    "a JSON array": json.dumps(list(THREAD)),
    "JSON objects": json.dumps([{"text": text} for text in THREAD]),
    "a JSON object of posts": json.dumps({"posts": [{"post": text} for text in THREAD]}, indent=2),
    "a JSON object of numbered posts": json.dumps({f"post{n}": text for n, text in enumerate(THREAD, start=1)}),
    "fenced JSON": f"Here is the JSON:\n```json\n{json.dumps(list(THREAD), indent=1)}\n```\nEnjoy!",
    "JSON lines": "\n".join(json.dumps({"text": text}) for text in THREAD),
    "JSON with a trailing comma": json.dumps({"thread": list(THREAD)})[:-2] + ",]}",
    "JSON without its end": json.dumps(list(THREAD))[:-1],
    "JSON without its last quotation mark": json.dumps(list(THREAD))[:-2],
    "thoughts first": f"<think>\nThree posts. Let me write.\n---\n</think>\n\n{ONE}\n---\n{TWO}\n---\n{THREE}",
    "thoughts without an opening tag": f"Three posts, I think.\n</think>\n{ONE}\n---\n{TWO}\n---\n{THREE}",
    "control characters": f"{ONE}\x07\n---\n\x1b[31m{TWO}\x1b[0m\n---\n{THREE}\u202e",
}


class TestPosts:
    @pytest.mark.parametrize("answer", LOOSE_FORMS.values(), ids=LOOSE_FORMS)
    def test_every_loose_form_gives_the_same_thread(self, answer: str) -> None:
        assert posts_in(answer, expected=3) == THREAD

    @pytest.mark.parametrize(
        "form", ["as asked", "counted", "labelled", "a JSON array", "an english greeting", "paragraphs only"]
    )
    def test_the_number_of_posts_need_not_be_known(self, form: str) -> None:
        assert posts_in(LOOSE_FORMS[form]) == THREAD

    def test_too_many_posts_all_come_back(self) -> None:
        answer = "\n---\n".join(f"This is what post {n} says." for n in range(1, 41))
        assert len(posts_in(answer, expected=5)) == 40

    @pytest.mark.parametrize("answer", ["", " \n\t\n", "---\n---", "<think>I should write three posts.", "```\n```"])
    def test_an_answer_without_a_post_gives_none(self, answer: str) -> None:
        assert posts_in(answer, expected=3) == ()

    def test_a_repeated_prompt_is_cut_off(self) -> None:
        echo = f"<<<MATERIAL-1\n[1] Something.\nMATERIAL-1>>>\n\nWrite exactly 2 posts.\n---\n{ONE}"
        assert posts_in(echo, expected=2, markers=("MATERIAL-1",)) == ("Write exactly 2 posts.", ONE)
        assert posts_in("<<<MATERIAL-1\n[1] Something.\nMATERIAL-1>>>", expected=2, markers=("MATERIAL-1",)) == ()

    def test_a_quotation_mark_of_the_prompt_is_no_post_even_cut_off(self) -> None:
        assert posts_in(f"<<<MATERIAL-AADDE3022623B456\n{ONE}\n---\nMATERIAL-AADDE30", expected=2) == (ONE,)

    @pytest.mark.parametrize(
        "post",
        [
            "1/2 of all readers stop here. Here is why.",
            "2. is a number, and a good one.",
            "Sure, you can cache it. But should you?",
            "Great. Now the hard part.",
            "Okay, so caches lie.",
            "I can't believe how fast this is.",
            "Part 2 of the plan is simple.",
            "Post offices close at 5.",
            "Let me know what you think in the replies.",
            "This is the post I wish I had read.",
            'She said "no" and then "yes".',
            '"No," she said. "Never."',
            "Use [brackets] and {braces} freely.",
            "2 * 3 ** 4 is not 2**3 * 4.",
            "C# is fine. #caching is a hashtag.",
            "First:\n- one\n- two\n\nThen three.",
            "You write <think> to make it think.",
            "👩‍👩‍👧 families and ❤️ stay whole.",
            'Our config was one line:\n["a", "b"]',
        ],
    )
    def test_a_post_is_not_mistaken_for_the_talk_around_it(self, post: str) -> None:
        assert posts_in(f"{ONE}\n---\n{post}", expected=2) == (ONE, post)
        assert posts_in(f"{post}\n---\n{ONE}", expected=2) == (post, ONE)

    def test_a_hook_that_sounds_like_an_announcement_stays_when_the_count_needs_it(self) -> None:
        hook = "Here is a thread about what caching cost us:"
        assert posts_in(f"{hook}\n---\n{ONE}", expected=2) == (hook, ONE)
        assert posts_in(f"{hook}\n---\n{ONE}\n---\n{TWO}", expected=2) == (ONE, TWO)

    def test_one_post_of_several_paragraphs_is_not_cut_when_one_was_asked_for(self) -> None:
        assert posts_in(f"{ONE}\n\n{TWO}", expected=1) == (f"{ONE}\n\n{TWO}",)

    def test_revised_posts_may_carry_their_own_numbers(self) -> None:
        assert posts_in(f"2/5 {ONE}\n---\n4/5 {TWO}", expected=2, numbers=(2, 4)) == (ONE, TWO)
        assert posts_in(f"Post 2: {ONE}\n\nPost 4: {TWO}", expected=2, numbers=(2, 4)) == (ONE, TWO)

    def test_a_truncated_json_thread_keeps_its_whole_posts(self) -> None:
        whole = json.dumps({"posts": list(THREAD)})
        cut = whole[: whole.index("So we wrote") + 6]
        assert posts_in(cut, expected=3) == (ONE, TWO, "So we")

    @given(st.text())
    def test_no_answer_breaks_the_reader(self, answer: str) -> None:
        for post in posts_in(answer, expected=3):
            assert post == post.strip() != ""

    @given(
        st.lists(
            st.sampled_from(['{"', "[", "]", "}", '"', ",", ":", "\\", "\\u12", "posts", "\n", "---", "1/ ", "<think>"])
        )
    )
    def test_no_heap_of_marks_breaks_the_reader(self, parts: list[str]) -> None:
        assert all(posts_in("".join(parts), expected=3))
        outline_in("".join(parts))

    @pytest.mark.parametrize(
        "part",
        [
            "[",
            '["',
            "{",
            '{"a":',
            " ",
            "\t",
            "\n",
            " \n",
            "- ",
            "*",
            "word ",
            "<think>",
            "1/ ",
            "(",
            "Post 1: ",
            "Sure! ",
            "here is ",
        ],
        ids=repr,
    )
    def test_ten_thousand_tokens_of_repetition_are_read_in_no_time(self, part: str) -> None:
        answer = part * 20_000
        started = time.process_time()
        posts_in(answer, expected=5)
        outline_in(answer)
        assert time.process_time() - started < 2.0


OUTLINE = {
    "hook": "Caches lie",
    "points": [{"point": "Say why", "excerpts": [1, 2]}, {"point": "Say how", "excerpts": [4]}],
}


class TestOutlines:
    @pytest.mark.parametrize(
        "answer",
        [
            json.dumps(OUTLINE),
            f"Sure! Here is the plan:\n```json\n{json.dumps(OUTLINE, indent=2)}\n```",
            f"<think>hm</think>{json.dumps(OUTLINE)}",
            json.dumps(
                {
                    "hook": "Caches lie",
                    "outline": [{"idea": "Say why", "sources": "[1], [2]"}, {"idea": "Say how", "sources": 4}],
                }
            ),
            json.dumps(OUTLINE["points"]),
            json.dumps({"posts": {"1": OUTLINE["points"][0], "2": OUTLINE["points"][1]}}),
            json.dumps(["Say why [1, 2]", "Say how [4]"]),
            "1. Say why [1, 2]\n2. Say how [4]",
            "Here is my outline:\n\n- Say why [1][2]\n- Say how [4]",
            "Post 1: Say why [1, 2]\nPost 2: Say how [4]",
        ],
    )
    def test_points_and_what_they_rest_on_are_found(self, answer: str) -> None:
        loose = outline_in(answer)
        assert [(point.point, point.excerpts) for point in loose.points] == [("Say why", (1, 2)), ("Say how", (4,))]

    def test_the_hook_is_found(self) -> None:
        assert outline_in(json.dumps(OUTLINE)).hook == "Caches lie"

    @pytest.mark.parametrize("answer", ["", "I would first read the text.", "{}", '{"points": []}', '{"points": 7}'])
    def test_prose_about_the_task_is_no_outline(self, answer: str) -> None:
        assert outline_in(answer).points == ()

    def test_a_cut_off_outline_keeps_its_whole_points(self) -> None:
        cut = json.dumps(OUTLINE)[:-12]
        assert [point.point for point in outline_in(cut).points] == ["Say why", "Say how"]


class TestRefusals:
    @pytest.mark.parametrize(
        "answer",
        [
            "I'm sorry, but I can't help with that.",
            "I cannot write this thread.",
            "As an AI language model, I have no opinion.",
            "Sorry, I am unable to assist with this request.",
        ],
    )
    def test_a_refusal_is_recognised(self, answer: str) -> None:
        assert refusal_in(answer) == answer

    @pytest.mark.parametrize("answer", [ONE, "I can't stop caching.", "I'm sorry we shipped it. Here is what broke."])
    def test_a_post_in_the_first_person_is_no_refusal(self, answer: str) -> None:
        assert refusal_in(answer) == ""
