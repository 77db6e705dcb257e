"""The round trip: what was read from a repository beside what was sent there, in sentences."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from submissions.metadata.crosswalks import terms
from submissions.metadata.crosswalks.text import line
from submissions.metadata.record import Person, ThesisRecord

from ..delivery.parcel import Parcel


@dataclass(slots=True)
class Found:
    """What a repository says of a thesis. ``people`` are pairs of a name as it is filed and a bare iD ("" without);
    ``files`` maps a name to an MD5, None when files were not looked at; dates and identifiers are as they stand.
    """

    title: str = ""
    people: list[tuple[str, str]] = field(default_factory=list)
    dates: set[str] = field(default_factory=set)
    identifiers: set[str] = field(default_factory=set)
    files: dict[str, str] | None = None


def losses(
    label: str,
    parcel: Parcel,
    found: Found,
    *,
    title: str,
    dates: dict[str, str],
    identifiers: Iterable[str],
    files: dict[str, str],
    with_ids: bool = True,
) -> list[str]:
    """Sentences on what did not survive. ``dates`` maps words (``publication``) to ISO days; ``files`` is the name of
    each file at the repository and its MD5; ``with_ids``: whether iDs are expected there.
    """
    record = parcel.record
    said = []
    if _same(found.title) != _same(title):
        said.append(f"The title at {label} is “{found.title}”; it should be “{title}”.")
    said += _people(label, record, found, with_ids)
    said += [
        f"The date of {words}, {day}, is not at {label}."
        for words, day in dates.items()
        if day and day not in found.dates
    ]
    there = {one.strip() for one in found.identifiers}
    said += [f"The identifier {one} is not at {label}." for one in identifiers if one and one not in there]
    return said + (_files(label, files, found.files) if found.files is not None else [])


def people_of(record: ThesisRecord) -> list[Person]:
    """Author and committee, in the order in which every crosswalk writes them; without those who have no name."""
    everybody = (record.author, *(seat.person for seat in record.committee))
    return [person for person in everybody if terms.name(person)]


def _people(label: str, record: ThesisRecord, found: Found, with_ids: bool) -> list[str]:
    said, left = [], [(_same(name), orcid) for name, orcid in found.people]
    for person in people_of(record):
        wanted = person.orcid.path if person.orcid and with_ids else ""
        theirs = [entry for entry in left if entry[0] == _same(terms.name(person))]
        if not theirs:
            said.append(f"{terms.spoken_name(person)} is not among the people at {label}.")
            continue
        entry = next((one for one in theirs if one[1] == wanted), theirs[0])
        left.remove(entry)
        if wanted and not entry[1]:
            said.append(f"{terms.spoken_name(person)} has no ORCID iD at {label}; it should be {wanted}.")
        elif wanted and entry[1] != wanted:
            said.append(
                f"{terms.spoken_name(person)} has the ORCID iD {entry[1]} at {label}; it should be {wanted}."
            )
        elif entry[1] and person.orcid is None:
            said.append(
                f"{terms.spoken_name(person)} has an ORCID iD at {label} that we did not send: {entry[1]}. Press “Send "
                "again”; if it is still there then, have it taken off the name there."
            )
    return said


def _files(label: str, wanted: dict[str, str], there: dict[str, str]) -> list[str]:
    said = []
    for name, digest in wanted.items():
        if name not in there:
            said.append(f"The file {name} is not at {label}.")
        elif there[name].lower() != digest.lower():
            said.append(
                f"The file {name} at {label} is not the one that was sent: its MD5 is {there[name]} and should be "
                f"{digest}."
            )
    return said + [f"{label} has a file that was not sent: {name}." for name in there if name not in wanted]


def _same(text: str) -> str:
    """For comparing: repositories differ in spaces and in how they compose letters."""
    return unicodedata.normalize("NFC", line(text))
