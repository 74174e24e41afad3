"""Seeded texts that are hard to count: pieces of posts, of links, of emoji and of Unicode, thrown together."""

import random
from collections.abc import Iterator

LINKS = (
    "example.com", "EXAMPLE.COM", "foo.py", "bar.sh", "README.md", "node.js", "main.rs", "a.b", "x.co.uk", "e.g.",
    "3.14", "v1.2.3", "https://example.com", "http://example.com/", "HTTPS://Example.Com/Path?q=1#frag",
    "https://t.co/abc123", "https://t.co/abc123/more", "http://T.CO/abc?x=1", "https://t.co/" + "a" * 41,
    "t.co/abc", "https://a_b.example.com", "a_b.com", "a-b.com", "-a.com", "a-.com", "_a.com", "a.b_c.com",
    "https://-a.com", "xn--fsq.com", "xn--p1ai", "пример.рф", "https://пример.рф/путь", "ПРИМЕР.РФ",
    "例え.テスト", "http://例え.jp", "例え.みんな", "中国.中国", "müller.de", "https://müller.de/straße",
    "ıſK.com", "bücher.example", "example.com:8080", "example.com:8080/a", "https://example.com:80?x",
    "user@example.com", "mailto:a@b.com", "ftp://example.com", "xhttps://example.com",
    "https://https://example.com", "http://example.com/a_(b)_c", "http://example.com/(a(b)c)",
    "http://example.com/((a)", "http://example.com/a).", "http://example.com/a.)", "http://example.com/@user/",
    "http://example.com/@user", "http://example.com/a?b=c&d=e.", "http://example.com?b", "example.com?b=c",
    "example.com/?b=c!", "http://example.com/é", "http://example.com/ι", "http://example.com/–",
    "http://example.com/~a|b", "http://example.com/a'b", "1.1.1.1", "http://1.1.1.1", "localhost",
    "http://localhost", "a..b.com", "a.com..b.com", ".com", "com", "foo.comx", "foo.com-x", "foo.com_x",
    "foo.com+x", "foo.com@x", "foo.museum", "foo.zip", "a.zip😀.com/", "a.zip👩\u200d💻😀.com/x", "foo.onion", "foo.xn--abc-d", "嘉里.嘉里大酒店",
    "भारत.भारतम्", "გ.გე", "ᲒᲔ.ᲒᲔ", "a.com中b.com/p", "中a.com文", "a.рф.com/x", "a" * 63 + ".com",
    "a" * 64 + ".com", "é" * 58 + ".com", "http://" + "中" * 30 + ".com", "a。b.com", "http://a。b.com",
    "x.com/" + "y" * 40, "https://", "http://.com", "//example.com", "/example.com", "#example.com",
    "$example.com", "@example.com", "＠example.com", "＃example.com", "www.example.com", "example.com/a#b",
    "example.com,", "example.com;", "(example.com)", "[example.com]", "<https://example.com>", "“example.com”",
    "「example.com」", "example.com。", "example.com、", "example.com！", "example.com…", "example.com's",
)  # fmt: skip

TAGS = (
    "@user", "@", "@a_b", "@" + "a" * 21, "@user/list", "@user/1", "@user/list-" + "b" * 25, "RT @user",
    "rt@user", "xrt@user", "RT:@user", "@user@user", "@usér", "@é", "＠user", "@user:", "@user://", ".@user",
    "!@user", "a@user", "中@user", "@user中", "#tag", "#", "#1", "#1a", "#a1_", "#é", "#ünï", "#тег", "#タグ",
    "#日本語タグ", "＃タグ", "#हिन्दी", "#العربية", "#עברית", "##a", "#a#b", "#a://b", "&#a", "a#b", "中#tag",
    "#tag中", "#a·b", "#a\u200db", "#\ufe0f", "#\u20e3", "#\ufe0fa", "#𝒳", "#𐐷", "#🎉", "🎉#tag", "\ufe0f#tag",
    "#a-b", "#a.b", "#_", "#_a", "#ᲀ", "#ⱥ", "$TSLA", "$tsla", "$TSLA.X", "$BRK_B", "$TOOLONGG", "$1", "$", "$$A",
    "x$A", "中$A", "$A中", "$A,", "$A.", "$A.B.C", "\u00a0$A", "\u3000$A", "$A\u2028", "$É",
)  # fmt: skip

KNOWN_EMOJI = (
    "😀", "👍", "👍🏽", "👩", "👩🏿", "👨‍👩‍👧‍👦", "👩‍❤️‍💋‍👨", "👩‍💻", "👩🏽‍💻", "🕵️‍♂️", "🕵🏻‍♀️",
    "🏳️‍🌈", "🏴‍☠️", "👁‍🗨", "🇩🇪", "🇺🇸", "🇽🇽", "🇦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣", "#️⃣", "*⃣", "1⃣", "1️", "©", "©️", "®",
    "®️", "™", "™️", "☺", "☺️", "☺︎", "☝️🏽", "☝🏽", "☝︎🏽", "⛹️‍♀️", "♟️", "♟", "✌🏿", "🏿", "🅰️", "🀄", "ℹ️",
    "〰️", "㊗️", "⌚️", "⌚︎", "👯‍♀️", "🤼‍♂️", "🧞‍♀️", "🦸🏼‍♀️", "👩‍⚕️", "👨🏻‍⚖️", "👩‍⚕", "👩‍", "‍👩",
    "🧑", "❤️", "❤", "👨‍👦‍👦‍👦", "😀️", "🏋️‍♀️",
)  # fmt: skip

PARTS = (
    "\u200d", "\ufe0f", "\ufe0e", "\u20e3", "🏻", "🏿", "👩", "👨", "❤", "♀", "♂", "♀️", "🇩", "🇪", "🇺", "🏴",
    "\U000e0067", "\U000e007f", "1", "#",
)  # fmt: skip

CHARACTERS = (
    "a", "Z", "é", "e\u0301", "ü", "u\u0308", "ß", "ſ", "\u212a", "\u212b", "\u2126", "ﬁ", "中", "文", "の", "が",
    "か\u3099", "한", "\u1112\u1161\u11ab", "ก", "ำ", "ہ", "ؤ", "و\u0654", "द\u093c", "\U0001109a",
    "\U00011099\U000110ba", "𝒳", "𠮷", "\ud800", "\udc00", "\udbff\udfff", "\ufeff", "\ufffe", "\uffff",
    "\U0010ffff", "\u10ff", "\u1100", "\u1fff", "\u2000", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f",
    "\u2010", "\u201f", "\u2020", "\u2028", "\u2029", "\u202e", "\u202f", "\u2031", "\u2032", "\u2037", "\u2038",
    "\u2066", "\u2069", "\u061c", "\u180e", "\u00a0", "\u3000", "\u0000", "\u0007", "\u001b", "\u007f", "\u0085",
    "\u009b", "\r\n", "\n", "\r", "\t", " ", "  ", "—", "–", "…", "’", "“", "”", "€", "¥", "，", "。", "．", "！",
    "!", "?", ".", ",", ":", ";", "(", ")", "[", "]", "{", "}", "<", ">", "/", "\\", "|", "'", '"', "`", "~", "^",
    "_", "-", "+", "=", "*", "&", "%", "\u1e9b\u0323", "\ufb1d", "\u0340", "\u0374", "\u0958", "\u2add\u0338",
    "\U0001d15e", "\u0f73", "\u0300\u0316", "ι", "\u0345", "Ÿ", "Ⱥ", "ⱥ",
)  # fmt: skip

WORDS = (
    "the",
    "We",
    "shipped",
    "release",
    "naïve",
    "straße",
    "и",
    "это",
    "版本",
    "すごい",
    "مرحبا",
    "नमस्ते",
    "สวัสดี",
    "it’s",
    "1,000",
)
GLUE = (" ", " ", " ", "", "", ".", "\n", "中", ", ", "/", "-", "_", "😀", "(", ")", "。", "\u200d", "'", ":", "“")


SOUP = "ab.com/:-_@#$中é (https)?'"


def posts(seed: int, count: int) -> Iterator[str]:
    """The same texts for the same seed."""
    source = random.Random(seed)  # noqa: S311 - seeded for repeatability, not for secrets
    for _ in range(count):
        if source.randrange(6) == 0:
            yield "".join(source.choice(SOUP) for _ in range(source.randint(3, 40)))
        else:
            yield "".join(_piece(source) + source.choice(GLUE) for _ in range(source.randint(1, 7)))


def _piece(source: random.Random) -> str:
    pieces = source.choices((LINKS, TAGS, KNOWN_EMOJI, PARTS, CHARACTERS, WORDS, None), (5, 2, 2, 1, 2, 1, 1))[0]
    if pieces is None:
        return chr(source.choice((source.randrange(0x250), source.randrange(0x3000), source.randrange(0x10000))))
    if pieces is PARTS or pieces is CHARACTERS:
        return "".join(source.choice(pieces) for _ in range(source.randint(1, 5)))
    if pieces is LINKS and source.randrange(4) == 0:
        return "".join(source.choice(SOUP) for _ in range(source.randint(1, 12))) + source.choice(LINKS)
    return source.choice(pieces)
