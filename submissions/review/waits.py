"""Whom a case waits for, in the office's words: one table. What the student is told is ``submissions.wording``."""

from django.utils.formats import date_format

from ..models import Status, Submission
from ..wording import listed, waiting_for

#: Status -> whom it waits for, and what follows. A status that is not here waits for nobody.
WAITS: dict[str, str] = {
    Status.DRAFT: "The student is writing it. Nobody else acts until they send it.",
    Status.WITH_COMMITTEE: "It waits for {names}. When all have approved, it comes to the graduate school.",
    Status.IN_REVIEW: "It waits for the graduate school to approve it, or to ask for changes.",
    Status.CHANGES_REQUESTED: "It waits for the student, who was asked for changes.",
    Status.APPROVED: "It waits for the registrar: recording the conferral publishes it. The term ends on {day}.",
}


def waits(submission: Submission) -> str:
    """Whom the case waits for, and what follows; "" where nothing is waited for."""
    return WAITS.get(submission.status, "").format(
        names=listed(waiting_for(submission)) if submission.status == Status.WITH_COMMITTEE else "",
        day=date_format(submission.term.conferral_date, "j F Y"),
    )
