"""Drafts and draft files for property tests, dense in whatever the file format gives a meaning."""

from hypothesis import strategies as st

from onering_cli.text.draft import Draft, Media, Post, ReplyControl
from onering_cli.text.front_matter import KNOWN_KEYS

MARKS = (
    *("---", "\\", "\n", "\n\n", " ", "\t", "![", "!", "](", ")", "[", "]", "(", "<!--", "-->", "<", ">", "&#10;", "&"),
    *(
        "\n---\n",
        "\n\\---\n",
        "\\\n",
        "![a](b)",
        "\ufeff",
        "a",
        "b c",
        ":",
        ": ",
        "#",
        "'",
        '"',
        "@",
        "null",
        "~",
        "12:30",
    ),
    *("\x00", "\x1b[31m", "\u2028", "\x85", "\u202e", "\u3000", "\U0001f469\u200d\U0001f680", "\u5b57", "e\u0301"),
)

# What UTF-8 can hold, without the carriage returns that a file's line ends swallow.
whole_characters = st.characters(exclude_categories=["Cs"], exclude_characters="\r")
marked_text = st.lists(st.sampled_from(MARKS), max_size=12).map("".join)
nasty_text = marked_text | st.text(whole_characters, max_size=30)

media = st.builds(Media, path=nasty_text, alt=nasty_text)
posts = st.builds(Post, text=nasty_text, media=st.lists(media, max_size=3).map(tuple))
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | nasty_text
    | st.sampled_from(["yes", "0o14", "1e5", "1_000", "2026-08-01", ".inf", "<<", "=", "-0", "0x1F", "-", "?"])
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(nasty_text, inner, max_size=3), max_leaves=8
)
drafts = st.builds(
    Draft,
    posts=st.lists(posts, max_size=4).map(tuple),
    title=nasty_text,
    account=nasty_text,
    schedule=nasty_text,
    reply_control=st.sampled_from(ReplyControl),
    extra=st.dictionaries(nasty_text.filter(lambda key: key not in KNOWN_KEYS), values, max_size=3),
)
sources = marked_text | marked_text.map(lambda text: f"---\n{text}\n---\n") | st.text(max_size=60)
