"""What a thesis still needs before it may be submitted. One list, asked by the review step and by the lifecycle."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from orcid_workflow.models import Connection

from .models import Submission


@dataclass(frozen=True, slots=True)
class Problem:
    """Something missing or wrong: the step and field where it is mended, and the sentence that says it."""

    step: str
    field: str
    sentence: str


REQUIRED_ON_PAGE = [
    ("profile", "author_given", "Give your name as it should stand on the thesis."),
    ("thesis", "title", "Give the title of your thesis."),
    ("thesis", "abstract", "Write the abstract."),
    ("thesis", "language", "Choose the language the thesis is written in."),
    ("thesis", "keywords", "Give at least one keyword, so that readers find your thesis."),
    ("thesis", "defence_date", "Give the date of your defence."),
    ("rights", "licence", "Choose a licence."),
    ("rights", "embargo", "Choose when readers may open the file."),
]


#: A draft may hold half a person, a submission may not. The field of the problem is ``<member key>-<field>``.
NEEDED_OF_MEMBER = {
    "given_name": "Give the name of each committee member.",
    "email": "Give the e-mail address of {who}.",
    "role": "Say what {who} does on your committee.",
}


def author_connection(submission: Submission) -> Connection | None:
    """The student's ORCID connection in this environment whose owner has not disconnected it, or None."""
    return (
        Connection.objects.filter(user=submission.student, environment=settings.ORCID_ENVIRONMENT)
        .exclude(state=Connection.State.DISCONNECTED)
        .first()
    )


def problems(submission: Submission, *, today: dt.date | None = None) -> list[Problem]:
    """Everything that stands between this submission and being submitted, in the order of the steps."""
    return list(_problems(submission, today or timezone.localdate()))


def _problems(submission: Submission, today: dt.date) -> Iterator[Problem]:
    page = submission.page
    if not hasattr(submission, "acceptance"):
        yield Problem("start", "accept", "Accept the agreement.")
    connection = author_connection(submission)
    if settings.ETD_ORCID_REQUIRED and connection is None:
        yield Problem("orcid", "", "Connect your ORCID iD.")
    if connection and submission.invitations.filter(active=True, connection=connection).exists():
        yield Problem(
            "orcid", "", "Your ORCID iD is attached to a member of your committee too. Write to us."
        )
    if not submission.profile.contact_email:
        yield Problem(
            "profile", "contact_email", "Give an e-mail address that will reach you after graduation."
        )
    for step, field, sentence in REQUIRED_ON_PAGE:
        if not getattr(page, field):
            yield Problem(step, field, sentence)
    if page.defence_date and page.defence_date > today:
        yield Problem("thesis", "defence_date", "The defence has not taken place yet. Submit when it has.")
    yield from _committee_problems(submission)
    if page.thesis_file is None:
        yield Problem("files", "file", "Upload the PDF of your thesis.")


def _committee_problems(submission: Submission) -> Iterator[Problem]:
    members = list(submission.page.committee_members.all())
    needed = submission.degree.committee_minimum
    if len(members) < needed:
        yield Problem(
            "committee",
            "",
            f"Name your committee: {needed} people are needed, you have named {len(members)}.",
        )
    if members and not any(member.role == "advisor" for member in members):
        yield Problem("committee", "", "Say which committee member is your advisor.")
    for member in members:
        for name, sentence in NEEDED_OF_MEMBER.items():
            if not getattr(member, name):
                who = member.name or "the person without a name"
                yield Problem("committee", f"{member.key}-{name}", sentence.format(who=who))
