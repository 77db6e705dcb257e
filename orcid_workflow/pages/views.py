"""The pages on the way to ORCID, back, and out again (own_pages.py has the rest). A GET changes nothing, but for the
callback, where OAuth leaves no choice.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from .. import connections, oauth, profile
from ..models import Connection
from ..purposes import Purpose, all_purposes, kept_off, places, words_for
from ..visits.outcomes import AGAIN_KEY
from .facts_in_words import facts
from .own_pages import own_connection


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def connect(request: HttpRequest) -> HttpResponse:
    """Explain why, what is read and written, and that it can be undone; POST goes to ORCID.

    ``purpose`` names a purpose open to all; when it is missing or unknown, it is the one that this person agreed to
    last, else ``account``. ``next`` is a page of this site.
    """
    asked = request.POST if request.method == "POST" else request.GET
    purpose = _purpose(request, asked.get("purpose") or "")
    next_url = asked.get("next") or ""
    if not url_has_allowed_host_and_scheme(next_url, {request.get_host()}, require_https=request.is_secure()):
        next_url = ""
    if request.method == "POST":
        return oauth.begin(request, purpose.name, {}, next_url)
    context = {
        "purpose": purpose,
        "next": next_url,
        "scopes": [words_for(scope) for scope in purpose.scopes],
        "connection": own_connection(request),
    }
    return render(request, "orcid_workflow/connect.html", context)


@never_cache
@require_POST
def connect_again(request: HttpRequest) -> HttpResponse:
    """Begin the visit that failed once more, with what it was about."""
    again = request.session.get(AGAIN_KEY)
    if not again:
        return redirect("orcid:connect")
    return oauth.begin(request, again["purpose"], again["context"], hints=again.get("hints"))


@never_cache
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """Take a person who comes back from ORCID to where the purpose leads, or say what happened and what to
    do.
    """
    outcome = oauth.complete(request)
    if outcome.redirect_url:
        return redirect(outcome.redirect_url)
    if outcome.status >= 500:
        request.session.save()  # Django itself would not, and "Try again" would not know what was tried
    return render(request, "orcid_workflow/outcome.html", {"outcome": outcome}, status=outcome.status)


@never_cache
@login_required
@require_GET
def connected(request: HttpRequest) -> HttpResponse:
    """Show name and iD as ORCID shows them, what was permitted, and the way back for "this is not me"."""
    connection = own_connection(request)
    if not connection:
        return redirect("orcid:home")
    next_url = request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(next_url, {request.get_host()}, require_https=request.is_secure()):
        next_url = ""
    context = {
        "connection": connection,
        "scopes": [words_for(scope) for scope in connection.scope.split()],
        "facts": facts(profile.parse(connection.record)) if connection.record else [],
        "kept_off": kept_off(connection),
        "next": next_url,
    }
    return render(request, "orcid_workflow/connected.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def disconnect(request: HttpRequest) -> HttpResponse:
    """Say what disconnecting does and does not do, and ask once; POST does it."""
    connection = own_connection(request)
    if not connection or connection.state == Connection.State.DISCONNECTED:
        return redirect("orcid:home")
    if request.method != "POST":
        context = {
            "connection": connection,
            "items": _on_record(connection),
            "places": places(connection),
            "kept_off": kept_off(connection),
        }
        return render(request, "orcid_workflow/disconnect.html", context)
    before = list(_on_record(connection))
    done = connections.disconnect(connection, remove_items=request.POST.get("remove_items") == "yes")
    context = {
        "connection": connection,
        "done": done,
        "items": _on_record(connection),
        "removed": [item for item in before if item not in _on_record(connection)],
        "places": places(connection),
    }
    return render(request, "orcid_workflow/disconnected.html", context)


@login_required
@require_POST
def refresh(request: HttpRequest) -> HttpResponse:
    """Read the record again."""
    connection = own_connection(request)
    if connection and profile.refresh(connection):
        messages.success(request, "We read your ORCID record again.")
    else:
        messages.error(request, "ORCID did not give us your record. What we read before is unchanged.")
    return redirect("orcid:home")


def _purpose(request: HttpRequest, name: str) -> Purpose:
    connection = own_connection(request)
    before = connection.consents.values_list("purpose", flat=True) if connection else ()
    known = {one.name: one for one in all_purposes() if one.open_to_all or one.name == "account"}
    return next(known[one] for one in (name, *before, "account") if one in known)


def _on_record(connection: Connection):
    return connection.items.filter(put_code__isnull=False)
