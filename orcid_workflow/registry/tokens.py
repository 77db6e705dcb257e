"""Giving, refreshing, finding and revoking tokens. Rules: ORCID's, facts on the token endpoint.

Every exchange makes a new pair and leaves the earlier ones alone; a code is good once, and using it again
also disables what it gave before; a refresh needs a live parent.
"""

import secrets
import string
import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from . import scopes
from .models import AuthorizationCode, Client, Person, Token
from .switches import switches

_CODE_ALPHABET = string.ascii_letters + string.digits


class TokenRefused(Exception):
    """The token endpoint says no. Carries the HTTP status, OAuth ``error`` and ``error_description``."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status, self.error, self.description = status, error, description


def new_code(
    client: Client, person: Person, scope: list[str], redirect_uri: str, nonce: str, auth_time: datetime
) -> str:
    """Store and return a new authorization code."""
    code = "".join(secrets.choice(_CODE_ALPHABET) for _ in range(10))
    AuthorizationCode.objects.create(
        code=code,
        client=client,
        person=person,
        scope=" ".join(scope),
        redirect_uri=redirect_uri,
        nonce=nonce,
        auth_time=auth_time,
        expires=timezone.now() + timedelta(seconds=switches.code_seconds),
    )
    return code


def exchange(client: Client, code: str, redirect_uri: str) -> Token:
    """Turn a code into a token pair. Raises TokenRefused (400 invalid_grant)."""
    with transaction.atomic():
        row = AuthorizationCode.objects.select_related("person").filter(code=code, client=client).first()
        if row is None or row.expires <= timezone.now():
            refusal = f"Invalid authorization code: {code}"
        elif row.redirect_uri != redirect_uri:
            refusal = "Redirect URI mismatch."
        elif row.used:
            row.tokens.filter(revoked="").update(revoked=Token.Revoked.BY_CLIENT)
            refusal = f"Reused authorization code: {code}"
        else:
            row.used = True
            row.save(update_fields=["used"])
            return _issue(client, row.person, row.scope, row)
    # Outside of the transaction, so that disabling the first token stays done.
    raise TokenRefused(400, "invalid_grant", refusal)


def refresh(client: Client, refresh_token: str, scope: str) -> Token:
    """Make a new pair from a live one, with the same or fewer scopes. Raises TokenRefused."""
    parent = Token.objects.select_related("person").filter(refresh_token=refresh_token, client=client).first()
    if parent is None:
        raise TokenRefused(400, "invalid_grant", f"Invalid refresh token: {refresh_token}")
    if parent.revoked or parent.expires <= timezone.now():
        raise TokenRefused(400, "unauthorized_client", "Parent token is disabled")
    wanted = scope.split() or parent.scope.split()
    too_wide = set(wanted) - parent.scopes
    if too_wide:
        raise TokenRefused(401, "invalid_scope", f"The parent token does not hold {sorted(too_wide)[0]}")
    return _issue(client, parent.person, " ".join(wanted))


def for_client(client: Client, scope: str) -> Token:
    """A client-credentials token without a person.

    Raises TokenRefused for scopes that need a person and for those that this client was not given.
    """
    wanted = scope.split()
    allowed = scopes.for_client(member=client.kind == Client.Kind.MEMBER, webhooks=client.webhooks)
    refused = [name for name in wanted if name not in allowed]
    if refused or not wanted:
        raise TokenRefused(401, "invalid_scope", f"Invalid scope: {refused[0] if refused else '(none)'}")
    return _issue(client, None, " ".join(wanted))


def revoke(client: Client, value: str) -> None:
    """Disable the pair that holds ``value`` as its access or refresh token. Unknown values are no error."""
    pairs = Token.objects.filter(client=client)
    for field in ("access_token", "refresh_token"):
        pairs.filter(**{field: value}).update(revoked=Token.Revoked.BY_CLIENT)


def revoke_by_person(person: Person, client: Client) -> None:
    """What happens when a person removes an organisation from their trusted parties."""
    person.tokens.filter(client=client, revoked="").update(revoked=Token.Revoked.BY_USER)


def live(person: Person, client: Client) -> list[Token]:
    """The pairs of this person and client that work now."""
    return list(person.tokens.filter(client=client, revoked="", expires__gt=timezone.now()))


def answer(token: Token) -> dict:
    """The JSON body of the token endpoint without ``id_token``. ``name`` is null when it is hidden."""
    return {
        "access_token": token.access_token,
        "token_type": "bearer",
        "refresh_token": token.refresh_token,
        "expires_in": int((token.expires - timezone.now()).total_seconds()),
        "scope": token.scope,
        "name": token.person.public_name if token.person else None,
        "orcid": token.person.orcid if token.person else None,
    }


def _issue(client: Client, person: Person | None, scope: str, code: AuthorizationCode | None = None) -> Token:
    return Token.objects.create(
        access_token=str(uuid.uuid4()),
        refresh_token=str(uuid.uuid4()),
        client=client,
        person=person,
        code=code,
        scope=scope,
        expires=timezone.now() + timedelta(seconds=switches.token_seconds),
    )
