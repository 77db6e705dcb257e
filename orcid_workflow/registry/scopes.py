"""ORCID's scopes: what each lets a client do, in words and for the checks (orcid-model: ScopePathType)."""

#: scope -> what the consent page says.
IN_WORDS = {
    "openid": "Know who you are: get your ORCID iD",
    "/authenticate": "Know who you are: get your ORCID iD",
    "/read-limited": "Read the parts of your record that only trusted parties may see",
    "/activities/update": "Add and update works, education and other activities on your record",
    "/person/update": "Add and update keywords, links and other facts about you",
    "/email/read-private": "Read your private e-mail addresses",
}
#: OIDC scopes that ORCID drops from the request without a word.
IGNORED = frozenset({"profile", "email", "address", "phone", "offline_access"})
#: What a public client may ask a person for.
_PUBLIC_CLIENT = frozenset({"openid", "/authenticate"})

#: scope -> everything it lets a client do.
IMPLIES = {
    "openid": {"openid", "/authenticate", "/read-public"},
    "/authenticate": {"/authenticate", "/read-public"},
    "/read-public": {"/read-public"},
    "/read-limited": {"/read-limited", "/read-public"},
    "/activities/update": {"/activities/update", "/read-public"},
    "/person/update": {"/person/update", "/read-public"},
    "/email/read-private": {"/email/read-private"},
    "/webhook": {"/webhook"},
}


class UnknownScope(ValueError):
    """A scope that is unknown, or not for the grant it was asked with."""


def for_client(*, member: bool, webhooks: bool) -> frozenset[str]:
    """The scopes that a client gets for itself, without a person (client credentials)."""
    return frozenset({"/read-public", "/webhook"} if member and webhooks else {"/read-public"})


def grantable(requested: str, *, member: bool = True) -> list[str]:
    """Return the scopes of a sign-in request that can be granted, in their order and without repeats.

    Raises UnknownScope for unknown and client-credentials scopes, for those that a public client (not
    ``member``) cannot have, and when nothing is left to grant.
    """
    scopes = [scope for scope in dict.fromkeys(requested.split()) if scope not in IGNORED]
    known = IN_WORDS.keys() if member else _PUBLIC_CLIENT
    unknown = [scope for scope in scopes if scope not in known]
    if unknown or not scopes:
        raise UnknownScope(unknown[0] if unknown else "no scope was asked for")
    return scopes


def allows(granted: frozenset[str], needed: str) -> bool:
    """True when one of the ``granted`` scopes covers ``needed``."""
    return any(needed in IMPLIES.get(scope, ()) for scope in granted)
