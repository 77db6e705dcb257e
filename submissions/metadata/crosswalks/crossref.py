"""Crossref deposit of a ``dissertation``, schema 5.4.0: made to be sent, with the name of who sends it.

The only format that says of an iD whether its owner signed in: ``authenticated="true"``. An iD that nobody confirmed
is written as ``authenticated="false"``; a record has one only where the university wants it marked
(``ETD_UNCONFIRMED_IDS``).

What it cannot carry:

- Supervisors and committee with their iDs: 5.4 knows no such role (metadata.md §2 row 5).
- All dates but that of the approval, the files, the handle.
- Keywords and subjects of a classification; the number of pages.
- Identifiers such as a URN beside DOI, ISBN and the university's number. Names beyond 60 characters are cut.
"""

import datetime as dt
import re
from dataclasses import dataclass

from submissions.metadata import demands
from submissions.metadata.crosswalks import terms, xml
from submissions.metadata.crosswalks.languages import iso639_3
from submissions.metadata.crosswalks.text import line
from submissions.metadata.record import Funding, Organisation, Person, RelatedWork, ThesisRecord

NAMESPACE = "http://www.crossref.org/schema/5.4.0"
SCHEMA = "https://www.crossref.org/schemas/crossref5.4.0.xsd"
JATS = "http://www.ncbi.nlm.nih.gov/JATS1"
ACCESS = "http://www.crossref.org/AccessIndicators.xsd"
FUNDING = "http://www.crossref.org/fundref.xsd"
RELATIONS = "http://www.crossref.org/relations.xsd"
_NAME_MAX = 60
_TEXT_MIN, _TEXT_MAX = 2, 255
# Names of people (given_name, surname); licence_ref_t. From the schema.
_NAME = re.compile(r"[^\d?]*[^?\s]+[^\d]*")
_ISBN = re.compile(r"(97[89]-)?\d[\d \-]+[\dX]")
_LICENCE = re.compile(r"(?:https?|ftp)://.{3,}", re.IGNORECASE)
# DataCite's relation, read from the thesis -> element and relationship-type.
_KINDS = {
    "HasPart": ("inter_work_relation", "hasPart"),
    "IsPartOf": ("inter_work_relation", "isPartOf"),
    "IsVersionOf": ("intra_work_relation", "isVersionOf"),
    "IsSupplementedBy": ("inter_work_relation", "isSupplementedBy"),
}
# ORCID's name of a scheme -> Crossref's.
_SCHEMES = {
    "doi": "doi",
    "issn": "issn",
    "isbn": "isbn",
    "uri": "uri",
    "pmid": "pmid",
    "pmc": "pmcid",
    "arxiv": "arxiv",
    "ark": "ark",
    "handle": "handle",
}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who deposits. ``name`` and ``email`` get Crossref's answer; ``at`` is the moment of the deposit: Crossref takes
    a later one over an earlier one for the same DOI.
    """

    name: str
    email: str
    at: dt.datetime


def to_element(record: ThesisRecord, sender: Sender) -> xml.Element:
    """``record`` as a ``doi_batch`` of one. Raises ``ValueError`` for one that Crossref refuses (``demands``)."""
    demands.refuse(record, "crossref")
    nsmap = {None: NAMESPACE, "jats": JATS, "ai": ACCESS, "fr": FUNDING, "rel": RELATIONS}
    root = xml.root(NAMESPACE, "doi_batch", nsmap, SCHEMA)
    root.set("version", "5.4.0")
    _head(root, record, sender)
    language = iso639_3(record.language)
    thesis = xml.wrap(xml.wrap(root, "body"), "dissertation", publication_type="full_text", language=language)
    _author(thesis, record)
    _titles(thesis, record)
    _abstracts(thesis, record)
    _approval(thesis, record)
    _institution(thesis, record.institution, department=record.department)
    xml.add(thesis, "degree", _short(record.degree_name))
    if _ISBN.fullmatch(isbn := record.isbn):
        xml.add(thesis, "isbn", isbn, media_type="electronic")
    xml.add(xml.wrap(thesis, "publisher_item"), "identifier", record.number or record.uuid, id_type="other")
    _funding(thesis, record.funding)
    _access(thesis, record)
    _relations(thesis, record.related)
    data = xml.wrap(thesis, "doi_data")
    xml.add(data, "doi", record.doi)
    xml.add(data, "resource", record.url, mime_type="text/html")
    return root


def to_xml(record: ThesisRecord, sender: Sender) -> bytes:
    """``to_element`` in UTF-8."""
    return xml.to_bytes(to_element(record, sender))


def _head(root: xml.Element, record: ThesisRecord, sender: Sender) -> None:
    stamp = sender.at.astimezone(dt.UTC).strftime("%Y%m%d%H%M%S%f")[:17]
    head = xml.wrap(root, "head")
    xml.add(head, "doi_batch_id", f"{record.uuid}.{stamp}")
    xml.add(head, "timestamp", stamp)
    depositor = xml.wrap(head, "depositor")
    xml.add(depositor, "depositor_name", line(sender.name)[:130])
    xml.add(depositor, "email_address", line(sender.email))
    xml.add(head, "registrant", record.institution.name[:255])


def _author(thesis: xml.Element, record: ThesisRecord) -> None:
    person = record.author
    element = xml.wrap(thesis, "person_name", sequence="first", contributor_role="author")
    family, given = terms.name_parts(person)
    xml.add(element, "given_name", _name(given))
    xml.add(element, "surname", _name(family) or terms.NAME_WITHHELD)
    _institution(xml.wrap(element, "affiliations"), record.institution)
    _orcid(element, person)


def _orcid(element: xml.Element, person: Person) -> None:
    if person.orcid:
        xml.add(element, "ORCID", person.orcid.uri, authenticated="true")
    elif person.unconfirmed_orcid:
        address = f"https://orcid.org/{person.unconfirmed_orcid}"
        xml.add(element, "ORCID", address, authenticated="false")


def _name(text: str) -> str:
    """A name as the schema takes it: figures and question marks go when they are in the way."""
    text = text[:_NAME_MAX].strip()
    return text if _NAME.fullmatch(text) else re.sub(r"[\d?]+", "", text).strip()


def _short(text: str) -> str:
    """A text of 2 to 255 characters, or none."""
    text = text[:_TEXT_MAX].strip()
    return text if len(text) >= _TEXT_MIN else ""


def _titles(thesis: xml.Element, record: ThesisRecord) -> None:
    """The title of the thesis, and its translation where Crossref has a place for a second one."""
    titles = xml.wrap(thesis, "titles")
    xml.add(titles, "title", record.title)
    xml.add(titles, "subtitle", record.subtitle)
    if translated := record.translated_title:
        language = iso639_3(translated.language)
        xml.add(titles, "original_language_title", translated.title, language=language)


def _abstracts(thesis: xml.Element, record: ThesisRecord) -> None:
    for abstract in record.abstracts:
        element = xml.wrap(thesis, "abstract", namespace=JATS, lang=abstract.language)
        for text in abstract.paragraphs:
            xml.add(element, "p", text)


def _approval(thesis: xml.Element, record: ThesisRecord) -> None:
    """When the university accepted the thesis, which Crossref demands: the day of the degree, else of the defence.
    Where neither is known, the year in which it went public: it was accepted by then.
    """
    day = record.conferred or record.defended
    date = xml.wrap(thesis, "approval_date", media_type="online")
    if day:
        xml.add(date, "month", f"{day.month:02d}")
        xml.add(date, "day", f"{day.day:02d}")
    xml.add(date, "year", f"{(day or record.published).year:04d}")


def _institution(parent: xml.Element, institution: Organisation, *, department: str = "") -> None:
    element = xml.wrap(parent, "institution")
    xml.add(element, "institution_name", institution.name)
    xml.add(element, "institution_id", institution.ror, type="ror")
    xml.add(element, "institution_place", _short(institution.city))
    xml.add(element, "institution_department", _short(department))


def _funding(thesis: xml.Element, grants: tuple[Funding, ...]) -> None:
    named = [grant for grant in grants if grant.funder]
    if not named:
        return
    program = xml.wrap(thesis, "program", namespace=FUNDING)
    program.set("name", "fundref")
    for grant in named:
        group = _assertion(program, "fundgroup")
        identifier = grant.funder_id
        if identifier.startswith("https://ror.org/"):
            _assertion(group, "ror", identifier)
        else:
            funder = _assertion(group, "funder_name", grant.funder)
            if "/10.13039/" in identifier:
                _assertion(funder, "funder_identifier", identifier)
        if number := grant.award_number:
            _assertion(group, "award_number", number)


def _assertion(parent: xml.Element, name: str, text: str = "") -> xml.Element:
    element = xml.wrap(parent, "assertion")
    element.set("name", name)
    element.text = text or None
    return element


def _access(thesis: xml.Element, record: ThesisRecord) -> None:
    """Free from the day on which the files open; nothing is said while nobody knows that day."""
    opens = terms.opens_on(record)
    program = xml.wrap(thesis, "program", namespace=ACCESS)
    program.set("name", "AccessIndicators")
    start = opens.isoformat() if opens else ""
    if opens:
        xml.wrap(program, "free_to_read", start_date=start)
    if _LICENCE.fullmatch(uri := record.licence.uri):
        xml.add(program, "license_ref", uri, applies_to="vor", start_date=start)


def _relations(thesis: xml.Element, works: tuple[RelatedWork, ...]) -> None:
    program = None
    for work in works:
        scheme, value = _SCHEMES.get(work.identifier_type, ""), work.bare
        if not scheme or not value:
            scheme, value = "uri", work.address
        if not value:
            continue
        if program is None:
            program = xml.wrap(thesis, "program", namespace=RELATIONS)
        element, kind = _KINDS.get(work.relation, ("inter_work_relation", "hasRelatedMaterial"))
        item = xml.wrap(program, "related_item")
        xml.add(item, "description", work.title)
        xml.add(item, element, value, **{"relationship-type": kind, "identifier-type": scheme})
