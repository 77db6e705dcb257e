"""DataCite Metadata Schema 4.6 (namespace ``http://datacite.org/schema/kernel-4``).

What it cannot carry:

- That an iD was authenticated; here every iD is, because a record holds no other.
- The words of a committee role: supervisors are ``Supervisor``, all others ``Other`` (metadata.md §2 row 7).
- Checksums and addresses of files.
- Title, year and journal of a related work that has an identifier: only the identifier stands in the record.

The identifier is the DOI where there is one; the landing page is an alternate then. Without a DOI: DataCite's text
knows ``DOI`` only (4.6 §1.a), its XSD takes any ``identifierType``, and OpenAIRE's guidelines for data archives, which
read the same schema, list ``URL``. Such a thesis is named by its landing page with ``identifierType="URL"``. That
validates and is true, but cannot be registered with DataCite until there is a DOI to put there.
"""

import datetime as dt

from lxml import etree

from submissions.metadata.crosswalks import terms, xml
from submissions.metadata.crosswalks.text import clean, line
from submissions.metadata.record import Funding, Organisation, Person, RelatedWork, ThesisRecord

NAMESPACE = "http://datacite.org/schema/kernel-4"
SCHEMA = "https://schema.datacite.org/meta/kernel-4.6/metadata.xsd"
_ROR = "https://ror.org"
_SPDX = "https://spdx.org/licenses/"
# ORCID's name of a scheme -> DataCite's (4.6, appendix 1, relatedIdentifierType).
_SCHEMES = {
    "ark": "ARK",
    "arxiv": "arXiv",
    "bibcode": "bibcode",
    "cstr": "CSTR",
    "doi": "DOI",
    "handle": "Handle",
    "isbn": "ISBN",
    "issn": "ISSN",
    "pmid": "PMID",
    "rrid": "RRID",
    "uri": "URL",
    "urn": "URN",
}
# What kind of thing stands in a relation, as far as the relation tells (4.6, appendix 1, resourceTypeGeneral).
_ITEM_TYPES = {
    "HasPart": "Text",
    "IsPartOf": "Collection",
    "IsVersionOf": "Text",
    "IsSupplementedBy": "Other",
}
# What a funder's identifier begins with -> (4.6, appendix 1, funderIdentifierType; schemeURI).
_FUNDERS = {
    "https://ror.org/": ("ROR", _ROR),
    "https://doi.org/10.13039/": ("Crossref Funder ID", "https://www.crossref.org/services/funder-registry/"),
    "http://dx.doi.org/10.13039/": (
        "Crossref Funder ID",
        "https://www.crossref.org/services/funder-registry/",
    ),
    "https://isni.org/": ("ISNI", "https://isni.org"),
}


def to_xml(record: ThesisRecord) -> bytes:
    """Write ``record`` as a DataCite ``resource`` in UTF-8. Properties with nothing to say are left out."""
    root = xml.root(NAMESPACE, "resource", {None: NAMESPACE}, SCHEMA)
    if record.doi:
        xml.add(root, "identifier", record.doi, identifierType="DOI")
    else:
        xml.add(root, "identifier", record.url, identifierType="URL")
    creator = xml.wrap(xml.wrap(root, "creators"), "creator")
    _person(creator, "creatorName", record.author)
    _affiliation(creator, record.institution)
    titles = xml.wrap(root, "titles")
    xml.add(titles, "title", line(record.title), lang=record.language)
    xml.add(titles, "title", line(record.subtitle), lang=record.language, titleType="Subtitle")
    if translated := record.translated_title:
        title = line(translated.title)
        xml.add(titles, "title", title, lang=translated.language, titleType="TranslatedTitle")
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
    xml.add(alternates, "alternateIdentifier", record.handle, alternateIdentifierType="Handle")
    if record.doi:
        xml.add(alternates, "alternateIdentifier", record.url, alternateIdentifierType="URL")
    _related(root, record.related)
    pages = [f"{file.pages} pages" for file in record.files if file.pages]
    _list(root, "sizes", "size", pages + [f"{file.size} bytes" for file in record.files if file.size])
    _list(root, "formats", "format", terms.mime_types(record))
    _rights(root, record)
    _abstract(root, record)
    _funding(root, record.funding)
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


def _related(root: etree._Element, works: tuple[RelatedWork, ...]) -> None:
    """Works by their identifier, or where DataCite knows none of its kind by their address; the rest by title."""
    by_identifier = [(work, *_identifier(work)) for work in works]
    if any(value for _, _, value in by_identifier):
        wrapper = xml.wrap(root, "relatedIdentifiers")
        for work, scheme, value in by_identifier:
            kinds = {"relatedIdentifierType": scheme, "relationType": work.relation}
            xml.add(wrapper, "relatedIdentifier", value, **kinds)
    by_title = [work for work, _, value in by_identifier if not value and line(work.title)]
    if by_title:
        wrapper = xml.wrap(root, "relatedItems")
        for work in by_title:
            kind = _ITEM_TYPES.get(work.relation, "Other")
            item = xml.wrap(wrapper, "relatedItem", relatedItemType=kind, relationType=work.relation)
            xml.add(xml.wrap(item, "titles"), "title", line(work.title))
            xml.add(item, "publicationYear", f"{work.year:04d}" if work.year else "")


def _identifier(work: RelatedWork) -> tuple[str, str]:
    """Scheme and value; both empty when there is only a title."""
    scheme, value = _SCHEMES.get(work.identifier_type, ""), line(work.bare)
    if scheme and value:
        return scheme, value
    address = line(work.address)
    return ("URL", address) if address else ("", "")


def _funding(root: etree._Element, grants: tuple[Funding, ...]) -> None:
    """One reference for each grant whose funder is named (4.6 §19). A grant with no number is known by its address."""
    named = [grant for grant in grants if line(grant.funder)]
    if not named:
        return
    wrapper = xml.wrap(root, "fundingReferences")
    for grant in named:
        reference = xml.wrap(wrapper, "fundingReference")
        xml.add(reference, "funderName", line(grant.funder))
        identifier = line(grant.funder_id)
        known = next(
            (found for start, found in _FUNDERS.items() if identifier.startswith(start)), ("Other", "")
        )
        kinds = dict(zip(("funderIdentifierType", "schemeURI"), known, strict=True))
        xml.add(reference, "funderIdentifier", identifier, **kinds)
        number = line(grant.award_number or grant.award_url)
        xml.add(reference, "awardNumber", number, awardURI=grant.award_url)
        xml.add(reference, "awardTitle", line(grant.award_title))


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
