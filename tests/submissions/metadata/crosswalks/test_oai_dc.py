"""oai_dc by its rules (metadata.md §2 table A, §4, §5; OpenAIRE v3 for access and embargo)."""

import pytest
from lxml import etree

from submissions.metadata.crosswalks import oai_dc
from submissions.metadata.record import CommitteePerson, Licence, Person, ThesisRecord
from tests.records import SCRIPTS, embargoed, full_record, make_file, make_record, varied_records

LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def texts(record: ThesisRecord, name: str) -> list[str]:
    tree = etree.fromstring(oai_dc.to_xml(record))
    return [element.text for element in tree.findall(f"{{{oai_dc.DC}}}{name}")]


def test_a_whole_record() -> None:
    tree = etree.fromstring(oai_dc.to_xml(make_record()))
    assert [(etree.QName(element).localname, element.text) for element in tree] == [
        ("title", "Tidal mixing in fjords: a field study"),
        ("creator", "Carberry, Josiah"),
        ("contributor", "Laud, Ada (Advisor)"),
        ("contributor", "Reader, Max (Chair)"),
        ("contributor", "Plain, Una (Committee member)"),
        ("subject", "fjords"),
        ("subject", "mixing, tidal"),
        ("subject", "Department of Oceanography"),
        ("subject", "Physical Oceanography"),
        ("description", "First paragraph.\n\nSecond paragraph."),
        ("publisher", "Example University"),
        ("date", "2026-06-02"),
        ("type", "info:eu-repo/semantics/doctoralThesis"),
        ("type", "PhD thesis"),
        ("format", "application/pdf"),
        ("format", "214 pages"),
        ("identifier", "https://theses.example.edu/theses/2026/tidal-mixing/"),
        ("identifier", "urn:uuid:5f0c3e2a-8a53-4a6e-9c53-0f6f3f1d2b11"),
        ("language", "en"),
        ("rights", "info:eu-repo/semantics/openAccess"),
        ("rights", "https://creativecommons.org/licenses/by/4.0/"),
    ]


def test_no_id_and_one_creator() -> None:
    """metadata.md §4: an iD in a second dc:creator counts as a second author."""
    for record in varied_records(40):
        assert b"orcid.org" not in oai_dc.to_xml(record)
        assert len(texts(record, "creator")) == 1


def test_embargo_end_is_said_while_it_lasts() -> None:
    assert texts(embargoed(), "date") == ["2026-06-02", "info:eu-repo/date/embargoEnd/2028-05-01"]
    assert texts(embargoed(), "rights")[0] == "info:eu-repo/semantics/embargoedAccess"
    lapsed = make_record(embargo_until=embargoed().embargo_until)
    assert texts(lapsed, "date") == ["2026-06-02"]


def test_embargo_without_end_is_closed_access() -> None:
    assert texts(embargoed(None), "date") == ["2026-06-02"]
    assert texts(embargoed(None), "rights")[0] == "info:eu-repo/semantics/closedAccess"


@pytest.mark.parametrize(
    ("tag", "code"), [("pt-BR", "pt"), ("zh-Hans", "zh"), ("EN", "en"), ("mul", "mul"), ("x-own", "x-own")]
)
def test_the_language_is_a_code_of_iso_639_1_where_there_is_one(tag: str, code: str) -> None:
    """metadata.md §7: BASE's validator asks for it. Texts keep their whole tag (xml:lang is BCP 47)."""
    record = make_record(language=tag)
    assert texts(record, "language") == [code]
    tree = etree.fromstring(oai_dc.to_xml(record))
    assert tree.find(f"{{{oai_dc.DC}}}title").get(LANG) == tag


def test_no_file_address_is_told_under_embargo() -> None:
    assert make_file().url.encode() not in oai_dc.to_xml(embargoed())


@pytest.mark.parametrize(
    ("person", "name"),
    [(Person("Suharto"), "Suharto"), (Person("", "Madonna"), "Madonna"), (Person("明", "李"), "李, 明")],
)
def test_one_name_is_enough(person: Person, name: str) -> None:
    assert texts(make_record(author=person), "creator") == [name]
    member = CommitteePerson(person, "member", "", False)
    assert texts(make_record(committee=(member,)), "contributor") == [name]


@pytest.mark.parametrize(("language", "words"), SCRIPTS)
def test_title_and_abstract_in_every_script(language: str, words: str) -> None:
    record = make_record(language=language, title=words, subtitle="", abstract=words)
    tree = etree.fromstring(oai_dc.to_xml(record))
    for name in ("title", "description"):
        element = tree.find(f"{{{oai_dc.DC}}}{name}")
        assert (element.text, element.get(LANG)) == (words, language)


def test_a_long_abstract_is_whole() -> None:
    abstract = (
        "\n\n".join(f"{number} " + "långt avsnitt " * 100 for number in range(8)).replace(" \n", "\n").strip()
    )
    assert len(abstract) > 5_000
    assert texts(make_record(abstract=abstract), "description") == [abstract]


def test_licence_without_address_is_named() -> None:
    record = make_record(licence=Licence("All rights reserved", ""))
    assert texts(record, "rights")[1] == "All rights reserved"


def test_a_full_record() -> None:
    """metadata.md §2 rows 10, 26, 27, 33 to 35; the landing page stays the first identifier (row 31)."""
    record = full_record()
    tree = etree.fromstring(oai_dc.to_xml(record))
    titles = [(e.text, e.get(LANG)) for e in tree.findall(f"{{{oai_dc.DC}}}title")]
    assert titles == [("Tidal mixing in fjords: a field study", "en"), ("Tidevannsblanding i fjorder", "nb")]
    assert texts(record, "identifier") == [
        record.url,
        "https://doi.org/10.5555/tidal.mixing",
        "https://hdl.handle.net/20.500.12345/678",
        "urn:nbn:no-12345",
        "urn:ISBN:978-0-306-40615-7",
        "T-00042",
        f"urn:uuid:{record.uuid}",
    ]
    relations = texts(record, "relation")
    assert relations[:5] == [
        "info:eu-repo/grantAgreement/Research%20Council//NS%2F7%20%26%208",
        "info:eu-repo/grantAgreement/Old%20Fund//4711",
        "info:eu-repo/grantAgreement/Old%20Fund//4711",
        "https://foundation.example/g?a=1&b=2",
        "Somebody's aunt",
    ]
    assert relations[5:7] == ["https://doi.org/10.5555/part.1", "A chapter without any identifier"]
