"""What a thesis means on its author's ORCID record: a ``dissertation-thesis`` work, and the degree as an education.

The record is always that of the case's author. No other connection comes in here, so that nothing can be written for
a committee member.
"""

import logging
from collections.abc import Callable
from dataclasses import replace

from django.conf import settings
from django.db.models import Q, QuerySet

from orcid_workflow import wishes
from orcid_workflow.messages import InvalidMessage, education, work
from orcid_workflow.models import Connection, OrcidItem

from ..metadata.build import build_degree, orcid_id, withdrawn_ids
from ..metadata.crosswalks.orcid_education import to_education
from ..metadata.crosswalks.orcid_work import to_work
from ..metadata.record import Organisation, ThesisRecord
from ..models import Status, StatusChange, Submission
from ..readiness import author_connection

log = logging.getLogger(__name__)

WORK, EDUCATION = "work", "education"
_REFUSED = {
    WORK: "The thesis could not be sent to ORCID as it is.",
    EDUCATION: "The degree could not be sent to ORCID as it is.",
}
_WHERE = (
    "The office adds it in the admin, under Settings, Branding; the degree is sent within a day after that."
)
#: What ORCID demands of the institution (9045, 9060), and what to do about it.
_NEEDED = {
    "ror": f"ORCID takes no degree without the ROR identifier of the university. {_WHERE}",
    "city": f"ORCID takes no degree without the city of the university. {_WHERE}",
    "country": f"ORCID takes no degree without the country of the university. {_WHERE}",
}


def wish_work(submission: Submission, record: ThesisRecord | None) -> None:
    """Say what should be on the author's record: the work made from ``record``, or nothing.

    The key is the thesis' uuid, which never changes, so there is one work in the thesis' whole life. Nothing is
    written for an author who has not connected. On a record the author is its owner, also when the thesis was
    published with an iD that is not theirs any more.
    """
    connection = _own_connection(submission)
    there = _wished(submission, WORK)
    if record is None:
        _wish_away(there)
        return
    _wish_away(_of_others(there, submission, connection))
    if connection is None:
        return
    record = replace(record, author=replace(record.author, orcid=orcid_id(connection)))
    _say(
        submission,
        connection,
        WORK,
        lambda: work.to_xml(to_work(record)),
        title=record.full_title,
        url=record.url,
        facts={
            "type": "Dissertation or thesis",
            "institution": record.institution.name,
            "date": (record.conferred or record.published).isoformat(),
        },
    )


def wish_degree(submission: Submission, institution: Callable[[], Organisation]) -> None:
    """Say whether the degree should be on the author's record, and as what. The key is the submission's uuid.

    From the day the office confirmed the enrolment, with its end from the conferral on. A degree that was conferred
    stays, whatever becomes of the thesis. With ``ETD_ORCID_EDUCATION`` off nothing new is written; what is on
    records already is kept true. ``institution`` is asked only when there is something to say.
    """
    connection = _own_connection(submission)
    there = _wished(submission, EDUCATION)
    if not _degree_stands(submission):
        _wish_away(there)
        return
    _wish_away(_of_others(there, submission, connection))
    if connection is None:
        return
    if not there.filter(connection=connection).exists() and not settings.ETD_ORCID_EDUCATION:
        return
    degree = build_degree(submission, institution())
    _say(
        submission,
        connection,
        EDUCATION,
        lambda: education.to_xml(to_education(degree)),
        needed=[sentence for name, sentence in _NEEDED.items() if not getattr(degree.institution, name)],
        title=degree.degree_name,
        facts={
            "type": "Education",
            "institution": degree.institution.name,
            "date": (degree.conferred or degree.enrolled).isoformat(),
        },
    )


def _own_connection(submission: Submission) -> Connection | None:
    """The connection whose record may be written to: the one the thesis was published with while it is its student's
    (what changes while they are disconnected is sent when they come back), else the one they have now. Never one
    whose iD was withdrawn from the thesis: that record is somebody else's, or its owner wants no word of the thesis.
    """
    if submission.student_id is None:
        return None  # its author never asked us to write anything
    withdrawn = withdrawn_ids(submission)
    published_with = submission.author_connection
    if orcid_id(published_with, withdrawn) and published_with.user_id == submission.student_id:
        return published_with
    now = author_connection(submission)
    return now if orcid_id(now, withdrawn) else None


def _wished(submission: Submission, kind: str) -> QuerySet[OrcidItem]:
    """What is wished for of one kind, on whatever records of this environment."""
    rows = OrcidItem.objects.filter(
        environment=settings.ORCID_ENVIRONMENT, kind=kind, key=str(submission.uuid)
    )
    return rows.exclude(desired_hash="").select_related("connection")


def _of_others(
    items: QuerySet[OrcidItem], submission: Submission, connection: Connection | None
) -> QuerySet[OrcidItem]:
    """Those on records that are not the author's any more: they took another iD, or the iD was somebody else's or was
    withdrawn from the thesis. Who only disconnected keeps what is there.
    """
    if connection is not None:
        return items.exclude(connection=connection)
    if submission.student_id is None:
        return items
    withdrawn = Q(connection__orcid__in=withdrawn_ids(submission))
    return items.filter(withdrawn | ~Q(connection__user=submission.student_id))


def _wish_away(items: QuerySet[OrcidItem]) -> None:
    for item in items:
        wishes.desire(item.connection, item.kind, item.key, None)


def _degree_stands(submission: Submission) -> bool:
    if submission.conferred_on is not None:
        return True
    return submission.enrolment_confirmed_at is not None and submission.status != Status.WITHDRAWN


def _say(
    submission: Submission,
    connection: Connection,
    kind: str,
    write: Callable[[], bytes],
    *,
    needed: list[str] = (),
    **shown: object,
) -> None:
    """Wish for the message that ``write`` makes, or say why ORCID would refuse it: to its owner, the office and, once,
    the history of the case. ``needed`` are reasons that were found before.
    """
    key = str(submission.uuid)
    problems = list(needed)
    if not problems:
        try:
            wishes.desire(connection, kind, key, write(), **shown)
            return
        except InvalidMessage as error:
            problems = error.problems
    wishes.refuse(connection, kind, key, problems, **shown)
    comment = " ".join(problems)
    said = submission.changes.filter(sentence=_REFUSED[kind]).first()
    if said is None or said.comment != comment:
        log.warning("The %s of %s is not sent to ORCID: %s", kind, key, comment)
        StatusChange.note(submission, _REFUSED[kind], comment=comment)
