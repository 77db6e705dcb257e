"""Take an authenticated iD out of the records of a public thesis, after a page that says what follows; put it back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from .. import case_facts, permissions
from ..models import Submission
from ..refusals import MoveRefused
from .desk import case_url
from .forms import IdWithdrawalForm

PUT_BACK = "put-back"


def shown(submission: Submission, user: permissions.User) -> dict:
    """What the case page says: ``standing`` (iD and names), ``withdrawn`` (rows), ``out`` (the iDs of these), and
    whether ``user`` may act.
    """
    withdrawn = list(submission.withdrawn_ids.select_related("by"))
    return {
        "standing": list(case_facts.ids_in_records(submission).items()),
        "withdrawn": withdrawn,
        "out": {row.orcid for row in withdrawn},
        "can_act": permissions.can_withdraw_id(user, submission),
    }


@require_http_methods(["GET", "POST"])
def id_view(request: HttpRequest, pk: int, orcid: str) -> HttpResponse:
    """One iD of one case. GET asks before it is taken out and changes nothing; POST takes it out, or with
    ``do=put-back`` puts it back.
    """
    submission = get_object_or_404(Submission.objects.select_related("page", "author_connection"), pk=pk)
    if not permissions.is_office(request.user):
        raise PermissionDenied
    try:
        if request.POST.get("do") == PUT_BACK:
            messages.success(request, _put_back(request, submission, orcid))
            return redirect(_back(submission))
        form = IdWithdrawalForm(request.POST or None, submission=submission)
        if request.method == "POST" and form.is_valid():
            reason = form.cleaned_data["reason"]
            case_facts.withdraw_id(submission, actor=request.user, orcid=orcid, reason=reason)
            messages.success(
                request, f"{orcid} was taken out of the records. The places outside are told now."
            )
            return redirect(_back(submission))
        return _ask(request, submission, orcid, form)
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(_back(submission))


def _ask(request: HttpRequest, submission: Submission, orcid: str, form: IdWithdrawalForm) -> HttpResponse:
    """The page that says what follows. Raises ``MoveRefused`` where nothing could follow."""
    if not (answer := permissions.can_withdraw_id(request.user, submission)):
        raise MoveRefused(answer.reason)
    names = case_facts.ids_in_records(submission).get(orcid)
    if names is None:
        raise MoveRefused("This iD is not in the records of the thesis.")
    # Nothing is ever written to the record of an author without an account here.
    connection = submission.author_connection if submission.student_id else None
    context = {
        "submission": submission,
        "orcid": orcid,
        "names": names,
        "is_written": connection is not None and connection.orcid == orcid,
        "form": form,
        "page_title": "Take this iD out of the records?",
    }
    return render(request, "submissions/review/withdraw_id.html", context, status=422 if form.errors else 200)


def _put_back(request: HttpRequest, submission: Submission, orcid: str) -> str:
    case_facts.restore_id(submission, actor=request.user, orcid=orcid)
    if orcid in case_facts.ids_in_records(submission):
        return f"{orcid} is in the records again. The places outside are told now."
    return f"{orcid} may stand in the records again. At present it belongs to nobody who is named in them."


def _back(submission: Submission) -> str:
    return f"{case_url(submission)}#record-ids"
