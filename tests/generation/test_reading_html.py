"""Pages are read for their main content."""

import pytest
from doubles.reading import document, read_document, read_text, sources, texts

from onering_cli.generation.model import BlockKind, MaterialKind, Reading


def _page(body: str, head: str = "") -> Reading:
    return read_text(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>", MaterialKind.HTML)


_PROSE = "<p>This is the paragraph that the page is about, and it is long enough to show it.</p>" * 3


def test_a_post_gives_its_prose_and_nothing_around_it() -> None:
    reading = read_document("post.html")
    assert reading.title == "Why we left the cloud"
    assert texts(reading) == [
        "Our bill grew faster than our traffic, so last winter we bought servers of our own again.",
        "In 2019 we paid $12,000 a month; by 2023 it was ten times that—for the same work.",
        "Nobody had done anything wrong.",
        "We measured three things:",
        "Latency fell by 30 %.",
        "Disks hold 10⁶ writes a day",
        "The cloud is someone else's computer.",
        "Use rsync -a to move the data.",
        "It took three weekends, see our plan.",
        "We would do it again.",
    ]
    assert texts(reading, BlockKind.LIST_ITEM) == ["Latency fell by 30 %.", "Disks hold 10⁶ writes a day"]
    assert texts(reading, BlockKind.QUOTE) == ["The cloud is someone else's computer."]
    assert reading.sentences[3].headings == ("Why we left the cloud", "The numbers")
    assert reading.sentences[3].lead_in
    assert reading.sentences[8].links == ("https://example.com/plan?a=1&b=2",)


def test_spans_point_into_the_page_as_it_was() -> None:
    raw = sources(read_document("post.html"), document("post.html"))
    assert raw[1] == (
        "In 2019 we paid <strong>$12,000 a month</strong>; by 2023 it was ten times that&mdash;for the same\nwork."
    )
    assert raw[4] == "Latency fell by 30&nbsp;%."
    assert raw[7] == "Use <code>rsync -a</code> to move the data."


def test_an_old_page_that_is_laid_out_by_a_table_is_read() -> None:
    reading = read_document("essay.html")
    assert reading.title == "On Keeping Things"
    assert texts(reading) == [
        "I own a hammer that is older than I am.",
        "It was my grandfather's, and he got it used.",
        "Most of what I bought since is gone.",
        "The hammer stays, because there is nothing on it that could break.",
        "A thing with fewer parts has fewer ways to fail.",
        "That is not a law of nature, but it is close enough to one that you can plan a life around it.",
    ]
    assert reading.sentences[-1].headings == ("Less",)


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>The post - Some Site</title>", "<h1>The post</h1>", "The post"),
        ("<title>The long post | Site</title>", "", "The long post"),
        ("<title>Post</title>", "", "Post"),
        ('<title>x | y</title><meta property="og:title" content="Caf&eacute; &amp; more">', "", "Café & more"),
        ("<title>Two</title>", "<h1>One</h1><h1>Two</h1>", "Two"),
        ("", "<h1><img src=x alt='The Logo'></h1>", "The Logo"),
        ("", "", ""),
    ],
)
def test_the_title_is_the_contents_own_else_the_pages_without_its_site(head: str, body: str, title: str) -> None:
    assert _page(f"<main>{body}{_PROSE}</main>", head).title == title


@pytest.mark.parametrize(
    "around",
    [
        "<nav><p>{}</p></nav>",
        "<aside><p>{}</p></aside>",
        "<footer><p>{}</p></footer>",
        '<div role="navigation"><p>{}</p></div>',
        '<div class="post-comments"><p>{}</p></div>',
        '<div id="relatedPosts"><p>{}</p></div>',
        '<div style="display: none"><p>{}</p></div>',
        '<div aria-hidden="true"><p>{}</p></div>',
        "<p hidden>{}</p>",
        "<form><p>{}</p></form>",
        "<noscript><p>{}</p></noscript>",
        "<script>{}</script>",
        "<style>{}</style>",
        "<textarea>{}</textarea>",
        "<template><p>{}</p></template>",
        "<figure><figcaption>{}</figcaption></figure>",
        "<pre>{}</pre>",
        "<!-- <p>{}</p> -->",
        "<table><tr><th>Year<th>Number<tr><td>1<td>{}</table>",
    ],
)
def test_what_surrounds_the_content_is_left_out(around: str) -> None:
    noise = "This should not be read by anybody."
    reading = _page(around.format(noise) + _PROSE + around.format(noise))
    assert texts(reading) == ["This is the paragraph that the page is about, and it is long enough to show it."] * 3


def test_a_page_whose_whole_text_stands_in_a_form_or_a_sidebar_is_read_all_the_same() -> None:
    assert len(texts(_page(f'<form><div class="sidebar">{_PROSE}</div></form>'))) == 3


def test_a_page_of_several_articles_is_read_whole() -> None:
    assert len(texts(_page(f"<article>{_PROSE}</article><article>{_PROSE}</article>"))) == 6


@pytest.mark.parametrize(
    ("source", "sentences"),
    [
        ("<p>One.<p>Two.<ul><li>Three<li>Four</ul>", ["One.", "Two.", "Three", "Four"]),
        ("<p>One</b> goes</i> on.</div></p>", ["One goes on."]),
        ("<dl><dt>Term<dd>What it means.<dt>Other<dd>Else.</dl>", ["What it means.", "Else."]),
        ("<p>A &lt;tag&gt; &amp; &copy 2 &#65;&#x42; &nosuch; &amp;amp;.", ["A <tag> & © 2 AB &nosuch; &amp;."]),
        ("<p>Three < four and five > four.</p>", ["Three < four and five > four."]),
        ('<p>One <a title="a > b" href=x>link</a> here.', ["One link here."]),
        ("<p>One.<!-- no > comment --> Two.<!> Three. <!-->Four.", ["One.", "Two.", "Three.", "Four."]),
        ("<p>H<sub>2</sub>O is 5<sup>th</sup>, 10<sup>-3</sup> of it.", ["H₂O is 5th, 10⁻³ of it."]),
        ("<p>One<sup><a href='#n1'>[1]</a></sup> and two<a href='#n2'>[2]</a>.", ["One and two."]),
        (
            "<p>One<br>two goes on<br>Three stands alone<br><br>four.",
            ["One two goes on", "Three stands alone", "four."],
        ),
        ("<p>It is <img alt='😀' src=x> fun. It is <img alt='a chart' src=x> not.", ["It is 😀 fun."]),
        ("<p>One <a href='x.html'/> two <b/> three.", ["One two three."]),
        ("<p>Unclosed <a href='x>y</a> tag.", ["Unclosed y tag."]),
        ("<P>SHOUTED <EM>TAGS</EM> are READ.</P>", ["SHOUTED TAGS are READ."]),
        ("<p>Soft&shy;ly <wbr>broken.", ["Softly broken."]),
    ],
)
def test_broken_and_loose_markup_is_read_as_a_browser_shows_it(source: str, sentences: list[str]) -> None:
    assert texts(read_text(source, MaterialKind.HTML)) == sentences


def test_markup_nested_without_end_is_read() -> None:
    deep = "<div>" * 50_000 + "It is deep down here."
    assert texts(read_text(deep, MaterialKind.HTML)) == ["It is deep down here."]
    assert texts(read_text(deep + "</div>" * 50_000, MaterialKind.HTML)) == ["It is deep down here."]


def test_the_page_says_its_language_where_its_words_do_not() -> None:
    source = '<html lang="pt-BR"><body><p>Rookery</p></body></html>'
    assert read_text(source, MaterialKind.HTML).language == "pt"


def test_a_page_given_as_plain_text_is_read_as_a_page() -> None:
    assert texts(read_text(document("post.html"), MaterialKind.PLAIN)) == texts(read_document("post.html"))
