"""CSL-JSON 1.0.2: what citation processors and reference managers read.

What it cannot carry:

- iDs beside names, which allow no other keys (csl-data.json). They stand in ``custom``, which processors leave alone,
  with the name each belongs to.
- Roles of the committee, the licence, grants, related works, files, the days of the defence and of the degree.
- Title and abstract in other languages; the classification of a subject; the department and the university's ROR.
- Handle, URN and number; the address of the page where there is a DOI or a handle, which lead there.
"""

from typing import Any

from submissions.metadata.crosswalks import json_text, terms
from submissions.metadata.crosswalks.json_text import filled
from submissions.metadata.crosswalks.xml import language_tag
from submissions.metadata.record import Person, ThesisRecord


def to_dict(record: ThesisRecord) -> dict[str, Any]:
    """``record`` as one item. Keys with nothing to say are left out."""
    opens = terms.opens_on(record) if terms.is_embargoed(record) else None
    pages = terms.pages(record)
    return filled(
        {
            "id": record.doi or record.uuid,
            "type": "thesis",
            "title": record.full_title,
            "author": [_name(record.author)],
            "contributor": [_name(member.person) for member in record.committee],
            "issued": _date(record.published),
            "submitted": _date(record.submitted),
            "available-date": _date(opens),
            "genre": terms.thesis_label(record),
            "publisher": record.institution.name,
            "publisher-place": record.institution.city,
            "number-of-pages": pages or "",
            "DOI": record.doi,
            "ISBN": record.isbn,
            "URL": record.lasting_url,
            "language": language_tag(record.language),
            "abstract": record.abstract,
            "keyword": ", ".join((*record.keywords, *(subject.term for subject in record.subjects))),
            "custom": filled({"orcid": _ids(record)}),
        }
    )


def to_bytes(record: ThesisRecord) -> bytes:
    """A list of the one item, as the schema wants it, in UTF-8."""
    return json_text.to_bytes([to_dict(record)])


def _name(person: Person) -> dict[str, str]:
    """Family and given name; an only name is literal, so that no processor turns it round."""
    family, given = person.family, person.given
    if family and given:
        return {"family": family, "given": given}
    return {"literal": terms.name(person)}


def _date(day) -> dict[str, list[list[int]]]:
    return {"date-parts": [[day.year, day.month, day.day]]} if day else {}


def _ids(record: ThesisRecord) -> list[dict[str, str]]:
    people = [record.author, *(member.person for member in record.committee)]
    return [{"name": terms.name(one), "orcid": one.orcid.uri} for one in people if one.orcid]
