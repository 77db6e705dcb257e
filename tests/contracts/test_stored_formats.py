"""Every stored format in XML against its official schema, for hundreds of records."""

import xml.etree.ElementTree as ElementTree

import pytest
from lxml import etree

from submissions.metadata.crosswalks.registry import FORMATS
from tests.records import make_record

from .family import RECORDS

pytestmark = pytest.mark.schemas

XSD = {
    "oai_dc": "oai-dc/oai_dc.xsd",
    "qdc": "dublin-core-qdc/qualifieddc.xsd",
    "oai_etdms": "etd-ms/1.0/etdms.xsd",
    "datacite": "datacite/kernel-4.6/metadata.xsd",
    "mods": "mods/mods-3-8.xsd",
    "marcxml": "marcxml/MARC21slim.xsd",
    "mets": "mets/1.12.1/mets.xsd",
    "oai_openaire": "openaire/4.0/openaire.xsd",
}
# The schema of qualified DC has no namespace of its own: an application includes it in its own (qualifieddc.xsd).
INCLUDED = {"qdc"}
# There is no XSD of DIM to be had; tests/submissions/metadata/crosswalks/test_dim.py checks its shape.
WITHOUT_XSD = {"dim"}
XML_FORMATS = sorted(name for name, form in FORMATS.items() if form.is_xml and name not in WITHOUT_XSD)


@pytest.fixture(scope="module", params=XML_FORMATS)
def stored(request: pytest.FixtureRequest, load_xsd):
    """A stored format and its schema. A new format without a line in ``XSD`` fails here."""
    name = request.param
    return FORMATS[name], load_xsd(XSD[name], FORMATS[name].namespace if name in INCLUDED else "")


def test_every_record_validates_and_reads_alike(stored) -> None:
    form, schema = stored
    for number, record in enumerate(RECORDS):
        content = form.to_bytes(record)
        tree = etree.fromstring(content)
        assert schema.validate(tree), f"record {number}: {schema.error_log}"
        # expat, a parser that is not libxml2, reads the same out of the same bytes.
        other = ElementTree.fromstring(content)  # noqa: S314 - our own bytes
        assert [(e.tag, e.text, e.attrib) for e in other.iter()] == [
            (e.tag, e.text, dict(e.attrib)) for e in tree.iter()
        ]


def test_the_schema_bites(stored) -> None:
    """The schema that is loaded refuses an element that the format does not know."""
    form, schema = stored
    tree = etree.fromstring(form.to_bytes(make_record()))
    etree.SubElement(tree, f"{{{form.namespace}}}orcid").text = "0000-0002-1825-0097"
    assert not schema.validate(tree)


def test_the_datacite_section_of_mets_validates_by_itself(load_xsd) -> None:
    """METS looks into its sections only as far as it knows them."""
    schema = load_xsd(XSD["datacite"])
    for record in RECORDS:
        tree = etree.fromstring(FORMATS["mets"].to_bytes(record))
        (section,) = tree.iter(f"{{{FORMATS['datacite'].namespace}}}resource")
        assert schema.validate(etree.fromstring(etree.tostring(section))), schema.error_log


@pytest.mark.parametrize("xpath", ["//d:publicationYear", "//d:creators/d:creator"])
def test_the_datacite_schema_knows_what_is_mandatory(load_xsd, xpath: str) -> None:
    tree = etree.fromstring(FORMATS["datacite"].to_bytes(make_record()))
    (element,) = tree.xpath(xpath, namespaces={"d": FORMATS["datacite"].namespace})
    element.getparent().remove(element)
    assert not load_xsd(XSD["datacite"]).validate(tree)


def test_the_oai_dc_schema_bites(load_xsd) -> None:
    """No attribute but ``xml:lang`` is allowed: why an iD has no place here."""
    tree = etree.fromstring(FORMATS["oai_dc"].to_bytes(make_record()))
    creator = tree.find("{http://purl.org/dc/elements/1.1/}creator")
    creator.set("resource", "https://orcid.org/0000-0002-1825-0097")
    assert not load_xsd(XSD["oai_dc"]).validate(tree)
