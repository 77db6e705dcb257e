"""Theses as the table that ``sources/csv_file.py`` reads: to move to another site of this kind, or to mend by hand.

What it cannot carry: that an iD was confirmed (it arrives as found), subjects of a classification, files, grants,
related works, the affiliations of the committee.
"""

import csv
import io
from collections.abc import Iterable, Iterator

from ..metadata.record import Person, ThesisRecord
from ..review.desk import plain
from .facts import iso
from .sources.csv_file import COLUMNS


def rows(records: Iterable[ThesisRecord]) -> Iterator[list[str]]:
    """The header, then a row a record, safe to open in a spreadsheet."""
    yield list(COLUMNS)
    for record in records:
        said = _row(record)
        yield [plain(said.get(name, "")) for name in COLUMNS]


def to_text(records: Iterable[ThesisRecord]) -> str:
    """The whole table."""
    out = io.StringIO()
    csv.writer(out).writerows(rows(records))
    return out.getvalue()


def _row(record: ThesisRecord) -> dict[str, str]:
    translated = record.translated_title
    return {
        "identifier": f"urn:uuid:{record.uuid}",
        "title": record.title,
        "subtitle": record.subtitle,
        "translated_title": translated.title if translated else "",
        "translated_title_language": translated.language if translated else "",
        "author": _name(record.author),
        "author_orcid": _id(record.author),
        "committee": " | ".join(f"{_name(seat.person)} ({seat.role})" for seat in record.committee) + _BAR,
        "committee_orcid": " | ".join(_id(seat.person) for seat in record.committee),
        "abstract": record.abstract,
        "other_abstracts": " | ".join(
            f"{one.language}: {one.text.replace('|', '¦')}" for one in record.other_abstracts
        ),
        "language": record.language,
        "keywords": " | ".join(word.replace("|", "¦") for word in record.keywords) + _BAR,
        "degree": record.degree_name,
        "level": record.degree_level.value,
        "programme": record.programme,
        "department": record.department,
        "licence": record.licence.uri or record.licence.name,
        "submitted": iso(record.submitted),
        "defended": iso(record.defended),
        "conferred": iso(record.conferred),
        "published": iso(record.published),
        "embargo_until": iso(record.embargo_until),
        "doi": record.doi,
        "handle": record.handle,
        "urn": record.urn,
        "isbn": record.isbn,
    }


#: Behind the last value, so that a single one with a semicolon in it is not taken for two.
_BAR = " |"


def _name(person: Person) -> str:
    """The name as it is filed. One without a comma is one name when it is read back."""
    return person.inverted.replace("|", "¦").replace("(", "[").replace(")", "]")


def _id(person: Person) -> str:
    return person.orcid.path if person.orcid else person.unconfirmed_orcid
