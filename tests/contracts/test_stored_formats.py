"""Every stored format against its official XSD, for one plain record and a family of varied ones."""

import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest
from lxml import etree

from submissions.metadata.crosswalks.registry import FORMATS
from submissions.metadata.record import Access, DegreeLevel, ThesisRecord
from tests.records import SCRIPTS, embargoed, full_record, make_record, varied_records

pytestmark = pytest.mark.schemas

XSD = {"oai_dc": "oai-dc/oai_dc.xsd", "datacite": "datacite/kernel-4.6/metadata.xsd"}
FAMILY = varied_records(78)
DATACITE = {"d": "http://datacite.org/schema/kernel-4"}


@pytest.fixture(params=sorted(name for name, form in FORMATS.items() if form.is_xml))
def stored(request: pytest.FixtureRequest, load_xsd):
    """A stored format in XML and its schema. A new format without a line in ``XSD`` fails here."""
    return FORMATS[request.param], load_xsd(XSD[request.param])


def test_plain_and_embargoed_records_validate(stored) -> None:
    form, schema = stored
    for record in (make_record(), full_record(), embargoed(), embargoed(None)):
        schema.assertValid(etree.fromstring(form.to_bytes(record)))


def test_barest_record_validates(stored) -> None:
    form, schema = stored
    bare = make_record(
        subtitle="",
        abstract="",
        department="",
        programme="",
        degree_name="",
        language="",
        keywords=(),
        committee=(),
        files=(),
        submitted=None,
        defended=None,
        conferred=None,
        licence=replace(make_record().licence, uri="", spdx=""),
        institution=replace(make_record().institution, ror="", city="", country=""),
    )
    schema.assertValid(etree.fromstring(form.to_bytes(bare)))


@pytest.mark.parametrize("record", FAMILY, ids=range(len(FAMILY)))
def test_varied_records_validate(stored, record: ThesisRecord) -> None:
    form, schema = stored
    content = form.to_bytes(record)
    tree = etree.fromstring(content)
    schema.assertValid(tree)
    # expat, a parser that is not libxml2, reads the same out of the same bytes.
    other = ElementTree.fromstring(content)  # noqa: S314 - our own bytes
    assert [(e.tag, e.text, e.tail) for e in other.iter()] == [(e.tag, e.text, e.tail) for e in tree.iter()]


def test_the_family_is_varied() -> None:
    """The loop above proves little if all records are alike."""
    assert {record.language for record in FAMILY} == {language for language, _ in SCRIPTS}
    assert {len(record.committee) for record in FAMILY} == set(range(13))
    assert {record.degree_level for record in FAMILY} == set(DegreeLevel)
    kinds = {(record.access, record.embargo_until is None) for record in FAMILY}
    assert kinds == {(access, empty) for access in Access for empty in (True, False)}
    assert any(len(record.abstract) > 5_000 and "\n\n" in record.abstract for record in FAMILY)
    for empty in (
        "subtitle",
        "abstract",
        "keywords",
        "files",
        "submitted",
        "defended",
        "conferred",
        "department",
        "translated_title",
        "doi",
        "handle",
        "funding",
        "related",
    ):
        filled = {bool(getattr(record, empty)) for record in FAMILY}
        assert filled == {True, False}, empty
    assert {bool(record.author.orcid) for record in FAMILY} == {True, False}
    assert any(not record.author.family for record in FAMILY)
    assert any(not record.author.given for record in FAMILY)
    ids = [member.person.orcid for record in FAMILY for member in record.committee]
    assert None in ids
    assert any(orcid and orcid.path.endswith("X") for orcid in ids)


@pytest.mark.parametrize(
    ("name", "xpath"),
    [("datacite", "//d:publicationYear"), ("datacite", "//d:creators/d:creator")],
)
def test_the_datacite_schema_bites(load_xsd, name: str, xpath: str) -> None:
    """The schema that is loaded does refuse a record that lacks a mandatory part."""
    tree = etree.fromstring(FORMATS[name].to_bytes(make_record()))
    (element,) = tree.xpath(xpath, namespaces=DATACITE)
    element.getparent().remove(element)
    assert not load_xsd(XSD[name]).validate(tree)


def test_the_oai_dc_schema_bites(load_xsd) -> None:
    """No attribute but ``xml:lang`` is allowed: why an iD has no place here."""
    tree = etree.fromstring(FORMATS["oai_dc"].to_bytes(make_record()))
    tree.find("{http://purl.org/dc/elements/1.1/}creator").set(
        "resource", "https://orcid.org/0000-0002-1825-0097"
    )
    assert not load_xsd(XSD["oai_dc"]).validate(tree)


@pytest.mark.parametrize("record", [full_record(), embargoed(), *FAMILY], ids=range(len(FAMILY) + 2))
def test_every_id_is_in_its_place_in_datacite(record: ThesisRecord) -> None:
    """The XSD leaves ``nameIdentifier`` unchecked (metadata.md §5), so each person's is looked at here."""
    tree = etree.fromstring(FORMATS["datacite"].to_bytes(record))
    holders = tree.xpath("d:creators/d:creator|d:contributors/d:contributor", namespaces=DATACITE)
    *people, host = holders
    expected = [record.author, *(member.person for member in record.committee)]
    assert len(people) == len(expected)
    for holder, person in zip(people, expected, strict=True):
        names = [etree.QName(child).localname for child in holder]
        assert names == sorted(names, key=_ORDER.index)
        found = holder.xpath("d:nameIdentifier", namespaces=DATACITE)
        assert [element.text for element in found] == ([person.orcid.uri] if person.orcid else [])
        for element in found:
            assert dict(element.attrib) == {
                "nameIdentifierScheme": "ORCID",
                "schemeURI": "https://orcid.org",
            }
    assert host.get("contributorType") == "HostingInstitution"
    everywhere = tree.xpath("//*[contains(., 'orcid.org/')][not(*)]")
    assert len(everywhere) == sum(bool(person.orcid) for person in expected)


_ORDER = ["creatorName", "contributorName", "givenName", "familyName", "nameIdentifier", "affiliation"]
