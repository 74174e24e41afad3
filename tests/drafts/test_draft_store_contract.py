"""What every `DraftStore` promises, asked of the one in SQLite and of the one in memory alike."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

import pytest
from doubles.draft_strategies import drafts as any_drafts
from doubles.fake_clock import FakeClock
from doubles.memory_drafts import MemoryDrafts
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from onering_cli.adapters.sqlite.drafts import SqliteDrafts
from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.drafts.ports import BIN_DAYS, DraftStore, RevisionConflictError
from onering_cli.errors import UsageError
from onering_cli.text.draft_file import DraftFileError, compose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from onering_cli.text.draft import Draft

Opened: TypeAlias = tuple[DraftStore, FakeClock]


@pytest.fixture(params=["sqlite", "memory"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    clock = FakeClock()
    if request.param == "memory":
        yield MemoryDrafts(clock), clock
        return
    store = open_store(tmp_path / "store.db")
    yield SqliteDrafts(store, clock), clock
    store.close()


@pytest.fixture
def drafts(opened: Opened) -> DraftStore:
    return opened[0]


@pytest.fixture
def clock(opened: Opened) -> FakeClock:
    return opened[1]


def openings(drafts: DraftStore, **options: bool | str | int) -> list[str]:
    return [summary.opening for summary in drafts.list(**{"limit": 100, **options})]  # type: ignore[arg-type]  # tests pass what list takes


def found(drafts: DraftStore, query: str) -> set[str]:
    return {hit.summary.opening for hit in drafts.search(query, limit=10)}


# --- Saving


def test_a_draft_comes_back_as_it_was_kept(drafts: DraftStore, clock: FakeClock) -> None:
    kept = drafts.add("---\ntitle: Why\n---\nOne.\n---\nTwo.\n", provenance={"writer": "extract", "spans": [[0, 4]]})
    assert drafts.get(kept.id) == kept
    assert (kept.draft.title, kept.revision, kept.created_at, kept.updated_at) == ("Why", 1, clock.now(), clock.now())
    assert kept.provenance == {"writer": "extract", "spans": [[0, 4]]}
    assert kept.removed_at is None


@pytest.mark.parametrize(
    "source",
    [
        "",
        "a",
        "a\r\n---\r\nb\r\n",
        "a\rb",
        "\ufeffa\n",
        "a\n\n\n",
        "a\x00b\x1b[0m",
        "\u2028\x85\x0b\x0c",
        "\U0001f680e\u0301",
    ],
)
def test_the_source_is_kept_character_by_character(drafts: DraftStore, source: str) -> None:
    assert drafts.get(drafts.add(source).id).source == source
    changed = drafts.replace(drafts.add("x").id, source, expected_revision=1)
    assert drafts.get(changed.id).source == drafts.revisions(changed.id)[0].source == source


@given(draft=any_drafts)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_any_draft_can_be_kept(drafts: DraftStore, draft: Draft) -> None:
    kept = drafts.add(compose(draft))
    assert drafts.get(kept.id).draft == draft
    assert drafts.list(limit=1)[0].posts == len(draft.posts)


@pytest.mark.parametrize("source", ["---\n", "a\n---\n", "a\ud800"])
def test_what_is_no_draft_file_is_not_kept(drafts: DraftStore, source: str) -> None:
    kept = drafts.add("a")
    with pytest.raises(DraftFileError):
        drafts.add(source)
    with pytest.raises(DraftFileError):
        drafts.replace(kept.id, source, expected_revision=1)
    assert drafts.count() == len(drafts.revisions(kept.id)) == 1


def test_saving_anew_counts_revisions_and_keeps_the_earlier(drafts: DraftStore, clock: FakeClock) -> None:
    first = drafts.add("One.", provenance={"writer": "extract"})
    clock.advance(60)
    second = drafts.replace(first.id, "---\ntitle: T\naccount: me\n---\nTwo.\n---\nThree.", expected_revision=1)
    assert drafts.get(first.id) == second
    assert (second.revision, second.updated_at - second.created_at) == (2, timedelta(minutes=1))
    assert second.provenance == {"writer": "extract"}
    assert [(one.number, one.source[-6:]) for one in drafts.revisions(first.id)] == [(2, "Three."), (1, "One.")]
    assert drafts.revisions(first.id)[1].saved_at == first.created_at
    (summary,) = drafts.list(limit=9)
    assert (summary.title, summary.opening, summary.posts, summary.account) == ("T", "Two.", 2, "me")


def test_saving_anew_can_say_how_it_came_about(drafts: DraftStore) -> None:
    kept = drafts.add("One.", provenance={"writer": "extract"})
    assert drafts.replace(kept.id, "Two.", expected_revision=1, provenance={}).provenance == {}
    assert drafts.get(kept.id).provenance == {}


def test_of_two_who_save_over_one_revision_the_second_is_refused(drafts: DraftStore) -> None:
    kept = drafts.add("One.")
    drafts.replace(kept.id, "Mine.", expected_revision=1)
    with pytest.raises(RevisionConflictError) as caught:
        drafts.replace(kept.id, "Yours.", expected_revision=1)
    assert caught.value.details == {"expected_revision": 1, "found_revision": 2}
    assert drafts.get(kept.id).source == "Mine."


# --- References


def test_last_is_the_draft_added_or_saved_last(drafts: DraftStore) -> None:
    first, second, third = (drafts.add(text) for text in ("First.", "Second.", "Third."))
    drafts.replace(first.id, "First again.", expected_revision=1)
    assert [drafts.get(f"@last{back}").id for back in ("", "~0", "~1", "~2")] == [
        first.id,
        first.id,
        third.id,
        second.id,
    ]


def test_the_clock_does_not_decide_what_was_last(drafts: DraftStore, clock: FakeClock) -> None:
    drafts.add("First.")
    clock.set_back(86_400)
    drafts.add("Second.")
    assert openings(drafts) == ["Second.", "First."]
    assert drafts.get("@last").source == "Second."


def test_an_id_can_be_shortened_while_it_is_one_drafts_only(drafts: DraftStore, clock: FakeClock) -> None:
    first = drafts.add("First.")
    clock.advance(86_400 * 365)
    second = drafts.add("Second.")
    shared = next(i for i in range(11) if first.id[: i + 1] != second.id[: i + 1])
    assert drafts.get(first.id[: shared + 1]).id == first.id
    assert drafts.get(second.id[: shared + 1].upper().replace("0", "O").replace("1", "l")).id == second.id
    with pytest.raises(UsageError, match="could be several drafts") as caught:
        drafts.get(first.id[:shared])
    assert caught.value.details["candidates"] == sorted([first.id, second.id], reverse=True)


def test_only_a_few_candidates_are_named(drafts: DraftStore) -> None:
    kept = [drafts.add("a").id for _ in range(8)]
    prefix = kept[0][:7]
    with pytest.raises(UsageError, match=r", \.\.\.$") as caught:
        drafts.get(prefix)
    assert len(caught.value.message.split(", ")) == 6


@pytest.mark.parametrize(
    "reference",
    [
        "",
        " ",
        "u",
        "@",
        "@last~",
        "@last~1",
        "@last~-1",
        "@LAST",
        "zzzzzzzzzz",
        "zzzzzzzzzzz",
        "a%",
        "\udcff",
        "@last~" + "9" * 30,
        "\u0660",
    ],
)
def test_what_names_no_draft_is_told(drafts: DraftStore, reference: str) -> None:
    drafts.add("a")
    with pytest.raises(UsageError) as caught:
        drafts.get(reference)
    assert "onering draft list" in caught.value.hint


def test_every_method_takes_a_reference(drafts: DraftStore) -> None:
    kept = drafts.add("One.")
    drafts.replace("@last", "Two.", expected_revision=1)
    assert len(drafts.revisions(kept.id[:9])) == 2
    drafts.remove("@last")
    assert drafts.restore("@last").id == kept.id


# --- Lists


def test_lists_show_the_draft_saved_last_first_a_page_at_a_time(drafts: DraftStore) -> None:
    for number in range(5):
        drafts.add(f"Draft {number}.")
    drafts.replace("@last~3", "Draft 1, again.", expected_revision=1)
    assert openings(drafts, limit=2) == ["Draft 1, again.", "Draft 4."]
    assert openings(drafts, limit=2, offset=2) == ["Draft 3.", "Draft 2."]
    assert openings(drafts, limit=2, offset=9) == []


def test_lists_can_be_of_one_account(drafts: DraftStore) -> None:
    for account in ("a", "b", "a", ""):
        drafts.add(f"---\naccount: '{account}'\n---\nFor {account or 'any'}.")
    drafts.remove("@last~1")
    assert openings(drafts, account="a") == ["For a."]
    assert openings(drafts, account="a", removed=True) == ["For a."]
    assert openings(drafts, account="\udcff") == []


def test_the_opening_is_the_first_line_with_text(drafts: DraftStore) -> None:
    drafts.add("![a](b)\n---\n\\\n\n\tTwo  words\nand more")
    assert openings(drafts) == ["Two words"]
    drafts.add("x" * 1000)
    assert openings(drafts)[0] == "x" * 200


def test_completion_offers_ids_that_start_so(drafts: DraftStore, clock: FakeClock) -> None:
    first = drafts.add("a").id
    clock.advance(86_400 * 365)
    second = drafts.add("b").id
    assert drafts.ids("", limit=9) == [second, first]
    assert drafts.ids("", limit=1) == [second]
    assert drafts.ids(first[:9].upper(), limit=9) == [first]
    assert drafts.ids("!", limit=9) == []
    drafts.remove(second)
    assert drafts.ids("", limit=9) == [first]


# --- The bin


def test_a_removed_draft_is_in_the_bin_only_until_it_is_brought_back(drafts: DraftStore, clock: FakeClock) -> None:
    kept, other = drafts.add("One."), drafts.add("Two.")
    clock.advance(60)
    assert drafts.remove(kept.id) == clock.now() + timedelta(days=BIN_DAYS)
    assert (drafts.count(), drafts.count(removed=True)) == (1, 1)
    assert (openings(drafts), openings(drafts, removed=True)) == (["Two."], ["One."])
    assert drafts.get(kept.id, removed=True).removed_at == clock.now()
    assert found(drafts, "one") == set()
    with pytest.raises(UsageError, match="is in the bin") as caught:
        drafts.get(kept.id)
    assert f"onering draft restore {kept.id}" in caught.value.hint
    assert drafts.restore(kept.id) == drafts.get(kept.id) == kept
    assert (drafts.count(), drafts.count(removed=True)) == (2, 0)
    assert found(drafts, "one") == {"One."}
    assert other.id == drafts.get("@last").id


def test_only_what_is_in_the_bin_can_be_brought_back(drafts: DraftStore) -> None:
    kept = drafts.add("One.")
    with pytest.raises(UsageError, match="is not in the bin"):
        drafts.restore(kept.id)
    with pytest.raises(UsageError, match="no draft in the bin"):
        drafts.get("@last", removed=True)


@pytest.mark.parametrize("method", ["replace", "remove", "revisions"])
def test_a_draft_in_the_bin_is_left_alone(drafts: DraftStore, method: str) -> None:
    kept = drafts.add("One.")
    drafts.remove(kept.id)
    calls: dict[str, Callable[[], object]] = {
        "replace": lambda: drafts.replace(kept.id, "Two.", expected_revision=1),
        "remove": lambda: drafts.remove(kept.id),
        "revisions": lambda: drafts.revisions(kept.id),
    }
    with pytest.raises(UsageError, match="is in the bin"):
        calls[method]()


def test_the_bin_shows_what_was_removed_last_first(drafts: DraftStore, clock: FakeClock) -> None:
    for text in ("a", "b", "c"):
        drafts.add(text)
    for back in (1, 1, 0):
        drafts.remove(f"@last~{back}")
        clock.advance(1)
    assert openings(drafts, removed=True) == ["c", "a", "b"]
    assert drafts.get("@last", removed=True).source == "c"


def test_the_bin_forgets_after_thirty_days(drafts: DraftStore, clock: FakeClock) -> None:
    first, second = drafts.add("One."), drafts.add("Two.")
    drafts.remove(first.id)
    clock.advance(86_400)
    drafts.remove(second.id)
    clock.advance(86_400 * 29 - 1)
    assert drafts.purge() == 0
    clock.advance(1)
    assert drafts.purge() == 1
    assert (drafts.count(), openings(drafts, removed=True)) == (0, ["Two."])
    with pytest.raises(UsageError, match="no draft in the bin"):
        drafts.restore(first.id)


def test_removing_empties_the_bin_of_what_is_due(drafts: DraftStore, clock: FakeClock) -> None:
    first, second = drafts.add("One."), drafts.add("Two.")
    drafts.remove(first.id)
    clock.advance(86_400 * 31)
    drafts.remove(second.id)
    assert openings(drafts, removed=True) == ["Two."]


# --- Search


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("rocket", {"Rocket launches today"}),
        ("ROCKET today", {"Rocket launches today"}),
        ("launch", {"Rocket launches today"}),
        ("aunches", set()),
        ("to", set()),
        ("cafe", {"Un caf\u00e9 noir", "Cafeteria"}),
        ("caf\u00e9", {"Un caf\u00e9 noir", "Cafeteria"}),
        ("cafe\u0301", {"Un caf\u00e9 noir", "Cafeteria"}),
        ('"cafe"', {"Un caf\u00e9 noir"}),
        ('"launches today"', {"Rocket launches today"}),
        ('"today launches"', set()),
        ("titled", {"Untitled?"}),
        ("rocket cafeteria", {"Rocket launches today", "Cafeteria"}),
        ("rocket, (today)!", {"Rocket launches today"}),
        ("\u6771\u4eac", {"\u6771\u4eac\u306f\u65e5\u672c\u306e\u9996\u90fd"}),
        ("\u65e5\u672c", {"\u6771\u4eac\u306f\u65e5\u672c\u306e\u9996\u90fd"}),
        ("\u4eac\u6771", set()),
        ("\U0001f680", {"Untitled?"}),
        ("\U0001f6f8", set()),
        ("", set()),
        (" ", set()),
    ],
)
def test_search_finds_words_in_any_script(drafts: DraftStore, query: str, texts: set[str]) -> None:
    for text in (
        "Rocket launches today",
        "Un caf\u00e9 noir",
        "Cafeteria",
        "\u6771\u4eac\u306f\u65e5\u672c\u306e\u9996\u90fd",
    ):
        drafts.add(text)
    drafts.add("---\ntitle: Titled\n---\nUntitled?\n---\nOver \U0001f680 and out")
    assert found(drafts, query) == texts


def test_search_prefers_drafts_with_every_word(drafts: DraftStore) -> None:
    for text in ("red green", "red blue", "green blue red"):
        drafts.add(text)
    assert found(drafts, "red blue green") == {"green blue red"}
    assert found(drafts, "red black") == {"red green", "red blue", "green blue red"}
    assert len(drafts.search("red", limit=2)) == 2


def test_search_knows_the_newest_revision_only(drafts: DraftStore) -> None:
    kept = drafts.add("old words")
    drafts.replace(kept.id, "new words", expected_revision=1)
    assert (found(drafts, "old"), found(drafts, "new")) == (set(), {"new words"})


def test_a_hit_shows_the_passage(drafts: DraftStore) -> None:
    drafts.add("Nothing here.\n---\nThe needle\nis here: \u6771\u4eac.")
    (hit,) = drafts.search("needle", limit=5)
    assert "needle is here: \u6771\u4eac." in hit.snippet.lower()
    assert hit.score > 0


@given(query=st.text(max_size=40) | st.text("\"*()^:-+{}[]AND OR NOT NEAR~\\'\0\udcff\u200b,.a", max_size=40))
@example(query='"')
@example(query="NEAR(")
@example(query="a " * 500)
@example(query="\u6771" * 1000)
@example(query="\udcff\0")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_any_text_is_a_query(drafts: DraftStore, query: str) -> None:
    if not drafts.count():
        drafts.add("a b c")
    assert len(drafts.search(query, limit=3)) <= 1


def test_drafts_are_found_by_a_tag_of_their_front_matter(drafts: DraftStore) -> None:
    listed = drafts.add("---\ntags: [Tips, evergreen]\n---\none\n")
    plain = drafts.add("---\ntitle: tags\ntags: evergreen, news\n---\ntwo\n")
    drafts.add("---\ntags: []\n---\nevergreen tags\n")
    drafts.add("tags: evergreen\n")
    gone = drafts.add("---\ntags: evergreen\n---\nthree\n")
    drafts.remove(gone.id)
    assert list(drafts.tagged("Evergreen")) == [listed.id, plain.id]
    assert list(drafts.tagged("tips")) == [listed.id]
    assert list(drafts.tagged("ever")) == []
