"""Two iDs, one place: the one that stands there, and the one its owner has just signed in with. They are asked.
So is who signed in under a name that was not expected: whether the iD is theirs.

The grant of the new one is kept aside meanwhile (``connections.park``), so that the answer needs no second visit to
ORCID; it is revoked when the old one is kept, when the answer is no longer possible, and when none comes.
"""

import datetime as dt
import json
from dataclasses import asdict, replace

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from .. import connections, revoking
from ..after_commit import after_commit
from ..connections import Grant
from ..consents import Asked
from ..models import Connection, Token
from ..purposes import AnotherIdStands, IsThisYours, get_purpose
from . import removal
from .asking import begin, user_key
from .outcomes import Outcome, outcome

KEY = "orcid_choice"  # in the session, without any secret
OTHER, MINE = QUESTIONS = ("other_id", "is_it_yours")
_MARGIN = dt.timedelta(minutes=1)  # before a parked grant is revoked it is no longer taken


def ask(
    request: HttpRequest,
    question: Asked,
    context: dict,
    grant: Grant,
    doubt: AnotherIdStands | IsThisYours,
) -> Outcome:
    """Keep ``grant`` aside and return the page that asks. One choice waits in a session: an earlier one is revoked."""
    _drop(request)
    token = connections.park(grant)
    request.session[KEY] = {
        "token": token.pk,
        "question": asdict(question),
        "context": context,
        "standing": doubt.standing.orcid if isinstance(doubt, AnotherIdStands) else "",
        "means": list(doubt.means if isinstance(doubt, AnotherIdStands) else doubt.words),
        "client_id": grant.client_id,
        "user": user_key(request),
        "amr": grant.amr,
        "auth_time": grant.auth_time.isoformat() if grant.auth_time else "",
    }
    return _page(request)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Show the question; POST ``choice`` = ``keep`` or ``use`` answers it. Where nothing stands that could be kept,
    ``keep`` leads to ORCID again, which then asks who it is.
    """
    pending = request.session.get(KEY)
    if not pending or pending["user"] != user_key(request):
        return _show(request, outcome("expired"))
    purpose = get_purpose(pending["question"]["purpose"])
    back = purpose.failure_url(pending["context"])
    token = _parked(pending)
    if token is None:
        del request.session[KEY]
        return _show(request, outcome("expired", back=back))
    if request.method != "POST":
        return _show(request, _page(request))
    if request.POST.get("choice") == "keep":
        _drop(request)
        if not pending["standing"]:
            return begin(request, purpose.name, pending["context"], hints={"prompt": "login"})
        messages.success(request, f"We kept {pending['standing']}. Nothing was changed.")
        return redirect(back)
    if request.POST.get("choice") != "use":
        return _show(request, _page(request))
    done = _use(request, pending, token, remove_items=request.POST.get("remove_items") == "yes")
    return redirect(done.redirect_url) if done.redirect_url else _show(request, done)


def _use(request: HttpRequest, pending: dict, token: Token, *, remove_items: bool) -> Outcome:
    """Put the new iD in its place, that of the old one if there is one, all or nothing, by the way every grant is
    stored.
    """
    from .. import oauth

    purpose = get_purpose(pending["question"]["purpose"])
    answer = (
        {"instead_of": pending["standing"]} if pending["standing"] else {"is_mine": token.connection.orcid}
    )
    context = pending["context"] | answer
    grant = _grant(pending, token)
    del request.session[KEY]

    def make_room() -> None:
        # Whoever is quicker, this or the worker that revokes it: the row goes once.
        if not Token.objects.filter(pk=token.pk).delete()[0]:
            raise connections.GrantGone
        old = _standing(pending)
        if purpose.requires_user and old is not None and old.user_id == request.user.pk:
            connections.end(old, remove_items=remove_items)
            after_commit(revoking.revoke_left_over, old)

    result = oauth.store(request, purpose, Asked(**pending["question"]), context, grant, before=make_room)
    if result.kind in QUESTIONS:  # asked again, about something else: the pair is parked anew
        Token.objects.filter(pk=token.pk).delete()
    elif result.kind not in ("connected", "missing_scope"):
        revoking.revoke_parked(token)
    return result


def _page(request: HttpRequest) -> Outcome:
    pending = request.session[KEY]
    purpose = get_purpose(pending["question"]["purpose"])
    old = _standing(pending)
    token = _parked(pending)
    return replace(
        outcome(OTHER if pending["standing"] else MINE, back=purpose.failure_url(pending["context"])),
        details={
            "orcid": token.connection.orcid,
            "name": token.connection.name,
            "connected": pending["standing"],
            "means": pending["means"],
            "items": list(removal.left(old)) if old and purpose.requires_user else [],
        },
    )


def _show(request: HttpRequest, result: Outcome) -> HttpResponse:
    return render(request, "orcid_workflow/outcome.html", {"outcome": result}, status=result.status)


def _standing(pending: dict) -> Connection | None:
    return Connection.objects.filter(
        environment=settings.ORCID_ENVIRONMENT, orcid=pending["standing"]
    ).first()


def _parked(pending: dict) -> Token | None:
    """Return the grant kept aside, None when it is revoked already, is about to be, or may have been (when ORCID was
    asked to and nothing was heard, it is asked again later).
    """
    soon = timezone.now() + _MARGIN
    return (
        Token.objects.filter(
            pk=pending["token"], revoke_again_at__gt=soon, created_at__gt=soon - connections.CHOICE
        )
        .select_related("connection")
        .first()
    )


def _drop(request: HttpRequest) -> None:
    pending = request.session.pop(KEY, None)
    token = _parked(pending) if pending else None
    if token:
        revoking.revoke_parked(token)


def _grant(pending: dict, token: Token) -> Grant:
    answer = json.loads(token.answer)
    return Grant(
        orcid=token.connection.orcid,
        name=str(answer.get("name") or "")[:400],
        scope=token.scope,
        access_token=token.access_token,
        refresh_token=token.refresh_token,
        expires_at=token.expires_at,
        client_id=pending.get("client_id", settings.ORCID_CLIENT_ID),
        amr=pending["amr"],
        auth_time=parse_datetime(pending["auth_time"]) if pending["auth_time"] else None,
        answer=answer,
    )
