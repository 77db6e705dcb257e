"""The student's desk: all submissions, and one submission with its steps, its history and its ORCID card."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from orcid_workflow import scopes
from orcid_workflow.wishes import mode_of

from .. import permissions, record_wording
from ..committee.invitations import make_token
from ..metadata.crosswalks.registry import FORMATS
from ..models import Invitation, Status, Submission
from ..outlets.doi.codes import reserved_doi
from ..permissions import EDITABLE
from ..wording import StatusWords, status_words
from .access import own_case, signed_in
from .base import Step
from .case import Case
from .files import file_url
from .registry import STEPS, get


@require_safe
@signed_in
def desk(request: HttpRequest) -> HttpResponse:
    """Every submission with its status line and the one next thing; seats on committees.

    The number of queries does not depend on the number of rows.
    """
    rows = (
        Submission.objects.filter(student=request.user)
        .select_related("page", "student", "degree", "programme", "term")
        .prefetch_related("invitations__decisions")
    )
    entries = [
        {
            "submission": row,
            "words": status_words(row),
            "url": reverse("submissions:tasks", args=[row.uuid]),
        }
        for row in rows
    ]
    return render(
        request,
        "submissions/desk.html",
        {
            "entries": [entry for entry in entries if entry["submission"].status != Status.WITHDRAWN],
            "withdrawn": [entry for entry in entries if entry["submission"].status == Status.WITHDRAWN],
            "seats": _seats(request),
        },
    )


def _seats(request: HttpRequest) -> list[dict]:
    """Theses on whose committee this person sits.

    The university makes the accounts, so that the e-mail address of one is known to be its owner's.
    """
    if not request.user.email:
        return []
    rows = (
        Invitation.objects.filter(active=True, email__iexact=request.user.email)
        .exclude(submission__student=request.user)
        .select_related("submission__page", "submission__student")
        .prefetch_related("decisions")
    )
    return [
        {
            "title": str(row.submission),
            "url": reverse("committee:read", args=[make_token(row)]),
            "state": _seat_state(row),
            "hint": f"by {row.submission.author_name}; you are {row.get_role_display().lower()}",
        }
        for row in rows
        if permissions.can_use_invitation(row)
    ]


def _seat_state(invitation: Invitation) -> str:
    """A state that the page has words for: what the member decided in this round, or whether they are waited for."""
    submission = invitation.submission
    for decision in invitation.decisions.all():
        if decision.round == submission.committee_round:
            return "approved" if decision.verdict == "approve" else "changes_requested"
    return "pending" if submission.status == Status.WITH_COMMITTEE else submission.status


@require_safe
@own_case
def tasks(request: HttpRequest, case: Case) -> HttpResponse:
    """One submission: who has the ball, the next thing, the steps, what was said, what happened, what is on ORCID."""
    submission = case.submission
    words = status_words(submission)
    published = submission.status == Status.PUBLISHED
    return render(
        request,
        "submissions/desk_tasks.html",
        {
            "case": case,
            "submission": submission,
            "words": words,
            "next": _next_thing(case, words),
            "tasks": _tasks(case) if submission.status in EDITABLE else [],
            "remarks": case.remarks if submission.status == Status.CHANGES_REQUESTED else [],
            "unplaced": [comment for comment in case.comments if not comment.step],
            "events": [
                {
                    "when": change.at,
                    "title": change.sentence,
                    "text": change.comment,
                    "who": change.actor_name if change.actor_id else "",
                }
                for change in submission.changes.all()
            ],
            "record": _on_record(case),
            "downloads": _downloads(case) if published else [],
            "formats": _formats(submission) if published else [],
            "review_url": get("review").url(case),
            "orcid_url": get("orcid").url(case),
            "can_discard": submission.status == Status.DRAFT and submission.submitted_at is None,
            "published": published,
            "reserved_doi": reserved_doi(submission),
        },
    )


def _tasks(case: Case) -> list[dict]:
    """The steps as the task list shows them."""
    return [
        {"title": step.label, "url": step.url(case), "state": step.state(case), "hint": step.hint(case)}
        for step in STEPS
    ]


def _next_thing(case: Case, words: StatusWords) -> dict:
    """The one main button: the first step that is not done, or the page that says where it stands."""
    if not words.is_mine:
        return {}
    step: Step = next((step for step in STEPS if not step.is_passed(case)), STEPS[-1])
    return {"text": "Check and send" if step is STEPS[-1] else f"Next: {step.label}", "url": step.url(case)}


def _on_record(case: Case) -> dict:
    """What is or will be on the student's record, what stands in the way, and what follows without being asked."""
    submission = case.submission
    connection = case.connection or submission.author_connection
    trouble = record_wording.trouble(connection) if connection else None
    kept = record_wording.kept_off(submission, connection) if connection else ""
    shown = record_wording.cards(submission, case.user)
    return {
        "connection": connection,
        "trouble": trouble,
        "kept_off": kept,
        "cards": shown,
        "ahead": record_wording.ahead(submission, shown, mode_of(connection))
        if connection and not trouble and not kept
        else [],
        "can_write": not scopes.is_public(),
    }


def _downloads(case: Case) -> list[dict]:
    """The public page and the file."""
    links = [{"text": "The public page", "url": case.page.url}]
    if case.page.thesis_file:
        links.append({"text": "The PDF", "url": file_url(case, case.page.thesis_file)})
    return links


def _formats(submission: Submission) -> list[dict]:
    """Every stored record, by the name of its format."""
    stored = set(submission.records.filter(deleted=False).values_list("format", flat=True))
    return [
        {"text": form.label, "url": reverse("records:record", args=[submission.uuid, name])}
        for name, form in FORMATS.items()
        if name in stored
    ]
