"""One case on the staff desk: where it stands, what was decided, and what can be done, beside the PDF."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from orcid_workflow.models import OrcidItem

from .. import case_facts, lifecycle, permissions, record_wording
from ..committee import invitations
from ..imports import desk as found
from ..metadata.crosswalks.registry import FORMATS
from ..metadata.identifiers import address
from ..models import FoundId, Invitation, Status, Submission
from ..outlets import packages
from ..readiness import author_connection, problems
from ..steps.case import Case
from ..steps.profile import ProfileStep
from . import ids, mending
from .desk import age, case_url
from .forms import (
    ActionCommentForm,
    CaseForm,
    ConferralCorrectionForm,
    ConferralForm,
    EnrolmentForm,
    IdentifierForm,
    OwnerForm,
    WithdrawalForm,
)
from .history import history
from .seats import seats
from .thesis_rows import last_note, thesis_rows
from .waits import waits

SHOWN_TAKEN = 20


def _case(request: HttpRequest, pk: int) -> Submission:
    submission = get_object_or_404(
        Submission.objects.select_related("page", "student", "degree", "programme", "term", "profile"), pk=pk
    )
    if not permissions.is_office(request.user):
        raise PermissionDenied
    return submission


@require_safe
def case_view(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: where it stands, the committee's decisions, the ORCID record, the history and the actions."""
    return _page(request, _case(request, pk))


def _page(request: HttpRequest, submission: Submission, wrong: CaseForm | None = None) -> HttpResponse:
    """Show the case; ``wrong`` is a form that was sent and is not valid."""
    connection = submission.author_connection or author_connection(submission)
    offered = [
        {"name": name, "action": action, "form": _form(action, request, submission, wrong)}
        for name, action in ACTIONS.items()
        if action.place and submission.status in action.when and action.may(request.user, submission)
    ]
    context = {
        "submission": submission,
        "seats": seats(submission),
        "connection": connection,
        # Nothing is ever written to the record of an author without an account here, so nothing stands in the way.
        "trouble": record_wording.trouble(connection) if connection and submission.student_id else None,
        **_about(submission),
        "items": OrcidItem.objects.filter(key=str(submission.uuid)).order_by("kind"),
        "wrong": wrong,
        "missing": problems(submission) if submission.status in _UNDER_WAY else [],
        "offered": [one for one in offered if one["action"].place == DECISIONS],
        "doi_url": address("doi", submission.doi),
        "handle_url": address("handle", submission.handle),
        "recorded": [one for one in offered if one["action"].place == FACTS],
        "can_run": permissions.can_run_case(request.user, submission),
        "can_edit": submission.page.permissions_for_user(request.user).can_edit(),
        "formats": FORMATS if submission.status == Status.PUBLISHED else {},
        "packages": packages.offered()
        if submission.status == Status.PUBLISHED and permissions.can_take_packages(request.user)
        else {},
        "taken": [
            (packages.LABELS.get(row.kind, row.kind), row)
            for row in submission.packages_taken.all()[:SHOWN_TAKEN]
        ],
        "record_ids": ids.shown(submission, request.user),
        "found_ids": [
            {**one, "form": _owner_form(one["row"], submission, wrong)} for one in found.found_ids(submission)
        ],
        "can_ask": permissions.can_identify(request.user, submission),
        "lacking": mending.lacking(submission),
        "rows": thesis_rows(submission),
        "note": last_note(submission),
        "age": age(submission),
        "waits": waits(submission),
        "history": history(submission),
        "page_title": str(submission),
    }
    return render(request, "submissions/review/case.html", context, status=422 if wrong else 200)


def _about(submission: Submission) -> dict:
    """What the author said about themselves, and the names of what they left empty."""
    answers = ProfileStep().answers(Case(submission, submission.student))
    return {
        "about": [row for row in answers if row.value],
        "untold": [row.label for row in answers if not row.value] if submission.student_id else [],
    }


def _owner_form(row: FoundId, submission: Submission, wrong: CaseForm | None) -> OwnerForm:
    """The form of one found iD: the one that was sent and is not valid, if it is about this one."""
    form = wrong if isinstance(wrong, OwnerForm) and wrong["found"].value() == str(row.pk) else None
    form = form or OwnerForm(initial={"found": row.pk, "email": row.email}, submission=submission)
    form.fields["email"].label = f"E-mail address of {row.name}"
    return form


def _with_orcid(sentence: str, submission: Submission) -> str:
    """What was done, and when ORCID hears of it."""
    return f"{sentence} {record_wording.told_to_orcid(submission)}".strip()


def _form(action: "CaseAction", request: HttpRequest, submission: Submission, wrong: CaseForm | None):
    """The action's form, or None: the one that was sent and is not valid, else one that shows what is recorded."""
    if action.form is None:
        return None
    if isinstance(wrong, action.form):
        return wrong
    recorded = {name: getattr(submission, name, None) for name in action.form.base_fields}
    return action.form(
        initial={name: value for name, value in recorded.items() if value is not None}, submission=submission
    )


#: Where on the page an action stands: with the decisions, beside the facts it records, or in a place of its own.
DECISIONS, FACTS, ELSEWHERE = "decisions", "facts", ""


@dataclass(frozen=True, slots=True)
class CaseAction:
    """Something that can be done on the case's page.

    ``do(request, submission, typed)`` does it and returns the sentence that says so; ``typed`` holds the form's cleaned
    data. ``when`` names the statuses in which it is offered; ``place`` is one of the three above; ``help`` says what
    follows, where no field of the form does.
    """

    label: str
    do: Callable[[HttpRequest, Submission, dict], str]
    may: Callable[[object, Submission], permissions.Answer] = permissions.can_run_case
    form: type[CaseForm] | None = None
    when: tuple[str, ...] = ()
    place: str = DECISIONS
    first: bool = False
    help: str = ""


def _approve(request: HttpRequest, submission: Submission, typed: dict) -> str:
    lifecycle.approve(submission, actor=request.user)
    return "You approved the thesis. It waits for the registrar now, who records the conferral of the degree."


def _request_changes(request: HttpRequest, submission: Submission, typed: dict) -> str:
    lifecycle.request_changes(submission, actor=request.user, comment=typed["comment"])
    return "The student was asked for changes and gets a mail. The thesis comes back to you when it is sent again."


def _confer(request: HttpRequest, submission: Submission, typed: dict) -> str:
    lifecycle.record_conferral(submission, actor=request.user, conferred_on=typed["conferred_on"])
    return _with_orcid(
        "The conferral is recorded and the thesis is public. The student gets a mail.", submission
    )


def _correct_conferral(request: HttpRequest, submission: Submission, typed: dict) -> str:
    lifecycle.correct_conferral(submission, actor=request.user, conferred_on=typed["conferred_on"])
    return _with_orcid("The day of conferral is corrected on the page and in the metadata.", submission)


def _confirm_enrolment(request: HttpRequest, submission: Submission, typed: dict) -> str:
    case_facts.confirm_enrolment(submission, actor=request.user, enrolled_on=typed["enrolled_on"])
    if typed["enrolled_on"] is None:
        return _with_orcid("The confirmation is taken back.", submission)
    return _with_orcid("The enrolment is recorded.", submission)


def _name_thesis(request: HttpRequest, submission: Submission, typed: dict) -> str:
    if (
        "doi" in request.POST
    ):  # also from a page that is older than the reservation: it is refused, not dropped
        typed = {"doi": request.POST["doi"], **typed}
    case_facts.name_thesis(submission, actor=request.user, **typed)
    if submission.status == Status.PUBLISHED:
        return _with_orcid("The identifiers are recorded on the page and in the metadata.", submission)
    return "The identifiers are recorded. They go out with the thesis when it is published."


def _withdraw(request: HttpRequest, submission: Submission, typed: dict) -> str:
    withdrawn = lifecycle.withdraw(submission, actor=request.user, comment=typed["comment"])
    note = " A note stands in place of its public page." if withdrawn.published_at else ""
    return _with_orcid(f"The thesis was withdrawn.{note}", submission)


def _republish(request: HttpRequest, submission: Submission, typed: dict) -> str:
    lifecycle.publish(submission, actor=request.user)
    return _with_orcid("The thesis is public again.", submission)


def _publish_correction(request: HttpRequest, submission: Submission, typed: dict) -> str:
    lifecycle.publish_correction(submission, actor=request.user)
    return _with_orcid("The correction is public.", submission)


def _send_link(request: HttpRequest, submission: Submission, typed: dict) -> str:
    answer = permissions.can_run_case(request.user, submission)
    if not answer:
        raise lifecycle.MoveRefused(answer.reason)
    wanted = request.POST.get("invitation", "")
    if not wanted.isdecimal():
        raise Http404
    invitation = get_object_or_404(Invitation, pk=wanted, submission=submission, active=True)
    invitations.send_again(invitation)
    return f"A new link was sent to {invitation.name}. The old one has ended."


def _ask_owner(request: HttpRequest, submission: Submission, typed: dict) -> str:
    answer = permissions.can_identify(request.user, submission)
    if not answer:
        raise lifecycle.MoveRefused(answer.reason)
    return found.ask(submission, typed["found"], typed["email"])


def _take_off(request: HttpRequest, submission: Submission, typed: dict) -> str:
    answer = permissions.can_identify(request.user, submission)
    if not answer:
        raise lifecycle.MoveRefused(answer.reason)
    return found.take_off(submission, request.POST.get("found", ""), request.user)


def _can_confirm_enrolment(user: object, submission: Submission) -> permissions.Answer:
    """Only of somebody who studies here: nothing follows from it for the author of a thesis that was imported."""
    if submission.student_id is None:
        return permissions.Answer(False, "The thesis was imported: its author is no student of ours.")
    return permissions.can_run_case(user, submission)


_IN_HAND = tuple(status for status in Status if status != Status.WITHDRAWN)
_UNDER_WAY = tuple(status for status in _IN_HAND if status != Status.PUBLISHED)

#: What can be done, by the name in the address.
ACTIONS: dict[str, CaseAction] = {
    "approve": CaseAction(
        "Approve the thesis",
        _approve,
        when=(Status.IN_REVIEW,),
        first=True,
        help="It goes on to the registrar, who records the conferral. The student gets a mail. Nothing is public yet.",
    ),
    "request-changes": CaseAction(
        "Ask the student for changes", _request_changes, form=ActionCommentForm, when=(Status.IN_REVIEW,)
    ),
    "confer": CaseAction(
        "Record conferral and publish",
        _confer,
        permissions.can_confer,
        ConferralForm,
        (Status.APPROVED,),
        first=True,
    ),
    "correct-conferral": CaseAction(
        "Correct the day of conferral",
        _correct_conferral,
        permissions.can_confer,
        ConferralCorrectionForm,
        (Status.PUBLISHED,),
    ),
    "enrolment": CaseAction(
        "Confirm or correct the enrolment",
        _confirm_enrolment,
        _can_confirm_enrolment,
        EnrolmentForm,
        _IN_HAND,
        FACTS,
    ),
    "identifiers": CaseAction(
        "Record DOI, handle, ISBN and URN",
        _name_thesis,
        permissions.can_identify,
        IdentifierForm,
        _IN_HAND,
        place=FACTS,
    ),
    "withdraw": CaseAction("Withdraw this thesis", _withdraw, form=WithdrawalForm, place=ELSEWHERE),
    "republish": CaseAction(
        "Publish this thesis again",
        _republish,
        permissions.can_republish,
        when=(Status.WITHDRAWN,),
        first=True,
        help="It is public at once, at its old address. Every place that had it is told.",
    ),
    "publish-correction": CaseAction("Publish the correction", _publish_correction, place=ELSEWHERE),
    "send-link": CaseAction("Send a new link", _send_link, place=ELSEWHERE),
    "ask-owner": CaseAction(
        "Ask to confirm", _ask_owner, permissions.can_identify, OwnerForm, place=ELSEWHERE
    ),
    "take-off-id": CaseAction("Take this iD off", _take_off, permissions.can_identify, place=ELSEWHERE),
}


@require_http_methods(["GET", "POST"])
def act_view(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Do one of ``ACTIONS``. GET asks once before a withdrawal and changes nothing."""
    submission = _case(request, pk)
    if action not in ACTIONS:
        raise Http404
    spec = ACTIONS[action]
    form = spec.form(request.POST or None, submission=submission) if spec.form else None
    if action == "withdraw" and (request.method == "GET" or not form.is_valid()):
        context = {"submission": submission, "form": form, "page_title": "Withdraw this thesis?"}
        return render(request, "submissions/review/withdraw.html", context)
    if request.method == "GET":
        return redirect(case_url(submission))
    if form and not form.is_valid():
        return _page(request, submission, wrong=form)
    try:
        messages.success(request, spec.do(request, submission, form.cleaned_data if form else {}))
    except lifecycle.MoveRefused as refusal:
        messages.error(request, str(refusal))
    return redirect(case_url(submission))
