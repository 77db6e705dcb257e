"""What is markup in an abstract and what is not, by example and for whatever else people type."""

import re
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from submissions.metadata.markup import plain

NAMES = st.sampled_from(["a", "b", "div", "em", "i", "p", "span", "strong", "u"])
TEXTS = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1)


@pytest.mark.parametrize(
    "text",
    [
        "a < b and c > d",
        "p <0.05, n >= 30",
        "x<y>z",
        "if i<p and p>q, then a<b>c",
        "the tag <i> without its end, and </b> without its beginning",
        "A &amp; B &lt;b&gt;",
        "<ns:p>of another kind</ns:p> <video>film</video> <script>alert(1)</script>",
        "a<b c d>e</b c>",
        "",
    ],
)
def test_what_is_no_markup_stays(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("On <i>E. coli</i> and <em>others</em>.", "On E. coli and others."),
        ("<p>One &amp; two.</p>\n<p class=\"x\">Three &lt; four.</p>", "One & two.\n\nThree < four."),
        ("<P>One<br>two<BR />three</P>", "One\ntwo\nthree"),
        ("CO<sub>2</sub> at 10<sup>-3</sup> m<sup>2</sup>, the 2<sup>nd</sup>", "CO₂ at 10⁻³ m², the 2nd"),
        ("<strong>Aim</strong><br/>x<y>z <b>and</b> p <0.05", "Aim\nx<y>z and p <0.05"),
        ("<i>crossed <b>over</i> the</b> border", "crossed <b>over the</b> border"),
        ('<a href="https://example.org/?a=1">here</a>', "here"),
        ("<p>&lt;b&gt;said&lt;/b&gt;</p>", "<b>said</b>"),
        ("<div><p>One</p><p></p><p>Two</p></div>", "One\n\nTwo"),
    ],
)  # fmt: skip
def test_markup_goes_and_its_meaning_stays(text: str, said: str) -> None:
    assert plain(text) == said


@given(st.text(st.characters(exclude_categories=["Cs"])).filter(lambda text: "<" not in text))
def test_a_text_without_tags_is_never_touched(text: str) -> None:
    assert plain(text) == text


@given(st.lists(st.tuples(NAMES, TEXTS), min_size=1))
def test_marked_up_text_reads_as_it_was_meant(parts: list[tuple[str, str]]) -> None:
    """Any text, escaped and put between tags, comes back whole and once."""
    marked = "".join(f"<{name} lang='en'>{escape(words)}</{name}>" for name, words in parts)
    assert plain(marked).replace("\n", "") == "".join(words for _, words in parts)


@given(st.text(st.sampled_from("abip<>=/ ")))
def test_what_stands_outside_of_angle_brackets_is_never_lost(text: str) -> None:
    left = iter(plain(text))
    assert all(char in left for char in re.sub(r"<[^<>]*>|[<> ]", "", text))


def test_thousands_of_lone_tags_are_read_in_one_go() -> None:
    lone = "<i>" * 20_000 + "</u>" * 20_000
    assert plain(f"<b>{lone}</b>") == lone
