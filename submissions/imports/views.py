"""The page of the owner of a found iD: one signed link, no account, no script. GET never changes anything."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from ..committee.views import HEADERS
from . import confirming
from .confirming import BadLink


@require_safe
def read(request: HttpRequest, token: str) -> HttpResponse:
    """What was found and the way to ORCID; or what was confirmed; or why the link has ended."""
    try:
        found = confirming.find(token)
    except BadLink as bad:
        return _ended(request, "This link does not work", str(bad), status=404)
    if confirming.is_used(found):
        context = {"found": found, "connection": found.connection, "title": str(found.submission)}
        return _private(render(request, "submissions/imports/confirmed.html", context))
    usable = confirming.can_use(found)
    if not usable:
        return _ended(request, "This link has ended", usable.reason)
    context = {
        "found": found,
        "token": token,
        "role": confirming.role_of(found),
        "standing": confirming.standing(found),
        "page": found.submission.page,
        "purpose": confirming.PURPOSE,
    }
    return _private(render(request, "submissions/imports/confirm.html", context))


@require_http_methods(["GET", "POST"])
def connect(request: HttpRequest, token: str) -> HttpResponse:
    """Go to ORCID. Whoever opens the address otherwise is led to the page."""
    try:
        found = confirming.find(token)
    except BadLink as bad:
        return _ended(request, "This link does not work", str(bad), status=404)
    if request.method == "GET" or confirming.is_used(found) or not confirming.can_use(found):
        return _private(redirect("confirm:read", token))
    return _private(confirming.begin(request, found))


def _ended(request: HttpRequest, title: str, reason: str, *, status: int = 410) -> HttpResponse:
    context = {"title": title, "reason": reason}
    return _private(render(request, "submissions/imports/ended.html", context, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    for name, value in HEADERS.items():
        response[name] = value
    return response
