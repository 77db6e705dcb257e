"""What clients call: token, revoke, userinfo, keys and discovery."""

import base64
import binascii
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from .. import keys, orcid_id, scopes, tokens
from ..access import bearer
from ..models import Client, Token


def issuer(request: HttpRequest) -> str:
    """The root address, without a trailing slash."""
    return request.build_absolute_uri("/").rstrip("/")


@csrf_exempt
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """``/oauth/token``."""
    try:
        grants = {
            "authorization_code": _code,
            "refresh_token": _refresh,
            "client_credentials": _client_credentials,
        }
        grant = grants.get(request.POST.get("grant_type", ""))
        if grant is None:
            raise tokens.TokenRefused(
                400, "unsupported_grant_type", "The grant type is missing or not supported"
            )
        issued = grant(request, _client(request))
    except tokens.TokenRefused as error:
        return _refusal(error)
    answer = tokens.answer(issued)
    if issued.code and "openid" in issued.scopes:
        code = issued.code
        answer["id_token"] = keys.id_token(
            issued, issuer(request), code.nonce, int(code.auth_time.timestamp())
        )
    response = JsonResponse(answer)
    response["Cache-Control"] = "no-store"
    return response


@csrf_exempt
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """``/oauth/revoke``: 200 with nothing in it."""
    try:
        tokens.revoke(_client(request), _required(request, "token"))
    except tokens.TokenRefused as error:
        return _refusal(error)
    return HttpResponse()


@csrf_exempt
@require_http_methods(["GET", "POST"])
def userinfo(request: HttpRequest) -> HttpResponse:
    """``/oauth/userinfo``: names that the person hides are null, e-mail is never there."""
    found = Token.objects.select_related("person").filter(
        access_token=bearer(request), revoked="", expires__gt=timezone.now(), person__isnull=False
    )
    live = found.first()
    if live is None or not scopes.allows(live.scopes, "/authenticate"):
        # ORCID's key has a hyphen here.
        return JsonResponse(
            {"error": "access_denied", "error-description": "access_token is invalid"}, status=403
        )
    person = live.person
    shown = person.name_visibility == "public"
    return JsonResponse(
        {
            "id": orcid_id.uri(person.orcid),
            "sub": person.orcid,
            "name": (person.credit_name or None) if shown else None,
            "family_name": (person.family_name or None) if shown else None,
            "given_name": (person.given_names or None) if shown else None,
        }
    )


@require_GET
def jwks(request: HttpRequest) -> HttpResponse:
    """``/oauth/jwks``."""
    return JsonResponse(keys.public_keys())


@require_GET
def discovery(request: HttpRequest) -> HttpResponse:
    """``/.well-known/openid-configuration``. Like ORCID's it names no revocation endpoint and no PKCE."""
    root = issuer(request)
    return JsonResponse(
        {
            "issuer": root,
            "authorization_endpoint": f"{root}/oauth/authorize",
            "token_endpoint": f"{root}/oauth/token",
            "userinfo_endpoint": f"{root}/oauth/userinfo",
            "jwks_uri": f"{root}/oauth/jwks",
            "scopes_supported": ["openid"],
            "response_types_supported": ["code", "id_token", "id_token token"],
            "grant_types_supported": ["authorization_code", "implicit", "refresh_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "claims_supported": ["family_name", "given_name", "name", "auth_time", "iss", "sub"],
            "claim_types_supported": ["normal"],
            "claims_parameter_supported": False,
        }
    )


def _code(request: HttpRequest, client: Client) -> Token:
    return tokens.exchange(client, _required(request, "code"), _required(request, "redirect_uri"))


def _refresh(request: HttpRequest, client: Client) -> Token:
    return tokens.refresh(client, _required(request, "refresh_token"), request.POST.get("scope", ""))


def _client_credentials(request: HttpRequest, client: Client) -> Token:
    return tokens.for_client(client, _required(request, "scope"))


def _client(request: HttpRequest) -> Client:
    """The client, by the body or by HTTP Basic. Raises 401 ``invalid_request`` or ``invalid_client``."""
    basic = _basic(request)
    client_id, secret = basic or (_required(request, "client_id"), _required(request, "client_secret"))
    client = Client.objects.filter(client_id=client_id, secret=secret).first()
    if client is None:
        raise tokens.TokenRefused(401, "invalid_client", "Client authentication failed")
    if client.status != Client.Status.ACTIVE:
        raise tokens.TokenRefused(400, "unauthorized_client", f"The client is {client.status}")
    return client


def _basic(request: HttpRequest) -> tuple[str, str] | None:
    scheme, _space, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _colon, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return unquote(name), unquote(secret)


def _required(request: HttpRequest, name: str) -> str:
    value = request.POST.get(name, "").strip()
    if not value:
        raise tokens.TokenRefused(401, "invalid_request", f"{name} is required")
    return value


def _refusal(error: tokens.TokenRefused) -> HttpResponse:
    return JsonResponse({"error": error.error, "error_description": error.description}, status=error.status)
