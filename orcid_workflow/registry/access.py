"""Who may do what on the API: token, record status, scope, visibility - asked in ORCID's order."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone

from . import orcid_id, scopes
from .errors import TokenError, refuse
from .models import Item, Person, Token


@dataclass(frozen=True)
class Caller:
    """A client with a token, about to touch the record of ``person``."""

    token: Token
    person: Person

    def may_see(self, visibility: str, client_id: str | None = None, private_scope: str = "") -> bool:
        """True when an item is shown in lists: own items always, else by its visibility and the scopes."""
        if client_id is not None and client_id == self.token.client_id:
            return True
        needed = {"public": "/read-public", "limited": "/read-limited", "private": private_scope}[visibility]
        if private_scope and scopes.allows(self.token.scopes, private_scope):
            return True
        return bool(needed) and scopes.allows(self.token.scopes, needed)

    def check_may_see(self, item: Item) -> None:
        """Refuse a single item that is private (9013) or needs a scope that is not there (9038)."""
        if self.may_see(item.visibility, item.client_id):
            return
        if item.visibility == "private":
            raise refuse(9013, kind=item.kind)
        raise refuse(9038, scope="/read-limited")

    def check_scope(self, scope: str) -> None:
        """Refuse with 9038 when the token does not hold ``scope``."""
        if not scopes.allows(self.token.scopes, scope):
            raise refuse(9038, scope=scope)


def bearer(request: HttpRequest) -> str:
    """The token of the Authorization header, empty when there is none."""
    scheme, _space, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else ""


def live_token(request: HttpRequest) -> Token:
    """Return the token that came with ``request``.

    Raises TokenError: 403 ``forbidden`` without one, 401 ``invalid_token`` for one that is unknown, expired
    or revoked. A token that the person revoked still works for DELETE, so that a client can clean up after
    itself.
    """
    value = bearer(request)
    if not value:
        raise TokenError(403, "forbidden", "There is no access token in the request")
    token = Token.objects.select_related("client", "person").filter(access_token=value).first()
    if token is None:
        raise TokenError(401, "invalid_token", f"Invalid access token: {value}")
    if token.expires <= timezone.now():
        raise TokenError(401, "invalid_token", f"Access token expired: {value}")
    cleaning_up = token.revoked == Token.Revoked.BY_USER and request.method == "DELETE"
    if token.revoked and not cleaning_up:
        raise TokenError(401, "invalid_token", f"Invalid access token: {value}")
    return token


def caller(request: HttpRequest, orcid: str) -> Caller:
    """Check token, record and that the two belong together. Raises TokenError or ApiError."""
    token = live_token(request)
    person = Person.objects.filter(orcid=orcid).first()
    if person is None:
        raise refuse(9011, orcid=orcid)
    if person.status == Person.Status.DEPRECATED:
        primary = orcid_id.uri(person.primary)
        location = request.build_absolute_uri(request.path.replace(orcid, person.primary))
        status = 301 if request.method in ("GET", "HEAD") else 409
        raise refuse(9007, status=status, location=location, orcid=orcid, primary=primary)
    if person.status == Person.Status.LOCKED:
        raise refuse(9018, orcid=orcid)
    if person.status == Person.Status.DEACTIVATED:
        raise refuse(9044, orcid=orcid)
    if token.person_id is not None and token.person_id != orcid:
        raise refuse(9017)
    return Caller(token, person)
