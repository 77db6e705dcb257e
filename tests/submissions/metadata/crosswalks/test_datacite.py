"""DataCite 4.6 by its rules (metadata.md §2 table A, §4, §5; the 4.6 XSD and documentation)."""

import datetime as dt

import pytest
from lxml import etree

from submissions.metadata.crosswalks import datacite
from submissions.metadata.record import Access, Licence, Organisation, Person, ThesisRecord
from tests.records import SCRIPTS, embargoed, full_record, make_file, make_member, make_record

NS = {"d": datacite.NAMESPACE}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def find(record: ThesisRecord, path: str) -> list[etree._Element]:
    return etree.fromstring(datacite.to_xml(record)).xpath(path, namespaces=NS)


def texts(record: ThesisRecord, path: str) -> list[str]:
    return [element.text for element in find(record, path)]


def dates(record: ThesisRecord) -> list[tuple[str, str, str]]:
    return [(e.get("dateType"), e.get("dateInformation"), e.text) for e in find(record, "d:dates/d:date")]


def test_no_doi_is_pretended() -> None:
    """The landing page is the identifier; the words DOI and 10.… stand nowhere."""
    record = make_record()
    (identifier,) = find(record, "d:identifier")
    assert (identifier.get("identifierType"), identifier.text) == ("URL", record.url)
    (local,) = find(record, "d:alternateIdentifiers/d:alternateIdentifier")
    assert (local.get("alternateIdentifierType"), local.text) == ("local", record.uuid)
    assert b"DOI" not in datacite.to_xml(record)


def test_creator() -> None:
    (creator,) = find(make_record(), "d:creators/d:creator")
    assert [(etree.QName(e).localname, e.text) for e in creator] == [
        ("creatorName", "Carberry, Josiah"),
        ("givenName", "Josiah"),
        ("familyName", "Carberry"),
        ("nameIdentifier", make_record().author.orcid.uri),
        ("affiliation", "Example University"),
    ]
    assert creator[0].get("nameType") == "Personal"
    assert dict(creator[4].attrib) == {
        "affiliationIdentifier": "https://ror.org/05dxps055",
        "affiliationIdentifierScheme": "ROR",
        "schemeURI": "https://ror.org",
    }


@pytest.mark.parametrize(
    ("person", "parts"),
    [
        (Person("Suharto"), [("creatorName", "Suharto"), ("givenName", "Suharto")]),
        (Person("", "Madonna"), [("creatorName", "Madonna"), ("familyName", "Madonna")]),
    ],
)
def test_one_name_is_enough(person: Person, parts: list[tuple[str, str]]) -> None:
    (creator,) = find(make_record(author=person), "d:creators/d:creator")
    assert [(etree.QName(e).localname, e.text) for e in creator][:-1] == parts


def test_committee_types_and_ids() -> None:
    """metadata.md §2 rows 5–7: supervising roles are Supervisor, the rest Other; the university hosts."""
    record = make_record()
    found = find(record, "d:contributors/d:contributor")
    assert [e.get("contributorType") for e in found] == ["Supervisor", "Other", "Other", "HostingInstitution"]
    ids = [[i.text for i in e.xpath("d:nameIdentifier", namespaces=NS)] for e in found]
    assert ids == [
        [record.committee[0].person.orcid.uri],
        [record.committee[1].person.orcid.uri],
        [],
        ["https://ror.org/05dxps055"],
    ]
    assert [e.text for e in find(record, "d:contributors/d:contributor/d:affiliation")] == ["Tromsø Museum"]


@pytest.mark.parametrize("size", [0, 1, 12])
def test_committees_of_any_size(size: int) -> None:
    record = make_record(committee=tuple(make_member(number) for number in range(size)))
    assert len(find(record, "d:contributors/d:contributor[d:contributorName/@nameType='Personal']")) == size


def test_dates_are_kept_apart() -> None:
    assert dates(make_record()) == [
        ("Submitted", "submitted by the author", "2026-03-01"),
        ("Other", "defence", "2026-04-15"),
        ("Other", "degree awarded", "2026-05-01"),
        ("Issued", "record made public", "2026-06-02"),
        ("Available", "files made public", "2026-06-02"),
    ]
    none = make_record(submitted=None, defended=None, conferred=None)
    assert [kind for kind, _, _ in dates(none)] == ["Issued", "Available"]


@pytest.mark.parametrize("access", [Access.OPEN, Access.EMBARGOED])
def test_embargo_start_end_and_year(access: Access) -> None:
    """DataCite 4.6 §5 and dateType: the year is that of the end, also once the embargo has run out."""
    record = make_record(access=access, embargo_until=dt.date(2028, 5, 1))
    assert texts(record, "d:publicationYear") == ["2028"]
    assert dates(record)[3:] == [
        ("Issued", "record made public", "2026-06-02"),
        ("Accepted", "start of embargo", "2026-06-02"),
        ("Available", "end of embargo", "2028-05-01"),
    ]


def test_without_a_file_there_is_no_embargo_to_tell_of() -> None:
    record = make_record(access=Access.CLOSED, embargo_until=dt.date(2028, 5, 1))
    assert texts(record, "d:publicationYear") == ["2026"]


def test_embargo_without_end_has_no_available_date() -> None:
    record = embargoed(None)
    assert texts(record, "d:publicationYear") == ["2026"]
    assert [kind for kind, _, _ in dates(record)[3:]] == ["Issued", "Accepted"]


@pytest.mark.parametrize(
    ("record", "words", "uri"),
    [
        (make_record(), "Open access", "openAccess"),
        (embargoed(), "Embargoed access: files open on 2028-05-01", "embargoedAccess"),
        (embargoed(None), "Closed access: no opening date is set", "closedAccess"),
    ],
)
def test_rights(record: ThesisRecord, words: str, uri: str) -> None:
    licence, access = find(record, "d:rightsList/d:rights")
    assert licence.text == "Creative Commons Attribution 4.0 International"
    assert dict(licence.attrib) == {
        "rightsURI": "https://creativecommons.org/licenses/by/4.0/",
        "rightsIdentifier": "CC-BY-4.0",
        "rightsIdentifierScheme": "SPDX",
        "schemeURI": "https://spdx.org/licenses/",
    }
    assert (access.text, access.get("rightsURI")) == (words, f"info:eu-repo/semantics/{uri}")


def test_licence_outside_spdx_claims_no_scheme() -> None:
    record = make_record(licence=Licence("In copyright", "https://rightsstatements.org/vocab/InC/1.0/"))
    assert dict(find(record, "d:rightsList/d:rights")[0].attrib) == {
        "rightsURI": "https://rightsstatements.org/vocab/InC/1.0/"
    }


def test_institution_without_ror_claims_no_scheme() -> None:
    record = make_record(institution=Organisation("Høgskolen"))
    for path in ("d:publisher", "//d:creator/d:affiliation"):
        (element,) = find(record, path)
        assert (element.text, dict(element.attrib)) == ("Høgskolen", {})
    assert not find(record, "//d:contributor[@contributorType='HostingInstitution']/d:nameIdentifier")


def test_titles_type_subjects_sizes_formats_language() -> None:
    record = make_record(files=(make_file(), make_file(name="data.csv", mime="text/csv", pages=0, size=12)))
    titles = [(e.text, e.get("titleType"), e.get(LANG)) for e in find(record, "d:titles/d:title")]
    assert titles == [("Tidal mixing in fjords", None, "en"), ("a field study", "Subtitle", "en")]
    (kind,) = find(record, "d:resourceType")
    assert (kind.get("resourceTypeGeneral"), kind.text) == ("Dissertation", "PhD thesis")
    assert texts(record, "d:subjects/d:subject")[:2] == ["fjords", "mixing, tidal"]
    assert texts(record, "d:sizes/d:size") == ["214 pages", "2101345 bytes", "12 bytes"]
    assert texts(record, "d:formats/d:format") == ["application/pdf", "text/csv"]
    assert texts(record, "d:language") == ["en"]


def test_paragraphs_become_br_and_read_back_whole() -> None:
    abstract = (
        "\n\n".join(f"Avsnitt {number}: " + "ord " * 150 + "slutt" for number in range(10))
        + "\nend <br/> & co"
    )
    assert len(abstract) > 5_000
    (element,) = find(make_record(abstract=abstract), "d:descriptions/d:description")
    assert {etree.QName(child).localname for child in element} == {"br"}
    assert element.text + "".join("\n" + (child.tail or "") for child in element) == abstract


@pytest.mark.parametrize(("language", "words"), SCRIPTS)
def test_every_script_survives(language: str, words: str) -> None:
    record = make_record(language=language, title=words, abstract=words, author=Person(words, words))
    assert texts(record, "d:titles/d:title")[0] == words
    assert texts(record, "//d:creator/d:familyName") == [words]
    assert texts(record, "d:descriptions/d:description") == [words]
    assert find(record, "d:descriptions/d:description")[0].get(LANG) == language


def test_no_empty_elements() -> None:
    record = make_record(
        subtitle="", abstract="", keywords=(), department="", programme="", files=(), committee=()
    )
    for element in find(record, "//*[not(*)]"):
        assert element.text, element.tag


def test_file_addresses_are_never_told() -> None:
    assert make_file().url.encode() not in datacite.to_xml(make_record())


def test_a_doi_is_the_identifier_and_the_page_an_alternate() -> None:
    record = full_record()
    (identifier,) = find(record, "d:identifier")
    assert (identifier.get("identifierType"), identifier.text) == ("DOI", record.doi)
    assert [(e.get("alternateIdentifierType"), e.text) for e in find(record, "d:alternateIdentifiers/*")] == [
        ("local", record.uuid),
        ("Local accession number", "T-00042"),
        ("Handle", record.handle),
        ("URN", "urn:nbn:no-12345"),
        ("ISBN", "978-0-306-40615-7"),
        ("URL", record.url),
    ]


def test_the_translated_title_says_its_language() -> None:
    (title,) = find(full_record(), "d:titles/d:title[@titleType='TranslatedTitle']")
    assert (title.text, title.get(LANG)) == ("Tidevannsblanding i fjorder", "nb")


def test_grants() -> None:
    """4.6 §19: each with the scheme of its funder's identifier."""
    references = find(full_record(), "d:fundingReferences/d:fundingReference")
    assert [[(etree.QName(e).localname, e.text) for e in one] for one in references[:1]] == [
        [
            ("funderName", "Research Council"),
            ("funderIdentifier", "https://ror.org/00epmv149"),
            ("awardNumber", "NS/7 & 8"),
            ("awardTitle", "Fjords <now>"),
        ]
    ]
    kinds = [e.get("funderIdentifierType") for e in find(full_record(), "//d:funderIdentifier")]
    assert kinds == ["ROR", "Crossref Funder ID", "Crossref Funder ID", "ISNI", "Other"]
    assert [(e.text, e.get("awardURI")) for e in find(full_record(), "//d:awardNumber")] == [
        ("NS/7 & 8", "https://rcn.example/ns7"),
        ("4711", None),
        ("4711", None),
        ("https://foundation.example/g?a=1&b=2", "https://foundation.example/g?a=1&b=2"),
    ]


def test_related_works_by_identifier_address_or_title() -> None:
    found = [
        (e.get("relationType"), e.get("relatedIdentifierType"), e.text)
        for e in find(full_record(), "d:relatedIdentifiers/d:relatedIdentifier")
    ]
    assert found == [
        ("HasPart", "DOI", "10.5555/part.1"),
        ("IsPartOf", "ISSN", "1234-5678"),
        ("IsPartOf", "ISSN", "1234-5678"),
        ("IsVersionOf", "ISBN", "978-0-306-40615-7"),
        ("IsVersionOf", "Handle", "20.500.12345/P1"),
        ("IsVersionOf", "URL", "https://archive.example/a?b=c&d"),
        ("IsSupplementedBy", "URL", "https://data.example/1"),
    ]
    items = find(full_record(), "d:relatedItems/d:relatedItem")
    assert [(e.get("relationType"), e.findtext("d:titles/d:title", namespaces=NS)) for e in items] == [
        ("HasPart", "A chapter without any identifier"),
        ("IsVersionOf", "The preprint"),
        ("IsVersionOf", "No scheme that ORCID knows"),
        ("IsSupplementedBy", "Code"),
    ]
    assert items[0].findtext("d:publicationYear", namespaces=NS) == "2023"
