"""Openings that lean on an absent sentence are told from those that only look so."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onering_cli.generation.references import dangling_opening


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("This is great.", "This"),
        ("It works on Linux.", "It"),
        ("It's fast.", "It's"),
        ("It is used to parse files.", "It"),
        ("It is a library that parses.", "It"),
        ("These tools are old.", "These"),
        ("Such errors are rare.", "Such"),
        ("Their code was bad.", "Their"),
        ("He went home.", "He"),
        ("That's why we left.", "That's"),
        ("However, it fails.", "However"),
        ("But nobody cared.", "But"),
        ("So we stopped.", "So"),
        ("Also, note the colour.", "Also"),
        ("Finally, we shipped.", "Finally"),
        ("Then the server died.", "Then"),
        ("Since then, nothing broke.", "Since then"),
        ("For this reason we moved.", "For this"),
        ("Because of that, nothing worked.", "Because of that"),
        ("After that, we slept.", "After that"),
        ("To do so, run make.", "To do so"),
        ("When it starts, it loads the file.", "When it"),
        ("One of them broke.", "One of them"),
        ("Both are slow.", "Both"),
        ("Another advantage is speed.", "Another"),
        ("The latter is faster.", "The latter"),
        ("As mentioned above, we fail.", "As mentioned"),
        ("Which means nothing works.", "Which"),
        ("Here is the code.", "Here is"),
        ("There is a simple reason for this: they are hard to build.", "There is a simple reason for this"),
        ("By the simple fact that they ship it, a message is sent.", "By the simple fact that they"),
        ("As with the handler, this allows the package to go on.", "As with the handler, this"),
        ("Like its parent, it has no name.", "Like its"),
        ("Note for both ranges: names are checked first.", "Note for both"),
        ("“This is it,” he said.", "This"),
        ("• It is fast", "It"),
        ("2. However, it fails.", "However"),
    ],
)
def test_leaning_openings_are_named_as_written(text: str, words: str) -> None:
    assert dangling_opening(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "It is easy to forget that.",
        "It's no secret that code rots.",
        "It turns out that nobody cares.",
        "It takes two people to lift it.",
        "It was a bright cold day in April.",
        "It rains here in June.",
        "This week we shipped a thing.",
        "These days nobody writes C.",
        "Those who forget the past repeat it.",
        "There is a reason for the delay: nobody was told.",
        "The fact that nobody was told is a scandal.",
        "Unlike C, Rust has no null.",
        "There is no server.",
        "So far, nobody noticed.",
        "No server is needed.",
        "Instead of a server, it uses a file.",
        "In contrast with Pascal, C trusts you.",
        "In addition to bread, they bake cake.",
        "After all tests pass, deploy.",
        "Both SQLite and DuckDB are small.",
        "One file holds everything.",
        "When the server starts, it loads the file.",
        "Which database should you choose?",
        "If you like it, tell us.",
        "For all its faults, Python is pleasant.",
        "Foo: it works.",
        "Why we left the harbour\n\nIt was a hard winter.",
        "Thatcher resigned.",
        "",
    ],
)
def test_openings_that_stand_alone_are_let_through(text: str) -> None:
    assert dangling_opening(text) is None


@pytest.mark.parametrize(
    ("language", "leaning", "alone"),
    [
        ("de", "Deshalb gingen wir.", "Das Haus ist rot."),
        ("de", "Das ist gut.", "Es gibt keine Server."),
        ("de-AT", "Außerdem regnet es.", "Diese Woche war kurz."),
        ("fr", "C’est bien.", "Il y a un an, tout a changé."),
        ("fr", "Cependant, rien ne bouge.", "Cette année fut longue."),
        ("es", "Sin embargo, no llegó.", "El gato duerme."),
        ("es", "Esto funciona.", "Este año llovió."),
    ],
)
def test_other_languages_are_read_by_their_commonest_words(language: str, leaning: str, alone: str) -> None:
    assert dangling_opening(leaning, language)
    assert dangling_opening(alone, language) is None


def test_of_unknown_languages_nothing_is_held_against_a_text() -> None:
    assert dangling_opening("This is great.", "fi") is None
    assert dangling_opening("This is great.", "") is None


@settings(deadline=None)
@given(text=st.text(), language=st.sampled_from(["en", "de", "fr", "es", "xx", ""]))
def test_the_words_found_stand_in_the_text(text: str, language: str) -> None:
    words = dangling_opening(text, language)
    assert words is None or (words and words in text)
