"""``onering voice`` from the command line, and what ``generate`` and ``draft lint`` make of a voice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from doubles.voices import TERSE, voice, voice_of

from onering_cli.adapters.voice_files import VoiceFiles
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
    assert max(len(line) for line in out.splitlines() if line.startswith(("  A", "A "))) <= width


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
