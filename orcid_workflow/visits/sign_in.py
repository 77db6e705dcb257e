"""Signing in here with ORCID: for somebody whose account is connected already, by the confirmed iD and nothing else.

Never by a name or an e-mail address: those would let one person take another's account (orcid.md §22).
"""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from .. import connections
from ..connections import Grant
from ..models import Connection
from ..purposes import Purpose, register_purpose
from .asking import begin
from .outcomes import AGAIN_KEY, Outcome, outcome

ALL, STUDENTS, OFF = "all", "students", "off"
KINDS = (ALL, STUDENTS, OFF)
_MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


def who_may() -> str:
    """Return ``settings.ORCID_SIGN_IN``: ``all``, ``students`` (the default) or ``off``.

    ``students`` are accounts without any permission beyond their own things. Whoever holds one keeps the university's
    own way of signing in, with its second factor and its leaving day: an ORCID password is outside its rules.
    """
    return getattr(settings, "ORCID_SIGN_IN", STUDENTS)


def may_sign_in(user: AbstractUser) -> bool:
    """Whether this account may be signed in by its iD."""
    if not user.is_active or who_may() == OFF:
        return False
    return who_may() == ALL or not (user.is_staff or user.is_superuser or user.get_all_permissions())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Say what the button does; POST goes to ORCID. ``next`` is a page of this site."""
    asked = request.POST if request.method == "POST" else request.GET
    next_url = asked.get("next") or ""
    if not url_has_allowed_host_and_scheme(next_url, {request.get_host()}, require_https=request.is_secure()):
        next_url = ""
    if who_may() == OFF or request.user.is_authenticated:
        target = resolve_url(
            settings.LOGIN_REDIRECT_URL if request.user.is_authenticated else settings.LOGIN_URL
        )
        return redirect(next_url or target)
    if request.method == "POST":
        return begin(request, PURPOSE.name, {}, next_url)
    usual = resolve_url(settings.LOGIN_URL) + (f"?{urlencode({'next': next_url})}" if next_url else "")
    return render(request, "orcid_workflow/sign_in.html", {"next": next_url, "usual": usual})


def identify(request: HttpRequest, grant: Grant, context: dict) -> Outcome:
    """Sign in the account that the confirmed iD is connected to, in a session with a new key; or say why not."""
    connection = (
        Connection.objects.filter(
            environment=settings.ORCID_ENVIRONMENT, orcid=grant.orcid, user__isnull=False
        )
        .exclude(state=Connection.State.DISCONNECTED)
        .select_related("user")
        .first()
    )
    user = connection.user if connection else None
    if user is None or not may_sign_in(user):
        connections.hand_back(grant)
        kind = "sign_in_unknown" if user is None or not user.is_active else "sign_in_not_this_way"
        request.session[AGAIN_KEY] = {
            "purpose": PURPOSE.name,
            "context": context,
            "hints": {"prompt": "login"},
        }
        after = reverse("orcid:connect") if user is None else context.get("next", "")
        address = resolve_url(settings.LOGIN_URL) + (f"?{urlencode({'next': after})}" if after else "")
        return outcome(
            kind, again=True, action=("Sign in the usual way", address), orcid="" if user else grant.orcid
        )
    if not _keep(connection, grant):
        connections.hand_back(grant)
    request.session.pop(AGAIN_KEY, None)
    login(request, user, backend=_backend())
    target = context.get("next") or resolve_url(settings.LOGIN_REDIRECT_URL)
    return outcome("connected", connection=connection, target=target)


def _keep(connection: Connection, grant: Grant) -> bool:
    """Store the grant when it is the first of its kind: ORCID then asks for no consent at the next time. Not for
    somebody who withdrew everything at ORCID: to sign in is not to permit it again.
    """
    scopes = frozenset(grant.scope.split())
    with transaction.atomic():
        row = Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
        if not row.is_connected or any(token.scopes == scopes for token in row.live_tokens()):
            return False
        connections.keep_token(row, grant)
    return True


def _backend() -> str:
    """Return the backend the session is of: Django's own where there is one, since others end a session that they did
    not begin (``RemoteUserMiddleware``).
    """
    backends = settings.AUTHENTICATION_BACKENDS
    return _MODEL_BACKEND if _MODEL_BACKEND in backends else backends[0]


def _nothing_to_store(request: HttpRequest, connection: Connection, context: dict) -> str:
    raise NotImplementedError("Signing in stores no connection.")


def _back(context: dict) -> str:
    query = f"?{urlencode({'next': context['next']})}" if context.get("next") else ""
    return reverse("orcid:sign_in") + query


PURPOSE = register_purpose(
    Purpose(
        name="sign_in",
        scopes=("openid",),
        requires_user=False,
        on_connected=_nothing_to_store,
        identify=identify,
        failure_url=_back,
        why="To know which account is yours, by the ORCID iD that you connected to it.",
        reads=("Your iD. Nothing else.",),
        without="You can sign in the usual way instead.",
    )
)
