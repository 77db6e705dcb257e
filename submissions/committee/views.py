"""The committee member's page: one signed link, no account, no script. GET never changes anything.

The address is the key, so no page is kept by a cache, listed by a search engine, or told to another site.
"""

import functools
from collections.abc import Callable
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..lifecycle import MoveRefused
from ..lifecycle import decide as record_decision
from ..models import EmbargoOption, Invitation, ThesisPage, Verdict
from . import invitations, orcid
from .forms import DecisionForm
from .invitations import BadLink, OldLink
from .standing import DONE, NEXT, Standing, last_sending, shown_version, standing

HEADERS = {
    "Cache-Control": "no-store, private",
    # Not "no-referrer": browsers then send "Origin: null" with forms, and Django refuses those as forged.
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}
NOT_COMPLETE = "This address is not complete. Open the link from the mail again, or copy the whole of it."

View = Callable[[HttpRequest, str, Invitation], HttpResponse]


def _private(response: HttpResponse) -> HttpResponse:
    for name, value in HEADERS.items():
        response[name] = value
    return response


def _by_link(view: View) -> Callable[[HttpRequest, str], HttpResponse]:
    """Find whose link it is and call ``view`` with the invitation; a link that is no good gets a page that says why."""

    @functools.wraps(view)
    def inner(request: HttpRequest, token: str) -> HttpResponse:
        try:
            response = view(request, token, invitations.find(token))
        except OldLink as old:
            again = token if standing(old.invitation).waits_for_member else ""
            response = _ended(request, "A newer link has replaced this one", str(old), again=again)
        except BadLink as bad:
            response = _ended(request, "This link does not work", str(bad), status=404)
        return _private(response)

    return inner


def _posted(view: View) -> View:
    """Only a POST acts. Whoever opens such an address otherwise (reload, history) is led to the page."""

    @functools.wraps(view)
    def inner(request: HttpRequest, token: str, invitation: Invitation) -> HttpResponse:
        return (
            view(request, token, invitation)
            if request.method == "POST"
            else redirect("committee:read", token)
        )

    return inner


@require_safe
def no_link(request: HttpRequest) -> HttpResponse:
    """The address without its token, as it is left when a mail program cuts a link in two."""
    return _private(_ended(request, "This link does not work", NOT_COMPLETE, status=404))


@require_safe
@_by_link
def read(request: HttpRequest, token: str, invitation: Invitation) -> HttpResponse:
    """The thesis and the form to decide; or what was decided; or why the link has ended."""
    return _page(request, token, standing(invitation))


@_by_link
@_posted
def decide(request: HttpRequest, token: str, invitation: Invitation) -> HttpResponse:
    """Record the decision and confirm it. What cannot be recorded comes back with the reason and what was typed."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, token, standing(invitation), form=form, status=422)
    typed = form.cleaned_data
    try:
        record_decision(
            invitation,
            verdict=Verdict(typed["verdict"]),
            comment=typed["comment"],
            revision_id=typed["revision"],
        )
    except MoveRefused as refusal:
        now = standing(invitations.find(token))
        data = request.POST.copy()
        # The page now shows the latest revision below the refusal, so the next try is made on it.
        data["revision"] = _thesis(now).latest_revision_id
        form = DecisionForm(data)
        form.add_error(None, str(refusal))
        return _page(request, token, now, form=form, status=409)
    request.session.pop(_typed_key(invitation), None)
    return redirect("committee:read", token)


@_by_link
@_posted
def connect(request: HttpRequest, token: str, invitation: Invitation) -> HttpResponse:
    """Go to ORCID. What was typed into the decision waits in the session."""
    now = standing(invitation)
    if not now.usable:
        return _page(request, token, now)
    _keep_typed(request, invitation)
    return orcid.begin(request, invitation)


@_by_link
@_posted
def not_me(request: HttpRequest, token: str, invitation: Invitation) -> HttpResponse:
    """Take the iD off this seat."""
    now = standing(invitation)
    if not now.usable:
        return _page(request, token, now)
    _keep_typed(request, invitation)
    orcid.not_me(request, invitation)
    return redirect(reverse("committee:read", args=[token]) + "#main")  # where the message stands


def new_link(request: HttpRequest, token: str) -> HttpResponse:
    """Mail a working link to the address on file. The holder of an old or expired link may ask; nobody else can."""
    if request.method != "POST":
        return _private(redirect("committee:read", token))
    try:
        invitation = invitations.find(token)
    except OldLink as old:
        invitation = old.invitation
    except BadLink as bad:
        return _private(_ended(request, "This link does not work", str(bad), status=404))
    now = standing(invitation)
    if not now.waits_for_member:
        return _private(_page(request, token, now))
    if not invitations.mail_again(invitation):
        outcome = "early"
    else:
        invitation.refresh_from_db(fields=["mail_error"])
        outcome = "failed" if invitation.mail_error else "sent"
    status = {"sent": 200, "failed": 503, "early": 429}[outcome]
    return _private(
        render(
            request,
            "submissions/committee/new_link.html",
            {"outcome": outcome, "token": token},
            status=status,
        )
    )


# --- pages -----------------------------------------------------------------------------------------------------------


def _page(
    request: HttpRequest, token: str, now: Standing, *, form: DecisionForm | None = None, status: int = 200
) -> HttpResponse:
    """Show what the link is good for now. ``form`` is a bound form whose decision was not recorded."""
    if not now.usable:
        again = token if now.waits_for_member else ""
        return _ended(request, "This link has ended", now.usable.reason, now=now, again=again, form=form)
    context = {"token": token, "now": now, "invitation": now.invitation, "purpose": orcid.PURPOSE}
    context |= _about(token, now)
    if now.can_decide:
        context["form"] = form or DecisionForm(
            initial={
                **request.session.get(_typed_key(now.invitation), {}),
                "revision": context["page"].latest_revision_id,
            }
        )
        return render(request, "submissions/committee/read.html", context | _choices(now), status=status)
    submission = now.invitation.submission
    context["next"] = NEXT.get(submission.status, "")
    context["done"] = DONE[now.decision.verdict] if now.decision else ""
    context["unrecorded"] = form
    return render(request, "submissions/committee/answered.html", context, status=status)


def _ended(
    request: HttpRequest,
    title: str,
    reason: str,
    *,
    status: int = 410,
    now: Standing | None = None,
    again: str = "",
    form: DecisionForm | None = None,
) -> HttpResponse:
    """A link that opens nothing. Nothing of the thesis is shown, because the reader may be anybody.

    ``again`` is the token with which a working link can be asked for, or empty.
    """
    moved_on = now is not None and now.invitation.active and now.invitation.submission.status in NEXT
    context = {
        "title": title,
        "reason": reason,
        "now": now,
        "moved_on": moved_on,
        "again": again,
        "unrecorded": form,
    }
    return render(request, "submissions/committee/ended.html", context, status=status)


def _thesis(now: Standing) -> ThesisPage:
    return ThesisPage.objects.get(pk=now.invitation.submission.page_id)


def _about(token: str, now: Standing) -> dict:
    """What the member reads about the thesis, as far as it was sent to them."""
    submission = now.invitation.submission
    page = shown_version(now)
    context = {"submission": submission, "student": submission.author_name}
    if page is None:
        return context | {"page": None, "title": f"Thesis {submission.reference}", "members": [], "files": []}
    files = [
        {
            "file": item,
            "url": reverse("files:download", args=[submission.uuid, item.key, item.name])
            + "?"
            + urlencode({"via": token}),
        }
        for item in page.files.all()
    ]
    return context | {
        "page": page,
        "title": page.title or "Untitled thesis",
        "members": list(page.committee_members.all()),
        "files": files,
    }


def _choices(now: Standing) -> dict:
    """What else only the reader who still has to decide sees: how far the committee is, which embargoes there were,
    and what the student wrote to them."""
    submission = now.invitation.submission
    approved = Q(decisions__round=submission.committee_round, decisions__verdict=Verdict.APPROVE)
    return {
        "progress": submission.invitations.filter(active=True).aggregate(
            asked=Count("pk", distinct=True), approved=Count("pk", distinct=True, filter=approved)
        ),
        "embargoes": EmbargoOption.objects.filter(active=True),
        "sent": last_sending(submission),
    }


# --- what was typed, while its writer is at ORCID -----------------------------------------------------------


def _typed_key(invitation: Invitation) -> str:
    return f"committee_{invitation.pk}"


def _keep_typed(request: HttpRequest, invitation: Invitation) -> None:
    typed = {name: request.POST[name] for name in ("verdict", "comment") if request.POST.get(name)}
    if typed:
        request.session[_typed_key(invitation)] = typed
