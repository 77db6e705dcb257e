"""Text survives, control characters do not."""

import pytest
from lxml import etree

from submissions.metadata.crosswalks.text import clean, line
from tests.records import CONTROLS, SCRIPTS


@pytest.mark.parametrize(("language", "words"), SCRIPTS)
def test_every_script_survives(language: str, words: str) -> None:
    assert clean(words) == words
    assert line(words) == words


def test_all_that_xml_forbids_goes_and_all_else_stays() -> None:
    """Each character of the first plane, asked of lxml itself: what ``clean`` lets through, lxml takes."""
    for code in range(0x10000):
        kept = clean(f"a{chr(code)}b")
        etree.Element("x").text = kept
        if kept == "ab":
            assert code < 0x20 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000 or code > 0xFFFD
    assert clean(f"a{CONTROLS}b").replace("\n", "") == "ab"


@pytest.mark.parametrize("mark", ["\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_breaks_part_words(mark: str) -> None:
    assert clean(f"one{mark}two") == "one\ntwo"
    assert line(f"one{mark}two") == "one two"


def test_line_keeps_blanks_that_mean_something() -> None:
    assert line("  a \t\n b\u00a0c\u202fd\u3000e ") == "a b\u00a0c\u202fd\u3000e"
