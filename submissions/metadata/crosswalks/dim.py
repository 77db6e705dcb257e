"""DIM, DSpace's own intermediate form: fields of a schema, an element and a qualifier (no XSD of it can be had).

What it cannot carry:

- ORCID iDs. DSpace reads a field's text and language and ignores its authority (metadata.md §4), and an iD in a field
  of its own would not say whose it is. The ``mets`` format has them in a second section; the Person entities of a
  DSpace package tie them to the names.
- The address of a classification and of a subject in it.
- The day of publication: DSpace sets its own date of being available.
- Checksums and addresses of files, the institution's ROR, the affiliations.

Fields of the ``thesis`` and ``local`` schemas and ``dc.contributor.committeeMember`` are in common use but not in a
stock DSpace, which refuses an item with a field that it does not know (§6); ``stock_only`` does without them.
"""

from collections.abc import Iterator
from typing import NamedTuple

from submissions.metadata.crosswalks import terms, xml
from submissions.metadata.record import CommitteePerson, Subject, ThesisRecord

NAMESPACE = "http://www.dspace.org/xmlns/dspace/dim"
SCHEMA = "http://www.dspace.org/schema/dim.xsd"
# DataCite's relation, read from the thesis -> qualifier of dc.relation; DSpace's registry has none for data.
_RELATIONS = {"HasPart": "haspart", "IsPartOf": "ispartof", "IsVersionOf": "isversionof"}

# Classification -> qualifier of dc.subject, as far as a stock DSpace knows it; the others are ``other``.
_CLASSIFICATIONS = {"lcsh": "lcsh", "mesh": "mesh", "ddc": "ddc", "lcc": "lcc"}


class Field(NamedTuple):
    """One value: ``dc.title.alternative`` is schema ``dc``, element ``title``, qualifier ``alternative``."""

    schema: str
    element: str
    qualifier: str
    text: str
    language: str = ""


def fields(record: ThesisRecord, *, stock_only: bool = False) -> list[Field]:
    """All fields with something to say, in their order. ``stock_only``: only those of an unchanged DSpace registry."""
    return [field for field in (*_stock(record, stock_only), *_local(record, stock_only)) if field.text]


def to_element(record: ThesisRecord, *, stock_only: bool = False) -> xml.Element:
    """``record`` as a ``dim`` of an item."""
    root = xml.root(NAMESPACE, "dim", {"dim": NAMESPACE}, SCHEMA)
    root.set("dspaceType", "ITEM")
    for field in fields(record, stock_only=stock_only):
        place = {"mdschema": field.schema, "element": field.element, "qualifier": field.qualifier}
        element = xml.wrap(root, "field", **place)
        if language := xml.language_tag(field.language):
            element.set("lang", language)  # DIM has no xml:lang
        element.text = field.text
    return root


def to_xml(record: ThesisRecord) -> bytes:
    """``to_element`` in UTF-8."""
    return xml.to_bytes(to_element(record))


def _stock(record: ThesisRecord, stock_only: bool) -> Iterator[Field]:
    yield Field("dc", "contributor", "author", terms.name(record.author))
    for member in record.committee:
        yield Field("dc", "contributor", _role(member, stock_only), terms.name(member.person))
    yield Field("dc", "title", "", record.full_title, record.language)
    if translated := record.translated_title:
        yield Field("dc", "title", "alternative", translated.title, translated.language)
    for abstract in record.abstracts:
        yield Field("dc", "description", "abstract", abstract.text, abstract.language)
    for subject in record.subjects:
        yield Field("dc", "subject", _CLASSIFICATIONS.get(subject.scheme.lower(), "other"), _coded(subject))
    for topic in terms.topics(record):
        yield Field("dc", "subject", "", topic)
    yield Field("dc", "language", "iso", xml.language_tag(record.language))
    yield Field("dc", "date", "submitted", record.submitted.isoformat() if record.submitted else "")
    yield Field("dc", "date", "issued", terms.title_page_date(record).isoformat())
    yield Field("dc", "publisher", "", record.institution.name)
    yield Field("dc", "type", "", "Thesis")
    yield Field("dc", "rights", "", terms.access_sentence(record))
    yield Field("dc", "rights", "", record.licence.name)
    yield Field("dc", "rights", "uri", record.licence.uri)
    yield Field("dc", "identifier", "uri", record.url)
    yield Field("dc", "identifier", "uri", record.handle_url)
    yield Field("dc", "identifier", "doi", record.doi)
    yield Field("dc", "identifier", "isbn", record.isbn)
    for other in (record.urn, record.number, f"urn:uuid:{record.uuid}"):
        yield Field("dc", "identifier", "other", other)
    for file in record.files:
        yield Field("dc", "format", "extent", f"{file.pages} pages" if file.pages else "")
    for mime in terms.mime_types(record):
        yield Field("dc", "format", "mimetype", mime)
    for grant in record.funding:
        yield Field("dc", "description", "sponsorship", terms.grant_words(grant))
    for work in record.related:
        qualifier = _RELATIONS.get(work.relation, "")
        yield Field("dc", "relation", qualifier, work.address or work.title)


def _local(record: ThesisRecord, stock_only: bool) -> Iterator[Field]:
    if stock_only:
        return
    yield Field("thesis", "degree", "name", record.degree_name)
    yield Field("thesis", "degree", "level", str(record.degree_level))
    yield Field("thesis", "degree", "discipline", record.programme)
    yield Field("thesis", "degree", "department", record.department)
    yield Field("thesis", "degree", "grantor", record.institution.name)
    yield Field("local", "date", "defended", record.defended.isoformat() if record.defended else "")
    until = record.embargo_until if terms.is_embargoed(record) else None
    yield Field("local", "embargo", "lift", until.isoformat() if until else "")


def _coded(subject: Subject) -> str:
    """``1.5 Earth sciences``: the code before the term, as people write it; DIM has no other place for it."""
    return " ".join(filter(None, (subject.code, subject.term)))


def _role(member: CommitteePerson, stock_only: bool) -> str:
    if member.supervises:
        return "advisor"
    return "other" if stock_only else "committeeMember"
