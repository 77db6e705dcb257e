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

from submissions.metadata.crosswalks import datacite_parts as parts
from submissions.metadata.crosswalks import datacite_terms, terms, xml
from submissions.metadata.record import Funding, Organisation, RelatedWork, ThesisRecord

NAMESPACE = parts.NAMESPACE
SCHEMA = "https://schema.datacite.org/meta/kernel-4.6/metadata.xsd"


def to_element(record: ThesisRecord) -> xml.Element:
    """``record`` as a DataCite ``resource``. Properties with nothing to say are left out."""
    root = xml.root(NAMESPACE, "resource", {None: NAMESPACE}, SCHEMA)
    parts.identifier(root, record)
    parts.creator(root, record)
    parts.titles(root, record)
    _publisher(root, record.institution)
    xml.add(root, "publicationYear", f"{datacite_terms.publication_year(record):04d}")
    xml.add(root, "resourceType", terms.thesis_label(record), resourceTypeGeneral="Dissertation")
    parts.subjects(root, record)
    contributors = xml.wrap(root, "contributors")
    for member in record.committee:
        parts.committee(contributors, member)
    parts.host(contributors, record.institution)
    parts.dates(root, record)
    xml.add(root, "language", xml.language_tag(record.language))
    parts.alternates(root, record)
    _related(root, record.related)
    parts.texts(root, "sizes", "size", datacite_terms.sizes(record))
    parts.texts(root, "formats", "format", terms.mime_types(record))
    _rights(root, record)
    _abstracts(root, record)
    _funding(root, record.funding)
    return root


def to_xml(record: ThesisRecord) -> bytes:
    """``to_element`` in UTF-8."""
    return xml.to_bytes(to_element(record))


def _publisher(root: xml.Element, institution: Organisation) -> None:
    ror = {"publisherIdentifierScheme": "ROR", "schemeURI": datacite_terms.ROR} if institution.ror else {}
    xml.add(root, "publisher", institution.name, publisherIdentifier=institution.ror, **ror)


def _related(root: xml.Element, works: tuple[RelatedWork, ...]) -> None:
    """Works by their identifier, or where DataCite knows none of its kind by their address; the rest by title."""
    by_identifier = [(work, *datacite_terms.related_identifier(work)) for work in works]
    if any(value for _, _, value in by_identifier):
        wrapper = xml.wrap(root, "relatedIdentifiers")
        for work, scheme, value in by_identifier:
            kinds = {"relatedIdentifierType": scheme, "relationType": work.relation}
            xml.add(wrapper, "relatedIdentifier", value, **kinds)
    by_title = [work for work, _, value in by_identifier if not value and work.title]
    if by_title:
        wrapper = xml.wrap(root, "relatedItems")
        for work in by_title:
            kind = datacite_terms.ITEM_TYPES.get(work.relation, "Other")
            item = xml.wrap(wrapper, "relatedItem", relatedItemType=kind, relationType=work.relation)
            xml.add(xml.wrap(item, "titles"), "title", work.title)
            xml.add(item, "publicationYear", f"{work.year:04d}" if work.year else "")


def _funding(root: xml.Element, grants: tuple[Funding, ...]) -> None:
    """One reference for each grant whose funder is named (4.6 §19). A grant with no number is known by its address."""
    named = [grant for grant in grants if grant.funder]
    if not named:
        return
    wrapper = xml.wrap(root, "fundingReferences")
    for grant in named:
        reference = xml.wrap(wrapper, "fundingReference")
        xml.add(reference, "funderName", grant.funder)
        identifier = grant.funder_id
        known = datacite_terms.funder_scheme(identifier)
        kinds = dict(zip(("funderIdentifierType", "schemeURI"), known, strict=True))
        xml.add(reference, "funderIdentifier", identifier, **kinds)
        number = grant.award_number or grant.award_url
        xml.add(reference, "awardNumber", number, awardURI=grant.award_url)
        xml.add(reference, "awardTitle", grant.award_title)


def _rights(root: xml.Element, record: ThesisRecord) -> None:
    licence, rights = record.licence, xml.wrap(root, "rightsList")
    spdx = {"rightsIdentifierScheme": "SPDX", "schemeURI": datacite_terms.SPDX} if licence.spdx else {}
    xml.add(
        rights,
        "rights",
        licence.name or licence.uri,
        rightsURI=licence.uri,
        rightsIdentifier=licence.spdx,
        **spdx,
    )
    xml.add(rights, "rights", terms.access_sentence(record), rightsURI=terms.access_term(record))


def _abstracts(root: xml.Element, record: ThesisRecord) -> None:
    """Each abstract with its line breaks as ``br``, the only element that a description may hold (XSD)."""
    wrapper = xml.wrap(root, "descriptions") if record.abstracts else None
    for abstract in record.abstracts:
        first, *others = abstract.text.split("\n")
        first = first.rstrip(" \t")
        element = xml.add(wrapper, "description", first, lang=abstract.language, descriptionType="Abstract")
        for text in others if element is not None else ():
            xml.wrap(element, "br").tail = text
