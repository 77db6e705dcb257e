"""DataCite Metadata Schema 4.6 (namespace ``http://datacite.org/schema/kernel-4``).

What it cannot carry:

- That an iD was authenticated; here every iD is, because a record holds no other.
- The words of a committee role: supervisors are ``Supervisor``, all others ``Other`` (metadata.md §2 row 7).
- Checksums and addresses of files.

The identifier: DataCite's text knows ``DOI`` only (4.6 §1.a), its XSD takes any ``identifierType``, and
OpenAIRE's guidelines for data archives, which read the same schema, list ``URL``. A thesis without a DOI is
therefore named by its landing page with ``identifierType="URL"``. That validates and is true, but cannot be
registered with DataCite until there is a DOI to put there.
"""

import datetime as dt

from lxml import etree

from submissions.metadata.crosswalks import terms, xml
from submissions.metadata.crosswalks.text import clean, line
from submissions.metadata.record import Organisation, Person, ThesisRecord

NAMESPACE = "http://datacite.org/schema/kernel-4"
SCHEMA = "https://schema.datacite.org/meta/kernel-4.6/metadata.xsd"
_ROR = "https://ror.org"
_SPDX = "https://spdx.org/licenses/"


def to_xml(record: ThesisRecord) -> bytes:
    """Write ``record`` as a DataCite ``resource`` in UTF-8. Properties with nothing to say are left out."""
    root = xml.root(NAMESPACE, "resource", {None: NAMESPACE}, SCHEMA)
    xml.add(root, "identifier", record.url, identifierType="URL")
    creator = xml.wrap(xml.wrap(root, "creators"), "creator")
    _person(creator, "creatorName", record.author)
    _affiliation(creator, record.institution)
    titles = xml.wrap(root, "titles")
    xml.add(titles, "title", line(record.title), lang=record.language)
    xml.add(titles, "title", line(record.subtitle), lang=record.language, titleType="Subtitle")
    _publisher(root, record.institution)
    xml.add(root, "publicationYear", f"{(terms.opens_on(record) or record.published).year:04d}")
    xml.add(root, "resourceType", terms.thesis_label(record), resourceTypeGeneral="Dissertation")
    # No xml:lang on subjects: keywords of a thesis in one language are often in another, and nobody is asked.
    _list(root, "subjects", "subject", terms.topics(record))
    _contributors(root, record)
    _dates(root, record)
    xml.add(root, "language", xml.language_tag(record.language))
    alternates = xml.wrap(root, "alternateIdentifiers")
    xml.add(alternates, "alternateIdentifier", record.uuid, alternateIdentifierType="local")
    pages = [f"{file.pages} pages" for file in record.files if file.pages]
    _list(root, "sizes", "size", pages + [f"{file.size} bytes" for file in record.files if file.size])
    _list(root, "formats", "format", terms.mime_types(record))
    _rights(root, record)
    _abstract(root, record)
    return xml.to_bytes(root)


def _list(root: etree._Element, outer: str, inner: str, texts: list[str]) -> None:
    """A wrapper with one element for each text; no wrapper when there is none."""
    if texts:
        wrapper = xml.wrap(root, outer)
        for text in texts:
            xml.add(wrapper, inner, text)


def _person(parent: etree._Element, name_element: str, person: Person) -> None:
    """Name, its parts and the iD, in the order the XSD wants. One-name people get one part."""
    xml.add(parent, name_element, line(person.inverted), nameType="Personal")
    xml.add(parent, "givenName", line(person.given))
    xml.add(parent, "familyName", line(person.family))
    if person.orcid:
        xml.add(
            parent,
            "nameIdentifier",
            person.orcid.uri,
            nameIdentifierScheme="ORCID",
            schemeURI="https://orcid.org",
        )


def _affiliation(parent: etree._Element, institution: Organisation) -> None:
    ror = {"affiliationIdentifierScheme": "ROR", "schemeURI": _ROR} if institution.ror else {}
    xml.add(parent, "affiliation", line(institution.name), affiliationIdentifier=institution.ror, **ror)


def _publisher(root: etree._Element, institution: Organisation) -> None:
    ror = {"publisherIdentifierScheme": "ROR", "schemeURI": _ROR} if institution.ror else {}
    xml.add(root, "publisher", line(institution.name), publisherIdentifier=institution.ror, **ror)


def _contributors(root: etree._Element, record: ThesisRecord) -> None:
    """The committee in its order, then the institution. Affiliations are not guessed."""
    contributors = xml.wrap(root, "contributors")
    for member in record.committee:
        kind = "Supervisor" if member.supervises else "Other"
        _person(xml.wrap(contributors, "contributor", contributorType=kind), "contributorName", member.person)
    host = xml.wrap(contributors, "contributor", contributorType="HostingInstitution")
    xml.add(host, "contributorName", line(record.institution.name), nameType="Organizational")
    xml.add(host, "nameIdentifier", record.institution.ror, nameIdentifierScheme="ROR", schemeURI=_ROR)


def _dates(root: etree._Element, record: ThesisRecord) -> None:
    """The four dates and the embargo, each told apart by type and ``dateInformation`` (DataCite 4.6 §8).

    An embargo begins at ``Accepted`` and ends at ``Available`` (4.6, appendix 1, dateType; OpenAIRE 4 asks
    for both). Both stay when it has run out, for they are still true.
    """
    opens = terms.opens_on(record)
    embargo = opens != record.published
    rows: tuple[tuple[str, str, dt.date | None], ...] = (
        ("Submitted", "submitted by the author", record.submitted),
        ("Other", "defence", record.defended),
        ("Other", "degree awarded", record.conferred),
        ("Issued", "record made public", record.published),
        ("Accepted", "start of embargo", record.published if embargo else None),
        ("Available", "end of embargo" if embargo else "files made public", opens),
    )
    dates = xml.wrap(root, "dates")
    for kind, information, day in rows:
        if day:
            xml.add(dates, "date", day.isoformat(), dateType=kind, dateInformation=information)


def _rights(root: etree._Element, record: ThesisRecord) -> None:
    licence, rights = record.licence, xml.wrap(root, "rightsList")
    spdx = {"rightsIdentifierScheme": "SPDX", "schemeURI": _SPDX} if licence.spdx else {}
    xml.add(
        rights,
        "rights",
        line(licence.name or licence.uri),
        rightsURI=licence.uri,
        rightsIdentifier=licence.spdx,
        **spdx,
    )
    xml.add(rights, "rights", terms.access_sentence(record), rightsURI=terms.access_term(record))


def _abstract(root: etree._Element, record: ThesisRecord) -> None:
    """The abstract with its line breaks as ``br``, the only element that a description may hold (XSD)."""
    first, *others = clean(record.abstract).split("\n")
    if not first:
        return
    element = xml.add(
        xml.wrap(root, "descriptions"),
        "description",
        first,
        lang=record.language,
        descriptionType="Abstract",
    )
    for text in others:
        xml.wrap(element, "br").tail = text
