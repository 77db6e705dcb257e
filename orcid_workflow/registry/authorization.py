"""Reading a sign-in request: client, redirect address, scopes (OAuth 2.0 code flow with ORCID's habits)."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from django.http import HttpRequest, QueryDict

from . import scopes
from .models import Client


class BadRequest(Exception):
    """No redirect can answer this: the client is unknown or the redirect address is not registered."""


class SendBack(Exception):
    """The request is refused by a redirect to the client; holds the address."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


@dataclass(frozen=True)
class AuthorizationRequest:
    """A sign-in request that holds up."""

    client: Client
    redirect_uri: str
    scopes: list[str]
    state: str
    params: QueryDict

    @property
    def openid(self) -> bool:
        """True when an id_token is asked for."""
        return "openid" in self.scopes

    @property
    def scope_words(self) -> list[str]:
        """The granted scopes in words, each sentence once."""
        return list(dict.fromkeys(scopes.IN_WORDS[scope] for scope in self.scopes))

    def allowed(self, code: str) -> str:
        """The address to go back to with a code."""
        return append(self.redirect_uri, f"code={code}", self.state)

    def denied(self) -> str:
        """The address to go back to when the person said no."""
        return append(
            self.redirect_uri, "error=access_denied&error_description=User denied access", self.state
        )


def append(redirect_uri: str, query: str, state: str = "") -> str:
    """``redirect_uri`` with ``query`` behind it and the state, when there is one.

    Like ORCID, the description is not encoded here; the Location header encodes what it must.
    """
    joint = "&" if "?" in redirect_uri else "?"
    return f"{redirect_uri}{joint}{query}" + (f"&state={quote(state, safe='')}" if state else "")


def read(request: HttpRequest) -> AuthorizationRequest:
    """Check the query of ``request``. Raises BadRequest (show a page) or SendBack (redirect)."""
    params = request.GET
    client = Client.objects.filter(client_id=params.get("client_id", "")).first()
    if client is None:
        raise BadRequest("There is no client with this client_id.")
    redirect_uri = params.get("redirect_uri", "")
    if not any(matches(redirect_uri, registered) for registered in client.redirect_uris):
        raise BadRequest("The redirect_uri does not match one that is registered for this client.")
    if client.status != Client.Status.ACTIVE:
        # Like the refused scope this one leaves the state out.
        description = f"The client {client.client_id} is {client.status}"
        raise SendBack(append(redirect_uri, f"error=client_{client.status}&error_description={description}"))
    if params.get("response_type") != "code":
        description = "Only the response type code is supported"
        raise SendBack(
            append(redirect_uri, f"error=unsupported_response_type&error_description={description}")
        )
    try:
        granted = scopes.grantable(params.get("scope", ""), member=client.kind == Client.Kind.MEMBER)
    except scopes.UnknownScope as error:
        # ORCID leaves the state out of this one.
        raise SendBack(
            append(redirect_uri, f"error=invalid_scope&error_description=Invalid scope: {error}")
        ) from error
    return AuthorizationRequest(client, redirect_uri, granted, params.get("state", ""), params)


def matches(redirect_uri: str, registered: str) -> bool:
    """Same scheme, user info, host and port; the path has only to start with the registered path.

    A registered port of ``*`` stands for any, because a demonstration does not know its port before it
    starts.
    """
    try:
        given = urlsplit(redirect_uri)
        given.port  # noqa: B018 - raises for a port that is no number
    except ValueError:
        return False
    wanted = urlsplit(registered.replace(":*", "", 1))
    any_port = ":*" in registered
    same_port = any_port or given.port == wanted.port
    same_user = (given.username, given.password) == (wanted.username, wanted.password)
    return (
        bool(given.hostname)
        and given.scheme == wanted.scheme
        and given.hostname == wanted.hostname
        and same_port
        and same_user
        and ".." not in given.path
        and given.path.startswith(wanted.path)
    )
