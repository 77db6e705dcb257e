"""Programs that nobody here wrote read the formats back: the same people, the same iDs, the same titles."""

import io
import json

import bibtexparser
import jsonschema
import pymarc
import pytest
from citeproc import (
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON
from rdflib import Graph, Literal, URIRef
from rdflib.plugins.parsers.jsonld import Parser
from rdflib.plugins.shared.jsonld.context import Context

from submissions.metadata.crosswalks import schema_org, terms
from submissions.metadata.crosswalks.registry import FORMATS
from submissions.metadata.crosswalks.text import clean, line

from .family import FAMILY, RECORDS, ids

SCHEMA_ORG = "http://schema.org/"


def test_pymarc_reads_the_same_people_ids_and_texts() -> None:
    for number, record in enumerate(RECORDS):
        (read,) = pymarc.parse_xml_to_array(io.BytesIO(FORMATS["marcxml"].to_bytes(record)))
        people = [*read.get_fields("100"), *read.get_fields("700")]
        expected = [record.author, *(member.person for member in record.committee)]
        assert [field["a"].removesuffix(",") for field in people] == [terms.name(one) for one in expected]
        uris = [field.get("1") for field in people]
        assert [uri and uri.removeprefix("https://orcid.org/") for uri in uris] == ids(record), number
        assert read["245"]["a"].rstrip(" :/") == line(record.title).rstrip(" :/")
        assert read["245"]["c"] == f"{terms.spoken_name(record.author)}."
        paragraphs = [field["a"] for field in read.get_fields("520")]
        texts = [text for abstract in record.abstracts for text in clean(abstract.text).split("\n")]
        assert paragraphs == [line(text) for text in texts if line(text)]
        assert len(str(read.leader)) == 24
        assert len(read["008"].data) == 40
        assert [field.tag for field in read] == sorted(field.tag for field in read)
        # ISO 2709, which library systems load: what is too long for its directory would be cut there.
        again = pymarc.Record(data=read.as_marc())
        assert [field.value() for field in again] == [field.value() for field in read]


def test_bibtexparser_reads_every_entry() -> None:
    for record in RECORDS:
        library = bibtexparser.parse_string(FORMATS["bibtex"].to_bytes(record).decode())
        assert not library.failed_blocks
        (entry,) = library.entries
        fields = {field.key: field.value for field in entry.fields}
        assert entry.entry_type in ("phdthesis", "mastersthesis")
        assert fields["year"] == f"{record.published.year:04d}"
        assert fields.get("doi", "") == record.doi
        assert fields["url"] == record.url
        assert fields["author"]
        assert fields["title"]


# It says of each of our keys whether it heeds it; what it does with the rest is looked at.
@pytest.mark.filterwarnings("ignore:The following arguments for Reference are unsupported")
@pytest.mark.schemas
def test_csl_validates_and_a_processor_cites_it(schemas) -> None:
    validator = jsonschema.Draft7Validator(json.loads((schemas / "csl-json" / "csl-data.json").read_text()))
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    for number, record in enumerate(RECORDS):
        items = json.loads(FORMATS["csl"].to_bytes(record))
        errors = [error.message for error in validator.iter_errors(items)]
        assert not errors, f"record {number}: {errors}"
        people = [
            person.orcid.uri
            for person in (record.author, *(m.person for m in record.committee))
            if person.orcid
        ]
        assert [one["orcid"] for one in items[0].get("custom", {}).get("orcid", [])] == people
        if number < 60:
            bibliography = CitationStylesBibliography(style, CiteProcJSON(items), formatter.plain)
            bibliography.register(Citation([CitationItem(items[0]["id"])]))
            (cited,) = (str(entry) for entry in bibliography.bibliography())
            assert str(record.published.year) in cited
            assert (line(record.author.family) or terms.name(record.author)).split(" ")[0] in cited


@pytest.mark.schemas
def test_rdflib_finds_the_people_of_the_json_ld(schemas) -> None:
    context = Context(json.loads((schemas / "schema-org" / "schemaorgcontext.jsonld").read_text()))
    for record in (*RECORDS[:4], *FAMILY[:150]):
        graph = Graph()
        data = json.loads(schema_org.to_json(record))
        assert data.pop("@context") == "https://schema.org"
        Parser().parse(data, context, graph)
        thesis = URIRef(record.url)
        (author,) = graph.objects(thesis, schema_term("author"))
        assert (
            str(author) == record.author.orcid.uri if record.author.orcid else not isinstance(author, URIRef)
        )
        roles = list(graph.objects(thesis, schema_term("contributor")))
        members = [person for role in roles for person in graph.objects(role, schema_term("contributor"))]
        found = sorted(str(person) for person in members if isinstance(person, URIRef))
        seats = [member.person.orcid for member in record.committee]
        assert found == sorted(orcid.uri for orcid in seats if orcid)
        assert len(members) == len(record.committee)
        (title,) = graph.objects(thesis, schema_term("name"))
        assert title == Literal(line(record.title))


def schema_term(name: str) -> URIRef:
    """A term as schema.org's own context has it, with ``http``."""
    return URIRef(f"{SCHEMA_ORG}{name}")
