"""The table of stored formats."""

from lxml import etree

from submissions.metadata.crosswalks.registry import FORMATS, PREFIXES
from tests.records import make_record


def test_the_prefixes_are_those_that_harvesters_were_told() -> None:
    assert list(PREFIXES) == [
        "oai_dc",
        "qdc",
        "oai_etdms",
        "oai_datacite",
        "mods",
        "marcxml",
        "mets",
        "oai_openaire",
        "dim",
    ]
    assert all(form.is_xml and form.namespace and form.schema_location for form in PREFIXES.values())


def test_rows_say_what_their_bytes_say() -> None:
    """Name, namespace and schema of a row are those of the document it writes."""
    for name, form in FORMATS.items():
        assert form.name == name
        if not form.is_xml:
            assert not form.schema_location
            assert not form.prefix
            continue
        root = etree.fromstring(form.to_bytes(make_record()))
        assert etree.QName(root).namespace == form.namespace
        location = root.get("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation")
        assert location == f"{form.namespace} {form.schema_location}"


def test_writing_twice_gives_the_same_bytes() -> None:
    """Stored bytes are compared to see whether anything changed."""
    for form in FORMATS.values():
        assert form.to_bytes(make_record()) == form.to_bytes(make_record())
