"""JSON-LD for the landing page: a schema.org ``Thesis`` (vocabulary 30.0, bibliographic extension).

What it cannot carry: the dates of defence and conferral (there is no property), that an iD was authenticated,
and the number of pages (``numberOfPages`` belongs to ``Book``). The degree is text only (``inSupportOf``).
"""

import json
from typing import Any

from submissions.metadata.crosswalks import terms
from submissions.metadata.crosswalks.json_text import filled
from submissions.metadata.crosswalks.xml import language_tag
from submissions.metadata.record import (
    Access,
    CommitteePerson,
    Funding,
    Organisation,
    Person,
    RecordFile,
    RelatedWork,
    Subject,
    ThesisRecord,
)

# DataCite's relation, read from the thesis -> the nearest property of schema.org.
_RELATIONS = {
    "HasPart": "hasPart",
    "IsPartOf": "isPartOf",
    "IsVersionOf": "exampleOfWork",
    "IsSupplementedBy": "mentions",
}

# Inside <script> a "<" could end the element, and U+2028/9 end a line in older JavaScript. JSON reads the
# escapes back as the same characters.
_ESCAPES = {char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def to_dict(record: ThesisRecord) -> dict[str, Any]:
    """``record`` as a JSON-LD object. Empty keys are left out, and so are files while closed."""
    is_open = record.access is Access.OPEN
    institution = _organisation(record.institution)
    department = record.department
    return filled(
        {
            "@context": "https://schema.org",
            "@type": "Thesis",
            "@id": record.url,
            "additionalType": terms.thesis_type(record),
            "url": record.url,
            "identifier": _identifiers(record),
            "sameAs": [url for url in (record.doi_url, record.handle_url) if url],
            "name": record.title,
            "alternativeHeadline": record.subtitle,
            "alternateName": _translated_title(record),
            "author": {**_person(record.author), "affiliation": institution},
            "contributor": [_role(member) for member in record.committee],
            "abstract": _abstracts(record),
            # A list, not one string: a keyword may hold a comma.
            "keywords": list(record.keywords),
            "about": [_subject(subject) for subject in record.subjects],
            "inLanguage": record.language,
            "inSupportOf": _degree(record),
            "publisher": institution,
            "sourceOrganization": institution
            | ({"department": {"@type": "Organization", "name": department}} if department else {}),
            "dateCreated": record.submitted.isoformat() if record.submitted else "",
            "datePublished": record.published.isoformat(),
            "dateModified": record.modified.isoformat(timespec="seconds"),
            "license": record.licence.uri,
            "isAccessibleForFree": is_open,
            "conditionsOfAccess": terms.access_sentence(record),
            "encoding": [_file(file) for file in terms.public_files(record)],
            "funding": [_grant(grant) for grant in record.funding],
            **{
                name: [_work(work) for work in record.related if work.relation == relation]
                for relation, name in _RELATIONS.items()
            },
        }
    )


def to_json(record: ThesisRecord) -> bytes:
    """``to_dict`` as UTF-8 JSON that may stand as it is in a ``<script type="application/ld+json">``."""
    text = json.dumps(to_dict(record), ensure_ascii=False)
    for char, escape in _ESCAPES.items():
        text = text.replace(char, escape)
    return text.encode()


def _person(person: Person) -> dict[str, Any]:
    """A ``Person``; its ``@id`` is the iD (metadata.md §4)."""
    return filled(
        {
            "@type": "Person",
            "@id": person.orcid.uri if person.orcid else "",
            "name": terms.spoken_name(person),
            "givenName": person.given,
            "familyName": person.family,
        }
    )


def _role(member: CommitteePerson) -> dict[str, Any]:
    """A ``Role`` stands between the thesis and the person and repeats the property (schema.org, Role)."""
    return filled({"@type": "Role", "roleName": member.role_label, "contributor": _person(member.person)})


def _organisation(organisation: Organisation) -> dict[str, Any]:
    address = filled({"addressLocality": organisation.city, "addressCountry": organisation.country})
    return filled(
        {
            "@type": "CollegeOrUniversity",
            "@id": organisation.ror,
            "name": organisation.name,
            "address": {"@type": "PostalAddress", **address} if address else {},
        }
    )


def _identifiers(record: ThesisRecord) -> list[dict[str, str]]:
    values = {
        "UUID": record.uuid,
        "DOI": record.doi,
        "Handle": record.handle,
        "URN": record.urn,
        "ISBN": record.isbn,
        "local": record.number,
    }
    return [
        {"@type": "PropertyValue", "propertyID": scheme, "value": value}
        for scheme, value in values.items()
        if value
    ]


def _abstracts(record: ThesisRecord) -> str | list[Any]:
    """The abstract as a text; where there are more, each of the others with its language."""
    others = [
        {"@value": other.text, "@language": language_tag(other.language)}
        for other in record.other_abstracts
        if other.text and language_tag(other.language)
    ]
    own = record.abstract
    return [*([own] if own else []), *others] if others else own


def _subject(subject: Subject) -> dict[str, Any]:
    """A term of a classification (``DefinedTerm``)."""
    scheme = filled({"@type": "DefinedTermSet", "@id": subject.scheme_uri, "name": subject.scheme})
    return filled(
        {
            "@type": "DefinedTerm",
            "@id": subject.uri,
            "name": subject.term,
            "termCode": subject.code,
            "inDefinedTermSet": scheme if len(scheme) > 1 else {},
        }
    )


def _translated_title(record: ThesisRecord) -> dict[str, str]:
    """The title in another language; JSON-LD names the language beside the words."""
    translated = record.translated_title
    if translated is None or not translated.title:
        return {}
    return filled({"@value": translated.title, "@language": language_tag(translated.language)})


def _grant(grant: Funding) -> dict[str, Any]:
    """A ``Grant`` and who gave it (metadata.md §2 row 33)."""
    return filled(
        {
            "@type": "Grant",
            "identifier": grant.award_number,
            "name": grant.award_title,
            "url": grant.award_url,
            "funder": filled({"@type": "Organization", "@id": grant.funder_id, "name": grant.funder}),
        }
    )


def _work(work: RelatedWork) -> dict[str, Any]:
    container = work.container
    identifier = {"@type": "PropertyValue", "propertyID": work.identifier_type, "value": work.bare}
    return filled(
        {
            "@type": "CreativeWork",
            "@id": work.address,
            "name": work.title,
            "identifier": identifier if work.bare else {},
            "datePublished": str(work.year) if work.year else "",
            "isPartOf": {"@type": "CreativeWork", "name": container} if container else {},
        }
    )


def _degree(record: ThesisRecord) -> str:
    """``Doctor of Philosophy (Oceanography)``: the degree, and the programme where there is one."""
    degree, programme = record.degree_name, record.programme
    return f"{degree} ({programme})" if degree and programme else degree or programme


def _file(file: RecordFile) -> dict[str, Any]:
    return filled(
        {
            "@type": "MediaObject",
            "name": file.name,
            "contentUrl": file.url,
            "encodingFormat": file.mime,
            "contentSize": f"{file.size} B",
            "sha256": file.sha256,
        }
    )
