"""Who is in the public records: the rows that browsing by person, by advisor and by iD look in."""

from collections.abc import Iterable

from ..metadata.record import Person, ThesisRecord
from ..models import RecordPerson, Submission

AUTHOR = "author"
_WRITTEN = ("given", "family", "orcid", "role", "supervises")


def rows(submission: Submission, record: ThesisRecord) -> list[RecordPerson]:
    """Return the people of ``record``, unsaved: the author at position 0, then the committee in its order.

    ``orcid`` is filled from authenticated iDs alone; what an import brought along stays out.
    """
    committee = [(member.person, member.role, member.supervises) for member in record.committee]
    return [
        RecordPerson(
            submission=submission, position=position, role=role, supervises=supervises, **_name(person)
        )
        for position, (person, role, supervises) in enumerate([(record.author, AUTHOR, False), *committee])
    ]


def write(submission: Submission, record: ThesisRecord) -> None:
    """Bring the rows of a public thesis in line with ``record``. Nothing is written where nothing changed.

    Runs in the caller's transaction, which holds the case.
    """
    wanted = rows(submission, record)
    if list(map(_values, submission.people.all())) != list(map(_values, wanted)):
        submission.people.all().delete()
        RecordPerson.objects.bulk_create(wanted)


def write_many(pairs: Iterable[tuple[Submission, ThesisRecord]]) -> None:
    """Write the people of public theses that have no rows yet."""
    RecordPerson.objects.bulk_create(
        [row for submission, record in pairs for row in rows(submission, record)], batch_size=500
    )


def forget(submission: Submission) -> None:
    """The thesis is not public any more: nobody is found by it."""
    submission.people.all().delete()


def _name(person: Person) -> dict[str, str]:
    return {
        "given": person.given,
        "family": person.family,
        "orcid": person.orcid.path if person.orcid else "",
    }


def _values(row: RecordPerson) -> tuple:
    return (row.position, *(getattr(row, name) for name in _WRITTEN))
