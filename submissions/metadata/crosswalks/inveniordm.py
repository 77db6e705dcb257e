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

import json
from html import escape
from typing import Any

from submissions.metadata.crosswalks import datacite_terms, terms
from submissions.metadata.crosswalks.languages import iso639_3
from submissions.metadata.crosswalks.text import clean, line
from submissions.metadata.record import Access, Funding, Person, RelatedWork, ThesisRecord

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
    doi = line(record.doi)
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
    return json.dumps(to_dict(record, thesis_fields=thesis_fields), ensure_ascii=False, indent=1).encode()


def _metadata(record: ThesisRecord) -> dict[str, Any]:
    institution, language = line(record.institution.name), iso639_3(record.language)
    contributors = [
        _filled(
            {
                "person_or_org": _person(member.person),
                "role": {"id": "supervisor" if member.supervises else "other"},
                "affiliations": [{"name": line(member.affiliation)}] if line(member.affiliation) else [],
            }
        )
        for member in record.committee
    ]
    return _filled(
        {
            "resource_type": {"id": _RESOURCE_TYPE},
            "creators": [{"person_or_org": _person(record.author), "affiliations": [{"name": institution}]}],
            "contributors": contributors,
            "title": line(record.title),
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


def _filled(pairs: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in pairs.items() if value not in ("", [], {}, None)}


def _person(person: Person) -> dict[str, Any]:
    """A person; an only name is the family name, which is the one that is demanded."""
    family, given = terms.name_parts(person)
    orcid = [{"scheme": "orcid", "identifier": person.orcid.path}] if person.orcid else []
    return _filled({"type": "personal", "family_name": family, "given_name": given, "identifiers": orcid})


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
    rows = [(line(record.subtitle), _SUBTITLE, language)]
    if translated := record.translated_title:
        rows.append((line(translated.title), _TRANSLATED, iso639_3(translated.language)))
    return [
        _filled({"title": title, "type": {"id": kind}, "lang": {"id": tag} if tag else {}})
        for title, kind, tag in rows
        if title
    ]


def _abstracts(record: ThesisRecord) -> dict[str, Any]:
    """The first abstract, which has no language of its own, and the others with theirs."""
    first, *others = record.abstracts or (None,)
    rows = [
        _filled(
            {
                "description": _html(other.text),
                "type": {"id": "abstract"},
                "lang": {"id": iso639_3(other.language)} if iso639_3(other.language) else {},
            }
        )
        for other in others
    ]
    return {"description": _html(first.text) if first else "", "additional_descriptions": rows}


def _html(text: str) -> str:
    """Each paragraph in ``p``: a description is HTML."""
    paragraphs = [escape(paragraph) for paragraph in map(line, clean(text).split("\n")) if paragraph]
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


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
        "handle": line(record.handle),
        "urn": line(record.urn),
        "isbn": line(record.isbn),
        "other": f"urn:uuid:{record.uuid}",
    }
    return [{"scheme": scheme, "identifier": value} for scheme, value in values.items() if value]


def _related(work: RelatedWork) -> dict[str, Any]:
    """A related work; nothing for one that has neither an identifier nor an address."""
    scheme, value = _SCHEMES.get(work.identifier_type, ""), line(work.bare)
    if not scheme or not value:
        scheme, value = "url", line(work.address)
    if not value:
        return {}
    return {"identifier": value, "scheme": scheme, "relation_type": {"id": work.relation.lower()}}


def _rights(record: ThesisRecord) -> list[dict[str, Any]]:
    licence = record.licence
    if licence.spdx:
        return [{"id": licence.spdx.lower()}]
    title = line(licence.name or licence.uri)
    return [_filled({"title": {"en": title}, "link": licence.uri})] if title else []


def _grant(grant: Funding) -> dict[str, Any]:
    """Funder and award. The vocabulary of funders is ROR's; others are named. An award needs a number or a title."""
    ror = line(grant.funder_id).removeprefix("https://ror.org/")
    known = ror != line(grant.funder_id)
    funder = {"id": ror} if known else _filled({"name": line(grant.funder)})
    if not funder:
        return {}
    number, title, url = line(grant.award_number), line(grant.award_title), line(grant.award_url)
    award = _filled(
        {
            "number": number,
            "title": {"en": title} if title else {},
            "identifiers": [{"scheme": "url", "identifier": url}] if url else [],
        }
    )
    return {"funder": funder, **({"award": award} if number or title else {})}


def _thesis(record: ThesisRecord) -> dict[str, str]:
    return _filled(
        {
            "university": line(record.institution.name),
            "department": line(record.department),
            "type": line(record.degree_name) or record.degree_level.value,
            "date_submitted": record.submitted.isoformat() if record.submitted else "",
            "date_defended": record.defended.isoformat() if record.defended else "",
        }
    )
