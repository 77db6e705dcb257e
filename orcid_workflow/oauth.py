"""Signing in at ORCID: the way there (``begin``, in visits/asking.py) and the way back (``complete``)."""

import logging
import re
import time
from collections.abc import Callable

import requests
from authlib.integrations.django_client import DjangoOAuth2App, OAuthError
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from joserfc.errors import JoseError

from . import connections, consents, profile, revoking, scopes
from .api import errors
from .connections import Grant, GrantGone, IdInUse, OtherIdConnected, disconnect
from .consents import Asked
from .models import Connection
from .purposes import (
    AnotherIdStands,
    ConnectionRefused,
    IsThisYours,
    Purpose,
    get_purpose,
    register_purpose,
)
from .visits import choices, receipts
from .visits.asking import begin, user_key
from .visits.outcomes import AGAIN_KEY, Outcome, outcome
from .visits.provider import BadIdToken, exchange, oauth_client

__all__ = [
    "AnotherIdStands",
    "ConnectionRefused",
    "IsThisYours",
    "Purpose",
    "begin",
    "complete",
    "disconnect",
    "register_purpose",
    "revoke",
    "store",
]

logger = logging.getLogger(__name__)
_STATE_SECONDS = 3600
revoke = revoking.revoke_at_orcid

_OTHER_ID_MEANS = (
    "The new iD becomes the one of your account. We give back every permission for the one that is connected now, and "
    "forget what we read from its record.",
    "Work that is already published here keeps the iD it was published with.",
)


def complete(request: HttpRequest) -> Outcome:
    """Handle the way back. Whatever happened there becomes an ``Outcome``; nothing is raised for what ORCID
    sent.

    Nothing is written unless a token and a valid iD arrived, the id_token names the same iD, and the person
    who began is the one who came back.
    """
    client = oauth_client()
    state, visit = _visit(client, request)
    purpose = get_purpose(visit["purpose"]) if visit else None
    if visit:
        _remember(request, visit)

    def stop(kind: str, **details) -> Outcome:
        client.framework.clear_state_data(request.session, state)
        back = purpose.failure_url(visit["context"]) if visit else ""
        return outcome(kind, back=back, again=bool(visit), **details)

    if error := _error(request):
        if error == "access_denied":
            return stop("denied", without=purpose.without if purpose else "")
        return stop(_kind_of(error))
    if visit and not request.GET:
        return stop("no_answer")
    if not visit or time.time() - visit["begun"] > _STATE_SECONDS:
        return stop("expired")
    if visit["user"] != user_key(request):
        visit = None
        request.session.pop(AGAIN_KEY, None)
        return stop("other_user")
    if not request.GET.get("code"):
        return stop("expired")

    try:
        grant = exchange(client, request, openid="openid" in purpose.scopes)
    except OAuthError as fault:
        return stop(_kind_of(fault.error))
    except (JoseError, BadIdToken):
        return stop("bad_id_token")
    except (
        requests.RequestException,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        OverflowError,
    ) as fault:
        # Down, too slow, or an answer of another shape: JSON that is a list, a key set without keys, an iD of
        # no form.
        logger.warning("The token endpoint of ORCID gave no usable answer: %s", type(fault).__name__)
        return stop("not_answering")
    try:
        if purpose.identify:
            return purpose.identify(request, grant, visit["context"])
        result = store(request, purpose, Asked(**visit["question"]), visit["context"], grant)
    except Exception:
        # A fault of ours, or of the host's: it stays to be seen, and the permission is not left lying at ORCID.
        if not connections.is_kept(grant):
            connections.hand_back(grant)
        raise
    if result.kind not in ("connected", "missing_scope", *choices.QUESTIONS):
        connections.hand_back(grant)
    return result


def store(
    request: HttpRequest,
    purpose: Purpose,
    question: Asked,
    context: dict,
    grant: Grant,
    *,
    before: Callable[[], None] | None = None,
) -> Outcome:
    """Store a checked grant with the consent it rests on, and let the purpose do its part, all or nothing.

    ``before`` runs first in the same transaction; it may raise what this function catches. What to do with a grant
    that was refused is for the caller to say.
    """
    user = request.user if purpose.requires_user else None
    back = purpose.failure_url(context)
    try:
        if before is None:
            connections.check_owner(grant.orcid, user)
        reading = profile.fetch(grant.orcid, grant.access_token) if _reads(purpose, grant) else None
        with transaction.atomic():
            if before:
                before()
            connection = connections.attach(grant, user)
            if reading:
                profile.store(connection, reading)
            consent = consents.record(connection, question, granted=grant.scope)
            target = purpose.on_connected(request, connection, context)
            connections.resume(connection)
            receipts.mail_after_commit(consent, receipts.site_of(request))
    except IdInUse:
        _remember(request, {"purpose": purpose.name, "context": context}, prompt="login")
        return outcome(
            "in_use", back=back, again=True, orcid=grant.orcid, account=request.user.get_username()
        )
    except OtherIdConnected as other:
        standing = Connection.objects.get(environment=settings.ORCID_ENVIRONMENT, orcid=other.orcid)
        return choices.ask(request, question, context, grant, AnotherIdStands(standing, _OTHER_ID_MEANS))
    except (AnotherIdStands, IsThisYours) as doubt:
        return choices.ask(request, question, context, grant, doubt)
    except GrantGone:
        return outcome("expired", back=back)
    except ConnectionRefused as refusal:
        _remember(request, {"purpose": purpose.name, "context": context}, prompt="login")
        return outcome("refused", back=back, again=True, refusal=refusal)
    request.session.pop(AGAIN_KEY, None)
    missing = [scope for scope in purpose.scopes if scope not in grant.scope.split()]
    if missing:
        _remember(request, {"purpose": purpose.name, "context": context})
        return outcome("missing_scope", connection=connection, missing=missing, target=target, again=True)
    return outcome("connected", connection=connection, target=target)


def _visit(client: DjangoOAuth2App, request: HttpRequest) -> tuple[str, dict | None]:
    """Return state and data of the visit that ends here; None for a visit that this session knows nothing of.

    ORCID leaves the state out of some errors, and sends nothing at all that a server can see when it puts the answer
    behind a ``#`` (orcid.md §2, §3). The visit begun last stands in then; an answer with a code has to name its own.
    """
    state = request.GET.get("state") or ""
    if not state and not request.GET.get("code"):
        prefix = f"_state_{client.name}_"
        begun = {
            key.removeprefix(prefix): value["data"].get("begun", 0)
            for key, value in request.session.items()
            if key.startswith(prefix)
        }
        state = max(begun, key=begun.get, default="")
    visit = client.framework.get_state_data(request.session, state) if state else None
    try:
        get_purpose(visit["purpose"] if visit else "")
    except KeyError:
        return state, None
    return state, visit


def _remember(request: HttpRequest, visit: dict, prompt: str = "") -> None:
    """Keep what the button "Start again" would begin. ``prompt``: see ``begin``."""
    hints = {"prompt": prompt} if prompt else {}
    request.session[AGAIN_KEY] = {"purpose": visit["purpose"], "context": visit["context"], "hints": hints}


def _reads(purpose: Purpose, grant: Grant) -> bool:
    return purpose.reads_record and scopes.may_read(grant.scope.split())


def _error(request: HttpRequest) -> str:
    """Return ORCID's word for what went wrong, "" for none. Old addresses are put together unencoded (orcid.md §3)."""
    found = re.match(r"[a-z_]+", (request.GET.get("error") or "").strip().lower())
    return found[0] if found else ""


# What ORCID answers when it was told not to show anything (``prompt=none``).
_NEEDS_THE_PERSON = (
    "login_required",
    "interaction_required",
    "consent_required",
    "account_selection_required",
)


def _kind_of(error: str) -> str:
    """Return the outcome for an OAuth error: keyed on the error, never on status or text (orcid.md §5)."""
    if error == "mismatching_state":
        return "expired"
    if error == "invalid_grant":
        return "used_code"
    if error in _NEEDS_THE_PERSON:
        return "no_answer"
    action = errors.decide(400, error).action
    return "not_answering" if action is errors.Action.RETRY else "misconfigured"
