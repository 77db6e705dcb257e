"""Why a person is sent to ORCID: a host site registers one purpose for each kind of visit."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from .models import Connection

SCOPE_WORDS = {
    "openid": "confirm your ORCID iD",
    "/authenticate": "confirm your ORCID iD",
    "/read-limited": "read what your record shows to everyone and to trusted organisations",
    "/read-public": "read what your record shows to everyone",
    "/activities/update": "add works and affiliations to your record, and keep or remove what we added",
    "/person/update": "add to your name, keywords, links and country on your record",
}


def words_for(scope: str) -> str:
    """Return what a scope lets us do, to follow "This site may …"."""
    return SCOPE_WORDS.get(scope, scope)


class ConnectionRefused(Exception):
    """Raised by ``Purpose.on_connected`` to undo everything and show a page with these words and one way
    on.
    """

    def __init__(self, title: str, message: str, action_label: str = "", action_url: str = "") -> None:
        super().__init__(message)
        self.title, self.message = title, message
        self.action_label, self.action_url = action_label, action_url


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """One kind of visit to ORCID.

    ``scopes`` are asked for, in ORCID's words. ``on_connected(request, connection, context)`` runs in the
    transaction that stores the connection and returns the address to go to; it may raise
    ``ConnectionRefused``. ``context`` is what ``oauth.begin`` was given (JSON). ``failure_url(context)`` is
    where "Go back" leads from a page that says that it did not work. ``requires_user``: only for somebody
    signed in here, and the iD becomes theirs; without it the iD is confirmed and stored with no account.
    ``open_to_all``: may be begun at ``/orcid/connect/`` with no context. ``why`` is a sentence, ``reads`` and
    ``writes`` are short lines for the page before; ``without`` says what cannot be done for somebody who says no.
    """

    name: str
    scopes: tuple[str, ...]
    requires_user: bool
    on_connected: Callable[[HttpRequest, Connection, dict], str]
    failure_url: Callable[[dict], str]
    open_to_all: bool = False
    why: str = ""
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    without: str = "Without it we cannot show your iD or write to your record."


_purposes: dict[str, Purpose] = {}


def register_purpose(purpose: Purpose) -> Purpose:
    """Make a purpose known, usually in ``AppConfig.ready``. One with the same name is replaced."""
    _purposes[purpose.name] = purpose
    return purpose


def get_purpose(name: str) -> Purpose:
    """Return a registered purpose. Raises ``KeyError``."""
    return _purposes[name]
