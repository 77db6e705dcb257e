"""Single sign-on over OpenID Connect, switched on by settings alone (docs/settings.md)."""

from functools import lru_cache

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.django_client import DjangoOAuth2App, OAuth
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from joserfc.errors import JoseError

from .accounts import CannotSignIn, Identity, account_for

_NEXT_KEY = "campus_next"
_BACKEND = "etd_site.campus.passwords.PasswordBackend"
_NOT_NOW = (
    "The university's sign-in does not answer as it should. Nothing is lost; try again in a few minutes."
)


@lru_cache(maxsize=1)
def _client(issuer: str, client_id: str, secret: str, scopes: str) -> DjangoOAuth2App:
    """Return Authlib's client. Kept, so that the provider's metadata is fetched once in a process."""
    return OAuth().register(
        "campus",
        client_id=client_id,
        client_secret=secret,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": scopes, "code_challenge_method": "S256", "default_timeout": 10},
    )


def client() -> DjangoOAuth2App:
    """Return the client for the settings of this moment."""
    return _client(
        settings.ETD_OIDC_ISSUER,
        settings.ETD_OIDC_CLIENT_ID,
        settings.ETD_OIDC_CLIENT_SECRET,
        settings.ETD_OIDC_SCOPES,
    )


@never_cache
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Send somebody to the university's sign-in. ``next`` is a page of this site to go to afterwards."""
    if not settings.ETD_OIDC_ISSUER:
        raise Http404
    request.session[_NEXT_KEY] = request.POST.get("next") or ""
    try:
        return client().authorize_redirect(request, request.build_absolute_uri(reverse("campus:callback")))
    except (requests.RequestException, ValueError, RuntimeError):
        return _refused(request, _NOT_NOW, 503)


@never_cache
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """Take somebody who comes back, sign them in, or say in words why not."""
    if not settings.ETD_OIDC_ISSUER:
        raise Http404
    try:
        token = client().authorize_access_token(request)
        claims = dict(token.get("userinfo") or {})
        if client().server_metadata.get("userinfo_endpoint"):
            more = client().userinfo(token=token)
            if more.get("sub") == claims.get("sub"):  # OpenID Connect Core 1.0 §5.3.2
                claims = {**more, **claims}
        user = account_for(_identity(claims))
    except OAuthError as error:
        if error.error == "access_denied":
            return _refused(request, "You did not sign in at the university. Nothing was changed.", 200)
        return _refused(
            request, "This way in has expired or was used already. Start again: it takes a moment.", 400
        )
    except CannotSignIn as refusal:
        return _refused(request, str(refusal), 403)
    except (requests.RequestException, JoseError, ValueError, TypeError, KeyError, AttributeError):
        return _refused(request, _NOT_NOW, 503)
    wanted = request.session.pop(_NEXT_KEY, "")
    login(request, user, backend=_BACKEND)
    if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        wanted = resolve_url(settings.LOGIN_REDIRECT_URL)
    return redirect(wanted)


def _identity(claims: dict) -> Identity:
    def text(name: str) -> str:
        value = claims.get(name)
        value = value[0] if isinstance(value, list) and value else value
        return value.strip() if isinstance(value, str) else ""

    return Identity(
        provider=settings.ETD_OIDC_ISSUER,
        subject=text("sub"),
        username=text(settings.ETD_OIDC_USERNAME_CLAIM),
        given=text("given_name"),
        family=text("family_name"),
        # An address says whose committee seats an account may take, so one that nobody vouches for is left out.
        email=text("email")
        if claims.get("email_verified", settings.ETD_OIDC_EMAIL_IS_PROVEN) is True
        else "",
        orcid=text(settings.ETD_OIDC_ORCID_CLAIM),
    )


def _refused(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    return render(request, "etd_site/campus/refused.html", {"sentence": sentence}, status=status)
