"""The signing key and the id_token (OpenID Connect Core 1.0 with ORCID's habits)."""

import base64
import functools
import hashlib
import time
import uuid

from django.db import transaction
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from .models import Client, SigningKey, Token

ID_TOKEN_SECONDS = 24 * 60 * 60


@functools.cache
def signing_key() -> RSAKey:
    """Return the registry's RSA key; the first call makes and stores it."""
    with transaction.atomic():
        row = SigningKey.objects.first()
        if row is None:
            key = RSAKey.generate_key(2048, parameters={"use": "sig"}, private=True, auto_kid=True)
            row = SigningKey.objects.create(jwk=key.as_dict(private=True))
    return RSAKey.import_key(row.jwk)


def public_keys() -> dict:
    """Return the public key set as JSON for ``/oauth/jwks``. Like ORCID's, the keys name no ``alg``."""
    return KeySet([signing_key()]).as_dict(private=False)


def id_token(token: Token, issuer: str, nonce: str, auth_time: int) -> str:
    """Return a signed id_token for ``token``.

    ``issuer`` is the registry's root address without a trailing slash, ``auth_time`` the sign-in in Unix
    seconds. ``amr`` is a plain string, and only member clients get it; name claims are left out when the
    name is hidden.
    """
    now = int(time.time())
    person = token.person
    claims = {
        "iss": issuer,
        "aud": token.client_id,
        "sub": person.orcid,
        "at_hash": _half_hash(token.access_token),
        "iat": now,
        "exp": now + ID_TOKEN_SECONDS,
        "jti": str(uuid.uuid4()),
        "auth_time": auth_time,
    }
    if token.client.kind == Client.Kind.MEMBER:
        claims["amr"] = "pwd"
    if nonce:
        claims["nonce"] = nonce
    if person.name_visibility == "public":
        names = {
            "name": person.credit_name,
            "given_name": person.given_names,
            "family_name": person.family_name,
        }
        claims |= {claim: value for claim, value in names.items() if value}
    key = signing_key()
    return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)


def _half_hash(access_token: str) -> str:
    """``at_hash``: the left half of the SHA-256 of the token, base64url without padding."""
    digest = hashlib.sha256(access_token.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode("ascii")
