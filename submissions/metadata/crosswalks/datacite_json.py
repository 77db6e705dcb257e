"""DataCite's JSON: the attributes of a DOI in its REST API, and the download that content negotiation asks for.

What it cannot carry: as ``datacite`` says of the XML, property by property, checksums of files among them; a
description holds no line breaks as elements, so paragraphs keep theirs as characters.

The keys are those of the API (``schemeUri`` and ``rightsUri``, where the XML has ``URI``).
"""

from typing import Any

from submissions.metadata.crosswalks import datacite_terms, json_text, terms
from submissions.metadata.crosswalks.json_text import filled
from submissions.metadata.crosswalks.xml import language_tag
from submissions.metadata.record import Funding, Organisation, Person, RelatedWork, ThesisRecord

SCHEMA_VERSION = "http://datacite.org/schema/kernel-4"


def to_dict(record: ThesisRecord) -> dict[str, Any]:
    """The attributes of ``record``, ``url`` among them. Keys with nothing to say are left out."""
    return filled(
        {
            "doi": record.doi,
            "url": record.url,
            "creators": [{**_person(record.author), "affiliation": [_affiliation(record.institution)]}],
            "titles": _titles(record),
            "publisher": _organisation(record.institution, "publisherIdentifier"),
            "publicationYear": datacite_terms.publication_year(record),
            "types": {
                "resourceTypeGeneral": "Dissertation",
                "resourceType": terms.thesis_label(record),
            },
            "subjects": _subjects(record),
            "contributors": _contributors(record),
            "dates": [
                {"date": day.isoformat(), "dateType": kind, "dateInformation": information}
                for kind, information, day in datacite_terms.dates(record)
            ],
            "language": language_tag(record.language),
            "alternateIdentifiers": _alternates(record),
            "relatedIdentifiers": _related_identifiers(record.related),
            "relatedItems": _related_items(record.related),
            "sizes": datacite_terms.sizes(record),
            "formats": terms.mime_types(record),
            "rightsList": _rights(record),
            "descriptions": _descriptions(record),
            "fundingReferences": [_grant(grant) for grant in record.funding if grant.funder],
            "schemaVersion": SCHEMA_VERSION,
        }
    )


def to_bytes(record: ThesisRecord) -> bytes:
    """``to_dict`` as JSON in UTF-8."""
    return json_text.to_bytes(to_dict(record))


def payload(record: ThesisRecord, *, event: str = "", prefix: str = "") -> dict[str, Any]:
    """The body of a request to ``/dois``. ``event`` is ``publish``, ``register``, ``hide`` or empty for a draft;
    ``prefix`` has DataCite make up the rest of the DOI, where the record has none.

    Raises ``ValueError`` when there is neither a DOI nor a prefix.
    """
    if not record.doi and not prefix:
        raise ValueError("DataCite needs a DOI, or the prefix under which to make one.")
    attributes = to_dict(record)
    if not record.doi:
        attributes["prefix"] = prefix
    if event:
        attributes["event"] = event
    return {"data": {"type": "dois", "attributes": attributes}}


def _person(person: Person) -> dict[str, Any]:
    orcid = {
        "nameIdentifier": person.orcid.uri if person.orcid else "",
        "nameIdentifierScheme": "ORCID",
        "schemeUri": datacite_terms.ORCID,
    }
    return filled(
        {
            "name": terms.name(person),
            "nameType": "Personal",
            "givenName": person.given,
            "familyName": person.family,
            "nameIdentifiers": [orcid] if person.orcid else [],
        }
    )


def _organisation(organisation: Organisation, key: str) -> dict[str, str]:
    """Name and ROR; ``key`` is what the identifier is called here."""
    scheme = {key: organisation.ror, f"{key}Scheme": "ROR", "schemeUri": datacite_terms.ROR}
    return {"name": organisation.name, **(scheme if organisation.ror else {})}


def _affiliation(organisation: Organisation) -> dict[str, str]:
    return _organisation(organisation, "affiliationIdentifier")


def _titles(record: ThesisRecord) -> list[dict[str, str]]:
    language, translated = language_tag(record.language), record.translated_title
    rows = [(record.title, language, ""), (record.subtitle, language, "Subtitle")]
    if translated:
        rows.append((translated.title, language_tag(translated.language), "TranslatedTitle"))
    return [filled({"title": title, "lang": tag, "titleType": kind}) for title, tag, kind in rows if title]


def _contributors(record: ThesisRecord) -> list[dict[str, Any]]:
    """The committee in its order, then the institution."""
    people = [
        filled(
            {
                **_person(member.person),
                "affiliation": [{"name": member.affiliation}] if member.affiliation else [],
                "contributorType": datacite_terms.contributor_type(member),
            }
        )
        for member in record.committee
    ]
    ror = _organisation(record.institution, "nameIdentifier")
    host = {"name": ror.pop("name"), "nameType": "Organizational", "contributorType": "HostingInstitution"}
    return [*people, {**host, **({"nameIdentifiers": [ror]} if ror else {})}]


def _subjects(record: ThesisRecord) -> list[dict[str, str]]:
    """Subjects of a classification, then keywords, department and programme."""
    known = [
        filled(
            {
                "subject": subject.term,
                "subjectScheme": subject.scheme,
                "schemeUri": subject.scheme_uri,
                "valueUri": subject.uri,
                "classificationCode": subject.code,
            }
        )
        for subject in record.subjects
    ]
    return [*known, *({"subject": topic} for topic in terms.topics(record))]


def _alternates(record: ThesisRecord) -> list[dict[str, str]]:
    return [
        {"alternateIdentifier": value, "alternateIdentifierType": kind}
        for kind, value in datacite_terms.alternates(record)
    ]


def _related_identifiers(works: tuple[RelatedWork, ...]) -> list[dict[str, str]]:
    found = [(work, *datacite_terms.related_identifier(work)) for work in works]
    return [
        {"relatedIdentifier": value, "relatedIdentifierType": scheme, "relationType": work.relation}
        for work, scheme, value in found
        if value
    ]


def _related_items(works: tuple[RelatedWork, ...]) -> list[dict[str, Any]]:
    return [
        filled(
            {
                "relatedItemType": datacite_terms.ITEM_TYPES.get(work.relation, "Other"),
                "relationType": work.relation,
                "titles": [{"title": work.title}],
                "publicationYear": work.year,
            }
        )
        for work in works
        if work.title and not datacite_terms.related_identifier(work)[1]
    ]


def _rights(record: ThesisRecord) -> list[dict[str, str]]:
    licence = record.licence
    spdx = {"rightsIdentifierScheme": "SPDX", "schemeUri": datacite_terms.SPDX} if licence.spdx else {}
    first = filled(
        {
            "rights": licence.name or licence.uri,
            "rightsUri": licence.uri,
            "rightsIdentifier": licence.spdx,
            **spdx,
        }
    )
    access = {"rights": terms.access_sentence(record), "rightsUri": terms.access_term(record)}
    return [row for row in (first, access) if row.get("rights")]


def _descriptions(record: ThesisRecord) -> list[dict[str, str]]:
    rows = [
        {
            "description": abstract.text,
            "descriptionType": "Abstract",
            "lang": language_tag(abstract.language),
        }
        for abstract in record.abstracts
    ]
    return [filled(row) for row in rows if row["description"]]


def _grant(grant: Funding) -> dict[str, str]:
    identifier = grant.funder_id
    kind, scheme = datacite_terms.funder_scheme(identifier)
    return filled(
        {
            "funderName": grant.funder,
            "funderIdentifier": identifier,
            "funderIdentifierType": kind if identifier else "",
            "schemeUri": scheme if identifier else "",
            "awardNumber": grant.award_number or grant.award_url,
            "awardUri": grant.award_url,
            "awardTitle": grant.award_title,
        }
    )
