"""The pages of one submission: its steps, the confirmation, and discarding a draft."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from .. import lifecycle
from ..files.upload import ThesisUploadHandler
from ..models import Status
from ..wording import listed, status_words, waiting_for
from . import registry
from .access import own_case
from .case import Case


@csrf_exempt  # only so that the upload handler is set before the form is read; _step checks the token
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, submission: uuid.UUID, step: str) -> HttpResponse:
    """One step. A file in the form is streamed to disk and never held in memory."""
    request.upload_handlers = [ThesisUploadHandler(request)]
    return _step(request, submission, step)


@csrf_protect
@own_case
def _step(request: HttpRequest, case: Case, identifier: str) -> HttpResponse:
    found = registry.get(identifier)
    if found is None:
        raise Http404("There is no such step.")
    return found.respond(request, case)


@require_safe
@own_case
def sent(request: HttpRequest, case: Case) -> HttpResponse:
    """The confirmation: what happened, the reference, what happens next, what to keep."""
    submission = case.submission
    if submission.submitted_at is None:
        return redirect("submissions:tasks", submission.uuid)
    change = submission.changes.filter(to_status__in=[Status.WITH_COMMITTEE, Status.IN_REVIEW]).exclude(
        actor=None
    )
    return render(
        request,
        "submissions/steps/sent.html",
        {
            "case": case,
            "submission": submission,
            "change": change.first(),
            "words": status_words(submission),
            "waiting": listed(waiting_for(submission)),
            "invitations": [row for row in submission.invitations.all() if row.active],
            "to_committee": submission.status == Status.WITH_COMMITTEE,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@own_case
def discard(request: HttpRequest, case: Case) -> HttpResponse:
    """Give up a thesis that was never sent. GET says what that means; POST does it."""
    submission = case.submission
    if submission.submitted_at is not None or submission.status != Status.DRAFT:
        messages.info(
            request,
            "This submission is not a draft that was never sent, so you cannot discard it. Please write to us if it "
            "has to be withdrawn.",
        )
        return redirect("submissions:tasks", submission.uuid)
    if request.method == "POST":
        try:
            lifecycle.withdraw(submission, actor=request.user)
        except lifecycle.MoveRefused as refused:
            messages.error(request, str(refused))
            return redirect("submissions:tasks", submission.uuid)
        messages.success(request, f"The draft “{submission}” was discarded.")
        return redirect("submissions:desk")
    return render(request, "submissions/steps/discard.html", {"case": case, "submission": submission})
