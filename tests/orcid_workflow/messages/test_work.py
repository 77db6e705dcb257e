"""messages/work.py: against the official schema, and against what the schema does not say (orcid.md §21)."""

import datetime as dt
import os
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from orcid_workflow import messages
from orcid_workflow.messages import COMMON, WORK, InvalidMessage
from orcid_workflow.messages.work import (
    SUPERVISION,
    Citation,
    Contributor,
    ExternalId,
    FuzzyDate,
    TranslatedTitle,
    Work,
    check,
    cut,
    to_xml,
)

ROOT = Path(__file__).resolve().parents[3]
SCHEMAS = Path(os.environ.get("ETD_SCHEMAS", ROOT.parent / "shared" / "schemas"))
HANDLE = ExternalId("handle", "99999/42", "https://hdl.handle.net/99999/42")
FULL = Work(
    title="On Kelp & <Tides>",
    subtitle="A study",
    translated_title=TranslatedTitle("Über Tang & <Tide>", "de-AT"),
    journal_title="University of the North Shore",
    short_description="First line.\r\n\r\nSecond line.",
    citation=Citation("@phdthesis{student2026kelp,\n  title = {{On Kelp}},\n}\n"),
    publication_date=FuzzyDate.of(dt.date(2026, 5, 3)),
    external_ids=(
        HANDLE,
        ExternalId("issn", "1234-5678", relationship="part-of"),
        ExternalId("grant_number", "NS-7", relationship="funded-by"),
    ),
    url="https://theses.example.edu/theses/2026/on-kelp/?a=1&b=2",
    contributors=(
        Contributor("Ada Student", orcid="0000-0002-1825-0097"),
        Contributor("Ben Advisor", SUPERVISION, "https://orcid.org/0000-0001-5109-3700"),
        Contributor("Cay Reader", SUPERVISION),
    ),
    language="en-GB",
    country="CA",
)
SHORT = Work(title="On Kelp", external_ids=(HANDLE,))


@pytest.fixture(scope="session")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMAS / "orcid" / "record_3.0" / "work-3.0.xsd"))


@pytest.mark.schemas
@pytest.mark.parametrize(
    "work",
    [
        FULL,
        SHORT,
        replace(SHORT, title="k" * 1000, short_description="word " * 2000),
        replace(SHORT, title="\x00On\x0b \ud800Kelp\ufffe", short_description="\x07"),
        replace(SHORT, publication_date=FuzzyDate(2026)),
        replace(SHORT, publication_date=FuzzyDate(2026, 5)),
        replace(SHORT, language="zh-Hant-TW"),
        replace(SHORT, translated_title=TranslatedTitle("\x00k" * 1000, "zh")),
        replace(SHORT, citation=Citation("Student, A. \x0b(2026).", "formatted-apa")),
    ],
)
@pytest.mark.parametrize("put_code", [None, 123456])
def test_every_message_is_valid(schema: etree.XMLSchema, work: Work, put_code: int | None) -> None:
    message = to_xml(work, put_code)
    schema.assertValid(etree.fromstring(message))


@pytest.mark.schemas
def test_the_schema_is_one_that_refuses(schema: etree.XMLSchema) -> None:
    root = etree.fromstring(to_xml(FULL))
    root.append(root[0])
    assert not schema.validate(root)


def _texts(message: bytes, path: str) -> list[str]:
    return [
        node.text for node in etree.fromstring(message).iterfind(path, {"w": WORK, "c": COMMON}) if node.text
    ]


def test_what_stands_in_it() -> None:
    message = to_xml(FULL)
    assert _texts(message, "w:title/c:title") == ["On Kelp & <Tides>"]
    assert _texts(message, "w:type") == ["dissertation-thesis"]
    assert _texts(message, "w:short-description") == ["First line.\n\nSecond line."]
    assert _texts(message, "c:publication-date/*") == ["2026", "05", "03"]
    assert _texts(message, "w:title/c:translated-title") == ["Über Tang & <Tide>"]
    translated = etree.fromstring(message).find("w:title/c:translated-title", {"w": WORK, "c": COMMON})
    assert dict(translated.attrib) == {"language-code": "de"}
    assert _texts(message, "w:citation/*") == [
        "bibtex",
        "@phdthesis{student2026kelp,\n  title = {{On Kelp}},\n}",
    ]
    assert _texts(message, "c:language-code") == ["en"]
    assert _texts(message, ".//c:contributor-orcid/c:uri") == [
        "https://orcid.org/0000-0002-1825-0097",
        "https://orcid.org/0000-0001-5109-3700",
    ]
    assert _texts(message, ".//w:contributor-role") == ["author", SUPERVISION, SUPERVISION]
    assert _texts(message, ".//w:contributor-sequence") == ["first", "additional", "additional"]
    assert "put-code" not in etree.fromstring(message).attrib


def test_same_work_same_bytes_and_put_code_is_all_that_is_added() -> None:
    assert to_xml(FULL) == to_xml(replace(FULL))
    assert messages.with_put_code(to_xml(FULL), 7) == to_xml(FULL, 7)
    assert etree.fromstring(to_xml(FULL, 7)).get("put-code") == "7"


def test_self_identifiers_are_the_key_for_duplicates() -> None:
    assert messages.self_ids(to_xml(FULL)) == [["handle", "99999/42"]]


def test_a_language_that_orcid_lacks_is_left_out() -> None:
    assert b"language-code" not in to_xml(replace(SHORT, language="mul"))


@pytest.mark.parametrize(
    ("work", "words"),
    [
        (replace(SHORT, title=" \x00 "), "title is missing"),
        (replace(SHORT, title="k" * 1001), "title is longer"),
        (replace(SHORT, title="🌊" * 501), "title is longer"),
        (replace(SHORT, subtitle="k" * 1001), "subtitle is longer"),
        (replace(SHORT, journal_title="k" * 1001), "institution is longer"),
        (replace(SHORT, translated_title=TranslatedTitle("k" * 1001, "de")), "translated title is longer"),
        (replace(SHORT, translated_title=TranslatedTitle("🌊" * 501, "de")), "translated title is longer"),
        (replace(SHORT, translated_title=TranslatedTitle(" \x00", "de")), "translated title is empty"),
        (replace(SHORT, translated_title=TranslatedTitle("Tang", "")), "needs its language"),
        (replace(SHORT, translated_title=TranslatedTitle("Tang", "mul")), "no code for “mul”"),
        (replace(SHORT, citation=Citation("\x00 \n")), "citation is empty"),
        (replace(SHORT, citation=Citation("x", "apa")), "no citation type"),
        (replace(SHORT, type="thesis"), "no work type"),
        (replace(SHORT, external_ids=()), "no identifier of its own"),
        (replace(SHORT, external_ids=(replace(HANDLE, relationship="part-of"),)), "no identifier of its own"),
        (replace(SHORT, external_ids=(replace(HANDLE, type="hdl"),)), "identifier type"),
        (replace(SHORT, external_ids=(replace(HANDLE, relationship="is"),)), "relationship"),
        (replace(SHORT, external_ids=(replace(HANDLE, value=" "),)), "is empty"),
        (replace(SHORT, external_ids=(replace(HANDLE, url=""),)), "needs its address"),
        (replace(SHORT, external_ids=(replace(HANDLE, url="ftp://x"),)), "not a web address"),
        (replace(SHORT, external_ids=(HANDLE, replace(HANDLE, relationship="funded-by"))), "A grant"),
        (replace(SHORT, external_ids=(HANDLE, replace(HANDLE, value="99999/42 "))), "stands in it twice"),
        (replace(SHORT, external_ids=(HANDLE, ExternalId("isbn", "1", "", "funded-by"))), "A grant"),
        (replace(SHORT, publication_date=FuzzyDate(2024, 2, 30)), "does not exist"),
        (replace(SHORT, publication_date=FuzzyDate(2024, 13)), "does not exist"),
        (replace(SHORT, publication_date=FuzzyDate(1850)), "between 1900"),
        (replace(SHORT, publication_date=FuzzyDate(2024, 0, 3)), "no month"),
        (replace(SHORT, url="javascript:alert(1)"), "not a web address"),
        (replace(SHORT, country="us"), "country code"),
        (replace(SHORT, contributors=(Contributor(""),)), "no name"),
        (replace(SHORT, contributors=(Contributor("k" * 151),)), "longer"),
        (replace(SHORT, contributors=(Contributor("A", "supervisor"),)), "contributor role"),
        (replace(SHORT, contributors=(Contributor("A", SUPERVISION.replace("http:", "https:")),)), "role"),
        (replace(SHORT, contributors=(Contributor("A", orcid="0000-0002-1825-0098"),)), "not a valid"),
        (
            replace(SHORT, contributors=(Contributor("A", orcid="https://x.org/0000-0002-1825-0097"),)),
            "not a",
        ),
    ],
)
def test_what_the_registry_would_refuse_is_never_written(work: Work, words: str) -> None:
    assert any(words in problem for problem in check(work)), check(work)
    with pytest.raises(InvalidMessage, match=words):
        to_xml(work)


def test_an_id_of_a_test_host_is_written_on_orcid_org() -> None:
    """Its schema allows no other host (orcid.md §12)."""
    known = Contributor("A", orcid="https://sandbox.orcid.org/0000-0002-1825-0097")
    message = to_xml(replace(SHORT, contributors=(known,)))
    assert _texts(message, ".//c:contributor-orcid/*") == [
        "https://orcid.org/0000-0002-1825-0097",
        "0000-0002-1825-0097",
        "orcid.org",
    ]


def test_a_good_work_has_no_problems() -> None:
    assert check(FULL) == check(SHORT) == []


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("one two", 7, "one two"),
        ("one two three", 8, "one two…"),
        ("one two three", 9, "one two…"),
        ("one two three", 7, "one…"),
        ("onetwothree", 5, "onet…"),
        ("one\ntwo three", 5, "one…"),
        ("🌊🌊🌊", 5, "🌊🌊…"),
    ],
)
def test_cut_between_words_with_the_ellipsis_inside(text: str, limit: int, expected: str) -> None:
    assert cut(text, limit) == expected
    assert messages.length(cut(text, limit)) <= limit


def test_long_abstract_keeps_whole_words() -> None:
    text = " ".join(f"word{number}" for number in range(2000))
    short = _texts(to_xml(replace(SHORT, short_description=text)), "w:short-description")[0]
    assert len(short) <= 5000
    assert short.endswith("…")
    assert text.startswith(short[:-1] + " ")
    assert len(short) > 4980
