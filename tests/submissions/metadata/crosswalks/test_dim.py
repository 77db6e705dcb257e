"""DIM: no XSD of it can be had, so its shape and its fields are held against DSpace's own registry."""

import pytest
from lxml import etree

from submissions.metadata.crosswalks import dim
from tests.contracts.conftest import load_xsd, schemas  # noqa: F401 - fixture
from tests.records import embargoed, full_record, make_record, varied_records

RECORDS = [make_record(), full_record(), embargoed(), *varied_records(120)]
# What a site has to register before DSpace takes it (metadata.md §6).
TO_REGISTER = {
    "dc.contributor.committeeMember",
    "thesis.degree.name",
    "thesis.degree.level",
    "thesis.degree.discipline",
    "thesis.degree.department",
    "thesis.degree.grantor",
    "local.date.defended",
    "local.embargo.lift",
}


def names(record, **options) -> set[str]:
    return {".".join(filter(None, field[:3])) for field in dim.fields(record, **options)}


@pytest.fixture(scope="module")
def registry(schemas) -> set[str]:  # noqa: F811 - fixture
    """The fields of a stock DSpace."""
    tree = etree.parse(schemas / "dspace" / "registries" / "dublin-core-types.xml")
    return {
        ".".join(
            filter(None, (field.findtext("schema"), field.findtext("element"), field.findtext("qualifier")))
        )
        for field in tree.iter("dc-type")
    }


@pytest.mark.schemas
def test_every_field_is_in_the_registry_or_known_to_be_missing_there(registry: set[str]) -> None:
    used = set().union(*map(names, RECORDS))
    assert used - registry == TO_REGISTER


@pytest.mark.schemas
def test_a_stock_registry_takes_the_stock_fields(registry: set[str]) -> None:
    for record in RECORDS:
        assert names(record, stock_only=True) <= registry


def test_the_document_has_the_attributes_that_dspace_reads_and_no_others() -> None:
    for record in RECORDS:
        root = etree.fromstring(dim.to_xml(record))
        assert root.get("dspaceType") == "ITEM"
        assert [child.tag for child in root] == [f"{{{dim.NAMESPACE}}}field"] * len(root)
        for field in root:
            assert (
                {"mdschema", "element"} <= set(field.attrib) <= {"mdschema", "element", "qualifier", "lang"}
            )
            assert field.text.strip()


def test_what_goes_where() -> None:
    found = [tuple(field) for field in dim.fields(full_record())]
    assert ("dc", "contributor", "author", "Carberry, Josiah", "") in found
    assert ("dc", "contributor", "advisor", "Laud, Ada", "") in found
    assert ("dc", "contributor", "committeeMember", "Reader, Max", "") in found
    assert ("dc", "title", "", "Tidal mixing in fjords: a field study", "en") in found
    assert ("dc", "title", "alternative", "Tidevannsblanding i fjorder", "nb") in found
    assert ("dc", "date", "issued", "2026-05-01", "") in found
    assert ("local", "date", "defended", "2026-04-15", "") in found
    assert ("dc", "contributor", "other", "Reader, Max", "") in dim.fields(full_record(), stock_only=True)


def test_the_end_of_an_embargo_is_said_while_there_is_one() -> None:
    assert ("local", "embargo", "lift", "2028-05-01", "") in dim.fields(embargoed())
    assert "local.embargo.lift" not in names(embargoed(None)) | names(make_record())
