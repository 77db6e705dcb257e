"""ORCID as an OpenID Connect provider, by Authlib: the client, and the exchange of a code with every check.

No PKCE: ORCID does not support it (orcid.md §2). Endpoints are given one by one, so that nothing is fetched
at start.
"""

import datetime as dt
import logging

import requests
from authlib.integrations.django_client import DjangoOAuth2App, OAuth
from authlib.oidc.core import CodeIDToken
from authlib.oidc.core.util import create_half_hash
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from joserfc.errors import InvalidClaimError

from .. import connections, ids, revoking
from ..connections import Grant

logger = logging.getLogger(__name__)
_ALGORITHM = "RS256"  # the only one ORCID signs with (orcid.md §7)


class BadIdToken(Exception):
    """The id_token is missing or does not belong to this answer."""


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


@sensitive_variables()
def exchange(client: DjangoOAuth2App, request: HttpRequest, *, openid: bool) -> Grant:
    """Exchange the code in ``request`` and check all of the answer. The state is spent here, whatever comes of it.

    ``openid``: an id_token was asked for and has to be there. Raises ``OAuthError`` for ORCID's own errors,
    ``JoseError`` or ``BadIdToken`` for an id_token that is not as it should be, and what ``requests`` and Python raise
    for an answer of another shape. What ORCID gave and is not taken is given back.
    """
    given: dict = {}

    def keep(response: requests.Response) -> requests.Response:
        given.update(_in_json(response))
        return response

    client.compliance_fix = lambda session: session.register_compliance_hook("access_token_response", keep)
    try:
        return _exchange(client, request, openid=openid)
    except Exception:
        _give_back(given)
        raise


@sensitive_variables()
def _exchange(client: DjangoOAuth2App, request: HttpRequest, *, openid: bool) -> Grant:
    checks = {
        "iss": {"essential": True, "value": settings.ORCID_BASE_URL},
        "aud": {"essential": True, "value": settings.ORCID_CLIENT_ID},
    }
    # A redirect is never followed: the code and our secret would go along (orcid.md §22).
    answer = client.authorize_access_token(
        request, claims_cls=OrcidIdToken, claims_options=checks, allow_redirects=False
    )
    claims = answer.pop("userinfo", None) or {}
    if not answer.get("access_token") or not answer.get("orcid"):
        raise ValueError("ORCID sent no token or no iD.")
    orcid = ids.normalise(answer["orcid"])
    if openid:
        if claims.get("sub") != orcid:
            raise BadIdToken
        # Authlib leaves at_hash to us when the claims class is ours (orcid.md §7).
        half = create_half_hash(answer["access_token"], _ALGORITHM)
        if claims.get("at_hash") and claims["at_hash"].encode() != half:
            raise BadIdToken
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


@sensitive_variables()
def _in_json(response: requests.Response) -> dict:
    try:
        data = response.json()
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


@sensitive_variables()
def _give_back(given: dict) -> None:
    """Give back the tokens in an answer that is not trusted: now, or, where it at least names an iD, by the worker."""
    access, refresh = str(given.get("access_token") or ""), str(given.get("refresh_token") or "")
    if not access and not refresh:
        return
    try:
        orcid = ids.normalise(given.get("orcid"))
    except ValueError:
        if not revoking.revoke_at_orcid(refresh or access):
            logger.error("Tokens for no iD, which ORCID gave us, could not be given back.")
        return
    connections.hand_back(
        Grant(
            orcid=orcid,
            name="",
            scope=str(given.get("scope") or "")[:400],
            access_token=access,
            refresh_token=refresh,
            expires_at=None,
            client_id=settings.ORCID_CLIENT_ID,
            amr="",
            auth_time=None,
            answer=given,
        )
    )
