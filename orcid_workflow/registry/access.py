"""Who may do what on the two APIs: client, token, record status, scope, visibility - asked in ORCID's order."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone

from . import limiter, orcid_id, scopes
from .errors import ApiError, TokenError, refuse
from .models import Client, Item, Person, Token
from .switches import switches

_CLOSED = {
    Person.Status.LOCKED: 9018,
    Person.Status.DEACTIVATED: 9044,
    Person.Status.UNCLAIMED: 9036,
}


class TooFast(Exception):
    """The caller's queue is full: 503 from the server in front of the API."""


class OverQuota(Exception):
    """An anonymous caller of the Public API has used up the day: 429."""


@dataclass(frozen=True)
class Caller:
    """Somebody about to touch the record of ``person``.

    ``token`` is None for an anonymous reader, who only comes by the Public API; ``public`` is true there.
    """

    token: Token | None
    person: Person
    public: bool = False

    @property
    def client(self) -> Client:
        """The client. Only for calls with a token."""
        if self.token is None:
            raise TokenError(403, "forbidden", "There is no access token in the request")
        return self.token.client

    def may_see(self, visibility: str, client_id: str | None = None, private_scope: str = "") -> bool:
        """True when an item is shown in lists: own items always, else by its visibility and the scopes."""
        if self.public or self.token is None:
            return visibility == "public"
        if client_id is not None and client_id == self.token.client_id:
            return True
        needed = {"public": "/read-public", "limited": "/read-limited", "private": private_scope}[visibility]
        if private_scope and scopes.allows(self.token.scopes, private_scope):
            return True
        return bool(needed) and scopes.allows(self.token.scopes, needed)

    def check_may_see(self, item: Item) -> None:
        """Refuse a single item that is not public (9039, Public API), private (9013) or needs a scope that
        is not there (9038).
        """
        if self.may_see(item.visibility, item.client_id):
            return
        if self.public:
            raise refuse(9039, kind=item.kind)
        if item.visibility == "private":
            raise refuse(9013, kind=item.kind)
        raise refuse(9038, scope="/read-limited")

    def check_scope(self, scope: str) -> None:
        """Refuse with 9038 when the token does not hold ``scope``."""
        if self.token is None or not scopes.allows(self.token.scopes, scope):
            raise refuse(9038, scope=scope)


def bearer(request: HttpRequest) -> str:
    """The token of the Authorization header, empty when there is none."""
    scheme, _space, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else ""


def admitted(request: HttpRequest, *, public: bool) -> Token | None:
    """Look up the token of ``request`` and let the call pass the rate limit of its client.

    Returns the token, whatever its state, or None. Raises TooFast or OverQuota.
    """
    value = bearer(request)
    token = Token.objects.select_related("client").filter(access_token=value).first() if value else None
    is_member = token is not None and token.client.kind == Client.Kind.MEMBER
    address = request.META.get("REMOTE_ADDR", "")
    rate = switches.rate if is_member and not public else switches.public_rate
    if not limiter.admit(token.client_id if token else address, rate):
        raise TooFast
    if public and token is None and not limiter.within_quota(address):
        raise OverQuota
    return token


def check_token(request: HttpRequest, token: Token | None) -> Token:
    """Return the token if it is good for this call.

    Raises TokenError: 403 ``forbidden`` without one, 401 ``invalid_token`` for one that is unknown, expired
    or revoked. A token that the person revoked still works for DELETE, so that a client can clean up after
    itself.
    """
    value = bearer(request)
    if not value:
        raise TokenError(403, "forbidden", "There is no access token in the request")
    if token is None:
        raise TokenError(401, "invalid_token", f"Invalid access token: {value}")
    if token.expires <= timezone.now():
        raise TokenError(401, "invalid_token", f"Access token expired: {value}")
    cleaning_up = token.revoked == Token.Revoked.BY_USER and request.method == "DELETE"
    if (token.revoked and not cleaning_up) or token.client.status == Client.Status.DEACTIVATED:
        raise TokenError(401, "invalid_token", f"Invalid access token: {value}")
    return token


def check_member(token: Token) -> None:
    """Refuse a locked client (9057), and a public one (9017), which the Member API is not for."""
    if token.client.status == Client.Status.LOCKED:
        raise refuse(9057, client=token.client_id)
    if token.client.kind == Client.Kind.PUBLIC:
        raise refuse(9017, detail="Public clients are not allowed to use the Member API.")


def for_client(request: HttpRequest, scope: str, *, public: bool = False) -> Token | None:
    """Admit a call that is about no single record, such as a search: its token must hold ``scope`` (9015).

    On the Public API the token may be missing; then None is returned. Raises TokenError or ApiError.
    """
    token = admitted(request, public=public)
    if public and not bearer(request):
        return None
    token = check_token(request, token)
    if not public:
        check_member(token)
    if not scopes.allows(token.scopes, scope):
        raise refuse(9015, scope=scope)
    return token


def caller(request: HttpRequest, orcid: str, *, public: bool = False) -> Caller:
    """Check token, client, record and that they belong together. Raises TokenError or ApiError."""
    token = admitted(request, public=public)
    if not public or bearer(request):
        token = check_token(request, token)
    if token is not None and not public:
        check_member(token)
    person = Person.objects.filter(orcid=orcid).first()
    if person is None:
        raise refuse(9011, orcid=orcid)
    if refusal := _closed(request, person):
        raise refusal
    if token is not None and not public and token.person_id not in (None, orcid):
        raise refuse(9017, detail="The access token is for a different record.")
    return Caller(token, person, public)


def _closed(request: HttpRequest, person: Person) -> ApiError | None:
    if person.status == Person.Status.DEPRECATED:
        location = request.build_absolute_uri(request.path.replace(person.orcid, person.primary))
        status = 301 if request.method in ("GET", "HEAD") else 409
        primary = orcid_id.uri(person.primary)
        return refuse(9007, status=status, location=location, orcid=person.orcid, primary=primary)
    code = _CLOSED.get(person.status)
    return refuse(code, orcid=person.orcid) if code else None
