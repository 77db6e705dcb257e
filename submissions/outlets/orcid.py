"""What a thesis means on its author's ORCID record: a record in, a ``dissertation-thesis`` work wished for."""

from orcid_workflow import sync
from orcid_workflow.messages.work import Contributor, ExternalId, Work, to_xml

from ..metadata.record import ThesisRecord
from ..models import Submission

KIND = "work"
SUPERVISION = "http://credit.niso.org/contributor-roles/supervision/"  # CRediT, the only form ORCID takes (§12)


def wish(submission: Submission, record: ThesisRecord | None) -> None:
    """Say what should be on the author's record: the work made from ``record``, or nothing.

    The key is the thesis' uuid, which never changes, so there is one work in the thesis' whole life. Nothing is
    written for an author who has not connected, and nothing ever to a committee member's record.
    """
    connection = submission.author_connection
    if connection is None:
        return
    key = str(submission.uuid)
    if record is None:
        sync.desire(connection, KIND, key, None)
        return
    sync.desire(
        connection,
        KIND,
        key,
        to_work(record),
        title=record.full_title,
        url=record.url,
        facts={
            "type": "Dissertation or thesis",
            "institution": record.institution.name,
            "date": (record.conferred or record.published).isoformat(),
        },
    )


def to_work(record: ThesisRecord) -> Work:
    """Return the ORCID work of a thesis (ORCID v3.0, work-3.0.xsd; orcid.md §10–13).

    Authenticated iDs only; the student is the author, each advisor supervises. The date is that of the degree.
    """
    day = record.conferred or record.published
    supervisors = [member.person for member in record.committee if member.supervises]
    return Work(
        title=record.title,
        subtitle=record.subtitle,
        journal_title=record.institution.name,
        short_description=record.abstract,
        type="dissertation-thesis",
        publication_date=day,
        external_ids=(ExternalId("source-work-id", record.uuid, record.url, "self"),),
        url=record.url,
        contributors=(
            Contributor(record.author.display, "author", _path(record.author), sequence="first"),
            *(Contributor(person.display, SUPERVISION, _path(person), sequence="additional") for person in supervisors),
        ),
        language=record.language,
        country=record.institution.country,
    )


def _path(person: object) -> str:
    return person.orcid.path if person.orcid else ""
