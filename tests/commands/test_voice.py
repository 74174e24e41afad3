"""``onering voice`` from the command line, and what ``generate`` and ``draft lint`` make of a voice."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from doubles.fake_clock import FakeClock
from doubles.voices import EPOCH, TERSE, voice, voice_of

from onering_cli.adapters.sqlite.corpus import SqliteCorpus
from onering_cli.adapters.sqlite.migrations import open_store
from onering_cli.adapters.voice_files import VoiceFiles
from onering_cli.memory.model import Metrics, Post
from onering_cli.memory.voice.model import Exemplar, Range

if TYPE_CHECKING:
    from collections.abc import Callable

    from doubles.program import Result

    from onering_cli.memory.voice.model import Voice

    Run = Callable[..., Result]

EXAMPLE = Path(__file__).parents[2] / "examples" / "article.md"
NOTES = """\
# Caches

Why is a cache ever wrong? A cache lies about the past, because it remembers what was and not what is.

We measured our cache for a whole week in March. Forty of a hundred reads were stale by more than an hour, and nobody
had noticed it. The dashboards were green all the time.

The fix was a timestamp beside every value. Readers now see how old a value is, and decide for themselves.
"""


@pytest.fixture
def keep_voice(home: Path) -> Callable[[Voice], Path]:
    return VoiceFiles(home / "voices").keep


def test_there_are_no_voices_at_first(onering: Run) -> None:
    listed = onering("voice", "list")
    assert (listed.code, listed.out) == (0, "")
    assert "onering voice build" in listed.err
    shown = onering("voice", "show", "work")
    assert shown.code == 2
    assert "there is no voice 'work'" in shown.err


def test_a_voice_is_shown_in_words_and_as_its_file(onering: Run, keep_voice: Callable[[Voice], Path]) -> None:
    path = keep_voice(voice_of(TERSE))
    shown = onering("voice", "show", "me")
    assert shown.code == 0
    assert shown.out.startswith("The voice me, from 5 posts of me, 2026-01-01 to 2026-01-05\n")
    assert "ledger" in shown.out
    assert str(path) in shown.err
    assert onering("voice", "show", "me", "--format", "file").out == path.read_text(encoding="utf-8")
    assert onering("voice", "show", "me", "--json").json["exemplars"][0]["text"] in TERSE
    assert [each["name"] for each in onering("voice", "list", "--json").json["voices"]] == ["me"]
    assert onering("voice", "list").out == "me\t5\tme\t2026-01-05\n"


@pytest.mark.parametrize("width", [20, 80])
def test_a_voice_fits_the_terminal(onering: Run, keep_voice: Callable[[Voice], Path], width: int) -> None:
    keep_voice(voice(exemplars=(Exemplar("A post that goes on for longer than twenty columns do."),)))
    out = onering("voice", "show", "me", terminal=True, width=width).out
    assert max(map(len, out.splitlines())) <= width


def test_hand_edits_count_and_are_told(onering: Run, keep_voice: Callable[[Voice], Path]) -> None:
    path = keep_voice(voice(notes="old"))
    path.write_text(path.read_text(encoding="utf-8").replace('notes = "old"', 'notes = "Dry."'), encoding="utf-8")
    assert onering("voice", "show", "me", "--json").json["edited"] is False  # notes outlast a new measure
    path.write_text(path.read_text(encoding="utf-8").replace("low = 30", "low = 5"), encoding="utf-8")
    told = onering("voice", "show", "me", "--json").json
    assert (told["edited"], told["notes"], told["weight"]["low"]) == (True, "Dry.", 5)


def test_a_broken_voice_is_told_with_its_line(onering: Run, keep_voice: Callable[[Voice], Path]) -> None:
    path = keep_voice(voice())
    line = path.read_text(encoding="utf-8").splitlines().index("low = 30") + 1
    path.write_text(path.read_text(encoding="utf-8").replace("low = 30", "low = 'a few'"), encoding="utf-8")
    for arguments in (
        ("voice", "show", "me"),
        ("generate", "-", "--voice", "me"),
        ("draft", "lint", "-", "--voice", "me"),
    ):
        result = onering(*arguments, stdin=NOTES)
        assert result.code == 2
        assert f"me.toml, line {line}: low takes a number" in result.err
    listed = onering("voice", "list")
    assert (listed.code, listed.out) == (0, "")
    assert f"line {line}" in listed.err


@pytest.mark.parametrize("name", ["../me", "a/b", "", ".hidden", "a" * 80])
def test_a_name_never_leaves_the_folder(onering: Run, name: str) -> None:
    result = onering("voice", "rm", name)
    assert result.code == 2
    assert "cannot name a voice" in result.err


def test_a_voice_can_be_removed(onering: Run, keep_voice: Callable[[Voice], Path]) -> None:
    path = keep_voice(voice())
    assert onering("voice", "rm", "me", "--json").json["removed"] == "me"
    assert not path.exists()
    assert onering("voice", "rm", "me").code == 2


@pytest.fixture
def remember(home: Path) -> Callable[..., None]:
    """Put posts of the account ``me`` into the memory."""

    def call(*texts: str, account: str = "me", likes: int | None = None) -> None:
        store = open_store(home / "onering.db")
        corpus = SqliteCorpus(store, FakeClock())
        source = corpus.source(f"{account}.jsonl", format_="jsonl", fingerprint=account).id
        metrics = Metrics(likes=likes)
        days = (EPOCH + timedelta(days=day) for day in range(len(texts)))
        corpus.add(
            [
                Post("x", account, text, published_at=day, remote_id=f"{account}{day:%j}", metrics=metrics)
                for text, day in zip(texts, days, strict=False)
            ],
            source=source,
        )
        store.close()

    return call


def test_a_voice_is_built_from_what_is_remembered_of_an_account(
    onering: Run, home: Path, remember: Callable[..., None]
) -> None:
    remember(*TERSE * 5)
    remember("Somebody else writes like this, you know!", account="other", likes=3)
    built = onering("voice", "build", "--account", "me", "--json")
    assert built.code == 0, built.err
    assert (built.json["name"], built.json["posts"], built.json["account"]) == ("me", 25, "me")
    assert "ledger" in built.json["words"]
    assert built.json["since"] == "2026-01-01T00:00:00+00:00"
    assert onering("voice", "show", "me", "--json").json == built.json | {"operation": "voice.show"}
    everyone = onering("voice", "build", "--all")
    assert everyone.out == f"{home / 'voices' / 'all.toml'}\n"
    assert "from 26 posts" in everyone.err
    late = onering("voice", "build", "late", "--account", "me", "--since", "2026-01-20", "--json").json
    assert late["posts"] == 6


def test_building_anew_keeps_notes_and_pins_and_never_undoes_an_edit_unasked(
    onering: Run, home: Path, remember: Callable[..., None]
) -> None:
    remember(*TERSE)
    onering("voice", "build", "me", "--account", "me")
    path = home / "voices" / "me.toml"
    source = path.read_text(encoding="utf-8").replace('notes = ""', 'notes = "Dry."')
    path.write_text(source.replace("[[exemplars]]", "[[exemplars]]\npinned = true", 1), encoding="utf-8")
    anew = onering("voice", "build", "me", "--account", "me", "--json")
    assert (anew.code, anew.json["notes"], anew.json["exemplars"][0]["pinned"]) == (0, "Dry.", True)
    path.write_text(path.read_text(encoding="utf-8").replace("links = 0", "links = 0.5"), encoding="utf-8")
    refused = onering("voice", "build", "me", "--account", "me")
    assert refused.code == 2
    assert "edited by hand" in refused.err
    assert "links = 0.5" in path.read_text(encoding="utf-8")
    forced = onering("voice", "build", "me", "--account", "me", "--force", "--json").json
    assert (forced["links"], forced["notes"]) == (0.0, "Dry.")
    path.write_text("broken [", encoding="utf-8")
    assert onering("voice", "build", "me", "--account", "me").code == 2
    assert onering("voice", "build", "me", "--account", "me", "--force").code == 0


@pytest.mark.parametrize("texts", [(), ("🚀", "https://example.com")])
def test_nothing_to_measure_is_told(
    onering: Run, home: Path, remember: Callable[..., None], texts: tuple[str, ...]
) -> None:
    remember(*texts)
    result = onering("voice", "build", "--account", "me", "--json")
    assert result.code == 2
    assert "cannot be built" in result.json["error"]["message"]
    assert not (home / "voices").exists()


def test_a_time_that_is_none_is_refused(onering: Run) -> None:
    result = onering("voice", "build", "--since", "yesterday")
    assert result.code == 2
    assert "--since does not take 'yesterday'" in result.err


def test_lint_tells_where_a_draft_departs_and_stops_nothing(onering: Run, keep_voice: Callable[[Voice], Path]) -> None:
    keep_voice(voice(marks={"exclamations": 0.0}))
    result = onering(
        "draft", "lint", "-", "--voice", "me", "--json", stdin="It has moved at last, finally and for good!\n"
    )
    assert result.code == 0
    assert result.json["findings"] == [
        {
            "rule": "voice",
            "severity": "warning",
            "post": 1,
            "message": "it has exclamation marks, and none of your posts do",
        }
    ]
    keep_voice(voice(posts=3, marks={"exclamations": 0.0}))
    result = onering("draft", "lint", "-", "--voice", "me", stdin="It has moved at last, finally and for good!\n")
    assert (result.code, result.out) == (0, "")
    assert "measured from 3 posts" in result.err


def test_generate_opens_as_the_voice_does(onering: Run, keep_voice: Callable[[Voice], Path]) -> None:
    for name, form in (("asker", "question"), ("teller", "first person")):
        keep_voice(voice(name=name, openings={form: 0.9}, weight=Range(60, 150, 280)))
    first = {
        name: onering("generate", "-", "--voice", name, "--posts", "2", "--json", stdin=NOTES).json["posts"][0]["text"]
        for name in ("asker", "teller")
    }
    assert "Why is a cache ever wrong?" in first["asker"]
    assert "We measured our cache" in first["teller"]


def test_generate_keeps_to_the_size_of_the_voices_posts(onering: Run, keep_voice: Callable[[Voice], Path]) -> None:
    keep_voice(voice(weight=Range(60, 90, 130)))
    plain = onering("generate", EXAMPLE, "--json").json["posts"]
    voiced = onering("generate", EXAMPLE, "--voice", "me", "--json").json["posts"]
    assert len(voiced) == len(plain)
    assert sorted(post["weight"] for post in voiced)[len(voiced) // 2] <= 130
    assert sorted(post["weight"] for post in plain)[len(plain) // 2] > 200


def test_an_unknown_voice_names_those_there_are(onering: Run, keep_voice: Callable[[Voice], Path]) -> None:
    keep_voice(voice())
    result = onering("generate", "-", "--voice", "you", stdin=NOTES)
    assert result.code == 2
    assert "there are: me" in result.err
