"""What a student is told about where the thesis stands: who has the ball, since when, what unblocks it. One table."""

import datetime as dt
from dataclasses import dataclass

from django.utils.formats import date_format

from .models import Status, Submission, Verdict
from .permissions import is_embargoed


@dataclass(frozen=True, slots=True)
class StatusWords:
    """Sentences about one submission. ``next`` is what unblocks it, ``action`` the words on the one button.

    ``is_mine``: the student has the ball. ``since`` is the moment (UTC) the status began.
    """

    status: str
    who: str
    next: str
    action: str
    is_mine: bool
    since: dt.datetime | None = None


#: Status -> who has the ball, what unblocks it, the words on the button, whether it is the student's turn.
WORDS: dict[Status, tuple[str, str, str, bool]] = {
    Status.DRAFT: (
        "It is your turn: your thesis is a draft.",
        "Nobody else acts until you send it to your committee.",
        "Continue",
        True,
    ),
    Status.WITH_COMMITTEE: (
        "Your committee is reading your thesis.",
        "{waiting} When all have approved, the graduate school is next.",
        "See where it stands",
        False,
    ),
    Status.IN_REVIEW: (
        "The graduate school is checking your thesis.",
        "They approve it, or tell you what to change. We write to you either way.",
        "See where it stands",
        False,
    ),
    Status.CHANGES_REQUESTED: (
        "It is your turn: you were asked for changes.",
        "Read the comments, change what is needed, and send it again.",
        "Read the comments",
        True,
    ),
    Status.APPROVED: (
        "Your thesis is approved and waits for your degree.",
        "It becomes public when the registrar records that your degree was conferred. The term ends on {conferral}.",
        "See where it stands",
        False,
    ),
    Status.PUBLISHED: (
        "Your thesis is public.",
        "{embargo}",
        "See where it is",
        False,
    ),
    Status.WITHDRAWN: (
        "This submission was withdrawn.",
        "Nothing more happens with it. You can start a new one.",
        "See what happened",
        False,
    ),
}


def status_words(submission: Submission) -> StatusWords:
    """Return what the student is told now.

    Lists prefetch ``invitations__decisions``, so that the names of those who have not answered cost no query a row.
    """
    who, unblocks, action, is_mine = WORDS[Status(submission.status)]
    facts = {}
    if submission.status == Status.WITH_COMMITTEE:
        facts["waiting"] = _waiting_sentence(submission)
    elif submission.status == Status.APPROVED:
        facts["conferral"] = date_format(submission.term.conferral_date, "j F Y")
    elif submission.status == Status.PUBLISHED:
        facts["embargo"] = _embargo_sentence(submission)
    return StatusWords(
        submission.status, who, unblocks.format(**facts).strip(), action, is_mine, submission.status_since
    )


def waiting_for(submission: Submission) -> list[str]:
    """Names of the committee members who have not approved in this round, in the order of their invitations."""
    return [
        invitation.name
        for invitation in submission.invitations.all()
        if invitation.active
        and not any(
            decision.round == submission.committee_round and decision.verdict == Verdict.APPROVE
            for decision in invitation.decisions.all()
        )
    ]


def listed(names: list[str]) -> str:
    """``Ada, Ben and Cid``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def _waiting_sentence(submission: Submission) -> str:
    names = waiting_for(submission)
    return f"We wait for {listed(names)}." if names else ""


def _embargo_sentence(submission: Submission) -> str:
    if not is_embargoed(submission):
        return "Everybody can read it."
    day = date_format(submission.embargo_until, "j F Y")
    return f"Everybody can see that it exists. Readers can open the file from {day} (this is the embargo you chose)."
