"""What a thesis means on its author's ORCID record: a record in, a ``dissertation-thesis`` work wished for."""

import logging

from orcid_workflow import sync
from orcid_workflow.messages import InvalidMessage
from orcid_workflow.messages.work import to_xml

from ..metadata.crosswalks.orcid_work import to_work
from ..metadata.record import ThesisRecord
from ..models import StatusChange, Submission

log = logging.getLogger(__name__)

KIND = "work"


def wish(submission: Submission, record: ThesisRecord | None) -> None:
    """Say what should be on the author's record: the work made from ``record``, or nothing.

    The key is the thesis' uuid, which never changes, so there is one work in the thesis' whole life. Nothing is
    written for an author who has not connected, and nothing ever to a committee member's record. A message that
    ORCID would refuse is not wished for; the reason is written into the history of the case.
    """
    connection = submission.author_connection
    if connection is None:
        return
    key = str(submission.uuid)
    if record is None:
        sync.desire(connection, KIND, key, None)
        return
    try:
        message = to_xml(to_work(record))
    except InvalidMessage as error:
        log.warning("The work of %s is not sent to ORCID: %s", key, error)
        StatusChange.objects.create(
            submission=submission,
            from_status=submission.status,
            to_status=submission.status,
            sentence="The thesis could not be sent to ORCID as it is.",
            comment=str(error),
        )
        return
    sync.desire(
        connection,
        KIND,
        key,
        message,
        title=record.full_title,
        url=record.url,
        facts={
            "type": "Dissertation or thesis",
            "institution": record.institution.name,
            "date": (record.conferred or record.published).isoformat(),
        },
    )
