"""InvenioRDM's JSON for ``POST /api/records``: made to be sent; files follow by its files API.

iDs are bare, one identifier of the scheme ``orcid`` a person (metadata.md §4).

What it cannot carry:

- That an iD was authenticated; here every iD is, because only such are written.
- The classification of a subject: its own vocabularies have other identifiers, so that the term stands as a word.
- The university's own number: of each scheme there is one at most, and ``other`` is the uuid's.
- The words of a committee role (``supervisor`` or ``other``), the institution's ROR, checksums (the server reckons
  its own), a language for the title.
- Files that are closed with no day of opening as an embargo: they are restricted.

``thesis_fields``: the custom field ``thesis:thesis``, which works only where the instance has it turned on.
"""

from html import escape
from typing import Any

from submissions.metadata.crosswalks import datacite_terms, json_text, terms
from submissions.metadata.crosswalks.json_text import filled
from submissions.metadata.crosswalks.languages import iso639_3
from submissions.metadata.record import Abstract, Access, Funding, Person, RelatedWork, ThesisRecord

_RESOURCE_TYPE = "publication-dissertation"
_SUBTITLE, _TRANSLATED = "subtitle", "translated-title"
# ORCID's name of a scheme -> InvenioRDM's (its configured schemes for related identifiers).
_SCHEMES = {
    "ark": "ark",
    "arxiv": "arxiv",
    "bibcode": "ads",
    "doi": "doi",
    "handle": "handle",
    "isbn": "isbn",
    "issn": "issn",
    "pmid": "pmid",
    "uri": "url",
    "urn": "urn",
}


def to_dict(record: ThesisRecord, *, thesis_fields: bool = False) -> dict[str, Any]:
    """The whole body: access, files, metadata, DOI. Keys with nothing to say are left out."""
    custom = {"custom_fields": {"thesis:thesis": _thesis(record)}} if thesis_fields else {}
    doi = record.doi
    pids = {"pids": {"doi": {"identifier": doi, "provider": "external"}}} if doi else {}
    return {
        "access": _access(record),
        "files": {"enabled": bool(record.files)},
        "metadata": _metadata(record),
        **custom,
        **pids,
    }


def to_bytes(record: ThesisRecord, *, thesis_fields: bool = False) -> bytes:
    """``to_dict`` as JSON in UTF-8."""
    return json_text.to_bytes(to_dict(record, thesis_fields=thesis_fields))


def _metadata(record: ThesisRecord) -> dict[str, Any]:
    institution, language = record.institution.name, iso639_3(record.language)
    contributors = [
        filled(
            {
                "person_or_org": _person(member.person),
                "role": {"id": "supervisor" if member.supervises else "other"},
                "affiliations": [{"name": member.affiliation}] if member.affiliation else [],
            }
        )
        for member in record.committee
    ]
    return filled(
        {
            "resource_type": {"id": _RESOURCE_TYPE},
            "creators": [{"person_or_org": _person(record.author), "affiliations": [{"name": institution}]}],
            "contributors": contributors,
            "title": record.title,
            "additional_titles": _titles(record, language),
            "publication_date": record.published.isoformat(),
            "publisher": institution,
            **_abstracts(record),
            "languages": [{"id": language}] if language else [],
            "dates": _dates(record),
            "subjects": [{"subject": topic} for topic in terms.all_topics(record)],
            "identifiers": _identifiers(record),
            "related_identifiers": [item for work in record.related if (item := _related(work))],
            "sizes": [f"{file.pages} pages" for file in record.files if file.pages],
            "formats": terms.mime_types(record),
            "rights": _rights(record),
            "funding": [item for grant in record.funding if (item := _grant(grant))],
        }
    )


def _person(person: Person) -> dict[str, Any]:
    """A person; an only name is the family name, which is the one that is demanded."""
    family, given = terms.name_parts(person)
    orcid = [{"scheme": "orcid", "identifier": person.orcid.path}] if person.orcid else []
    return filled({"type": "personal", "family_name": family, "given_name": given, "identifiers": orcid})


def _access(record: ThesisRecord) -> dict[str, Any]:
    """The record is public; files are closed while the embargo lasts, and open by themselves on its last day.

    Where there are none, ``files.enabled`` says so, and nothing is restricted.
    """
    if record.access is not Access.EMBARGOED:
        return {"record": "public", "files": "public"}
    embargo = {"active": False}
    if record.embargo_until:
        reason = terms.access_sentence(record)
        embargo = {"active": True, "until": record.embargo_until.isoformat(), "reason": reason}
    return {"record": "public", "files": "restricted", "embargo": embargo}


def _titles(record: ThesisRecord, language: str) -> list[dict[str, Any]]:
    rows = [(record.subtitle, _SUBTITLE, language)]
    if translated := record.translated_title:
        rows.append((translated.title, _TRANSLATED, iso639_3(translated.language)))
    return [
        filled({"title": title, "type": {"id": kind}, "lang": {"id": tag} if tag else {}})
        for title, kind, tag in rows
        if title
    ]


def _abstracts(record: ThesisRecord) -> dict[str, Any]:
    """The first abstract, which has no language of its own, and the others with theirs."""
    first, *others = record.abstracts or (None,)
    rows = [
        filled(
            {
                "description": _html(other),
                "type": {"id": "abstract"},
                "lang": {"id": iso639_3(other.language)} if iso639_3(other.language) else {},
            }
        )
        for other in others
    ]
    return {"description": _html(first) if first else "", "additional_descriptions": rows}


def _html(abstract: Abstract) -> str:
    """Each paragraph in ``p``: a description is HTML."""
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in abstract.paragraphs)


def _dates(record: ThesisRecord) -> list[dict[str, Any]]:
    """Days besides that of publication, by DataCite's types; ``Issued`` is the publication itself."""
    return [
        {"date": day.isoformat(), "type": {"id": kind.lower()}, "description": information}
        for kind, information, day in datacite_terms.dates(record)
        if kind != "Issued"
    ]


def _identifiers(record: ThesisRecord) -> list[dict[str, str]]:
    """One of each scheme at most; the DOI is a ``pid`` and is not repeated."""
    values = {
        "url": record.url,
        "handle": record.handle,
        "urn": record.urn,
        "isbn": record.isbn,
        "other": f"urn:uuid:{record.uuid}",
    }
    return [{"scheme": scheme, "identifier": value} for scheme, value in values.items() if value]


def _related(work: RelatedWork) -> dict[str, Any]:
    """A related work; nothing for one that has neither an identifier nor an address."""
    scheme, value = _SCHEMES.get(work.identifier_type, ""), work.bare
    if not scheme or not value:
        scheme, value = "url", work.address
    if not value:
        return {}
    return {"identifier": value, "scheme": scheme, "relation_type": {"id": work.relation.lower()}}


def _rights(record: ThesisRecord) -> list[dict[str, Any]]:
    licence = record.licence
    if licence.spdx:
        return [{"id": licence.spdx.lower()}]
    title = licence.name or licence.uri
    return [filled({"title": {"en": title}, "link": licence.uri})] if title else []


def _grant(grant: Funding) -> dict[str, Any]:
    """Funder and award. The vocabulary of funders is ROR's; others are named. An award needs a number or a title."""
    ror = grant.funder_id.removeprefix("https://ror.org/")
    known = ror != grant.funder_id
    funder = {"id": ror} if known else filled({"name": grant.funder})
    if not funder:
        return {}
    number, title, url = grant.award_number, grant.award_title, grant.award_url
    award = filled(
        {
            "number": number,
            "title": {"en": title} if title else {},
            "identifiers": [{"scheme": "url", "identifier": url}] if url else [],
        }
    )
    return {"funder": funder, **({"award": award} if number or title else {})}


def _thesis(record: ThesisRecord) -> dict[str, str]:
    return filled(
        {
            "university": record.institution.name,
            "department": record.department,
            "type": record.degree_name or record.degree_level.value,
            "date_submitted": record.submitted.isoformat() if record.submitted else "",
            "date_defended": record.defended.isoformat() if record.defended else "",
        }
    )
