"""Signing in at ORCID: the way there (``begin``) and the way back (``complete``). OAuth by Authlib.

No PKCE: ORCID does not support it (orcid.md §2). Endpoints are given one by one, so that nothing is fetched
at start.
"""

import datetime as dt
import logging
import time
from urllib.parse import urlencode, urlsplit

import requests
from authlib.integrations.django_client import DjangoOAuth2App, OAuth, OAuthError
from authlib.oidc.core import CodeIDToken
from authlib.oidc.core.util import create_half_hash
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from joserfc.errors import InvalidClaimError, JoseError

from . import connections, errors, ids, profile
from .connections import Grant, IdInUse, OtherIdConnected, disconnect
from .outcomes import AGAIN_KEY, Outcome, outcome
from .purposes import ConnectionRefused, Purpose, get_purpose, register_purpose

__all__ = ["ConnectionRefused", "Purpose", "begin", "complete", "disconnect", "register_purpose", "revoke"]

logger = logging.getLogger(__name__)
_ALGORITHM = "RS256"  # the only one ORCID signs with (orcid.md §7)
_STATE_SECONDS = 3600
revoke = connections.revoke_at_orcid


class OrcidIdToken(CodeIDToken):
    """ORCID's id_token. Its ``amr`` is a string where OpenID Connect asks for a list (orcid.md §7)."""

    def validate_amr(self) -> None:
        """Accept a string or a list of strings."""
        amr = self.get("amr")
        if amr is not None and not isinstance(amr, str | list):
            raise InvalidClaimError("amr")


def oauth_client() -> DjangoOAuth2App:
    """Return Authlib's client for the settings of this moment (its registry would keep the first ones for
    ever).
    """
    base = settings.ORCID_BASE_URL
    return OAuth().register(
        "orcid",
        client_id=settings.ORCID_CLIENT_ID,
        client_secret=settings.ORCID_CLIENT_SECRET,
        authorize_url=f"{base}/oauth/authorize",
        access_token_url=f"{base}/oauth/token",
        jwks_uri=f"{base}/oauth/jwks",
        issuer=base,
        id_token_signing_alg_values_supported=[_ALGORITHM],
        client_kwargs={
            "token_endpoint_auth_method": "client_secret_post",
            "default_timeout": settings.ORCID_TIMEOUT_SECONDS,
        },
    )


def begin(
    request: HttpRequest, purpose_name: str, context: dict | None = None, next_url: str = ""
) -> HttpResponse:
    """Send the person to ORCID, or show a page that says that ORCID does not answer (503).

    Call it for a POST only, since it writes to the session.

    ``context`` (JSON) comes back to the purpose's functions; ``next_url`` (an address of this site, checked
    by the caller) is put into it as ``next``. Both are kept in the session beside the state, with the user
    who began. Raises ``KeyError`` for a purpose nobody registered.

    ORCID sends people back to ``settings.ORCID_REDIRECT_URI``, the full address registered there (without it: to
    the host of the request). The session that began lives under the host the browser is at. Who is at another one
    is first led to the page they are on at the registered host, signs in there if need be, and begins there;
    unless ``SESSION_COOKIE_DOMAIN`` is set, so that the hosts share a session.
    """
    purpose = get_purpose(purpose_name)
    if purpose.requires_user and not request.user.is_authenticated:
        return redirect_to_login(f"{reverse('orcid:connect')}?purpose={purpose.name}")
    context = dict(context or {})
    if next_url:
        context["next"] = next_url
    redirect_uri = getattr(settings, "ORCID_REDIRECT_URI", "") or request.build_absolute_uri(
        reverse("orcid:callback")
    )
    if not _session_reaches(request, redirect_uri):
        return HttpResponseRedirect(_same_page_at(redirect_uri, purpose, context))
    if not _answers():
        # Better our sentence, with a way back, than the browser's page about a broken connection.
        request.session[AGAIN_KEY] = {"purpose": purpose.name, "context": context}
        request.session.save()  # Django itself saves no session with an answer of 500 or more
        down = outcome("not_answering", back=purpose.failure_url(context), again=True)
        return render(request, "orcid_workflow/outcome.html", {"outcome": down}, status=down.status)
    client = oauth_client()
    target = client.create_authorization_url(redirect_uri, scope=" ".join(purpose.scopes))
    client.save_authorize_data(
        request,
        redirect_uri=redirect_uri,
        purpose=purpose.name,
        context=context,
        user=_user_key(request),
        begun=time.time(),
        **target,
    )
    return HttpResponseRedirect(target["url"])


def _answers() -> bool:
    """Whether the sign-in site answers at all, asked for ``settings.ORCID_PROBE_SECONDS`` (0: do not ask)."""
    seconds = getattr(settings, "ORCID_PROBE_SECONDS", 3.0)
    if not seconds:
        return True
    try:
        return (
            requests.head(settings.ORCID_BASE_URL, timeout=seconds, allow_redirects=False).status_code < 500
        )
    except requests.RequestException:
        return False


def _session_reaches(request: HttpRequest, address: str) -> bool:
    """Whether the browser's session goes along to ``address``: cookies belong to a host name, whatever the port.

    Where the browser is, it says itself in ``Origin``; a proxy may hide it from the ``Host`` header.
    """
    if settings.SESSION_COOKIE_DOMAIN:
        return True
    here = (
        urlsplit(request.headers.get("Origin", "")).hostname or urlsplit(f"//{request.get_host()}").hostname
    )
    return here == urlsplit(address).hostname


def _same_page_at(address: str, purpose: Purpose, context: dict) -> str:
    """Return the page from which this visit begins, at the host of ``address``."""
    if purpose.open_to_all:
        query = {"purpose": purpose.name} | ({"next": context["next"]} if context.get("next") else {})
        page = urlsplit(f"{reverse('orcid:connect')}?{urlencode(query)}")
    else:
        page = urlsplit(purpose.failure_url(context))
    return urlsplit(address)._replace(path=page.path, query=page.query).geturl()


def complete(request: HttpRequest) -> Outcome:
    """Handle the way back. Whatever happened there becomes an ``Outcome``; nothing is raised for what ORCID
    sent.

    Nothing is written unless a token and a valid iD arrived, the id_token names the same iD, and the person
    who began is the one who came back.
    """
    client = oauth_client()
    state = request.GET.get("state") or ""
    visit = client.framework.get_state_data(request.session, state) if state else None
    purpose = None
    if visit:
        try:
            purpose = get_purpose(visit["purpose"])
        except KeyError:
            visit = None
    again = {"purpose": visit["purpose"], "context": visit["context"]} if visit else None
    if again:
        request.session[AGAIN_KEY] = again

    def stop(kind: str, **details) -> Outcome:
        client.framework.clear_state_data(request.session, state)
        back = purpose.failure_url(visit["context"]) if visit else ""
        return outcome(kind, back=back, again=bool(visit), **details)

    if error := request.GET.get("error"):
        if error == "access_denied":
            return stop("denied", without=purpose.without if purpose else "")
        return stop(_kind_of(error))
    if not visit or time.time() - visit["begun"] > _STATE_SECONDS:
        return stop("expired")
    if visit["user"] != _user_key(request):
        visit = None
        request.session.pop(AGAIN_KEY, None)
        return stop("other_user")
    if not request.GET.get("code"):
        return stop("expired")

    try:
        grant = _exchange(client, request, purpose)
    except OAuthError as fault:
        return stop(_kind_of(fault.error))
    except (JoseError, _BadIdToken):
        return stop("bad_id_token")
    except (requests.RequestException, ValueError, TypeError, KeyError, AttributeError) as fault:
        # Down, too slow, or an answer of another shape: JSON that is a list, a key set without keys, an iD of
        # no form.
        logger.warning("The token endpoint of ORCID gave no usable answer: %s", type(fault).__name__)
        return stop("not_answering")
    return _store(request, purpose, visit["context"], grant, stop)


def _store(request: HttpRequest, purpose: Purpose, context: dict, grant: Grant, stop) -> Outcome:
    """Store a checked grant and let the purpose do its part, all or nothing; a refused grant is handed
    back.
    """
    user = request.user if purpose.requires_user else None
    try:
        connections.check_owner(grant.orcid, user)
        reading = profile.fetch(grant.orcid, grant.access_token) if _reads(grant) else None
        with transaction.atomic():
            connection = connections.attach(grant, user)
            if reading:
                profile.store(connection, reading)
            target = purpose.on_connected(request, connection, context)
            connections.resume(connection)
    except IdInUse:
        result = stop("in_use", orcid=grant.orcid)
    except OtherIdConnected as other:
        result = stop("other_id", orcid=grant.orcid, connected=other.orcid)
    except ConnectionRefused as refusal:
        result = stop("refused", refusal=refusal)
    else:
        request.session.pop(AGAIN_KEY, None)
        missing = [scope for scope in purpose.scopes if scope not in grant.scope.split()]
        if missing:
            request.session[AGAIN_KEY] = {"purpose": purpose.name, "context": context}
            return outcome("missing_scope", connection=connection, missing=missing, target=target, again=True)
        return outcome("connected", connection=connection, target=target)
    connections.revoke_at_orcid(grant.refresh_token or grant.access_token)
    return result


class _BadIdToken(Exception):
    """The id_token is missing or does not belong to this answer."""


def _exchange(client: DjangoOAuth2App, request: HttpRequest, purpose: Purpose) -> Grant:
    """Exchange the code and check all of the answer. The state is spent here, whatever comes of it."""
    checks = {
        "iss": {"essential": True, "value": settings.ORCID_BASE_URL},
        "aud": {"essential": True, "value": settings.ORCID_CLIENT_ID},
    }
    answer = client.authorize_access_token(request, claims_cls=OrcidIdToken, claims_options=checks)
    claims = answer.pop("userinfo", None) or {}
    if not answer.get("access_token") or not answer.get("orcid"):
        raise ValueError("ORCID sent no token or no iD.")
    orcid = ids.normalise(answer["orcid"])
    if "openid" in purpose.scopes:
        if claims.get("sub") != orcid:
            raise _BadIdToken
        # Authlib leaves at_hash to us when the claims class is ours (orcid.md §7).
        half = create_half_hash(answer["access_token"], _ALGORITHM)
        if claims.get("at_hash") and claims["at_hash"].encode() != half:
            raise _BadIdToken
    amr = claims.get("amr") or ""
    seconds = answer.get("expires_in")
    return Grant(
        orcid=orcid,
        name=str(answer.get("name") or "")[:400],
        scope=str(answer.get("scope") or ""),
        access_token=answer["access_token"],
        refresh_token=str(answer.get("refresh_token") or ""),
        expires_at=timezone.now() + dt.timedelta(seconds=int(seconds)) if seconds else None,
        client_id=settings.ORCID_CLIENT_ID,
        amr=(amr if isinstance(amr, str) else " ".join(map(str, amr)))[:40],
        auth_time=dt.datetime.fromtimestamp(claims["auth_time"], dt.UTC) if claims.get("auth_time") else None,
        answer=dict(answer),
    )


def _reads(grant: Grant) -> bool:
    return "/read-limited" in grant.scope.split()


def _kind_of(error: str) -> str:
    """Return the outcome for an OAuth error: keyed on the error, never on status or text (orcid.md §5)."""
    if error == "mismatching_state":
        return "expired"
    if error == "invalid_grant":
        return "used_code"
    action = errors.decide(400, error).action
    return "not_answering" if action is errors.Action.RETRY else "misconfigured"


def _user_key(request: HttpRequest) -> str:
    return str(request.user.pk) if request.user.is_authenticated else ""
