"""OpenAIRE Guidelines for Literature Repositories 4.0 (prefix ``oai_openaire``).

Kinds of thesis and access rights are COAR's concepts by their ``http:`` address, as the schema lists them. An iD is
bare (the guideline's example for ``creator``), in a ``nameIdentifier`` beside the name.

What it cannot carry:

- That an iD was authenticated; here every iD is, because only such are written.
- The days of the defence and of the degree: its schema has no date of the type ``Other``.
- The code of a subject in its classification, which DataCite knows since 4.4 only.
- The degree's name, roles other than ``Supervisor`` and ``Other``, checksums and sizes in bytes of a single file.
- Related works that have no identifier and no address.

The schema demands nothing; the guideline's mandatory parts (title, ``Issued``, kind, identifier, access right) are
always there.
"""

from submissions.metadata.crosswalks import datacite_parts as parts
from submissions.metadata.crosswalks import datacite_terms, terms, xml
from submissions.metadata.crosswalks.languages import iso639_3
from submissions.metadata.record import Access, DegreeLevel, Funding, ThesisRecord

NAMESPACE = "http://namespace.openaire.eu/schema/oaire/"
SCHEMA = "https://www.openaire.eu/schema/repo-lit/4.0/openaire.xsd"
DC = "http://purl.org/dc/elements/1.1/"
_COAR = "http://purl.org/coar"
_KINDS = {
    DegreeLevel.BACHELOR: ("bachelor thesis", f"{_COAR}/resource_type/c_7a1f"),
    DegreeLevel.MASTER: ("master thesis", f"{_COAR}/resource_type/c_bdcc"),
    DegreeLevel.DOCTORAL: ("doctoral thesis", f"{_COAR}/resource_type/c_db06"),
}
_OPEN = ("open access", f"{_COAR}/access_right/c_abf2")
_EMBARGOED = ("embargoed access", f"{_COAR}/access_right/c_f1cf")
_METADATA_ONLY = ("metadata only access", f"{_COAR}/access_right/c_14cb")
# What DataCite 4.6 knows and this schema, which is of 4.1, does not.
_UNKNOWN_DATES = frozenset({"Other"})
_UNKNOWN_SCHEMES = frozenset({"RRID", "CSTR"})


def to_element(record: ThesisRecord) -> xml.Element:
    """``record`` as an OpenAIRE ``resource``. Properties with nothing to say are left out."""
    nsmap = {"oaire": NAMESPACE, "datacite": parts.NAMESPACE, "dc": DC}
    root = xml.root(NAMESPACE, "resource", nsmap, SCHEMA)
    parts.titles(root, record)
    parts.creator(root, record, bare_id=True)
    contributors = xml.wrap(root, "contributors", namespace=parts.NAMESPACE)
    for member in record.committee:
        parts.committee(contributors, member, bare_id=True)
    parts.host(contributors, record.institution)
    _funding(root, record.funding)
    parts.alternates(root, record)
    _related(root, record)
    parts.dates(root, record, without=_UNKNOWN_DATES)
    language = iso639_3(record.language) or xml.language_tag(record.language)
    xml.add(root, "language", language, namespace=DC)
    xml.add(root, "publisher", record.institution.name, namespace=DC)
    words, uri = _KINDS[record.degree_level]
    xml.add(root, "resourceType", words, resourceTypeGeneral="literature", uri=uri)
    for abstract in record.abstracts:
        xml.add(root, "description", abstract.text, namespace=DC, lang=abstract.language)
    for mime in terms.mime_types(record):
        xml.add(root, "format", mime, namespace=DC)
    parts.identifier(root, record)
    words, uri = _access(record)
    xml.add(root, "rights", words, namespace=parts.NAMESPACE, rightsURI=uri)
    parts.subjects(root, record, coded=False)
    opens = terms.opens_on(record)
    licence = {"startDate": opens.isoformat() if opens else "", "uri": record.licence.uri}
    xml.add(root, "licenseCondition", record.licence.name or record.licence.uri, **licence)
    parts.texts(root, "sizes", "size", datacite_terms.sizes(record))
    for file in terms.public_files(record):
        xml.add(root, "file", file.url, accessRightsURI=uri, mimeType=file.mime, objectType="fulltext")
    return root


def to_xml(record: ThesisRecord) -> bytes:
    """``to_element`` in UTF-8."""
    return xml.to_bytes(to_element(record))


def _access(record: ThesisRecord) -> tuple[str, str]:
    """Label and concept. Files whose opening day nobody knows leave the metadata only, as no files do."""
    if record.access is Access.OPEN:
        return _OPEN
    embargoed = record.access is Access.EMBARGOED and record.embargo_until
    return _EMBARGOED if embargoed else _METADATA_ONLY


def _funding(root: xml.Element, grants: tuple[Funding, ...]) -> None:
    named = [grant for grant in grants if grant.funder]
    if not named:
        return
    wrapper = xml.wrap(root, "fundingReferences")
    for grant in named:
        reference = xml.wrap(wrapper, "fundingReference")
        identifier = grant.funder_id
        kind, _ = datacite_terms.funder_scheme(identifier)
        xml.add(reference, "funderName", grant.funder)
        xml.add(reference, "funderIdentifier", identifier, funderIdentifierType=kind)
        number = grant.award_number or grant.award_url
        xml.add(reference, "awardNumber", number, awardURI=grant.award_url)
        xml.add(reference, "awardTitle", grant.award_title)


def _related(root: xml.Element, record: ThesisRecord) -> None:
    wrapper = None
    for work in record.related:
        scheme, value = datacite_terms.related_identifier(work)
        if scheme in _UNKNOWN_SCHEMES:
            scheme, value = "URL", work.address
        if value:
            if wrapper is None:
                wrapper = xml.wrap(root, "relatedIdentifiers", namespace=parts.NAMESPACE)
            kinds = {"relatedIdentifierType": scheme, "relationType": work.relation}
            xml.add(wrapper, "relatedIdentifier", value, **kinds)
